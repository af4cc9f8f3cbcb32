"""Four layouts of an invoice, as different as letterheads are: letter, band, ledger and sidebar."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace

from documents.extraction.synthesis import marks
from documents.extraction.synthesis.facts import CREDIT_NOTE, InvoiceFacts
from documents.extraction.synthesis.goods_table import GoodsTable, Look, columns
from documents.extraction.synthesis.identity import grouped
from documents.extraction.synthesis.paper import GREY, INK, PALE, Paper
from documents.extraction.synthesis.words import Wording

Pairs = list[tuple[str, str]]
_MANY = 20  # rows from which on a table is set closer


class Layout(ABC):
    """The order of the parts, and the parts that layouts share. A layout says where its parts stand and how they look."""

    left: float = 57.0
    right: float = 538.0
    bottom: float = 735.0
    keys: tuple[str, ...] = ("position", "description", "quantity", "unit", "unit_price", "amount")
    look: Look = Look()

    def __init__(self, facts: InvoiceFacts, wording: Wording, paper: Paper) -> None:
        self.facts, self.wording, self.paper = facts, wording, paper
        keys, look = self.keys, replace(self.look, pad=3.0) if len(facts.lines) > _MANY else self.look
        if len(facts.taxes) > 1 and "vat_rate" not in keys:
            keys = (*keys[:-1], "vat_rate", keys[-1])
        self.table = GoodsTable(facts, wording, paper, columns(self.left, self.right, *keys), look, self.bottom)

    def draw(self) -> None:
        """All sheets of the invoice."""
        self.foot()
        y = self.table.draw(self.opening(), self._turn)
        if y + self.closing_height > self.bottom + 45:
            y = self._turn()
        self.closing(y)

    @abstractmethod
    def opening(self) -> float:
        """Draws the head of the first sheet; returns where the table starts."""

    @abstractmethod
    def closing(self, y: float) -> None:
        """Draws totals and terms below `y`."""

    @abstractmethod
    def foot(self) -> None:
        """Draws what stands at the foot of every sheet."""

    @property
    def closing_height(self) -> float:
        return 118.0 + 16 * len(self.facts.taxes)

    @property
    def heading(self) -> str:
        return self.wording["credit_note" if self.credit else "invoice"]

    @property
    def credit(self) -> bool:
        return self.facts.kind == CREDIT_NOTE

    def meta(self) -> Pairs:
        """Number, dates and references with their labels, as far as the invoice has them."""
        facts, wording = self.facts, self.wording
        pairs = [
            (wording["credit_number" if self.credit else "invoice_number"], facts.number),
            (wording["credit_date" if self.credit else "invoice_date"], wording.date(facts.issued_on)),
            (wording["corrects"], facts.corrects),
            (wording["delivery_date"], wording.date(facts.delivered_on)),
            (wording["customer_number"], facts.customer_number),
            (wording["po_number"], facts.po_number),
            (wording["due_date"], wording.date(facts.due_on) if facts.due_on else ""),
        ]
        return [(label, value) for label, value in pairs if value]

    def totals(self) -> Pairs:
        wording, facts = self.wording, self.facts
        rows = [(wording["subtotal"], wording.money(facts.net))]
        rows += [(wording["tax"].format(wording.quantity(row.rate)), wording.money(row.tax)) for row in facts.taxes]
        return [*rows, (wording["credit_total" if self.credit else "total"], wording.money(facts.printed_total))]

    def terms(self) -> str:
        if self.facts.due_on is None:
            return self.wording["credit_terms"]
        return self.wording["terms"].format(due=self.wording.date(self.facts.due_on))

    def buyer(self) -> list[str]:
        customer = self.facts.customer
        abroad = [customer.country_name] if customer.country != self.facts.vendor.country else []
        return [customer.name, customer.street, customer.town, *abroad]

    def sheet_of(self) -> str:
        return self.wording["page"].format(self.paper.page, self.paper.pages or "?")

    def continued(self) -> float:
        """The short head of later sheets; returns where the table goes on."""
        self.paper.text(self.left, 60, f"{self.heading} {self.facts.number}", 10, bold=True)
        self.paper.text(self.right, 60, self.wording.date(self.facts.issued_on), 9, color=GREY, align="right")
        return 80.0

    def _turn(self) -> float:
        self.paper.next_page()
        self.foot()
        return self.continued()


class Letter(Layout):
    """A business letter: address window left, reference block right, three-column foot."""

    def opening(self) -> float:
        paper, vendor = self.paper, self.facts.vendor
        paper.logo(self.left, 42, 34, self.facts.seed)
        paper.text(self.left + 44, 58, vendor.name, 15, bold=True, color=paper.accent)
        paper.text(self.left + 44, 72, vendor.website, 8, color=GREY)
        paper.text(self.left, 132, f"{vendor.name} · {vendor.street} · {vendor.town}", 6.5, color=GREY)
        paper.rule(self.left, 136, self.left + 220, 136)
        paper.paragraph(self.left, 154, self.buyer(), 10.5, lead=14)
        y = 140.0
        for label, value in self.meta():
            paper.text(352, y, label, 8.5, color=GREY)
            paper.text(self.right, y, value, 8.5, align="right")
            y += 14
        paper.text(self.left, 272, f"{self.heading} {self.facts.number}", 16, bold=True)
        paper.text(self.left, 296, self.wording["credit_intro" if self.credit else "intro"], 9.5)
        return 310.0

    def closing(self, y: float) -> None:
        paper, rows = self.paper, self.totals()
        if self.facts.payment_code:
            marks.draw(paper, self.left, y + 10, self.facts.payment_code)
        y += 20
        for label, value in rows[:-1]:
            paper.text(350, y, label, 9.5)
            paper.text(self.right, y, value, 9.5, align="right")
            y += 16
        paper.rule(350, y - 9, self.right, y - 9, weight=1, color=paper.accent)
        paper.text(350, y + 5, rows[-1][0], 11, bold=True)
        paper.text(self.right, y + 5, rows[-1][1], 11, bold=True, align="right")
        paper.paragraph(self.left, y + 42, paper.split(self.terms(), self.right - self.left, 9.5), 9.5)
        paper.text(self.left, y + 62, self.facts.vendor.contact, 9.5)

    def foot(self) -> None:
        paper, vendor = self.paper, self.facts.vendor
        paper.rule(self.left, 770, self.right, 770)
        bank = [self.wording["bank"], f"IBAN {grouped(vendor.iban)}", f"BIC {vendor.bic}"]
        reach = [f"{self.wording['phone']} {vendor.phone}", vendor.email, f"{self.wording['vat_id']} {vendor.vat_id}"]
        for x, lines in ((self.left, [vendor.name, vendor.street, vendor.town]), (212, reach), (385, bank)):
            paper.paragraph(x, 784, lines, 7, lead=10, color=GREY)
        paper.text(self.right, 760, self.sheet_of(), 7.5, color=GREY, align="right")


class Band(Layout):
    """A coloured band on top, three boxes below it, zebra rows and a filled total."""

    look = Look(head="filled", zebra=True, rules=False)
    keys = ("description", "quantity", "unit_price", "amount")
    left = 51.0
    right = 544.0

    def opening(self) -> float:
        paper, vendor = self.paper, self.facts.vendor
        paper.block(0, 0, paper.width, 96, fill=paper.accent)
        paper.logo(45, 32, 32, self.facts.seed | 1, color="#ffffff")
        paper.text(90, 48, vendor.name, 16, bold=True, color="#ffffff")
        paper.text(90, 64, vendor.address, 8.5, color="#ffffff")
        paper.text(550, 58, self.heading.upper(), 22, bold=True, color="#ffffff", align="right")
        self._box(45, self.wording["bill_to"], self.buyer())
        self._box(
            215,
            self.wording["contact"],
            [vendor.contact, vendor.phone, vendor.email, f"{self.wording['vat_id']} {vendor.vat_id}"],
        )
        y = 134.0
        for label, value in self.meta():
            paper.text(398, y, label, 8, color=GREY)
            paper.text(550, y, value, 8.5, bold=True, align="right")
            y += 14.5
        return 244.0

    def closing(self, y: float) -> None:
        paper, rows = self.paper, self.totals()
        y += 22
        for label, value in rows[:-1]:
            paper.text(370, y, label, 9, color=GREY)
            paper.text(self.right, y, value, 9, align="right")
            y += 16
        paper.block(358, y - 6, 192, 27, fill=paper.accent, round_=3)
        paper.text(370, y + 11.5, rows[-1][0], 11, bold=True, color="#ffffff")
        paper.text(self.right, y + 11.5, rows[-1][1], 11, bold=True, color="#ffffff", align="right")
        vendor = self.facts.vendor
        left = [self.wording["bank"], f"IBAN: {grouped(vendor.iban)}", f"BIC: {vendor.bic}", *paper.split(self.terms(), 270)]
        paper.paragraph(45, y - 10, left, 9, lead=14)

    def foot(self) -> None:
        vendor = self.facts.vendor
        self.paper.block(0, 815, self.paper.width, 27, fill=self.paper.tint(0.1))
        self.paper.text(45, 832, f"{vendor.name} · {vendor.website}", 7.5, color=GREY)
        self.paper.text(550, 832, self.sheet_of(), 7.5, color=GREY, align="right")

    def _box(self, x: float, title: str, lines: list[str]) -> None:
        self.paper.text(x, 134, title.upper(), 7.5, bold=True, color=self.paper.accent)
        self.paper.rule(x, 140, x + 140, 140, color=self.paper.tint(0.5))
        self.paper.paragraph(x, 156, lines, 9, lead=13.5)


class Ledger(Layout):
    """Serif, everything in ruled boxes: labels above their values, vertical rules in the table, tax by rate."""

    look = Look(head="line", grid=True, rules=False, size=9.5)
    keys = ("description", "quantity", "unit", "unit_price", "vat_rate", "amount")
    left = 51.0
    right = 544.0
    bottom = 720.0

    def opening(self) -> float:
        paper, vendor = self.paper, self.facts.vendor
        middle = paper.width / 2
        paper.text(middle, 62, vendor.name, 20, bold=True, color=paper.accent, align="center")
        paper.text(middle, 78, f"{vendor.street} – {vendor.town}", 9.5, align="center")
        paper.text(middle, 91, f"{self.wording['phone']} {vendor.phone} – {vendor.email}", 9.5, color=GREY, align="center")
        paper.rule(45, 102, 550, 102, weight=1.2, color=paper.accent)
        paper.rule(45, 105, 550, 105, weight=0.4, color=paper.accent)
        paper.text(45, 148, self.heading, 24, bold=True)
        paper.block(322, 122, 228, 78, edge="#8a939b")
        paper.text(332, 137, self.wording["bill_to"], 8, color=GREY)
        paper.paragraph(332, 153, self.buyer(), 10.5, lead=14)
        return self._references(218) + 16

    def closing(self, y: float) -> None:
        paper, rows = self.paper, self.totals()
        y += 14
        height = 19.0
        for position, (label, value) in enumerate(rows):
            last = position == len(rows) - 1
            paper.block(338, y, 212, height, edge="#8a939b", fill=paper.tint(0.12) if last else None)
            paper.text(346, y + 13, label, 10, bold=last, color=INK)
            paper.text(self.right, y + 13, value, 10, bold=last, align="right")
            y += height
        vendor = self.facts.vendor
        top = y - height * len(rows)
        paper.block(45, top, 270, 66, edge="#8a939b")
        paper.text(53, top + 13, self.wording["bank"], 8, color=GREY)
        paper.paragraph(53, top + 29, [f"IBAN {grouped(vendor.iban)}", f"BIC {vendor.bic}", vendor.name], 10)
        paper.paragraph(45, max(y, top + 66) + 22, paper.split(self.terms(), 480, 10), 10)

    def foot(self) -> None:
        vendor, middle = self.facts.vendor, self.paper.width / 2
        self.paper.rule(45, 790, 550, 790, color=PALE)
        legal = f"{vendor.name} – {self.wording['vat_id']} {vendor.vat_id} – {vendor.website}"
        self.paper.text(middle, 803, legal, 8, color=GREY, align="center")
        self.paper.text(middle, 815, self.sheet_of(), 8, color=GREY, align="center")

    def _references(self, y: float) -> float:
        pairs, rows = self.meta(), 1 + (len(self.meta()) > 4)
        per_row = -(-len(pairs) // rows)
        width = 505 / per_row
        for index, (label, value) in enumerate(pairs):
            x, top = 45 + index % per_row * width, y + index // per_row * 34
            self.paper.block(x, top, width, 34, edge="#8a939b")
            self.paper.text(x + 6, top + 12, label, 8, color=GREY)
            self.paper.text(x + 6, top + 26, value, 10, bold=index == 0)
        return y + rows * 34


class Sidebar(Layout):
    """The sender in a tinted column at the left, labels above values, a table without rules."""

    look = Look(head="plain", rules=True, pad=6)
    keys = ("description", "quantity", "unit_price", "amount")
    left = 196.0
    right = 548.0

    def opening(self) -> float:
        paper, vendor = self.paper, self.facts.vendor
        paper.logo(34, 44, 40, self.facts.seed)
        y = paper.paragraph(34, 112, paper.split(vendor.name, 116, 13), 13, lead=16, color=paper.accent)
        y = paper.paragraph(
            34, y + 4, [vendor.street, vendor.town, "", vendor.phone, *paper.split(vendor.email.replace("@", "@ "), 118, 8)], 8
        )
        for label, value in ((self.wording["vat_id"], vendor.vat_id), ("BIC", vendor.bic)):
            paper.text(34, y + 12, label, 7, color=GREY)
            paper.text(34, y + 23, value, 8.5)
            y += 28
        paper.text(34, y + 12, "IBAN", 7, color=GREY)
        paper.text(34, y + 23, grouped(vendor.iban), 7)
        paper.text(self.left, 72, self.heading, 26, color=paper.accent)
        paper.paragraph(self.left, 104, self.buyer(), 10.5, lead=14)
        return self._stacked(176) + 8

    def closing(self, y: float) -> None:
        paper, rows = self.paper, self.totals()
        y += 24
        for label, value in rows[:-1]:
            paper.text(self.right - 92, y, label, 9, color=GREY, align="right")
            paper.text(self.right, y, value, 9, align="right")
            y += 17
        paper.text(self.right - 118, y + 10, rows[-1][0], 11, color=paper.accent, align="right")
        paper.text(self.right, y + 10, rows[-1][1], 15, bold=True, align="right")
        paper.paragraph(self.left, y + 52, paper.split(self.terms(), self.right - self.left), 9)

    def foot(self) -> None:
        self.paper.block(0, 0, 172, self.paper.height, fill=self.paper.tint(0.1))
        self.paper.text(self.right, 812, self.sheet_of(), 7.5, color=GREY, align="right")

    def _stacked(self, y: float) -> float:
        for index, (label, value) in enumerate(self.meta()):
            x, top = self.left + index % 3 * 120, y + index // 3 * 36
            self.paper.text(x, top, label, 7.5, color=GREY)
            self.paper.text(x, top + 13, value, 9.5, bold=index == 0)
        return y + (-(-len(self.meta()) // 3)) * 36


LAYOUTS: dict[str, type[Layout]] = {"letter": Letter, "band": Band, "ledger": Ledger, "sidebar": Sidebar}
