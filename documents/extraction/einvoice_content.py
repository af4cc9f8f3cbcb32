"""The whole of an e-invoice as docflow keeps it: groups of values in normal form, from whichever syntax they came.

The keys of each group are those of `readers/einvoice_terms.py`; absent values are left out. Several values under one key
stand one a line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

Values = Mapping[str, str]

SINGLE = (
    "document", "seller", "buyer", "payee", "representative", "recipient", "references", "delivery", "totals", "payment",
)  # fmt: skip
LISTED = ("adjustments", "taxes", "means", "attachments")
_MOST_LETTERS, _MOST_KEYS, _MOST_ROWS = 20_000, 100, 5_000


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One line with its own allowances and charges."""

    values: Values
    adjustments: tuple[Values, ...] = ()


@dataclass(frozen=True, slots=True)
class InvoiceContent:
    """`syntax` is CII, CII1 (ZUGFeRD 1), UBL or FatturaPA; `language` that of its words, "" where it does not tell."""

    syntax: str
    language: str = ""
    document: Values = field(default_factory=dict)
    seller: Values = field(default_factory=dict)
    buyer: Values = field(default_factory=dict)
    payee: Values = field(default_factory=dict)
    representative: Values = field(default_factory=dict)
    recipient: Values = field(default_factory=dict)
    references: Values = field(default_factory=dict)
    delivery: Values = field(default_factory=dict)
    totals: Values = field(default_factory=dict)
    payment: Values = field(default_factory=dict)
    lines: tuple[InvoiceLine, ...] = ()
    adjustments: tuple[Values, ...] = ()
    taxes: tuple[Values, ...] = ()
    means: tuple[Values, ...] = ()
    attachments: tuple[Values, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Without what is empty."""
        return {key: value for key, value in asdict(self).items() if value}

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> InvoiceContent:
        """Raises KeyError, TypeError or ValueError when `raw` has another shape: what a child answers is hostile too."""
        groups: dict[str, Any] = {key: _values(raw.get(key, {})) for key in SINGLE}
        groups |= {key: _sets(raw.get(key, ())) for key in LISTED}
        groups["lines"] = tuple(
            InvoiceLine(_values(line["values"]), _sets(line.get("adjustments", ()))) for line in _rows(raw.get("lines", ()))
        )
        return cls(syntax=_text(raw["syntax"]), language=_text(raw.get("language", ""))[:10], **groups)


def _sets(raw: Any) -> tuple[Values, ...]:
    return tuple(_values(each) for each in _rows(raw))


def _rows(raw: Any) -> list[Any]:
    if not isinstance(raw, list | tuple) or len(raw) > _MOST_ROWS:
        raise ValueError("no rows")
    return list(raw)


def _values(raw: Any) -> Values:
    if not isinstance(raw, dict) or len(raw) > _MOST_KEYS:
        raise ValueError("no values")
    return {_text(key)[:40]: _text(value) for key, value in raw.items()}


def _text(raw: Any) -> str:
    if not isinstance(raw, str) or len(raw) > _MOST_LETTERS or "\x00" in raw:
        raise ValueError("no text")
    return raw
