"""Pages that lean: values are looked for as if they stood straight, and told where they stand on the page as it is shown.

A scan that leans by two degrees carries the end of a line three lines away from its beginning. Recognition levels the
picture and knows the lines, but its boxes are those of the page as it is; how much it leans can be read off its lines. On a
photograph that was taken from one side the upper lines lean otherwise than the lower ones.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from documents.extraction.geometry import Box, moved
from documents.extraction.layout import OCR, Line, Page
from documents.extraction.values import FieldValue, Findings, Place

_LEAST, _MOST = 0.25, 8.0
_WIDE = 0.15  # of the width of the page
_ENOUGH_LINES = 4
# A photograph from one side: lines fall differently at the top and at the bottom. Told apart from noise by six lines and more
# over a good part of the page that all agree; the numbers are the change of the slope from top to bottom.
_ENOUGH_TO_BEND = 6
_BENDS_LEAST, _BENDS_MOST = 0.02, 0.25
_APART = 0.15


@dataclass(frozen=True, slots=True)
class Lean:
    """A page that leans clockwise by `degrees` about its middle, at `x`, `y` in points.

    `bend` is by how much the slope of its lines grows from one point of height to the next: 0 unless it was photographed
    from one side.
    """

    degrees: float
    x: float
    y: float
    bend: float = 0.0

    def straight(self, box: Box) -> Box:
        turned = moved(box, -self.degrees, (self.x, self.y))
        return _lifted(turned, -self.bend * (turned.middle - self.y) * (turned.center - self.x))

    def shown(self, box: Box) -> Box:
        across = self.bend * (box.center - self.x)
        return moved(_lifted(box, (box.middle - self.y) * across / (1 - across)), self.degrees, (self.x, self.y))


def _lifted(box: Box, by: float) -> Box:
    return Box(box.x0, box.top + by, box.x1, box.bottom + by) if by else box


def straightened(pages: Iterable[Page]) -> tuple[tuple[Page, ...], dict[int, Lean]]:
    """The pages as if none leaned, and by number how those lean that do."""
    told, leans = [], {}
    for page in pages:
        lean = lean_of(page)
        if lean is not None:
            leans[page.number] = lean
            words = tuple(replace(word, box=lean.straight(word.box)) for word in page.words)
            codes = tuple(replace(code, box=lean.straight(code.box)) for code in page.codes)
            page = replace(page, words=words, codes=codes)
        told.append(page)
    return tuple(told), leans


def lean_of(page: Page) -> Lean | None:
    """How the lines of a recognized page fall to the right; None for one that stands straight or cannot tell."""
    if page.source != OCR:
        return None
    x, y = page.width / 2, page.height / 2
    falls = [
        (fall, line.box.width, line.box.middle - y)
        for line in page.lines
        if (fall := _fall_of(line, _WIDE * page.width)) is not None
    ]
    if len(falls) < _ENOUGH_LINES:
        return None
    bend = _bend_of(falls, page.height)
    degrees = math.degrees(math.atan(_middle(falls, bend)))
    if abs(degrees) > _MOST or (abs(degrees) < _LEAST and not bend):
        return None
    return Lean(degrees, x, y, bend)


Fall = tuple[float, float, float]  # slope, width of the line, its distance below the middle of the page


def _middle(falls: list[Fall], bend: float) -> float:
    """The slope at the middle of the page."""
    return _weighted_median([(fall - bend * down, width) for fall, width, down in falls])


def _bend_of(falls: list[Fall], height: float) -> float:
    """The change of the slope a point of height, 0 where lines do not agree on one."""
    if len(falls) < _ENOUGH_TO_BEND:
        return 0.0
    changes = [
        ((fall - other) / (down - above), width + wide)
        for number, (fall, width, down) in enumerate(falls)
        for other, wide, above in falls[:number]
        if abs(down - above) > _APART * height
    ]
    bend = _weighted_median(changes) if len(changes) >= _ENOUGH_TO_BEND else 0.0
    if not _BENDS_LEAST <= abs(bend) * height <= _BENDS_MOST:
        return 0.0
    return bend if _strays(falls, bend) < 0.5 * _strays(falls, 0.0) else 0.0


def _strays(falls: list[Fall], bend: float) -> float:
    """How far the slopes of most lines are from what is expected at their height."""
    middle = _middle(falls, bend)
    return _weighted_median([(abs(fall - bend * down - middle), width) for fall, width, down in falls])


def _fall_of(line: Line, wide: float) -> float | None:
    """The slope of the middles of a wide line's words."""
    if len(line.words) < 3 or line.box.width < wide:
        return None
    xs, ys = [word.box.center for word in line.words], [word.box.middle for word in line.words]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - mean_x) ** 2 for x in xs)
    return sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / spread if spread else None


def _weighted_median(weighed: list[tuple[float, float]]) -> float:
    half, passed = sum(weight for _, weight in weighed) / 2, 0.0
    for value, weight in sorted(weighed):
        passed += weight
        if passed >= half:
            return value
    return 0.0


def shown_places(places: Iterable[Place], leans: Mapping[int, Lean]) -> tuple[Place, ...]:
    """Places on pages set straight -> where they stand on the pages as those are shown."""
    return tuple(replace(each, box=leans[each.page].shown(each.box)) if each.page in leans else each for each in places)


def straight_places(places: Iterable[Place], leans: Mapping[int, Lean]) -> tuple[Place, ...]:
    """Places on the pages as they are shown -> where they stand on the pages set straight."""
    return tuple(replace(each, box=leans[each.page].straight(each.box)) if each.page in leans else each for each in places)


def as_shown(findings: Findings, leans: dict[int, Lean]) -> Findings:
    """The same findings with every place where it stands on the leaning pages."""
    if not leans:
        return findings

    def value(field: FieldValue) -> FieldValue:
        alternatives = tuple(replace(each, places=shown_places(each.places, leans)) for each in field.alternatives)
        return replace(field, places=shown_places(field.places, leans), alternatives=alternatives)

    lines = tuple(replace(line, cells={key: value(cell) for key, cell in line.cells.items()}) for line in findings.line_items)
    return replace(findings, fields=tuple(map(value, findings.fields)), line_items=lines)
