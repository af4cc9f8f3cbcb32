"""Where a value stands in a layout: the words left of it and above it, its place on the page, the shape of what is printed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rapidfuzz import fuzz

from documents.extraction.content import Content, Span, plain

LONGEST = 60
FITS = 0.6  # from here on a candidate fits an anchor
_ALIKE = 82.0
_MOST_WORDS = 4
_FARTHEST_ABOVE = 6.0  # in line heights
_ABOVE_ONLY = 0.7  # what the words above are worth where other words stand left


@dataclass(frozen=True, slots=True)
class Anchor:
    """`left` and `above` are plain words without digits, "" where none stand; `x0`, `x1`, `y` thousandths of the page; `page`
    counts from 1, or from -1 backwards for the last; `shape` says what is printed with 0 for digits and a for letters."""

    left: str
    above: str
    x0: int
    x1: int
    y: int
    page: int
    shape: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> Anchor:
        """Raises KeyError, TypeError or ValueError for another shape."""
        left, above, shape = (str(raw[name]) for name in ("left", "above", "shape"))
        if max(len(left), len(above), len(shape)) > LONGEST:
            raise ValueError("an anchor is too long")
        return cls(left, above, int(raw["x0"]), int(raw["x1"]), int(raw["y"]), int(raw["page"]), shape)


def anchor_of(content: Content, spans: Sequence[Span]) -> Anchor:
    """The anchor of what stands at those spans; the first one counts for the words beside it."""
    first = spans[0]
    page = content.page(first.page)
    last = len(content.pages) > 1 and first.page == content.pages[-1].number
    line = content.lines[first.line]
    return Anchor(
        left_of(content, first)[-LONGEST:],
        above(content, first)[-LONGEST:],
        round(1000 * first.box.x0 / page.width),
        round(1000 * first.box.x1 / page.width),
        round(1000 * first.box.middle / page.height),
        -1 if last else first.page,
        shape_of(line.text[first.start : first.end])[:LONGEST],
    )


def shape_of(text: str) -> str:
    """INV-2024/17 -> a-0/0."""
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "0", re.sub(r"\s+", " ", text.strip())))


def left_of(content: Content, span: Span) -> str:
    """The last words without digits left of it in its row."""
    line = content.lines[span.line]
    words = _plain_words(line.text[: span.start])
    if not words:
        beside = [
            other for other in content.rows_of(line.row) if other.box.x1 <= span.box.x0 + 2 and other.index != line.index
        ]
        for other in reversed(beside):
            words = _plain_words(other.text)
            if words:
                break
    return " ".join(words[-_MOST_WORDS:])


def above(content: Content, span: Span) -> str:
    """The words of the nearest line above it that stand over it."""
    line = content.lines[span.line]
    best: tuple[float, str] | None = None
    for other in content.on_page(span.page):
        distance = (span.box.top - other.box.bottom) / line.height
        if other.index == line.index or not -0.5 <= distance <= _FARTHEST_ABOVE or other.box.overlap_x(span.box) <= 0:
            continue
        reach = 4 * line.height
        over = " ".join(
            word.text for word in other.words if word.box.x1 > span.box.x0 - reach and word.box.x0 < span.box.x1 + reach
        )
        words = _plain_words(over)
        if words and (best is None or distance < best[0]):
            best = distance, " ".join(words[:_MOST_WORDS])
    return best[1] if best else ""


def _plain_words(text: str) -> list[str]:
    return [word for word in re.findall(r"[^\W\d_]{2,}", plain(text))]


def fit(anchor: Anchor, other: Anchor) -> float:
    """How well a candidate's own anchor `other` fits the learned one, 0-1."""
    if (anchor.page < 0) != (other.page < 0) and anchor.page != 1 and other.page != 1:
        return 0.0
    shape = 1.0 if anchor.shape == other.shape else 0.4 if anchor.shape[:2] == other.shape[:2] else 0.0
    place = _place(anchor, other)
    named = _named(anchor, other)
    if named is None:
        return 0.75 * place + 0.25 * shape if anchor.page == other.page else 0.0
    return 0.6 * named + 0.3 * place + 0.1 * shape


def best_fit(anchors: Iterable[Anchor], other: Anchor) -> float:
    """How well it fits the best of the learned ones, 0 where there is none."""
    return max((fit(anchor, other) for anchor in anchors), default=0.0)


def _place(anchor: Anchor, other: Anchor) -> float:
    across = min(abs(anchor.x0 - other.x0), abs(anchor.x1 - other.x1))
    down = abs(anchor.y - other.y)
    return max(0.0, 1 - max(0, across - 8) / 60) * max(0.0, 1 - max(0, down - 8) / 120)


def _named(anchor: Anchor, other: Anchor) -> float | None:
    """How alike the words beside the two are; None where the learned one has none."""
    if not anchor.left and not anchor.above:
        return None
    left = _alike(anchor.left, other.left) if anchor.left else 0.0
    above = _alike(anchor.above, other.above) if anchor.above else 0.0
    return max(left, (_ABOVE_ONLY if anchor.left and other.left else 0.95) * above)


def _alike(one: str, other: str) -> float:
    if not other:
        return 0.0
    if one == other:
        return 1.0
    likeness = fuzz.ratio(one.replace(" ", ""), other.replace(" ", ""))
    last = fuzz.ratio(one.split()[-1], other.split()[-1]) if len(one.split()[-1]) > 3 else 0.0
    return 0.95 if likeness >= _ALIKE else 0.75 if last >= _ALIKE else 0.0
