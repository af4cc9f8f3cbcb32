"""The top of a page for an engine that only knows upright ones: read in four ways, the one that reads best is upright."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PIL import Image

from documents.extraction.layout import Word
from documents.extraction.ocr.engine import Reading

# The share of well-read letters: upright receipts and scans had 0.44 and more, turned ones 0.25 and less.
_DOUBTFUL = 0.35
_CERTAIN = 0.5
_PROBE_SIDE = 1600

_TURNS = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}

Read = Callable[[Image.Image], tuple[Word, ...]]


def read_upright(grey: Image.Image, read: Read) -> Reading:
    """What `read` gives for the picture, turned first if that reads better. Pages with doubtful words cost four readings."""
    words = read(grey)
    if _certainty(words) >= _DOUBTFUL:
        return Reading(words)
    rotation = _rotation_of(grey, read)
    return Reading(read(turned(grey, rotation)), rotation) if rotation else Reading(words)


def turned(image: Image.Image, rotation: int) -> Image.Image:
    """The picture turned counter-clockwise, which undoes `rotation`."""
    return image.transpose(_TURNS[rotation]) if rotation else image


def _rotation_of(grey: Image.Image, read: Read) -> int:
    """By how many degrees clockwise the page is turned: the way in which most letters are read with certainty."""
    small = grey.copy()
    small.thumbnail((_PROBE_SIDE, _PROBE_SIDE))
    letters: dict[int, int] = {}
    for turn in (180, 90, 270, 0):
        words = read(turned(small, turn))
        if turn and _certainty(words) > _CERTAIN:
            return turn
        letters[turn] = _letters(words)
    best = max(letters, key=lambda turn: letters[turn])
    return best if letters[best] > 1.5 * letters[0] + 10 else 0


def _letters(words: Sequence[Word]) -> int:
    """Letters and digits in words that were read with certainty; short words come out of noise by chance."""
    return sum(len(word.text) for word in words if word.confidence >= 70 and sum(map(str.isalnum, word.text)) >= 3)


def _certainty(words: Sequence[Word]) -> float:
    """The share of letters that were read with certainty, 0 where there is next to nothing."""
    every = sum(len(word.text) for word in words)
    return _letters(words) / every if every >= 20 else 0.0
