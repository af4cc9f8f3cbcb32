"""A candidate: text on a page that could be a value, in normal form."""

from __future__ import annotations

from dataclasses import dataclass, field

from documents.extraction.content import Content, Span, TextLine
from documents.extraction.values import Place


@dataclass(frozen=True, slots=True)
class Style:
    """How a document writes: `decimal` is "." or ",", `order` is "dmy", "mdy" or "ymd"; `sure` how many numbers voted."""

    decimal: str
    order: str
    sure: int = 0

    @property
    def numbers(self) -> str:
        """As shown in the review screen."""
        return "1.234,56" if self.decimal == "," else "1,234.56"

    @property
    def dates(self) -> str:
        return {"dmy": "dd.mm.yyyy", "mdy": "mm/dd/yyyy", "ymd": "yyyy-mm-dd"}[self.order]


@dataclass(frozen=True, slots=True)
class Candidate:
    """`value` is the normal form, `raw` what is printed, `spans` where (the first one counts for labels).

    `marks` are facts about it that the scorer weighs, e.g. "checked" (its check digits hold), "currency:EUR",
    "decimals", "company suffix". `certainty` is that of the least certain word, 0-100.
    """

    type: str
    value: str
    raw: str
    spans: tuple[Span, ...]
    marks: frozenset[str] = field(default_factory=frozenset)
    certainty: int = 100

    @property
    def span(self) -> Span:
        return self.spans[0]

    @property
    def places(self) -> tuple[Place, ...]:
        return tuple(span.place for span in self.spans)

    def marked(self, prefix: str) -> str:
        """What follows `prefix:` among the marks, "" if there is none."""
        for mark in self.marks:
            if mark.startswith(prefix + ":"):
                return mark[len(prefix) + 1 :]
        return ""


def overlaps(one: Span, other: Span) -> bool:
    return one.line == other.line and one.start < other.end and other.start < one.end


def cut(
    content: Content, line: TextLine, kind: str, value: str, start: int, end: int, marks: frozenset[str] = frozenset()
) -> Candidate:
    """The candidate that stands on `line` from character `start` to before `end`."""
    raw = line.text[start:end].strip()
    return Candidate(kind, value, raw, (content.span(line, start, end),), marks, line.certainty(start, end))
