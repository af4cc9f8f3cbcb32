"""The table of goods on the review page: rows, cells, and the running sum against the document's own amount."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from documents.extraction.profiles import Profile
from documents.models import Document, LineItem
from documents.normal import NUMBERS

TOLERANCE = Decimal("0.02")
CERTAIN = 80  # a cell read with less is marked to be looked at


def lines_of(document: Document, profile: Profile) -> dict[str, Any] | None:
    """None when the profile asks for no line items. A row is named by its position, from 1."""
    if not profile.columns:
        return None
    stored = list(document.line_items.all())
    rows = [_row(row, profile) for row in stored]
    columns = [
        {"key": each.key, "label": each.label, "type": each.type, "numeric": each.type in NUMBERS} for each in profile.columns
    ]
    return {"columns": columns, "rows": rows, "sum": _sum(document, stored, rows, profile)}


def _row(row: LineItem, profile: Profile) -> dict[str, Any]:
    cells = {column.key: _cell(row.cells.get(column.key)) for column in profile.columns}
    return {"id": row.position, "kind": row.kind, "page": row.page, "cells": cells, "problem": _problem(row)}


def _cell(cell: dict[str, Any] | None) -> dict[str, Any]:
    if cell is None:
        return {"value": None, "shown": "", "raw": "", "state": "empty", "confidence": None, "places": []}
    value = cell["value"]
    places = [
        {"page": each["page"], "box": [round(each[side], 1) for side in ("x0", "top", "x1", "bottom")]}
        for each in cell["boxes"]
    ]
    doubtful = value not in (None, "") and cell["confidence"] < CERTAIN
    state = "empty" if value in (None, "") else "look" if doubtful else "sure"
    shown = "" if value is None else str(value)
    return {
        "value": value,
        "shown": shown,
        "raw": cell["raw"],
        "state": state,
        "confidence": cell["confidence"],
        "places": places,
    }


def _number(row: LineItem, key: str) -> Decimal | None:
    try:
        return Decimal(row.cells[key]["value"])
    except (KeyError, TypeError, InvalidOperation):
        return None


def _problem(row: LineItem) -> str:
    quantity, price, amount = (_number(row, key) for key in ("quantity", "unit_price", "amount"))
    if quantity is None or price is None or amount is None or abs(quantity * price - amount) <= TOLERANCE:
        return ""
    words = {"quantity": quantity, "price": price, "product": (quantity * price).quantize(Decimal("0.01")), "amount": amount}
    return _("%(quantity)s × %(price)s is %(product)s, not %(amount)s") % words


def _sum(document: Document, stored: list[LineItem], rows: list[dict[str, Any]], profile: Profile) -> dict[str, Any] | None:
    if "amount" not in {column.key for column in profile.columns}:
        return None
    amounts = [number for row in stored if row.kind == "item" and (number := _number(row, "amount")) is not None]
    total = sum(amounts, Decimal(0)).quantize(Decimal("0.01"))
    against, target = _target(document)
    if target is None:
        return {
            "column": "amount",
            "value": str(total),
            "said": _("sum %(sum)s") % {"sum": total},
            "off": False,
            "suspect": None,
        }
    difference = abs(total - target)
    off = difference > TOLERANCE and bool(rows)
    words = {"sum": total, "what": against, "target": target, "difference": difference}
    said = _("sum %(sum)s · %(what)s %(target)s · ▲ %(difference)s") if off else _("sum %(sum)s = %(what)s %(target)s")
    if not rows:
        said = _("%(what)s %(target)s")
    return {
        "column": "amount", "value": str(total), "against": against, "target": str(target), "difference": str(difference),
        "tolerance": str(TOLERANCE), "said": said % words, "off": off, "suspect": _suspect(rows) if off else None,
    }  # fmt: skip


def _target(document: Document) -> tuple[str, Decimal | None]:
    values = {row.key: row.value for row in document.annotations.all()}
    for key, word in (("subtotal", _("net")), ("amount_before_tax", _("net")), ("total_amount", _("total"))):
        try:
            if values.get(key):
                return word, Decimal(str(values[key]))
        except InvalidOperation:
            continue
    return "", None


def _suspect(rows: list[dict[str, Any]]) -> int | None:
    """The likeliest row: the one whose own arithmetic fails, else the one read with the least certainty."""
    failing = next((row for row in rows if row["problem"]), None)
    doubtful = min(rows, key=lambda row: row["cells"]["amount"]["confidence"] or 0)
    return (failing or doubtful)["id"]


def apply_steps(rows: list[dict[str, str]], steps: list[Any]) -> list[dict[str, str]]:
    """The rows after `steps`, in order: {"set": [row, column, text]}, {"insert": after}, {"remove": row}. Rows count from 1.

    Raises ValueError or TypeError for a step of another shape or a row that is not there.
    """
    for step in steps:
        ((verb, given),) = dict(step).items()
        if verb == "set":
            number, column, text = given
            rows[_index(number, rows)][str(column)] = str(text)
        elif verb == "insert":
            rows.insert(0 if not given else _index(given, rows) + 1, {})
        elif verb == "remove":
            del rows[_index(given, rows)]
        else:
            raise ValueError(f"unknown step {verb!r}")
    return rows


def _index(number: Any, rows: list[dict[str, str]]) -> int:
    if not isinstance(number, int) or not 1 <= number <= len(rows):
        raise ValueError(f"there is no row {number!r}")
    return number - 1


def rows_as_text(document: Document) -> list[dict[str, str]]:
    return [
        {key: "" if cell["value"] is None else str(cell["value"]) for key, cell in row.cells.items()}
        for row in document.line_items.all()
    ]
