"""What the rest of the document says about amounts and dates: days to pay, money given and change, the sum of the lines."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import product

from documents.extraction.assignment import Facts
from documents.extraction.candidates.candidate import Candidate
from documents.extraction.content import Content
from documents.extraction.labels import Hit, key_of

_DAYS = re.compile(r"(?<!\d)(\d{1,3})\s*(?:days?|tag(?:e|en)?|jours?|j|dias?|giorni|dagen)\b")
_CHANGE = frozenset(
    key_of(word) for word in ("change", "change due", "rückgeld", "rendu", "cambio", "resto", "wisselgeld", "balance")
)


def facts_of(
    content: Content, hits: Sequence[Hit], candidates: Mapping[str, Sequence[Candidate]], lines_sum: Decimal | None
) -> Facts:
    """Facts for the assignment."""
    days = tuple(sorted({int(number) for number in _DAYS.findall(content.plain_text)}))
    return Facts(abs(lines_sum) if lines_sum is not None else None, days, _payments(content, hits, candidates))


def _payments(
    content: Content, hits: Sequence[Hit], candidates: Mapping[str, Sequence[Candidate]]
) -> tuple[tuple[Decimal, Decimal], ...]:
    """Pairs (given, change) of a till receipt."""
    by_row: dict[int, Decimal] = {}
    for each in candidates.get("amount", ()):
        if "decimals" in each.marks:
            by_row[content.lines[each.span.line].row] = abs(Decimal(each.value))
    given, change = set(), set()
    for hit in hits:
        amount = by_row.get(content.lines[hit.span.line].row)
        if amount is None or hit.strength("paid_amount") < 0.8:
            continue
        (change if key_of(hit.text) in _CHANGE else given).add(amount)
    return tuple((one, two) for one, two in product(sorted(given), sorted(change)) if one > two)
