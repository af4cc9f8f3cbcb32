"""Whether a value is the one of a truth line: compared as the scorer of the truth lists compares (signs of credit notes,
spaces in numbers, case and punctuation of texts)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from rapidfuzz.distance import Indel

from documents.extraction.roles import TYPES

Row = Mapping[str, Any]
ALIKE = 0.9
_TEXTS = frozenset({"party", "address"})


def group_of(row: Row) -> str:
    """The vendor or layout of a truth line; without one the document is a group by itself."""
    return str(row.get("group") or row["id"])


def known(row: Row, role: str) -> bool:
    """Whether the truth line says anything about that part, be it that there is none."""
    return role in TYPES and role in row["expected"]


def wanted(row: Row, role: str) -> bool:
    """Whether a value is to be found."""
    return row["expected"].get(role) is not None


def likeness(row: Row, role: str, value: str | None) -> float:
    """1 for the very value, for names and addresses the share of equal letters, sorted by word; else 0."""
    if value is None or not wanted(row, role):
        return 0.0
    credit, tight = row.get("doc_type") == "credit_note", row.get("compare") == "nospace"
    accepted = [row["expected"][role], *row.get("expected_alt", {}).get(role, ())]
    return max(_alike(TYPES[role], value, str(each), credit, tight) for each in accepted)


def _alike(kind: str, one: str, other: str, credit: bool, tight: bool) -> float:
    mine, theirs = (_normal(kind, each, credit, tight) for each in (one, other))
    if mine == theirs:
        return 1.0
    if kind not in _TEXTS or not mine or not theirs:
        return 0.0
    sorted_ones = [" ".join(sorted(each.split())) for each in (mine, theirs)]
    return min(0.999, Indel.normalized_similarity(*sorted_ones))


def _normal(kind: str, value: str, credit: bool, tight: bool) -> str:
    if kind == "amount":
        return _amount(value, credit)
    text = unicodedata.normalize("NFKC", value)
    if kind in {"iban", "tax_id"}:
        return re.sub(r"[^0-9A-Z]", "", text.upper())
    if kind == "identifier":
        return re.sub(r"\s+", "", text.casefold()).lstrip("#")
    if kind in _TEXTS:
        words = re.sub(r"[\W_]+", " ", text.casefold().replace("\u00ad", "")).strip()
        return words.replace(" ", "") if tight else words
    return text.strip().upper()


def _amount(value: str, credit: bool) -> str:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    return str((abs(number) if credit else number).normalize() + 0)
