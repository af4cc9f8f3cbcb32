"""Rectangles on a page. One unit and one origin everywhere: points (1/72 inch), top left of the page as it is shown."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

_T = TypeVar("_T")


@dataclass_transform(frozen_default=True)
def value(of: type[_T]) -> type[_T]:
    """A frozen dataclass with slots, held frozen by mypy: Python's own way of it takes three times as long to make one, and
    a page has hundreds of words with a box each."""
    return dataclass(slots=True, unsafe_hash=True)(of)


@value
class Box:
    """A rectangle: `x0` left, `top` upper, `x1` right, `bottom` lower edge, in points from the page's top left corner."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """The vertical centre."""
        return (self.top + self.bottom) / 2

    @property
    def center(self) -> float:
        """The horizontal centre."""
        return (self.x0 + self.x1) / 2

    def overlap_x(self, other: Box) -> float:
        """Shared width in points, 0 if none."""
        return max(0.0, min(self.x1, other.x1) - max(self.x0, other.x0))

    def overlap_y(self, other: Box) -> float:
        """Shared height in points, 0 if none."""
        return max(0.0, min(self.bottom, other.bottom) - max(self.top, other.top))

    def contains(self, other: Box, slack: float = 0.5) -> bool:
        """Whether `other` lies inside, give or take `slack` points."""
        return (
            other.x0 >= self.x0 - slack
            and other.top >= self.top - slack
            and other.x1 <= self.x1 + slack
            and other.bottom <= self.bottom + slack
        )

    def clipped(self, width: float, height: float) -> Box:
        """The part inside a page of that size, in points."""
        if self.x0 >= 0 and self.top >= 0 and self.x0 <= self.x1 <= width and self.top <= self.bottom <= height:
            return self
        x0, top = min(max(self.x0, 0.0), width), min(max(self.top, 0.0), height)
        return Box(x0, top, min(max(self.x1, x0), width), min(max(self.bottom, top), height))

    def turned(self, width: float, height: float, rotation: int) -> Box:
        """Where the box stands after the page of that size is turned counter-clockwise by `rotation` (0, 90, 180, 270).

        That undoes a page which appears turned clockwise by `rotation`; sides swap for 90 and 270.
        """
        if rotation % 360 == 90:
            return Box(self.top, width - self.x1, self.bottom, width - self.x0)
        if rotation % 360 == 180:
            return Box(width - self.x1, height - self.bottom, width - self.x0, height - self.top)
        if rotation % 360 == 270:
            return Box(height - self.bottom, self.x0, height - self.top, self.x1)
        return self

    def as_list(self) -> list[float]:
        return [round(self.x0, 2), round(self.top, 2), round(self.x1, 2), round(self.bottom, 2)]


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box that holds all of `boxes`. Raises ValueError when there is none."""
    every = iter(boxes)
    first = next(every, None)
    if first is None:
        raise ValueError("no boxes")
    x0, top, x1, bottom = first.x0, first.top, first.x1, first.bottom
    for box in every:
        x0, top, x1, bottom = min(x0, box.x0), min(top, box.top), max(x1, box.x1), max(bottom, box.bottom)
    return Box(x0, top, x1, bottom)


def moved(box: Box, angle: float, middle: tuple[float, float]) -> Box:
    """The box where its centre comes to stand when the page is turned clockwise by `angle` degrees about `middle` (x, y).

    It keeps its size: within a few degrees that stays on the word.
    """
    sine, cosine = math.sin(math.radians(angle)), math.cos(math.radians(angle))
    x, y = box.center - middle[0], box.middle - middle[1]
    right = middle[0] + x * cosine - y * sine - box.center
    down = middle[1] + x * sine + y * cosine - box.middle
    return Box(box.x0 + right, box.top + down, box.x1 + right, box.bottom + down)
