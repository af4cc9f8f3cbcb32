"""Tesseract 5 through pytesseract: a process for each picture, inside the sandbox and its limits."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import pytesseract
from PIL import Image

from docflow.errors import FileError
from documents.extraction.geometry import Box
from documents.extraction.layout import Word

_THREE_LETTERS = {
    "en": "eng", "de": "deu", "fr": "fra", "it": "ita", "es": "spa", "nl": "nld", "pt": "por", "pl": "pol", "da": "dan",
    "sv": "swe", "nb": "nor", "no": "nor", "fi": "fin", "cs": "ces", "hu": "hun", "ro": "ron", "tr": "tur", "el": "ell",
    "zh": "chi_sim", "ja": "jpn", "ko": "kor", "ar": "ara", "ru": "rus", "uk": "ukr",
}  # fmt: skip

# One block of text, lines from top to bottom: receipts and invoices keep their right-hand amounts in line that way.
_CONFIG = "--psm 6 --oem 1"


class Tesseract:
    """Implements `documents.extraction.ocr.Engine`."""

    name = "tesseract"

    def recognize(self, image: Image.Image, languages: Sequence[str]) -> list[Word]:
        try:
            found = pytesseract.image_to_data(
                _clean(image), lang=_installed_of(tuple(languages)), config=_CONFIG, output_type=pytesseract.Output.DICT
            )
        except pytesseract.TesseractNotFoundError as error:
            raise _missing() from error
        except pytesseract.TesseractError as error:
            raise FileError("reading_failed", "Text recognition stopped on this page. Scan it again at 300 dpi.") from error
        return [word for row in zip(*(found[key] for key in _KEYS), strict=True) if (word := _word(*row))]


_KEYS = ("text", "conf", "left", "top", "width", "height")


def _word(text: str, conf: float, left: int, top: int, width: int, height: int) -> Word | None:
    """None for what is no word: rows of blocks and lines, and specks that were read as a stroke or a dot."""
    text, certainty = text.strip(), round(float(conf))
    if not text or certainty < 0 or (certainty < 40 and not any(map(str.isalnum, text))):
        return None
    return Word(text, Box(left, top, left + width, top + height), min(certainty, 100))


def _clean(image: Image.Image) -> Image.Image:
    """New pixels without format or metadata, so that pytesseract hands Tesseract a PNG and nothing a sender wrote."""
    clean = Image.new("L", image.size)
    clean.paste(image.convert("L"))
    return clean


@lru_cache(maxsize=1)
def _installed() -> tuple[str, ...]:
    try:
        return tuple(name for name in pytesseract.get_languages(config="") if name != "osd")
    except pytesseract.TesseractNotFoundError as error:
        raise _missing() from error


@lru_cache(maxsize=16)
def _installed_of(languages: tuple[str, ...]) -> str:
    """The wanted languages that are there, in Tesseract's spelling; English, or whatever is there, when none is."""
    installed = _installed()
    wanted = dict.fromkeys(_THREE_LETTERS.get(each, each) for each in languages)
    usable = [each for each in wanted if each in installed] or [each for each in ("eng", *installed) if each in installed][:1]
    if not usable:
        raise _missing()
    return "+".join(usable)


def _missing() -> FileError:
    return FileError(
        "reading_failed",
        "Text recognition is not installed: install the package tesseract-ocr and try again.",
        reason="engine_missing",
    )
