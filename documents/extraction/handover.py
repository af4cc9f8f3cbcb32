"""A page on its way from a child to the parent: written in columns, and not believed when it arrives.

A page has hundreds of words. Their texts travel as a list, everything else about them as one row of packed numbers: that
costs a tenth of a list for each word. Storage keeps a list for each word (`Page.as_json`), which people can read.
"""

from __future__ import annotations

import base64
import re
import struct
from operator import le
from typing import Any

from docflow.errors import ReaderStoppedError
from documents.extraction import codes
from documents.extraction.codes import Code
from documents.extraction.geometry import Box
from documents.extraction.layout import LONGEST_REASON, MAX_WORDS, OCR, TEXT_LAYER, Page, Word

_MAX_LETTERS = 2_000
_MAX_SIDE = 14_400.0
_SLACK = 0.5  # points; rounding may push an edge out
_ENGINE = re.compile("[a-z]{0,20}")


def in_columns(page: Page) -> dict[str, Any]:
    """The child's side: `texts` of the words in reading order, and `places`, base64 of what `_packed` says."""
    words = page.words
    boxes = [word.box for word in words]
    numbers = (
        *[box.x0 for box in boxes],
        *[box.top for box in boxes],
        *[box.x1 for box in boxes],
        *[box.bottom for box in boxes],
        *[word.confidence for word in words],
        *[word.line for word in words],
    )
    return {
        "number": page.number,
        "width": round(page.width, 2),
        "height": round(page.height, 2),
        "rotation": page.rotation,
        "source": page.source,
        "reason": page.reason,
        "engine": page.engine,
        "texts": [word.text for word in words],
        "places": base64.b64encode(_packed(len(words)).pack(*numbers)).decode("ascii"),
        "codes": [code.as_json() for code in page.codes],
    }


def _packed(words: int) -> struct.Struct:
    """Columns one after the other: x0, top, x1, bottom in points (float64), confidence (a byte), line (uint16)."""
    return struct.Struct(f"<{4 * words}d{words}B{words}H")


def checked_page(answer: dict[str, Any], number: int) -> Page:
    """The parent's side: page `number`, every word of it whole and on its sheet. Raises ReaderStoppedError for all else."""
    try:
        page = _page_of(answer)
    except (KeyError, TypeError, ValueError, OverflowError, struct.error) as error:
        raise nonsense() from error
    if page.number != number or page.source not in (TEXT_LAYER, OCR) or page.rotation not in (0, 90, 180, 270):
        raise nonsense()
    if len(page.reason) > LONGEST_REASON or "\x00" in page.reason or not _ENGINE.fullmatch(page.engine):
        raise nonsense()
    if page.engine and page.source == TEXT_LAYER:
        raise nonsense()
    if len(page.codes) > codes.MOST or not all(_is_code(code, page) for code in page.codes):
        raise nonsense()
    return page


def _page_of(answer: dict[str, Any]) -> Page:
    """Raises KeyError, TypeError, ValueError, OverflowError or struct.error for what is none."""
    width, height = float(answer["width"]), float(answer["height"])
    if not (0 < width <= _MAX_SIDE and 0 < height <= _MAX_SIDE):
        raise ValueError("size")
    return Page(
        int(answer["number"]),
        width,
        height,
        int(answer["rotation"]),
        str(answer["source"]),
        _words_of(answer["texts"], answer["places"], width, height),
        str(answer["reason"]),
        str(answer["engine"]),
        tuple(Code.from_json(code) for code in answer["codes"]),
    )


def _words_of(texts: Any, places: Any, width: float, height: float) -> tuple[Word, ...]:
    """Looked at column by column, without a step of Python for each word. NaN is <= nothing, infinity is off the sheet."""
    if type(texts) is not list or len(texts) > MAX_WORDS:
        raise ValueError("words")
    packed = _packed(len(texts))
    numbers = packed.unpack(base64.b64decode(places, validate=True))
    if not texts:
        return ()
    if set(map(type, texts)) != {str} or not 0 < min(map(len, texts)) <= max(map(len, texts)) <= _MAX_LETTERS:
        raise ValueError("texts")
    if "\x00" in "".join(texts):
        raise ValueError("texts")
    x0, top, x1, bottom, confidence, line = (numbers[at * len(texts) : (at + 1) * len(texts)] for at in range(6))
    if not (all(map(le, x0, x1)) and min(x0) >= -_SLACK and max(x1) <= width + _SLACK):
        raise ValueError("boxes")
    if not (all(map(le, top, bottom)) and min(top) >= -_SLACK and max(bottom) <= height + _SLACK):
        raise ValueError("boxes")
    if max(confidence) > 100 or max(line) >= MAX_WORDS:
        raise ValueError("numbers")
    return tuple(map(Word, texts, map(Box, x0, top, x1, bottom), confidence, line))


def _is_code(code: Code, page: Page) -> bool:
    box = code.box
    return (
        code.format in codes.FORMATS.values()
        and 0 < len(code.text) <= codes.LONGEST
        and "\x00" not in code.text
        and Box(0, 0, page.width, page.height).contains(box)
        and box.x0 <= box.x1
        and box.top <= box.bottom
    )


def nonsense() -> ReaderStoppedError:
    """What is raised for an answer that cannot be."""
    return ReaderStoppedError(
        "reading_failed", "The reader gave an answer that cannot be right. Send a simpler copy.", reason="bad_answer"
    )
