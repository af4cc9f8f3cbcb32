"""A person's decision about a field -> a lesson. Works on words that were read before, line by line, and runs no parser."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from documents.extraction.candidates.amounts import parse
from documents.extraction.content import Content
from documents.extraction.memory.anchors import Anchor, anchor_of, fit
from documents.extraction.memory.lessons import CONSTANT, LONGEST_VALUE, MOST_ANCHORS, MOST_PARTS, Lesson
from documents.extraction.memory.locating import NUMBERS, Spans, locate, spans_at
from documents.extraction.values import Place, Value

UNTAUGHT = frozenset({"list", "boolean"})


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person said about a field. `value` None: it is not on the document. `places` where the value stands, if that is
    known; `machine_places` where the machine's value stood. `corrected`: the machine had said something else, or nothing."""

    key: str
    type: str
    value: Value
    corrected: bool
    places: tuple[Place, ...] = ()
    machine_places: tuple[Place, ...] = ()


def lesson_of(content: Content, decision: Decision) -> Lesson | None:
    """What the decision teaches about this layout; None for nothing."""
    if decision.type in UNTAUGHT or isinstance(decision.value, list):
        return None
    machine = _anchors(content, [spans_at(content, decision.machine_places)])
    if decision.value is None:
        return Lesson(decision.key, decision.type, True, absent=True, rejected=machine) if decision.corrected else None
    value = decision.value
    found = _where(content, decision, value)
    anchors = _anchors(content, found)
    rejected: tuple[Anchor, ...] = ()
    if decision.corrected and machine and not any(fit(each, machine[0]) >= 0.95 for each in anchors):
        rejected = machine
    constant = decision.type in CONSTANT
    if not anchors and not constant:
        return None
    order, decimal = _written(content, decision.type, value, found)
    return Lesson(
        decision.key,
        decision.type,
        decision.corrected,
        value=value if constant and len(value) <= LONGEST_VALUE else "",
        printed=bool(anchors),
        anchors=anchors,
        rejected=rejected,
        parts=_parts(content, found) if decision.type == "address" else (),
        order=order,
        decimal=decimal,
        language=content.language,
    )


def _where(content: Content, decision: Decision, value: str) -> Sequence[Spans]:
    if decision.places and (told := spans_at(content, decision.places)):
        return [told]
    found = locate(content, decision.type, value)
    wrong = spans_at(content, decision.machine_places)
    elsewhere = [spans for spans in found if not wrong or (spans[0].line, spans[0].start) != (wrong[0].line, wrong[0].start)]
    return elsewhere or found


def _anchors(content: Content, found: Sequence[Spans]) -> tuple[Anchor, ...]:
    """Anchors of the places, those with words beside them first."""
    told = list(dict.fromkeys(anchor_of(content, spans) for spans in found if spans))
    told.sort(key=lambda each: not (each.left or each.above))
    return tuple(told[:MOST_ANCHORS])


def _parts(content: Content, found: Sequence[Spans]) -> tuple[str, ...]:
    spans = found[0] if found else ()
    return tuple(content.lines[span.line].text[span.start : span.end][:LONGEST_VALUE] for span in spans[:MOST_PARTS])


def _written(content: Content, kind: str, value: str, found: Sequence[Spans]) -> tuple[str, str]:
    """How the value is written: order of dates, decimal sign; "" where one cannot tell."""
    for spans in found:
        raw = content.lines[spans[0].line].text[spans[0].start : spans[0].end]
        if kind == "date" and (match := re.search(r"(?<!\d)(\d{1,2})\D{1,3}(\d{1,2})\D{1,3}(?:\d{4}|\d{2})(?!\d)", raw)):
            first, second = int(match[1]), int(match[2])
            month, day = int(value[5:7]), int(value[8:10])
            if first != second:
                return ("dmy" if (first, second) == (day, month) else "mdy" if (first, second) == (month, day) else ""), ""
        if kind in NUMBERS and (number := re.search(r"\d[\d.,' ]*\d", raw)):
            signs = [sign for sign in ".," if parse(number[0], sign) == abs(Decimal(value))]
            if len(signs) == 1:
                return "", signs[0]
    return "", ""
