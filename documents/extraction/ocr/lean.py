"""Leaning pages: lines are found while the page is level, boxes stay where the words stand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from documents.extraction.geometry import Box
from documents.extraction.layout import Word, in_reading_order

_LEAST = 0.1


def in_order(words: Sequence[Word], angle: float, size: tuple[float, float]) -> tuple[Word, ...]:
    """Words of a page of that size whose lines fall by `angle` degrees to the right, in reading order and numbered."""
    if abs(angle) < _LEAST:
        return in_reading_order(list(words))
    middle = size[0] / 2, size[1] / 2
    level = [replace(word, box=moved(word.box, -angle, middle)) for word in words]
    return tuple(replace(word, box=moved(word.box, angle, middle)) for word in in_reading_order(level))


def moved(box: Box, angle: float, middle: tuple[float, float]) -> Box:
    """The box where its centre comes to stand when the page is turned clockwise about its middle; its size stays.

    Within a few degrees that stays on the word.
    """
    sine, cosine = math.sin(math.radians(angle)), math.cos(math.radians(angle))
    x, y = box.center - middle[0], box.middle - middle[1]
    right = middle[0] + x * cosine - y * sine - box.center
    down = middle[1] + x * sine + y * cosine - box.middle
    return Box(box.x0 + right, box.top + down, box.x1 + right, box.bottom + down)
