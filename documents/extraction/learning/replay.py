"""What a memory would have learned: documents replayed in order, read with and without it, then confirmed with their truth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from documents.extraction import pipeline
from documents.extraction.content import Content, read_content
from documents.extraction.layout import Page
from documents.extraction.lean import Lean, straight_places, straightened
from documents.extraction.learning import truth
from documents.extraction.memory.fingerprint import fingerprint_of
from documents.extraction.memory.lessons import LearnedLayout, Tally
from documents.extraction.memory.locating import locate
from documents.extraction.memory.recall import recognize
from documents.extraction.memory.teaching import Decision, lesson_of
from documents.extraction.roles import TYPES
from documents.extraction.values import FieldValue, Findings, Value


@dataclass(frozen=True)
class Sample:
    """A document that was read, with its line of a truth list."""

    pages: tuple[Page, ...]
    row: truth.Row
    filename: str = ""

    @property
    def id(self) -> str:
        return str(self.row["id"])

    @property
    def group(self) -> str:
        return truth.group_of(self.row)


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
                for key, wanted in sample.row["expected"].items()
                if truth.known(sample.row, key)
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
    if value is None or not truth.wanted(sample.row, key):
        return value is None and not truth.wanted(sample.row, key)
    return truth.likeness(sample.row, key, str(value)) >= truth.ALIKE


def _learn(memory: list[LearnedLayout], sample: Sample, rows: Sequence[Reading], found: Mapping[str, FieldValue]) -> None:
    """What a person's confirmation of the document teaches."""
    pages, leans = straightened(sample.pages)
    content = read_content(pages, sample.filename)
    decisions = [_decided(content, leans, sample, row, found.get(row.key)) for row in rows]
    lessons = [lesson for lesson in (lesson_of(content, each) for each in decisions) if lesson is not None]
    seen = fingerprint_of(content)
    known = recognize(content, memory)
    if known is None:
        memory.append(LearnedLayout(len(memory) + 1, seen, tuple(lessons), {}, str(sample.row.get("doc_type", ""))))
        return
    tallies = dict(known.tallies)
    for row in rows:
        if row.key in found and any(each.kind == "layout" for each in found[row.key].evidence):
            tally = known.tally(row.key)
            tallies[row.key] = Tally(tally.used + 1, tally.right + row.is_right)
    memory[memory.index(known)] = replace(known.taught(lessons, seen, str(sample.row.get("doc_type", ""))), tallies=tallies)


def _decided(content: Content, leans: Mapping[int, Lean], sample: Sample, row: Reading, read: FieldValue | None) -> Decision:
    """A person takes what is right as it was read, and types what is printed where it is wrong."""
    places = straight_places(read.places, leans) if read else ()
    kind = TYPES[row.key]
    if row.is_right:
        return Decision(row.key, kind, row.value, False, places, places)
    value = row.expected
    if value is not None:
        forms = (value, *sample.row.get("expected_alt", {}).get(row.key, ()))
        value = next((form for form in forms if locate(content, kind, form)), value)
    return Decision(row.key, kind, value, True, (), places)
