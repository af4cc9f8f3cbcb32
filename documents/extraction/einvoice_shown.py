"""An e-invoice in words: sections of labelled values in one language, for its page and for the review screen alike."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from documents.extraction.einvoice_content import InvoiceContent, InvoiceLine, Values

Row = tuple[str, str]
"""(label, value); a value of several lines goes on under an empty label."""

_BEFORE = ("document", "seller", "buyer", "payee", "representative", "references", "delivery", "recipient")
_AFTER = ("adjustments", "taxes", "totals", "payment", "means", "attachments")
_PARTIES = ("seller", "buyer", "payee", "representative", "recipient")
_STREETS = ("street", "street_2", "street_3")
COLUMNS = ("name", "quantity", "unit", "price", "rate", "amount")


@dataclass(frozen=True, slots=True)
class Section:
    """`title` is empty where the first row's label says it."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One line of the table: a cell for each of `columns`, and what else it says."""

    columns: tuple[str, ...]
    cells: tuple[str, ...]
    further: tuple[Row, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """All of it one below the other, for where there is no room for a table."""
        return (*((label, cell) for label, cell in zip(self.columns, self.cells, strict=True) if cell), *self.further)


@dataclass(frozen=True, slots=True)
class Shown:
    """The whole invoice in its order: `before` the table of `lines`, the table, `after`. `language` is that of its labels."""

    language: str
    title: str
    before: tuple[Section, ...]
    lines_title: str
    columns: tuple[str, ...]
    lines: tuple[ShownLine, ...]
    after: tuple[Section, ...]


def shown(content: InvoiceContent, doc_type: str) -> Shown:
    """In the language of the invoice where it is known and spoken here, else in English."""
    words = Words(content.language)
    columns = tuple(words.label("lines", key) for key in COLUMNS)
    return Shown(
        words.language,
        words.kind(doc_type),
        tuple(_sections(content, _BEFORE, words)),
        words.section("lines"),
        columns,
        tuple(_line(each, columns, words) for each in content.lines),
        tuple(_sections(content, _AFTER, words)),
    )


class Words:
    """Labels and codes in one language."""

    def __init__(self, language: str) -> None:
        self._words = _labels()
        known: list[str] = self._words["languages"]
        self.language = language if language in known else known[0]
        self._at = known.index(self.language)

    def kind(self, doc_type: str) -> str:
        return self._said(self._words["kinds"][doc_type])

    def section(self, group: str) -> str:
        return self._said(self._words["sections"][group])

    def label(self, group: str, key: str) -> str:
        labels = self._words["labels"]
        return self._said(labels.get(f"{group}.{key}") or labels[key])

    def value(self, group: str, key: str, value: str) -> str:
        """A code with its meaning behind it, everything else as it is."""
        codes = self._words["codes"].get(f"{group}.{key}") or self._words["codes"].get(key, {})
        if value not in codes:
            return value
        meaning = self._said(codes[value])
        return meaning if key in ("unit", "direction") else f"{value} ({meaning})"

    def _said(self, words: list[str]) -> str:
        return words[self._at]


@lru_cache(maxsize=1)
def _labels() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(__file__).with_name("einvoice_labels.json").read_text("utf-8"))
    return found


def _sections(content: InvoiceContent, groups: Iterable[str], words: Words) -> Iterator[Section]:
    for group in groups:
        said = getattr(content, group)
        for values in said if isinstance(said, tuple) else (said,) if said else ():
            title = words.section(group)
            if group in _PARTIES:
                yield Section("", tuple(_party(title, group, values, words)))
            else:
                yield Section(title, tuple(_rows(group, values, words)))


def _party(title: str, group: str, values: Values, words: Words) -> Iterator[Row]:
    """Its name under its role, then its address in one line, then the rest."""
    yield title, values.get("name", "")
    town = " ".join(values[key] for key in ("postcode", "city") if key in values)
    address = ", ".join(filter(None, (*(values.get(key, "") for key in _STREETS), town)))
    if address:
        yield words.label(group, "post"), address
    yield from _rows(group, values, words, {"name", *_STREETS, "postcode", "city"})


def _rows(group: str, values: Values, words: Words, leave: Iterable[str] = ()) -> Iterator[Row]:
    for key, value in values.items():
        if key in leave or (key == "trading_name" and value == values.get("name")):
            continue
        first, *rest = value.split("\n")
        yield words.label(group, key), words.value(group, key, first)
        yield from (("", words.value(group, key, each)) for each in rest)


def _line(line: InvoiceLine, columns: tuple[str, ...], words: Words) -> ShownLine:
    values = line.values
    cells = tuple(words.value("lines", key, values.get(key, "")) for key in COLUMNS)
    same = {"details"} if values.get("details") == values.get("name") else set()
    further = list(_rows("lines", values, words, {*COLUMNS, *same}))
    for each in line.adjustments:
        told = [words.value("adjustments", key, value) for key, value in each.items() if key not in ("direction", "percent")]
        told += [f"{each['percent']} %"] if "percent" in each else []
        further.append((words.value("adjustments", "direction", each.get("direction", "allowance")), " · ".join(told)))
    return ShownLine(columns, cells, tuple(further))
