"""Lessons and the layouts they belong to, as plain values with a JSON form whose size is limited: it travels to the child."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from documents.extraction.memory.anchors import Anchor
from documents.extraction.memory.fingerprint import Fingerprint

MOST_LAYOUTS = 20  # that travel with one document
MOST_LESSONS = 8  # of one field, the newest
MOST_FIELDS = 100
LONGEST_VALUE = 300
MOST_ANCHORS, MOST_PARTS = 4, 6
CONSTANT = frozenset({"party", "address", "tax_id", "currency", "choice"})  # types whose value belongs to the layout
_TRUSTED = 3  # a lesson begins as if it had been right so often


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one document taught about one field.

    `value` is kept for the types in CONSTANT only, with the printed lines it stood in as `parts`; `printed`: it was
    found on the page. `rejected` are the anchors of what the machine had taken wrongly. `absent`: a person said that the field
    is not on the document. `corrected`: the machine was wrong; else a person confirmed what it had read. `order` ("dmy",
    "mdy") and `decimal` (".", ",") say how dates and numbers are written in that `language`, where that could be told.
    """

    key: str
    type: str
    corrected: bool
    value: str = ""
    printed: bool = False
    absent: bool = False
    anchors: tuple[Anchor, ...] = ()
    rejected: tuple[Anchor, ...] = ()
    parts: tuple[str, ...] = ()
    order: str = ""
    decimal: str = ""
    language: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "type": self.type,
            "corrected": self.corrected,
            "value": self.value,
            "printed": self.printed,
            "absent": self.absent,
            "anchors": [each.as_json() for each in self.anchors],
            "rejected": [each.as_json() for each in self.rejected],
            "parts": list(self.parts),
            "order": self.order,
            "decimal": self.decimal,
            "language": self.language,
        }

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> Lesson:
        """Raises KeyError, TypeError or ValueError for another shape or size."""
        parts = tuple(str(part) for part in raw["parts"])
        anchors, rejected = (tuple(Anchor.from_json(each) for each in raw[name]) for name in ("anchors", "rejected"))
        texts = [str(raw[name]) for name in ("key", "type", "value", "order", "decimal", "language")]
        if max(map(len, (*texts, *parts))) > LONGEST_VALUE or len(parts) > MOST_PARTS:
            raise ValueError("a lesson is too long")
        if len(anchors) > MOST_ANCHORS or len(rejected) > MOST_ANCHORS:
            raise ValueError("too many anchors")
        corrected, printed, absent = (bool(raw[name]) for name in ("corrected", "printed", "absent"))
        key, kind, value, order, decimal, language = texts
        lesson = cls(key, kind, corrected, value, printed, absent, anchors, rejected, parts)
        return replace(lesson, order=order, decimal=decimal, language=language)


@dataclass(frozen=True, slots=True)
class Tally:
    """How often a field was told from memory, and how often a person then found it right."""

    used: int = 0
    right: int = 0

    @property
    def weight(self) -> float:
        """What the memory is worth, 0-1: 1 while it was always right, 0 when it is wrong as often as right."""
        return max(0.0, 2 * (self.right + _TRUSTED) / (self.used + _TRUSTED) - 1)


@dataclass(frozen=True, slots=True)
class LearnedLayout:
    """One layout of one sender: how it is known, what was taught about it (newest first), how often each field was right."""

    id: int
    fingerprint: Fingerprint
    lessons: tuple[Lesson, ...] = ()
    tallies: Mapping[str, Tally] = field(default_factory=dict)
    doc_type: str = ""

    def about(self, key: str, kind: str) -> tuple[Lesson, ...]:
        """The newest lessons about a field of that type."""
        return tuple(each for each in self.lessons if each.key == key and each.type == kind)[:MOST_LESSONS]

    def tally(self, key: str) -> Tally:
        return self.tallies.get(key, Tally())

    def said(self, name: str, language: str) -> str:
        """How dates ("order") or numbers ("decimal") are written where this layout speaks that language; "" unknown."""
        told = (str(getattr(each, name)) for each in self.lessons if each.language == language)
        return next(filter(None, told), "")

    def taught(self, lessons: Iterable[Lesson], fingerprint: Fingerprint, doc_type: str = "") -> LearnedLayout:
        """The same with what one more document taught."""
        return replace(
            self,
            fingerprint=self.fingerprint.joined(fingerprint),
            lessons=(*lessons, *self.lessons),
            doc_type=doc_type or self.doc_type,
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "fingerprint": self.fingerprint.as_json(),
            "lessons": [each.as_json() for each in self.lessons],
            "tallies": {key: [tally.used, tally.right] for key, tally in self.tallies.items()},
            "doc_type": self.doc_type,
        }

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> LearnedLayout:
        """Raises KeyError, TypeError or ValueError for another shape or size."""
        if len(raw["lessons"]) > MOST_LESSONS * MOST_FIELDS or len(raw["tallies"]) > MOST_FIELDS:
            raise ValueError("too many lessons")
        return cls(
            int(raw["id"]),
            Fingerprint.from_json(raw["fingerprint"]),
            tuple(Lesson.from_json(each) for each in raw["lessons"]),
            {str(key): Tally(int(used), int(right)) for key, (used, right) in raw["tallies"].items()},
            str(raw["doc_type"])[:LONGEST_VALUE],
        )
