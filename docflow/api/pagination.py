"""Parts of a list: `limit` and `offset`, and the answer that says which part it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from docflow.errors import Fault, invalid

USUAL, MOST = 50, 200
FARTHEST = 2**31


@dataclass(frozen=True, slots=True)
class Part:
    limit: int
    offset: int

    def of(self, rows: Any) -> Any:
        return rows[self.offset : self.offset + self.limit]


def part_of(query: Mapping[str, str], faults: list[Fault]) -> Part:
    """The part that a query asks for; what is wrong with it is added to `faults`."""
    limit = _whole("limit", query.get("limit"), USUAL, 1, faults)
    offset = _whole("offset", query.get("offset"), 0, 0, faults)
    return Part(min(limit, MOST), min(offset, FARTHEST))


def _whole(name: str, text: str | None, usual: int, least: int, faults: list[Fault]) -> int:
    if text is None or text == "":
        return usual
    sign, digits = (text[0], text[1:]) if text[0] in "+-" else ("", text)
    if not digits.isascii() or not digits.isdigit():
        faults.append(invalid(name, f"{name} must be a whole number."))
        return usual
    number = min(int(digits[:12]), FARTHEST) * (-1 if sign == "-" else 1)
    if number < least:
        faults.append(invalid(name, f"{name} must be {least} or more."))
        return usual
    return number


def answer(rows: Any, part: Part, plural: str, render: Callable[[Any], dict[str, Any]], **more: Any) -> dict[str, Any]:
    """{"total", "limit", "offset", "<plural>": [...]}; `rows` is a queryset or a list."""
    total = rows.count() if hasattr(rows, "filter") else len(rows)
    shown = part.of(rows) if part.offset < total else []
    return {"total": total, **more, "limit": part.limit, "offset": part.offset, plural: [render(row) for row in shown]}
