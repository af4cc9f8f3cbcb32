"""Which engine reads a page: as it was wished, else the best one that is installed and knows the script."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module

from docflow.errors import FileError
from documents.extraction.ocr import models
from documents.extraction.ocr.engine import Engine

AUTO = "auto"
ENGINES: dict[str, str] = {
    "paddle": "documents.extraction.ocr.paddle:Paddle",
    "tesseract": "documents.extraction.ocr.tesseract:Tesseract",
}

# Languages whose every letter is among the characters of PP-OCRv6: those in Latin letters, Chinese, Japanese. It knows
# Greek capitals and plain vowels but no accents, and nothing of Cyrillic, Arabic, Hebrew, Indian scripts or Korean.
_KNOWN_TO_PADDLE = frozenset(
    {
        "en", "eng", "de", "deu", "fr", "fra", "it", "ita", "es", "spa", "nl", "nld", "pt", "por", "pl", "pol", "da", "dan",
        "sv", "swe", "nb", "nn", "no", "nor", "fi", "fin", "cs", "ces", "sk", "slk", "hu", "hun", "ro", "ron", "tr", "tur",
        "et", "est", "lv", "lav", "lt", "lit", "sl", "slv", "hr", "hrv", "bs", "bos", "sq", "sqi", "ga", "gle", "cy", "cym",
        "is", "isl", "mt", "mlt", "lb", "ltz", "ca", "cat", "eu", "eus", "gl", "glg", "af", "afr", "ms", "msa", "id", "ind",
        "la", "lat", "zh", "chi_sim", "chi_tra", "ja", "jpn",
    }
)  # fmt: skip


def chosen(wish: str, languages: Sequence[str]) -> Engine:
    """The engine of that name, or for "auto" the best for those languages.

    Raises FileError `engine_missing` with the known ones for any other name.
    """
    return engine(wish if wish != AUTO else best_for(languages))


def best_for(languages: Sequence[str]) -> str:
    """paddle where it knows the letters of all languages and its models are installed, else tesseract."""
    return "paddle" if _KNOWN_TO_PADDLE.issuperset(languages) and models.are_there() else "tesseract"


@lru_cache(maxsize=8)
def engine(name: str) -> Engine:
    """The engine of that name. Raises FileError with the known ones for any other."""
    if name not in ENGINES:
        raise FileError(
            "reading_failed",
            f"No text recognition is called {name}. Known: {', '.join((AUTO, *ENGINES))}.",
            reason="engine_missing",
        )
    module, _, attribute = ENGINES[name].partition(":")
    made: Engine = getattr(import_module(module), attribute)()
    return made
