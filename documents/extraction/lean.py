"""Pages that lean: values are looked for as if they stood straight, and told where they stand on the page as it is shown.

A scan that leans by two degrees carries the end of a line three lines away from its beginning. Recognition levels the
picture and knows the lines, but its boxes are those of the page as it is; how much it leans can be read off its lines.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from documents.extraction.geometry import Box
from documents.extraction.layout import OCR, Line, Page
from documents.extraction.values import FieldValue, Findings, Place

_LEAST, _MOST = 0.25, 8.0
_WIDE = 90.0
_ENOUGH_LINES = 4


@dataclass(frozen=True, slots=True)
class Lean:
    """A page that leans clockwise by `degrees` about its middle, at `x`, `y` in points."""

    degrees: float
    x: float
    y: float

    def straight(self, box: Box) -> Box:
        return self._moved(box, -self.degrees)

    def shown(self, box: Box) -> Box:
        return self._moved(box, self.degrees)

    def _moved(self, box: Box, degrees: float) -> Box:
        """The box keeps its size and moves with its middle."""
        sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
        across, down = box.center - self.x, box.middle - self.y
        right = self.x + across * cosine - down * sine - box.center
        under = self.y + across * sine + down * cosine - box.middle
        return Box(box.x0 + right, box.top + under, box.x1 + right, box.bottom + under)


def straightened(pages: Iterable[Page]) -> tuple[tuple[Page, ...], dict[int, Lean]]:
    """The pages as if none leaned, and by number how those lean that do."""
    told, leans = [], {}
    for page in pages:
        degrees = lean_of(page)
        if degrees:
            lean = leans[page.number] = Lean(degrees, page.width / 2, page.height / 2)
            words = tuple(replace(word, box=lean.straight(word.box)) for word in page.words)
            codes = tuple(replace(code, box=lean.straight(code.box)) for code in page.codes)
            page = replace(page, words=words, codes=codes)
        told.append(page)
    return tuple(told), leans


def lean_of(page: Page) -> float:
    """By how many degrees the lines of a recognized page fall to the right; 0 for one that stands straight or cannot tell."""
    if page.source != OCR:
        return 0.0
    falls = sorted((fall, line.box.width) for line in page.lines if (fall := _fall_of(line)) is not None)
    if len(falls) < _ENOUGH_LINES:
        return 0.0
    degrees = math.degrees(math.atan(_weighted_median(falls)))
    return degrees if _LEAST <= abs(degrees) <= _MOST else 0.0


def _fall_of(line: Line) -> float | None:
    """The slope of the middles of a wide line's words."""
    if len(line.words) < 3 or line.box.width < _WIDE:
        return None
    xs, ys = [word.box.center for word in line.words], [word.box.middle for word in line.words]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - mean_x) ** 2 for x in xs)
    return sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / spread if spread else None


def _weighted_median(falls: list[tuple[float, float]]) -> float:
    half, passed = sum(weight for _, weight in falls) / 2, 0.0
    for fall, weight in falls:
        passed += weight
        if passed >= half:
            return fall
    return 0.0


def as_shown(findings: Findings, leans: dict[int, Lean]) -> Findings:
    """The same findings with every place where it stands on the leaning pages."""
    if not leans:
        return findings

    def places(told: tuple[Place, ...]) -> tuple[Place, ...]:
        return tuple(
            replace(place, box=leans[place.page].shown(place.box)) if place.page in leans else place for place in told
        )

    def value(field: FieldValue) -> FieldValue:
        alternatives = tuple(replace(each, places=places(each.places)) for each in field.alternatives)
        return replace(field, places=places(field.places), alternatives=alternatives)

    lines = tuple(replace(line, cells={key: value(cell) for key, cell in line.cells.items()}) for line in findings.line_items)
    return replace(findings, fields=tuple(map(value, findings.fields)), line_items=lines)
