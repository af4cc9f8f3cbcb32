"""Candidates by value type: one file for each, and `collect`, which asks them all.

A new value type is one new file with a function Content, Style -> list of Candidate, and one line in `FINDERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from documents.extraction.candidates import addresses, amounts, chinese, codes, dates, identifiers, parties
from documents.extraction.candidates.candidate import Candidate, Style
from documents.extraction.content import Content

__all__ = ["FINDERS", "Candidate", "Style", "collect", "decide_style"]


def _find_parties(content: Content, style: Style) -> list[Candidate]:
    return chinese.find_parties(content) if content.language == "zh" else parties.find(content, style)


FINDERS: dict[str, Callable[[Content, Style], Iterable[Candidate]]] = {
    "date": dates.find,
    "amount": amounts.find,
    "iban": codes.find_ibans,
    "tax_id": codes.find_tax_ids,
    "identifier": identifiers.find,
    "currency": amounts.find_currencies,
    "percent": amounts.find_percents,
    "number": amounts.find_numbers,
    "address": addresses.find,
    "party": _find_parties,
    "email": codes.find_emails,
    "url": codes.find_urls,
    "phone": codes.find_phones,
}


def decide_style(content: Content) -> Style:
    """How this document writes numbers and dates, decided from all of them together."""
    numbers, votes = amounts.number_style(content)
    return Style(numbers, dates.date_order(content), votes)


def collect(content: Content, style: Style) -> dict[str, tuple[Candidate, ...]]:
    """All candidates of a document, by value type."""
    return {kind: tuple(find(content, style)) for kind, find in FINDERS.items()}
