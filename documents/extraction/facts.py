"""What the rest of the document says about amounts and dates: days to pay, money given and change, the sum of the lines."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import product

from documents.extraction.assignment import Facts
from documents.extraction.candidates.candidate import Candidate
from documents.extraction.content import Content, plain
from documents.extraction.labels import Hit, key_of
from documents.extraction.vocabulary import one_of, words_of

_DAYS = re.compile(rf"(?<!\d)(\d{{1,3}})\s*(?:{one_of('days')})(?![a-z])")
_ROUNDING = re.compile(rf"(?<!\w)(?:{one_of('rounding')})(?!\w)")
_MOST_ROUNDED = Decimal(1)
_CHANGE = frozenset(key_of(word) for word in words_of("change"))
_ROWS_OVER_CHANGE = 3


def facts_of(
    content: Content, hits: Sequence[Hit], candidates: Mapping[str, Sequence[Candidate]], lines_sum: Decimal | None
) -> Facts:
    """Facts for the assignment."""
    rounding = _roundings(content, candidates)
    days = tuple(sorted({int(number) for number in _DAYS.findall(content.plain_text)}))
    return Facts(
        abs(lines_sum) if lines_sum is not None else None, days, _payments(content, hits, candidates), tuple(sorted(rounding))
    )


def _roundings(content: Content, candidates: Mapping[str, Sequence[Candidate]]) -> set[Decimal]:
    """The small amounts in rows that speak of rounding."""
    rows = {line.row for line in content.outer_lines if _ROUNDING.search(plain(line.text))}
    amounts = {abs(Decimal(each.value)) for each in candidates.get("amount", ()) if content.lines[each.span.line].row in rows}
    return {amount for amount in amounts if 0 < amount < _MOST_ROUNDED}


def _labelled(
    content: Content, hits: Sequence[Hit], candidates: Mapping[str, Sequence[Candidate]], names: frozenset[str]
) -> set[Decimal]:
    """The amounts in rows with one of those labels."""
    rows = {content.lines[hit.span.line].row for hit in hits if key_of(hit.text) in names}
    return {
        abs(Decimal(each.value))
        for each in candidates.get("amount", ())
        if "decimals" in each.marks and content.lines[each.span.line].row in rows
    }


def _payments(
    content: Content, hits: Sequence[Hit], candidates: Mapping[str, Sequence[Candidate]]
) -> tuple[tuple[Decimal, Decimal], ...]:
    """Pairs (given, change) of a till receipt. What was given stands at a label, or in the rows over the change."""
    paid = [hit for hit in hits if hit.strength("paid_amount") >= 0.8]
    names = frozenset(key_of(hit.text) for hit in paid)
    given = _labelled(content, paid, candidates, names - _CHANGE)
    change = _labelled(content, hits, candidates, _CHANGE)
    pairs = set(product(given, change))
    amounts = [each for each in candidates.get("amount", ()) if "decimals" in each.marks]
    for hit in paid:
        if key_of(hit.text) in _CHANGE:
            pairs |= _over_change(content, content.lines[hit.span.line].row, amounts)
    return tuple(sorted((one, two) for one, two in pairs if one > two))


def _over_change(content: Content, row: int, amounts: Sequence[Candidate]) -> set[tuple[Decimal, Decimal]]:
    """(given, change) for the amounts in the rows over a row with change; where it is none, of the row right over it."""
    by_row: dict[int, set[Decimal]] = {}
    for each in amounts:
        line = content.lines[each.span.line]
        if row - _ROWS_OVER_CHANGE <= line.row <= row:
            by_row.setdefault(line.row, set()).add(abs(Decimal(each.value)))
    change = by_row.pop(row, set())
    nearest = max(by_row, default=row)
    return {(given, back) for over, sums in by_row.items() for given in sums for back in change if back or over == nearest}
