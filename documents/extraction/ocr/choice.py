"""Which engine reads a page: as it was wished, else the best one that is installed and knows the script."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module

from docflow.errors import FileError
from docflow.recognition import AUTO, code_of
from documents.extraction.ocr import models
from documents.extraction.ocr.engine import Engine

ENGINES: dict[str, str] = {
    "paddle": "documents.extraction.ocr.paddle:Paddle",
    "tesseract": "documents.extraction.ocr.tesseract:Tesseract",
}

# Languages whose every letter is among the characters of PP-OCRv6: those in Latin letters, Chinese, Japanese. It knows
# Greek capitals and plain vowels but no accents, and nothing of Cyrillic, Arabic, Hebrew, Indian scripts or Korean.
_KNOWN_TO_PADDLE = frozenset(
    {
        "ca", "cs", "cy", "da", "de", "en", "es", "et", "fi", "fr", "ga", "hr", "hu", "id", "is", "it", "ja", "lt", "lv",
        "ms", "mt", "nl", "no", "pl", "pt", "ro", "sk", "sl", "sq", "sv", "tr", "zh",
        # By Tesseract's names, as an operator may set them.
        "afr", "bos", "chi_tra", "eus", "glg", "lat", "ltz",
    }
)  # fmt: skip


def chosen(wish: str, languages: Sequence[str]) -> Engine:
    """The engine of that name, or for "auto" the best for those languages.

    Raises FileError `engine_missing` with the known ones for any other name.
    """
    return engine(wish if wish != AUTO else best_for(languages))


def best_for(languages: Sequence[str]) -> str:
    """paddle where it knows the letters of all languages and its models are installed, else tesseract."""
    known = _KNOWN_TO_PADDLE.issuperset(code_of(each) or each for each in languages)
    return "paddle" if known and models.are_there() else "tesseract"


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
