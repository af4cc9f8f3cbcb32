"""CSV for spreadsheets: UTF-8 with a mark, commas, and no cell that a spreadsheet would take for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

MEDIA_TYPE = "text/csv; charset=utf-8"
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def lines(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The file, line by line, so that long exports are never whole in memory."""
    out = io.StringIO()
    writer = csv.writer(out)
    yield "\ufeff"  # Excel takes the file for UTF-8 only with it
    writer.writerow([cell(each) for each in columns])
    yield _taken(out)
    for found in rows:
        writer.writerow([cell(found.get(column)) for column in columns])
        yield _taken(out)


def _taken(out: io.StringIO) -> str:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text


def cell(value: Any) -> str:
    """Text of one cell. Text that begins like a formula gets an apostrophe; numbers, also negative ones, stay."""
    if value is None:
        return ""
    if isinstance(value, list):
        value = "; ".join(str(each) for each in value)
    if isinstance(value, int | Decimal):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text
