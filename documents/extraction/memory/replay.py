"""What a memory would have learned: documents replayed in order, read with and without it, then confirmed with their truth."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation

from rapidfuzz import fuzz

from documents.extraction import pipeline
from documents.extraction.content import Content, plain, read_content
from documents.extraction.layout import Page
from documents.extraction.lean import straightened
from documents.extraction.memory.fingerprint import fingerprint_of
from documents.extraction.memory.lessons import LearnedLayout, Tally
from documents.extraction.memory.places import locate
from documents.extraction.memory.recall import recognize
from documents.extraction.memory.teaching import Decision, lesson_of
from documents.extraction.profiles import built_in
from documents.extraction.values import FieldValue, Findings, Value

ALIKE = 90.0  # of names and addresses, as the scorer beside the truth counts them
_KINDS = {each.key: each.type for key in ("standard-invoice", "universal-invoices-receipts") for each in built_in(key).fields}


@dataclass(frozen=True)
class Sample:
    """A document that was read, with its truth: `expected` by field key, None for known absent; `accepted` further forms."""

    id: str
    group: str
    pages: tuple[Page, ...]
    expected: Mapping[str, str | None]
    accepted: Mapping[str, Sequence[str]] = field(default_factory=dict)
    doc_type: str = ""
    filename: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """How one field of one document was read: `number` counts the documents of its group from 1. `was_corrected`: on the
    document before of the same group."""

    sample: str
    group: str
    number: int
    key: str
    expected: str | None
    without: Value
    value: Value
    was_right: bool
    is_right: bool
    was_corrected: bool

    @property
    def is_worse(self) -> bool:
        return self.was_right and not self.is_right


def replay(samples: Iterable[Sample], told: Callable[[], None] = lambda: None) -> list[Reading]:
    """Reads the samples group by group in one memory, which learns from each. `told` is called after each document."""
    groups: dict[str, list[Sample]] = {}
    for sample in samples:
        groups.setdefault(sample.group, []).append(sample)
    memory: list[LearnedLayout] = []
    readings: list[Reading] = []
    for group in groups.values():
        corrected: set[str] = set()
        for number, sample in enumerate(group, 1):
            found = _find(sample, memory)
            plainly = _find(sample, ()) if memory else found
            one, other = _by_key(plainly), _by_key(found)
            rows = [
                Reading(
                    sample.id,
                    sample.group,
                    number,
                    key,
                    wanted,
                    _value(one, key),
                    _value(other, key),
                    _is_right(sample, key, _value(one, key)),
                    _is_right(sample, key, _value(other, key)),
                    key in corrected,
                )
                for key, wanted in sample.expected.items()
                if key in _KINDS
            ]
            corrected = {row.key for row in rows if not row.is_right}
            readings += rows
            _learn(memory, sample, rows, other)
            told()
    return readings


def _find(sample: Sample, memory: Sequence[LearnedLayout]) -> Findings:
    return pipeline.find_values(sample.pages, einvoice=None, profile=None, filename=sample.filename, layouts=memory)


def _by_key(found: Findings) -> dict[str, FieldValue]:
    return {each.key: each for each in found.fields}


def _value(found: Mapping[str, FieldValue], key: str) -> Value:
    return found[key].value if key in found else None


def _is_right(sample: Sample, key: str, value: Value) -> bool:
    wanted = sample.expected[key]
    if wanted is None or value is None:
        return wanted is None and value is None
    every = (wanted, *sample.accepted.get(key, ()))
    return any(same(_KINDS[key], str(value), each, unsigned=sample.doc_type == "credit_note") for each in every)


def same(kind: str, one: str, other: str, *, unsigned: bool = False) -> bool:
    """Whether two values of a type say the same: amounts by number, names and addresses nearly, all else without spaces."""
    if kind in ("amount", "number"):
        try:
            first, second = Decimal(one), Decimal(other)
        except InvalidOperation:
            return False
        return abs(first) == abs(second) if unsigned else first == second
    if kind in ("party", "address"):
        words = [re.sub(r"[^\w\s]|_", " ", each.casefold()) for each in (one, other)]
        return fuzz.token_sort_ratio(*words) >= ALIKE
    if kind in ("tax_id", "iban"):
        return re.sub(r"\W", "", one).upper() == re.sub(r"\W", "", other).upper()
    return re.sub(r"\s+", "", plain(one)).lstrip("#") == re.sub(r"\s+", "", plain(other)).lstrip("#")


def _learn(memory: list[LearnedLayout], sample: Sample, rows: Sequence[Reading], found: Mapping[str, FieldValue]) -> None:
    """What a person's confirmation of the document teaches."""
    pages, leans = straightened(sample.pages)
    content = read_content(pages, sample.filename)
    decisions = [_decided(content, sample, row, found.get(row.key)) for row in rows]
    straight = [
        replace(
            each,
            places=tuple(
                replace(one, box=leans[one.page].straight(one.box)) if one.page in leans else one for one in each.places
            ),
            machine_places=tuple(
                replace(one, box=leans[one.page].straight(one.box)) if one.page in leans else one
                for one in each.machine_places
            ),
        )
        for each in decisions
    ]
    lessons = [lesson for lesson in (lesson_of(content, each) for each in straight) if lesson is not None]
    seen = fingerprint_of(content)
    known = recognize(content, memory)
    if known is None:
        memory.append(LearnedLayout(len(memory) + 1, seen, tuple(lessons), {}, sample.doc_type))
        return
    tallies = dict(known.tallies)
    for row in rows:
        if row.key in found and any(each.kind == "layout" for each in found[row.key].evidence):
            tally = known.tally(row.key)
            tallies[row.key] = Tally(tally.used + 1, tally.right + row.is_right)
    memory[memory.index(known)] = replace(known.taught(lessons, seen, sample.doc_type), tallies=tallies)


def _decided(content: Content, sample: Sample, row: Reading, read: FieldValue | None) -> Decision:
    """A person takes what is right as it was read, and types what is printed where it is wrong."""
    places = read.places if read else ()
    kind = _KINDS[row.key]
    if row.is_right:
        return Decision(row.key, kind, row.value, False, places, places)
    value = row.expected
    if value is not None:
        forms = (value, *sample.accepted.get(row.key, ()))
        value = next((form for form in forms if locate(content, kind, form)), value)
    return Decision(row.key, kind, value, True, (), places)
