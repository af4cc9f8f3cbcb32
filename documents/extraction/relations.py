"""How candidates stand to labels: which label is left of, or above, a candidate, and how strongly the two belong together.

Strength is 0-1: full for a label directly beside its value, less with distance, words or other labels in between.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from documents.extraction.candidates.candidate import Candidate
from documents.extraction.content import Content, Span, TextLine
from documents.extraction.labels import Hit
from documents.extraction.layout import OCR

LEFT, ABOVE = "left of it", "above it"
_WORDS = re.compile(r"[^\W_]+")
WIDE_TYPES = frozenset({"amount", "number", "percent", "currency"})
_FARTHEST_ABOVE = 14.0


@dataclass(frozen=True, slots=True)
class Link:
    """A label that may belong to a candidate."""

    hit: Hit
    direction: str
    strength: float


@dataclass(frozen=True)
class Relations:
    """Answers for one document which labels speak about a candidate."""

    content: Content
    hits: tuple[Hit, ...]

    @cached_property
    def _by_row(self) -> dict[int, list[Hit]]:
        grouped: dict[int, list[Hit]] = defaultdict(list)
        for hit in self.hits:
            grouped[self.content.lines[hit.span.line].row].append(hit)
        return grouped

    @cached_property
    def _by_page(self) -> dict[int, list[Hit]]:
        grouped: dict[int, list[Hit]] = defaultdict(list)
        for hit in self.hits:
            grouped[hit.span.page].append(hit)
        return grouped

    def links(self, candidate: Candidate) -> list[Link]:
        """All labels that may belong to the candidate, strongest first."""
        span = candidate.span
        line = self.content.lines[span.line]
        own = [link for link in self._left(span, line, candidate.type) if link.strength > 0.03]
        beside = any(link.strength > 0.6 and link.hit.span.line == span.line for link in own)
        damp = 0.35 if beside else 1.0
        own += [Link(link.hit, ABOVE, link.strength * damp) for link in self._above(span, line) if link.strength * damp > 0.03]
        return sorted(own, key=lambda link: -link.strength)

    def _left(self, span: Span, line: TextLine, kind: str) -> Iterator[Link]:
        before = [hit for hit in self._by_row.get(line.row, []) if _is_before(hit.span, span)]
        before.sort(key=lambda hit: hit.span.box.x0, reverse=True)
        if line.source == OCR and not before:
            yield from self._slanting(span, line)
            return
        reach = 45.0 if kind in WIDE_TYPES else 25.0
        for number, hit in enumerate(before[:5]):
            gap = max(0.0, span.box.x0 - hit.span.box.x1) / line.height
            words = self._words_between(hit.span, span, line)
            strength = 0.75**words * 0.5**number / (1 + max(0.0, gap - 2) / reach)
            yield Link(hit, LEFT, strength * hit.likeness)

    def _slanting(self, span: Span, line: TextLine) -> Iterator[Link]:
        """On photographed pages rows slant: a label a little higher or lower, with nothing right of it in its own row."""
        for hit in self._by_page.get(span.page, []):
            off = abs(hit.span.box.middle - span.box.middle) / line.height
            if off > 0.95 or hit.span.box.x1 > span.box.x0 or self._has_value(hit):
                continue
            gap = max(0.0, span.box.x0 - hit.span.box.x1) / line.height
            yield Link(hit, LEFT, 0.85 * (1 - 0.4 * off) / (1 + max(0.0, gap - 2) / 45.0) * hit.likeness)

    def _has_value(self, hit: Hit) -> bool:
        line = self.content.lines[hit.span.line]
        if _WORDS.search(line.text[hit.span.end :]):
            return True
        return any(other.box.x0 > line.box.x1 for other in self.content.rows_of(line.row))

    def _words_between(self, label: Span, value: Span, line: TextLine) -> int:
        if label.line == value.line:
            text = line.text[label.end : value.start]
        else:
            text = self.content.lines[label.line].text[label.end :] + " " + line.text[: value.start]
            for other in self.content.rows_of(line.row):
                if (
                    label.box.x1 <= other.box.x0
                    and other.box.x1 <= value.box.x0
                    and other.index not in (label.line, value.line)
                ):
                    text += " " + other.text
        covered = sum(
            1 for hit in self._by_row.get(line.row, []) if _is_before(label, hit.span) and _is_before(hit.span, value)
        )
        words = [word for word in _WORDS.findall(text) if word.casefold() not in _SMALL]
        return max(0, len(words) - covered)

    def _above(self, span: Span, line: TextLine) -> Iterator[Link]:
        for hit in self._by_page.get(span.page, []):
            distance = (span.box.top - hit.span.box.bottom) / line.height
            if not -0.4 <= distance <= _FARTHEST_ABOVE or hit.span.line == span.line:
                continue
            aligned = max(_alignment(hit.span, span, line.height), self._in_column(hit, span))
            if not aligned:
                continue
            between = self._lines_between(hit.span, span)
            strength = 0.9 * aligned * 0.6**between / (1 + max(0.0, distance - 1.0) * 0.3)
            yield Link(hit, ABOVE, strength * hit.likeness)

    def _in_column(self, hit: Hit, value: Span) -> float:
        """In a row of headings a column reaches from its heading to the next one."""
        row = self._by_row.get(self.content.lines[hit.span.line].row, [])
        if len(row) < 3:
            return 0.0
        following = [other.span.box.x0 for other in row if other.span.box.x0 > hit.span.box.x0 + 1]
        inside = hit.span.box.x0 - 4 <= value.box.x0 and (not following or value.box.x1 <= min(following) + 2)
        return 0.8 if inside else 0.0

    def _lines_between(self, label: Span, value: Span) -> int:
        left, right = min(label.box.x0, value.box.x0), max(label.box.x1, value.box.x1)
        middles, places = self._places(value.page)
        first, last = bisect_right(middles, label.box.bottom - 1), bisect_left(middles, value.box.top + 1)
        return sum(
            1 for x0, x1, index in places[first:last] if x0 < right and x1 > left and index not in (label.line, value.line)
        )

    def _places(self, page: int) -> tuple[list[float], list[tuple[float, float, int]]]:
        """Middles of a page's lines, top to bottom, and of each from where to where it reaches."""
        known = self._by_height.get(page)
        if known is None:
            lines = sorted(self.content.on_page(page), key=lambda line: line.box.middle)
            known = ([line.box.middle for line in lines], [(line.box.x0, line.box.x1, line.index) for line in lines])
            self._by_height[page] = known
        return known

    @cached_property
    def _by_height(self) -> dict[int, tuple[list[float], list[tuple[float, float, int]]]]:
        return {}


_SMALL = frozenset(
    {
        "eur",
        "usd",
        "gbp",
        "chf",
        "myr",
        "rm",
        "nr",
        "no",
        "n",
        "the",
        "der",
        "am",
        "is",
        "of",
        "zum",
        "bis",
        "at",
        "on",
        "im",
        "in",
        "rs",
    }
)


def _is_before(one: Span, other: Span) -> bool:
    if one.line == other.line:
        return one.end <= other.start
    return one.box.x1 <= other.box.x0 + 2.0


def _alignment(label: Span, value: Span, height: float) -> float:
    """How well a label stands in the column of a value: 1 same edge or middle, less for a mere overlap, 0 elsewhere."""
    edges = (abs(label.box.x0 - value.box.x0), abs(label.box.x1 - value.box.x1), abs(label.box.center - value.box.center))
    nearest = min(edges) / height
    if nearest < 1.0:
        return 1.0
    if label.box.overlap_x(value.box) > 0:
        return 0.85
    return 0.5 if nearest < 3.0 else 0.0
