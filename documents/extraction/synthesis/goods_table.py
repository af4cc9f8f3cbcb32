"""The table of goods of an invoice, over as many sheets as it needs, with a carry-over line at each break."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from documents.extraction.synthesis.facts import InvoiceFacts, Line
from documents.extraction.synthesis.paper import GREY, INK, PALE, Paper
from documents.extraction.synthesis.words import Wording


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `key` names the value and its label; `x` is its left edge, `width` in points; numbers stand right."""

    key: str
    x: float
    width: float
    align: str = "right"

    @property
    def anchor(self) -> float:
        return self.x + {"left": 0.0, "right": self.width, "center": self.width / 2}[self.align]


def columns(left: float, right: float, *keys: str) -> tuple[Column, ...]:
    """The columns `keys` from `left` to `right`; the description takes what the others leave."""
    widths = {
        "position": 24.0,
        "article": 84.0,
        "quantity": 44.0,
        "unit": 52.0,
        "unit_price": 68.0,
        "vat_rate": 38.0,
        "amount": 76.0,
    }
    rest = right - left - sum(widths.get(key, 0.0) for key in keys)
    placed, x, before = [], left, "left"
    for key in keys:
        width = widths.get(key, rest)
        align = "left" if key in ("description", "position", "unit", "article") else "right"
        gap = 10.0 if align == "left" and before == "right" else 0.0  # what stands left keeps away from what stands right
        placed.append(Column(key, x + gap, width - gap, align))
        x, before = x + width, align
    return tuple(placed)


@dataclass(frozen=True, slots=True)
class Look:
    """How the table is drawn. `head` is "line", "filled" or "plain"; `grid` draws rules between the columns, `signs` the
    currency in every cell with an amount, `caps` its headings in capitals."""

    head: str = "line"
    zebra: bool = False
    grid: bool = False
    rules: bool = True
    size: float = 9.0
    pad: float = 5.0
    signs: bool = False
    caps: bool = False


@dataclass
class GoodsTable:
    """Draws the rows of `facts` on `paper`. Nothing is drawn below `bottom`."""

    facts: InvoiceFacts
    wording: Wording
    paper: Paper
    columns: tuple[Column, ...]
    look: Look
    bottom: float

    def draw(self, y: float, continued: Callable[[], float]) -> float:
        """Draws all rows from `y` on and returns the lower edge.

        `continued` ends a sheet, heads the next one and says where the table goes on there.
        """
        top, running = self._head(y), Decimal("0.00")
        y = start = top
        for position, line in enumerate(self.facts.lines, 1):
            height = self._height(line)
            last = position == len(self.facts.lines)
            if y + height + (0 if last else self.carry_height) > self.bottom:
                y = self._carry(y, self.wording["carried"], running)
                self._frame(start, y)
                start = self._head(continued())
                y = self._carry(start, self.wording["brought"], running)
            self._row(y, height, position, line)
            y += height
            running += line.amount
        self._frame(start, y)
        return y

    @property
    def lead(self) -> float:
        return self.look.size * 1.3

    @property
    def carry_height(self) -> float:
        return self.lead + 2 * self.look.pad

    @property
    def left(self) -> float:
        return self.columns[0].x

    @property
    def right(self) -> float:
        return self.columns[-1].x + self.columns[-1].width

    def _head(self, y: float) -> float:
        size, filled = self.look.size - (1.5 if self.look.caps else 0.5), self.look.head == "filled"
        height = size + 2 * self.look.pad + 2
        if filled:
            self.paper.block(self.left - 6, y, self.right - self.left + 12, height, fill=self.paper.accent)
        color = "#ffffff" if filled else (GREY if self.look.head == "plain" else INK)
        for column in self.columns:
            self.paper.text(
                column.anchor,
                y + height - self.look.pad - 1.5,
                self._headed(column.key),
                size,
                bold=True,
                color=color,
                align=column.align,
            )
        if self.look.head == "line":
            self.paper.rule(self.left, y + height, self.right, y + height, weight=1.1, color=self.paper.accent)
        return y + height

    def _headed(self, key: str) -> str:
        return self.wording[key].upper() if self.look.caps else self.wording[key]

    def _described(self, line: Line) -> list[str]:
        column = next(each for each in self.columns if each.key == "description")
        return self.paper.split(line.description, column.width - 8, self.look.size)

    def _height(self, line: Line) -> float:
        return len(self._described(line)) * self.lead + 2 * self.look.pad

    def _row(self, y: float, height: float, position: int, line: Line) -> None:
        if self.look.zebra and position % 2 == 0:
            self.paper.block(self.left - 6, y, self.right - self.left + 12, height, fill=self.paper.tint(0.07))
        baseline = y + self.look.pad + self.look.size * 0.85
        money = self.wording.money if self.look.signs else self.wording.number
        cells = {
            "position": str(position),
            "article": _article(line),
            "quantity": self.wording.quantity(line.quantity),
            "unit": line.unit,
            "unit_price": money(line.unit_price),
            "vat_rate": f"{self.wording.quantity(line.vat_rate)} %",
            "amount": money(line.printed),
        }
        for column in self.columns:
            if column.key == "description":
                self.paper.paragraph(column.x, baseline, self._described(line), self.look.size, lead=self.lead)
            else:
                color = GREY if column.key == "position" else INK
                self.paper.text(column.anchor, baseline, cells[column.key], self.look.size, color=color, align=column.align)
        if self.look.rules:
            self.paper.rule(self.left, y + height, self.right, y + height)

    def _carry(self, y: float, label: str, amount: Decimal) -> float:
        baseline = y + self.look.pad + self.look.size * 0.85
        described = next(each for each in self.columns if each.key == "description")
        self.paper.text(described.x, baseline, label, self.look.size, bold=True)
        self.paper.text(
            self.columns[-1].anchor, baseline, self.wording.number(amount), self.look.size, bold=True, align="right"
        )
        self.paper.rule(self.left, y + self.carry_height, self.right, y + self.carry_height)
        return y + self.carry_height

    def _frame(self, top: float, bottom: float) -> None:
        if not self.look.grid:
            return
        head = self.look.size - 0.5 + 2 * self.look.pad + 2
        self.paper.block(self.left - 6, top - head, self.right - self.left + 12, bottom - top + head, edge="#8a939b")
        self.paper.rule(self.left - 6, top, self.right + 6, top, weight=0.6, color="#8a939b")
        for column in self.columns[1:]:
            edge = column.x - 6 if column.align == "left" else column.x + 4
            self.paper.rule(edge, top - head, edge, bottom, color=PALE)


def _article(line: Line) -> str:
    """A number that the vendor would give this line's goods: the same goods have the same one."""
    return f"{zlib.crc32(line.description.encode()) % 900000 + 100000}"
