"""House styles: any number of invoice layouts, each drawn from a number. The same number is the same letterhead.

Where `layouts.py` draws four layouts by hand, a house style is a choice of parts as real letterheads combine them: where the
sender, the buyer and the title stand, how number and dates are set, which columns the table has, how the sums are written.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from documents.extraction.synthesis.facts import InvoiceFacts
from documents.extraction.synthesis.goods_table import Look
from documents.extraction.synthesis.identity import grouped
from documents.extraction.synthesis.layouts import Layout, Pairs
from documents.extraction.synthesis.paper import GREY, Paper
from documents.extraction.synthesis.words import Wording

_KEYS = (
    ("description", "quantity", "unit_price", "amount"),
    ("quantity", "description", "unit_price", "amount"),
    ("position", "article", "description", "quantity", "unit_price", "amount"),
    ("article", "description", "quantity", "unit", "unit_price", "amount"),
    ("position", "description", "quantity", "unit", "unit_price", "vat_rate", "amount"),
    ("quantity", "unit", "article", "description", "unit_price", "amount"),
)


@dataclass(frozen=True, slots=True)
class House:
    """The choices of one letterhead; the words in them are read where the part is drawn."""

    family: str
    left: float
    right: float
    size: float
    sender: str  # left, right, center, split
    sender_first: bool  # the sender above the buyer, else beside it
    vat_at: str  # sender, foot, closing, meta
    buyer: str  # left, right
    buyer_titled: bool
    sender_line: bool
    title: str  # left, right, center, numbered, sentence
    capitals: bool
    meta: str  # pairs, colons, cells, table, columns
    late_due: bool  # the due date stands in the terms only
    keys: tuple[str, ...]
    look: Look
    sums: str  # right, wide, cells, colons
    sums_from: str  # net, total: which is written first
    by_rate: bool
    bank: str  # foot, closing, sentence
    order: int  # shuffles number, dates and references


def house(number: int) -> House:
    """The letterhead with that number."""
    rng = random.Random(f"house {number}")
    left, right = rng.choice((45.0, 57.0, 71.0)), rng.choice((524.0, 538.0, 550.0))
    look = Look(
        head=rng.choice(("line", "filled", "plain")),
        zebra=rng.random() < 0.3,
        grid=rng.random() < 0.25,
        rules=rng.random() < 0.5,
        size=rng.choice((8.5, 9.0, 9.5)),
        pad=rng.choice((2.5, 4.0, 6.0)),
        signs=rng.random() < 0.3,
        caps=rng.random() < 0.2,
    )
    return House(
        family=rng.choice(("sans", "sans", "serif", "vera")),
        left=left,
        right=right,
        size=rng.choice((8.5, 9.0, 10.0)),
        sender=rng.choice(("left", "right", "center", "split")),
        sender_first=rng.random() < 0.7,
        vat_at=rng.choice(("sender", "foot", "foot", "closing", "meta")),
        buyer=rng.choice(("left", "left", "right")),
        buyer_titled=rng.random() < 0.5,
        sender_line=rng.random() < 0.4,
        title=rng.choice(("left", "right", "center", "numbered", "sentence")),
        capitals=rng.random() < 0.3,
        meta=rng.choice(("pairs", "colons", "cells", "table", "columns")),
        late_due=rng.random() < 0.2,
        keys=rng.choice(_KEYS),
        look=look,
        sums=rng.choice(("right", "wide", "cells", "colons")),
        sums_from=rng.choice(("net", "net", "net", "total")),
        by_rate=rng.random() < 0.25,
        bank=rng.choice(("foot", "closing", "sentence")),
        order=rng.randint(0, 999),
    )


class HouseStyle(Layout):
    """Draws an invoice in the letterhead `style`."""

    def __init__(self, facts: InvoiceFacts, wording: Wording, paper: Paper, style: House) -> None:
        self.style = style
        self.left, self.right, self.look, self.keys = style.left, style.right, style.look, style.keys
        super().__init__(facts, wording, paper)

    def opening(self) -> float:
        y = self._sender(48.0)
        sides = {"left": y, "right": y}
        if not self.style.sender_first and self.style.sender in ("left", "right"):
            sides["right" if self.style.sender == "left" else "left"] = 60.0
        sides[self.style.buyer] = self._buyer(sides[self.style.buyer])
        beside = "right" if self.style.buyer == "left" else "left"
        if self.style.meta in ("pairs", "colons"):
            sides[beside] = self._references_beside(sides[beside], beside)
        y = self._title(max(sides.values()) + 26)
        if self.style.meta not in ("pairs", "colons"):
            y = self._references_across(y)
        return y + 6

    def closing(self, y: float) -> None:
        y = self._sums(y + 18)
        vendor, size = self.facts.vendor, self.style.size
        lines = [self.terms()] if self.facts.due_on is None or self.style.late_due or self.style.order % 2 else []
        if self.style.bank == "closing":
            lines += [f"{self.wording['bank']}: IBAN {grouped(vendor.iban)}, BIC {vendor.bic}"]
        elif self.style.bank == "sentence":
            lines += [f"{vendor.name}, IBAN: {grouped(vendor.iban)}"]
        if self.style.vat_at == "closing":
            lines += [f"{self.wording['vat_id']}: {vendor.vat_id}"]
        for line in lines:
            y = self.paper.paragraph(self.left, y + 12, self.paper.split(line, self.right - self.left, size), size)

    def foot(self) -> None:
        vendor = self.facts.vendor
        parts = [[vendor.name, vendor.street, vendor.town], [vendor.phone, vendor.email, vendor.website]]
        if self.style.vat_at in ("foot", "meta"):
            parts[0].append(f"{self.wording['vat_id']} {vendor.vat_id}")
        if self.style.bank == "foot":
            parts.append([self.wording["bank"], f"IBAN {grouped(vendor.iban)}", f"BIC {vendor.bic}"])
        self.paper.rule(self.left, 772, self.right, 772)
        for number, lines in enumerate(parts):
            x = self.left + number * (self.right - self.left) / len(parts)
            self.paper.paragraph(x, 784, lines, 7, lead=9.5, color=GREY)
        self.paper.text(self.right, 828, self.sheet_of(), 7, color=GREY, align="right")

    @property
    def closing_height(self) -> float:
        return super().closing_height + 24

    def meta(self) -> Pairs:
        """Number, dates and references in the order of the house; what stands elsewhere is left out here."""
        pairs = super().meta()
        named = self.style.title in ("numbered", "sentence")
        skipped = {self.facts.number} if named else set()
        if self.style.title == "sentence":
            skipped.add(self.wording.date(self.facts.issued_on))
        if self.style.late_due and self.facts.due_on:
            skipped.add(self.wording.date(self.facts.due_on))
        kept = [pair for pair in pairs if pair[1] not in skipped]
        random.Random(self.style.order).shuffle(kept)
        if self.style.vat_at == "meta":
            kept.append((self.wording["vat_id"], self.facts.vendor.vat_id))
        return kept

    def _sender(self, y: float) -> float:
        paper, vendor, place = self.paper, self.facts.vendor, self.style.sender
        lines = [vendor.street, vendor.town, f"{self.wording['phone']} {vendor.phone}", vendor.email]
        if self.style.vat_at == "sender":
            lines.append(f"{self.wording['vat_id']}: {vendor.vat_id}")
        x = {"left": self.left, "split": self.left, "right": self.right, "center": paper.width / 2}[place]
        align = {"split": "left"}.get(place, place)
        paper.text(x, y + 10, vendor.name, self.style.size + 6, bold=True, color=paper.accent, align=align)
        if place == "split":
            x, align = self.right, "right"
        else:
            y += 24
        for line in lines:
            paper.text(x, y, line, self.style.size - 0.5, color=GREY, align=align)
            y += 12
        return y + 14

    def _buyer(self, y: float) -> float:
        paper, vendor = self.paper, self.facts.vendor
        x = self.left if self.style.buyer == "left" else 330.0
        if self.style.sender_line:
            paper.text(x, y, f"{vendor.name} · {vendor.street} · {vendor.town}", 6.5, color=GREY)
            y += 14
        if self.style.buyer_titled:
            paper.text(x, y, self.wording["bill_to"], self.style.size - 1, bold=True, color=GREY)
            y += 14
        return paper.paragraph(x, y, self.buyer(), self.style.size + 0.5, lead=14)

    def _title(self, y: float) -> float:
        heading, title = self.heading, self.style.title
        if title == "numbered":
            heading = f"{heading} {self.facts.number}"
        elif title == "sentence":
            heading = f"{heading} {self.facts.number} {self.wording['of']} {self.wording.date(self.facts.issued_on)}"
        elif self.style.capitals:
            heading = heading.upper()
        place = title if title in ("right", "center") else "left"
        x = {"left": self.left, "right": self.right, "center": self.paper.width / 2}[place]
        self.paper.text(x, y, heading, 15, bold=True, align=place)
        return y + 22

    def _references_beside(self, y: float, side: str) -> float:
        x, end = (330.0, self.right) if side == "right" else (self.left, 270.0)
        for label, value in self.meta():
            if self.style.meta == "colons":
                self.paper.text(x, y, f"{label}: {value}", self.style.size)
            else:
                self.paper.text(x, y, label, self.style.size, color=GREY)
                self.paper.text(end, y, value, self.style.size, align="right")
            y += 14
        return y

    def _references_across(self, y: float) -> float:
        pairs, size = self.meta(), self.style.size
        if not pairs:
            return y
        if self.style.meta == "columns":
            for number, (label, value) in enumerate(pairs):
                x = self.left + number % 2 * 250
                self.paper.text(x, y + number // 2 * 15, f"{label}:", size, color=GREY)
                self.paper.text(x + 110, y + number // 2 * 15, value, size)
            return y + -(-len(pairs) // 2) * 15
        per_row = min(len(pairs), 4)
        width, high = (self.right - self.left) / per_row, 30.0
        for number, (label, value) in enumerate(pairs):
            x, top = self.left + number % per_row * width, y - 10 + number // per_row * high
            if self.style.meta == "cells":
                self.paper.block(x, top, width, high, edge="#8a939b")
            self.paper.text(x + 4, top + 11, label, size - 1.5, color=GREY)
            self.paper.text(x + 4, top + 24, value, size)
        return y + -(-len(pairs) // per_row) * high

    def _rows(self) -> Iterator[tuple[str, str, bool]]:
        rows = self.totals()
        if self.style.by_rate:
            taxes = [
                (self.wording["on_net"].format(self.wording.quantity(row.rate), self.wording.money(row.net)), row.tax)
                for row in self.facts.taxes
            ]
            rows = [rows[0], *((label, self.wording.money(tax)) for label, tax in taxes), rows[-1]]
        if self.style.sums_from == "total":
            rows = [rows[-1], *rows[:-1]]
        total = self.totals()[-1]
        for label, value in rows:
            yield label, value, (label, value) == total

    def _sums(self, y: float) -> float:
        paper, size = self.paper, self.style.size
        rows = list(self._rows())
        if self.style.sums == "cells":
            width = (self.right - self.left) / max(len(rows), 3)
            for number, (label, value, bold) in enumerate(rows):
                x = self.left + number * width
                paper.block(x, y - 12, width, 30, edge="#8a939b")
                paper.text(x + width - 5, y, label, size - 1.5, color=GREY, align="right")
                paper.text(x + width - 5, y + 13, value, size, bold=bold, align="right")
            return y + 34
        for label, value, bold in rows:
            if self.style.sums == "colons":
                paper.text(self.right, y, f"{label}: {value}", size, bold=bold, align="right")
            else:
                x = self.left if self.style.sums == "wide" else 340.0
                paper.text(x, y, label, size, bold=bold)
                paper.text(self.right, y, value, size, bold=bold, align="right")
            y += 15
        return y + 6
