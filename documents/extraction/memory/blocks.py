"""Addresses of a layout: blocks of lines. The same one again, another branch's, another sender's at the same place."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from documents.extraction.content import Content, TextLine
from documents.extraction.memory.anchors import Anchor, anchor_of, best_fit, shape_of
from documents.extraction.memory.lessons import Lesson
from documents.extraction.memory.locating import CLOSE, Spans, column_below, squashed

_SAME_PLACE = 0.8


def like(content: Content, lesson: Lesson) -> tuple[str, Spans] | None:
    """The block that begins as the one taught did, has half of its lines, and others of the same shape -> value, spans.

    Where every line is alike the value is told as it was taught, else as the page has it.
    """
    wanted = [squashed(part)[0] for part in lesson.parts]
    for line in content.outer_lines:
        if not wanted[0] or fuzz.ratio(squashed(line.text)[0], wanted[0]) < CLOSE:
            continue
        block = _block(content, line, len(wanted))
        alike = [fuzz.ratio(squashed(one.text)[0], two) >= CLOSE for one, two in zip(block, wanted, strict=False)]
        fits = all(
            same or _shape(one.text) == _shape(part) for same, one, part in zip(alike, block, lesson.parts, strict=False)
        )
        if len(block) == len(wanted) and fits and sum(alike) * 2 >= len(wanted):
            return lesson.value if all(alike) else _said(block), _spans(content, block)
    return None


def at_anchor(content: Content, lesson: Lesson, anchors: Sequence[Anchor]) -> tuple[str, Spans] | None:
    """As many lines at the place where the address stood, if the last one has the same shape -> value, spans."""
    for line in content.outer_lines:
        if not re.search(r"\w", line.text) or len(line.text) > 120:
            continue
        if best_fit(anchors, anchor_of(content, [content.span(line, 0, len(line.text))])) < _SAME_PLACE:
            continue
        block = _block(content, line, len(lesson.parts))
        if len(block) == len(lesson.parts) and _shape(block[-1].text) == _shape(lesson.parts[-1]):
            return _said(block), _spans(content, block)
    return None


def _block(content: Content, line: TextLine, count: int) -> list[TextLine]:
    return [line, *column_below(content, line)[: count - 1]]


def _shape(text: str) -> str:
    return re.sub(r"(?:a[ .'-]*)+", "a", shape_of(text)).strip(" .,")


def _said(block: Sequence[TextLine]) -> str:
    return ", ".join(line.text.strip(" ,") for line in block)


def _spans(content: Content, block: Sequence[TextLine]) -> Spans:
    return tuple(content.span(line, 0, len(line.text)) for line in block)
