"""A line as read -> its words, each with its box around the ink, in pixels of the picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import cv2
import numpy as np

from documents.extraction.geometry import Box
from documents.extraction.layout import Word
from documents.extraction.ocr.boxes import Corners
from documents.extraction.ocr.letters import HEIGHT, Letters

# Ink beyond this share at either end is a speck; behind so many rows without ink stands a rule or another line.
_STRAY = 0.006
_BARE_ROWS = 3
# A gap without ink parts two words when it is as wide as this share of the line's height: the smaller one between letters
# of a line whose characters stand close, and never if gaps half as wide are usual there.
_SPACE, _SPACE_IN_CLOSE_PRINT = 0.34, 0.24
_CLOSE = 0.05
# Letters of type of one width stand apart without a space, above all the narrow and the broken ones: a space shows in their
# places, too, which are then this much wider apart than usual. It is of one width where distances vary by less.
_APART = 1.6
_ONE_WIDTH = 0.28
_NUMBER_SIGNS = frozenset(".,:'-/+")


def words_of(letters: Letters, crop: np.ndarray, corners: Corners) -> list[Word]:
    """The words of one line, left to right, line 0. Certainty of a word is that of its least certain character."""
    ink = _ink(crop)
    top, bottom = _rows(ink.sum(axis=1))
    spans = list(_spans(letters, _gaps(letters, ink[top:bottom])))
    pitch = _pitch(letters)
    found = []
    for number, (first, last) in enumerate(spans):
        left, right = letters.columns[first] - pitch / 2, letters.columns[last] + pitch / 2
        before = letters.columns[spans[number - 1][1]] if number else 0.0
        after = letters.columns[spans[number + 1][0]] if number + 1 < len(spans) else float(crop.shape[1])
        lowest = max((before + letters.columns[first]) / 2 if number else 0.0, left - pitch)
        highest = min((after + letters.columns[last]) / 2 if number + 1 < len(spans) else after, right + pitch)
        left, right = _edges(ink[top:bottom], left, right, lowest, highest)
        text = "".join(letters.characters[first : last + 1])
        certainty = round(100 * float(letters.certainties[first : last + 1].min()))
        found.append(Word(text, _on_picture(corners, crop.shape[1], left, top, right, bottom), certainty))
    return found


def _spans(letters: Letters, gaps: np.ndarray) -> Iterator[tuple[int, int]]:
    """First and last character of each word. Where the model saw no space but the ink has a wide gap, there is one."""
    usual = float(np.median(gaps)) if len(gaps) else 0.0
    apart = np.diff(letters.columns) / _pitch(letters)
    even = usual >= _CLOSE and _is_even(letters.characters, apart)
    first = None
    for index, character in enumerate(letters.characters):
        if character.isspace():
            if first is not None:
                yield first, index - 1
            first = None
        elif first is None:
            first = index
        elif gaps[index - 1] >= _wide(letters.characters, index, usual) and not (
            _stay_together(letters.characters, index)
            or (even and apart[index - 1] < _APART and _within_word(letters.characters, index))
        ):
            yield first, index - 1
            first = index
    if first is not None:
        yield first, len(letters.characters) - 1


def _wide(characters: Sequence[str], index: int, usual: float) -> float:
    """How wide a gap before the character at `index` parts two words, on a line where `usual` is the median gap."""
    close = usual < _CLOSE and characters[index - 1].isalpha() and characters[index].isalpha()
    return max(_SPACE_IN_CLOSE_PRINT if close else _SPACE, 2 * usual)


def _gaps(letters: Letters, ink: np.ndarray) -> np.ndarray:
    """The widest run of columns without ink from each character to the next, as a share of the height of the line."""
    bare = np.asarray(ink.max(axis=0) == 0)
    places = letters.columns.round().astype(int)
    return np.array([_longest_run(bare[start:end]) / len(ink) for start, end in pairwise(places)])


def _longest_run(flags: np.ndarray) -> int:
    ends = np.flatnonzero(np.diff(flags.astype(np.int8), prepend=0, append=0))
    return int((ends[1::2] - ends[::2]).max()) if len(ends) else 0


def _stay_together(characters: Sequence[str], index: int) -> bool:
    """Whether the place before `index` lies inside of digits and their signs, for figures stand apart, above all the one; or
    beside a low line, which is taken for a rule and leaves a gap."""
    before, after = characters[index - 1], characters[index]
    if "_" in (before, after):
        return True
    if before in _NUMBER_SIGNS and index > 1:
        before = characters[index - 2]
    if after in _NUMBER_SIGNS and index + 1 < len(characters):
        after = characters[index + 1]
    return before.isdigit() and after.isdigit()


def _is_even(characters: Sequence[str], apart: np.ndarray) -> bool:
    """Whether a line is in type of one width, by the distances from letter to letter within its words."""
    inner = [
        far
        for far, (one, other) in zip(apart, pairwise(characters), strict=True)
        if not (one.isspace() or other.isspace()) and far < _APART
    ]
    return bool(inner) and float(np.std(inner)) < _ONE_WIDTH * float(np.median(inner))


def _within_word(characters: Sequence[str], index: int) -> bool:
    """Whether the place before `index` lies between two letters, or before a comma."""
    return characters[index] == "," or (characters[index - 1].isalpha() and characters[index].isalpha())


def _pitch(letters: Letters) -> float:
    """Columns from one character to the next, in the middle of the line."""
    apart = np.diff(letters.columns)
    return float(np.median(apart)) if len(apart) else HEIGHT / 2


def _ink(crop: np.ndarray) -> np.ndarray:
    """1 where there is print: the rarer side of the best threshold between dark and light."""
    light: np.ndarray = cv2.threshold(crop, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[1]
    return light if light.mean() < 0.5 else 1 - light


def _rows(profile: np.ndarray) -> tuple[int, int]:
    """From the first to behind the last row of the line's ink: what is joined with the middle of the crop.

    Beyond a few bare rows lie rules and other lines; of what is left, strays at either end do not count.
    """
    inked = np.flatnonzero(profile)
    if not len(inked):
        return 0, len(profile)
    nearest = int(np.abs(inked - len(profile) / 2).argmin())
    parts = np.cumsum(np.diff(inked, prepend=inked[0]) > _BARE_ROWS)
    joined = inked[parts == parts[nearest]]
    first = int(joined[0])
    summed = np.cumsum(profile[first : joined[-1] + 1])
    top, bottom = np.searchsorted(summed, (_STRAY * summed[-1], (1 - _STRAY) * summed[-1]))
    return first + int(top), first + int(bottom) + 1


def _edges(ink: np.ndarray, left: float, right: float, lowest: float, highest: float) -> tuple[float, float]:
    """The ink of a word that stands about there, looked for between `lowest` and `highest`."""
    start, end = max(int(lowest), 0), int(np.ceil(highest))
    columns = np.flatnonzero(ink[:, start:end].any(axis=0))
    return (float(start + columns[0]), float(start + columns[-1] + 1)) if len(columns) else (max(left, 0.0), right)


def _on_picture(corners: Corners, width: int, left: float, top: float, right: float, bottom: float) -> Box:
    """The smallest upright box around a part of the crop."""
    along, down = (corners[1] - corners[0]) / width, (corners[3] - corners[0]) / HEIGHT
    places = corners[0] + np.array([[x * along + y * down] for x in (left, right) for y in (top, bottom)])[:, 0]
    (x0, y0), (x1, y1) = places.min(axis=0), places.max(axis=0)
    return Box(float(x0), float(y0), float(x1), float(y1))
