"""Leaning pages: lines are found while the page is level, boxes stay where the words stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from documents.extraction.geometry import moved
from documents.extraction.layout import Word, in_reading_order

_LEAST = 0.1


def in_order(words: Sequence[Word], angle: float, size: tuple[float, float]) -> tuple[Word, ...]:
    """Words of a page of that size whose lines fall by `angle` degrees to the right, in reading order and numbered."""
    if abs(angle) < _LEAST:
        return in_reading_order(list(words))
    middle = size[0] / 2, size[1] / 2
    level = [replace(word, box=moved(word.box, -angle, middle)) for word in words]
    return tuple(replace(word, box=moved(word.box, angle, middle)) for word in in_reading_order(level))
