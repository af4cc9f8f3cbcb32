"""Tesseract 5 through pytesseract: a process for each picture, inside the sandbox and its limits.

For scripts that the other engine does not know. Pages are levelled first; small ones enlarged, which it needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import pytesseract
from PIL import Image

from docflow.errors import FileError
from docflow.recognition import LANGUAGES, code_of
from documents.extraction.geometry import Box
from documents.extraction.layout import Word, in_reading_order
from documents.extraction.ocr.engine import Reading
from documents.extraction.ocr.turns import read_upright
from documents.extraction.ocr.upright import level, skew_of

# One block of text, lines from top to bottom: receipts and invoices keep their right-hand amounts in line that way.
_CONFIG = "--psm 6 --oem 1"


_MEGABYTE = 1024 * 1024
_LEAST_SIDE = 1200


class Tesseract:
    """Implements `documents.extraction.ocr.engine.Engine`."""

    name = "tesseract"
    # Numpy, Pillow and a large page in the child; tesseract with three languages, which inherits the limit, takes 0.25 GB.
    address_space = 1024 * _MEGABYTE

    def read(self, grey: Image.Image, languages: Sequence[str], *, may_be_turned: bool) -> Reading:
        wanted = tuple(languages)
        reading = read_upright(grey, lambda it: _read(it, wanted)) if may_be_turned else Reading(_read(grey, wanted))
        return replace(reading, lacks=tuple(each for each in wanted if _name_of(each) not in _installed()))


def _read(grey: Image.Image, languages: tuple[str, ...]) -> tuple[Word, ...]:
    """Words in reading order, boxes in pixels of `grey`. Lines are found while the picture is level."""
    straight, back = level(grey, skew_of(grey))
    found = in_reading_order(_recognized(straight, languages))
    return tuple(replace(word, box=back(word.box)) for word in found)


def _recognized(grey: Image.Image, languages: tuple[str, ...]) -> list[Word]:
    """Words of a level picture in any order, all in line 0."""
    factor = 2 if max(grey.size) < _LEAST_SIDE else 1
    shown = grey.resize((grey.width * 2, grey.height * 2), Image.Resampling.BICUBIC) if factor == 2 else grey
    try:
        found = pytesseract.image_to_data(
            _clean(shown), lang=_installed_of(languages), config=_CONFIG, output_type=pytesseract.Output.DICT
        )
    except pytesseract.TesseractNotFoundError as error:
        raise _missing() from error
    except pytesseract.TesseractError as error:
        raise FileError("reading_failed", "Text recognition stopped on this page. Scan it again at 300 dpi.") from error
    rows = zip(*(found[key] for key in _KEYS), strict=True)
    return [word for text, conf, *place in rows if (word := _word(text, conf, [each / factor for each in place]))]


_KEYS = ("text", "conf", "left", "top", "width", "height")


def _word(text: str, conf: float, place: list[float]) -> Word | None:
    """None for what is no word: rows of blocks and lines, and specks that were read as a stroke or a dot."""
    text, certainty = text.strip(), round(float(conf))
    if not text or certainty < 0 or (certainty < 40 and not any(map(str.isalnum, text))):
        return None
    left, top, width, height = place
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
    wanted = dict.fromkeys(map(_name_of, languages))
    usable = [each for each in wanted if each in installed] or [each for each in ("eng", *installed) if each in installed][:1]
    if not usable:
        raise _missing()
    return "+".join(usable)


def _name_of(language: str) -> str:
    """Tesseract's name of a language given by its code."""
    code = code_of(language)
    return LANGUAGES[code][1] if code else language


def _missing() -> FileError:
    return FileError(
        "reading_failed",
        "Text recognition is not installed: install the package tesseract-ocr and try again.",
        reason="engine_missing",
    )
