"""One row of goods while it is being read: its numbers by column and the words that describe it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from documents.extraction.candidates.candidate import Candidate
from documents.extraction.content import TextLine
from documents.extraction.layout import Word

Texts = list[tuple[TextLine, list[Word]]]


@dataclass
class Row:
    """One item on page `page`, in row `row`, under a heading with `columns` (none: it stands in a table without one)."""

    page: int
    row: int
    columns: frozenset[str] = frozenset()
    numbers: dict[str, Candidate] = field(default_factory=dict)
    texts: Texts = field(default_factory=list)


def words_beside(line: TextLine, cells: Iterable[Candidate]) -> list[Word]:
    """The words of a line that are part of none of `cells`."""
    taken: Sequence[tuple[int, int]] = [(each.span.start, each.span.end) for each in cells if each.span.line == line.index]
    return [
        word
        for word, start in zip(line.words, line.starts, strict=True)
        if not any(first < start + len(word.text) and start < last for first, last in taken)
    ]
