"""Every value that docflow takes from an e-invoice, and where it stands in CII, UBL and FatturaPA: `einvoice_terms.json`.

One row a value: `term` is the business term of EN 16931, "" for what the standard does not know. Paths begin at a node of the
row's group: local names parted by "/", "A|B" one or the other, "[@scheme=VA]" or "[Tax/ID=VAT]" only those, "{short}" what
the table abbreviates. The parties share one table; its terms are those of the seller. docs/einvoices.md shows all of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from documents.extraction.readers import einvoice_values
from documents.extraction.readers.einvoice_xml import Element

# Of the fields those that docflow's standard invoice has no field for, but that are compared where a profile has.
FURTHER = ("buyer", "amount_due")


@dataclass(frozen=True, slots=True)
class Term:
    """One value. Of several paths the first that holds a value counts; `many`: all that do, one a line."""

    key: str
    term: str
    read: Callable[[Element], str]
    cii: tuple[str, ...]
    ubl: tuple[str, ...]
    fattura: tuple[str, ...]
    many: bool

    def paths(self, syntax: str) -> tuple[str, ...]:
        return {"UBL": self.ubl, "FatturaPA": self.fattura}.get(syntax, self.cii)


@dataclass(frozen=True, slots=True)
class Group:
    """Values that belong together: their `terms`, and the nodes they are read from: "" the root, None nothing."""

    terms: tuple[Term, ...]
    cii: str | None
    ubl: str | None
    fattura: str | None

    def base(self, syntax: str) -> str | None:
        return {"UBL": self.ubl, "FatturaPA": self.fattura}.get(syntax, self.cii)


def _read() -> dict[str, Any]:
    raw: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
    return raw


def _long(path: str | None) -> str | None:
    """Abbreviations may hold others."""
    while path and "{" in path:
        path = path.format(**_RAW["short"])
    return path


def _terms(name: str) -> tuple[Term, ...]:
    return tuple(
        Term(
            row["key"],
            row["term"],
            getattr(einvoice_values, row["read"]),
            cii=_all_long(row.get("cii", ())),
            ubl=_all_long(row.get("ubl", ())),
            fattura=_all_long(row.get("fattura", ())),
            many=row.get("many", False),
        )
        for row in _RAW["terms"][name]
    )


def _all_long(paths: list[str]) -> tuple[str, ...]:
    return tuple(_long(path) or "" for path in paths)


_RAW = _read()
TERMS = {name: _terms(name) for name in _RAW["terms"]}
GROUPS = {
    name: Group(TERMS[row["terms"]], _long(row["cii"]), _long(row["ubl"]), _long(row["fattura"]))
    for name, row in _RAW["groups"].items()
}

# What one syntax writes in a form of its own stands under the common key.
SAME_AS: dict[str, str] = _RAW["same_as"]

# Which value of which group is which field of the standard invoice, and which value of a line is which column.
FIELDS: dict[str, tuple[str, str]] = {key: (group, term) for key, (group, term) in _RAW["fields"].items()}
CELLS: dict[str, str] = _RAW["cells"]
