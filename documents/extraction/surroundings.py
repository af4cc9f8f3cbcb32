"""The document around its candidates: what features are reckoned from, found out once."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from documents.extraction.candidates.candidate import Candidate
from documents.extraction.content import Content, TextLine, plain
from documents.extraction.labels import Hit
from documents.extraction.letterhead import lines_over_address
from documents.extraction.sides import Sides


def _apart(words: str) -> str:
    """Every word with spaces of its own on both sides."""
    return f" {words.strip()} ".replace(" ", "  ")[1:-1]


@dataclass(frozen=True)
class Surroundings:
    """The document around the candidates: what features need to know once."""

    content: Content
    sides: Sides
    hits: tuple[Hit, ...]
    candidates: dict[str, tuple[Candidate, ...]]
    table_rows: frozenset[int] = frozenset()

    @cached_property
    def largest(self) -> Decimal:
        """The largest amount with decimals or currency."""
        amounts = [
            abs(Decimal(each.value))
            for each in self.candidates.get("amount", ())
            if "decimals" in each.marks or each.marked("currency")
        ]
        return max(amounts, default=Decimal(0))

    @cached_property
    def only_money(self) -> Decimal | None:
        """The one sum of money on the document, if there is only one."""
        sums = {abs(Decimal(each.value)) for each in self.candidates.get("amount", ()) if each.marked("currency")} - {
            Decimal(0)
        }
        return next(iter(sums)) if len(sums) == 1 else None

    @cached_property
    def date_range(self) -> tuple[str, str]:
        """The earliest and the latest date (ISO), twice "" without any."""
        dates = sorted(each.value for each in self.candidates.get("date", ()))
        return (dates[0], dates[-1]) if dates else ("", "")

    @cached_property
    def first_lines(self) -> dict[str, int]:
        """The first candidate of each type: id by type."""
        first: dict[str, int] = {}
        for kind, found in self.candidates.items():
            if found:
                first[kind] = id(min(found, key=lambda each: (each.span.page, each.span.line, each.span.start)))
        return first

    @cached_property
    def address_lines(self) -> frozenset[int]:
        """The numbers of the lines with which addresses begin."""
        return frozenset(each.span.line for each in self.candidates.get("address", ()))

    @cached_property
    def companies(self) -> frozenset[str]:
        """The names with a legal form, in plain words."""
        named = [each.value for each in self.candidates.get("party", ()) if "company suffix" in each.marks]
        return frozenset(re.sub(r"\W+", " ", plain(name)).strip() for name in named)

    @cached_property
    def over_address(self) -> dict[int, float]:
        """See `lines_over_address`."""
        return lines_over_address(self.content, self.candidates)

    @cached_property
    def web_names(self) -> frozenset[str]:
        """The words of mail and web addresses before their ending."""
        names: set[str] = set()
        for each in (*self.candidates.get("email", ()), *self.candidates.get("url", ())):
            host = re.sub(r"^(?:https?://)?(?:www\.)?|^.*@", "", each.value.casefold()).split("/")[0]
            names.update(re.sub(r"\W", "", part) for part in host.split(".")[:-1] if len(part) > 3)
        return frozenset(names)

    @cached_property
    def usual_currency(self) -> str:
        """The currency (ISO code) of most amounts, "" without any."""
        votes: Counter[str] = Counter()
        for each in self.candidates.get("currency", ()):
            votes[each.value] += 2 if "beside number" in each.marks else 1
        return votes.most_common(1)[0][0] if votes else ""

    @cached_property
    def _whole_text(self) -> str:
        return _apart(re.sub(r"\W+", " ", self.content.plain_text))

    def times(self, words: str) -> int:
        """How often `words`, written with single spaces, stand in the whole text."""
        return self._whole_text.count(_apart(words))

    @cached_property
    def _labelled(self) -> dict[int, int]:
        covered: dict[int, int] = {}
        for hit in self.hits:
            if hit.span.end - hit.span.start < 3:
                continue
            covered[hit.span.line] = covered.get(hit.span.line, 0) + hit.span.end - hit.span.start
        return covered

    def label_share(self, line: TextLine) -> float:
        """How much of a line is labels, 0-1."""
        return min(1.0, self._labelled.get(line.index, 0) / max(len(line.text), 1))
