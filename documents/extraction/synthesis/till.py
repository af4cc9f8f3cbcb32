"""Till styles: receipts of any number of tills, each drawn from a number. The same number is the same till.

`receipt.py` draws one till by hand; tills differ in where the shop's name and address stand, how goods are listed, which sums
are printed and in which order, and what else stands among them.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from documents.extraction.synthesis.facts import InvoiceFacts, cents
from documents.extraction.synthesis.paper import Paper
from documents.extraction.synthesis.receipt import SHOPS, paid_at, receipt_truth, split, spoken

_WIDTH, _MARGIN = 226.8, 14.0
_TOTALS = {
    "en": ("TOTAL", "Total", "GRAND TOTAL", "Total Amount", "AMOUNT DUE", "TOTAL INCL. VAT", "Nett Total"),
    "de": ("SUMME", "Summe", "GESAMT", "Zu zahlen", "Gesamtbetrag", "TOTAL"),
    "fr": ("TOTAL TTC", "TOTAL", "NET A PAYER", "Total à payer"),
    "nl": ("TOTAAL", "Totaal", "Te betalen", "TOTAAL EUR"),
    "it": ("TOTALE COMPLESSIVO", "TOTALE", "Totale", "TOTALE EURO"),
    "es": ("TOTAL", "Total a pagar", "TOTAL COMPRA", "IMPORTE TOTAL"),
}
_NUMBERS = {"en": "no", "de": "Nr.", "fr": "n°", "nl": "nr", "it": "", "es": "n.º"}
_COUNTS = {"en": "Items", "de": "Positionen", "fr": "Articles", "nl": "Aantal artikelen", "it": "Pezzi", "es": "Artículos"}


@dataclass(frozen=True, slots=True)
class Till:
    """The choices of one till."""

    family: str
    size: float
    align: str  # center, left
    capitals: bool
    registered: str  # a company number below the name, "" for none
    parts: int  # in how many lines the address stands
    titled: bool  # the kind of document in a line of its own
    dated: str  # head, foot
    labelled: bool  # "Date: ..." instead of the bare day
    goods: str  # after, before, coded: where the quantity stands, or a code above each name
    signs: bool
    total: str
    net_first: bool
    counted: bool
    taxes: str  # rows, table, none


def till(number: int, language: str) -> Till:
    """The till with that number. KeyError for an unknown language."""
    rng = random.Random(f"till style {number}")
    return Till(
        family=rng.choice(("till", "till", "sans")),
        size=rng.choice((8.0, 8.5, 9.0)),
        align=rng.choice(("center", "center", "left")),
        capitals=rng.random() < 0.6,
        registered=rng.choice(("", f"({rng.randint(100000, 999999)}-{rng.choice('ADKMPTX')})", "")),
        parts=rng.choice((1, 2, 2, 3)),
        titled=rng.random() < 0.4,
        dated=rng.choice(("head", "head", "foot")),
        labelled=rng.random() < 0.5,
        goods=rng.choice(("after", "before", "coded")),
        signs=rng.random() < 0.25,
        total=rng.choice(_TOTALS[language]),
        net_first=rng.random() < 0.4,
        counted=rng.random() < 0.4,
        taxes=rng.choice(("rows", "table", "none")),
    )


def till_truth(facts: InvoiceFacts, style: Till) -> dict[str, Any]:
    """The truth line of a receipt from that till (without id and file): what it does not print is absent or unknown."""
    said = receipt_truth(facts)
    if style.taxes == "none":
        said["expected"] |= {"subtotal": None, "tax": None}
    if not style.signs:
        del said["expected"]["currency"]
    if style.goods == "after":
        for line in said["line_items"]:
            if line["quantity"] == "1":
                del line["quantity"]
    return said


@dataclass
class TillRoll:
    """Draws a receipt line by line; `draw` twice gives first the length of the paper, then the paper."""

    facts: InvoiceFacts
    style: Till

    def pdf(self) -> bytes:
        """The receipt as a PDF of one page, as long as it needs to be."""
        length = self._drawn(Paper(family=self.style.family, size=(_WIDTH, 1600.0)))
        paper = Paper(
            family=self.style.family, size=(_WIDTH, length + 24), title=self.facts.number, author=self.facts.vendor.name
        )
        self._drawn(paper)
        return paper.finish()

    def _drawn(self, paper: Paper) -> float:
        self.paper, self.y = paper, 30.0
        self.words, self.shop = spoken(self.facts), SHOPS[self.facts.language]
        self._heading()
        self._rule()
        self._goods()
        self._rule()
        self._sums()
        if self.style.dated == "foot":
            self._reference()
        self._line(self.shop.thanks)
        return self.y

    def _heading(self) -> None:
        vendor, caps = self.facts.vendor, self.style.capitals
        self._line(vendor.name.upper() if caps else vendor.name, size=self.style.size + 2.5, bold=True)
        if self.style.registered:
            self._line(self.style.registered)
        street, town = vendor.street, vendor.town
        lines = {1: [f"{street}, {town}"], 2: [street, town], 3: [f"{street},", vendor.city, vendor.postcode]}[
            self.style.parts
        ]
        if self.style.parts == 3 and not town.startswith(vendor.city):
            lines = [f"{street},", town]
        for line in lines:
            self._line(line.upper() if caps else line)
        self._line(f"{self.words['phone']} {vendor.phone}")
        self._line(f"{self.shop.vat_id}: {vendor.vat_id}")
        if self.style.titled:
            self._line(self.shop.receipt.upper(), bold=True)
        if self.style.dated == "head":
            self._rule()
            self._reference()

    def _reference(self) -> None:
        day = f"{self.words.date(self.facts.issued_on)} {paid_at(self.facts):%H:%M}"
        if self.style.labelled:
            self._pair(f"{self.shop.receipt} {_NUMBERS[self.facts.language]}: {self.facts.number}", "")
            self._pair(f"{self.words['credit_date']}: {day}", "")
        else:
            self._pair(f"{self.shop.receipt} {self.facts.number}", day)

    def _goods(self) -> None:
        for number, line in enumerate(self.facts.lines, 1):
            count, price, amount = self.words.quantity(line.quantity), self._money(line.unit_price), self._money(line.amount)
            if self.style.goods == "before":
                self._pair(f"{count} {line.description}", amount)
            elif self.style.goods == "coded":
                self._pair(f"{4000 + 17 * number} {line.description}", "")
                self._pair(f"   {count} x {price}", amount)
            else:
                self._pair(line.description, amount if line.quantity == 1 else "")
                if line.quantity != 1:
                    self._pair(f"  {count} x {price}", amount)

    def _sums(self) -> None:
        total, (net, tax) = self.facts.net, split(self.facts)
        rate = self.facts.lines[0].vat_rate
        if self.style.counted:
            self._pair(f"{_COUNTS[self.facts.language]}: {len(self.facts.lines)}", "")
        taxes = [(self.shop.net, self._money(net)), (self.shop.tax.format(rate), self._money(tax))]
        if self.style.net_first and self.style.taxes == "rows":
            self._pairs(taxes)
        self._pair(self.style.total, self._money(total), size=self.style.size + 2, bold=True)
        paid = (total / 10).quantize(Decimal(1), ROUND_HALF_UP) * 10
        paid = paid if paid >= total else paid + 10
        if self.facts.seed % 2:
            self._pairs([(self.shop.cash, self._money(cents(paid))), (self.shop.change, self._money(cents(paid - total)))])
        else:
            self._pair(self.shop.card, self._money(total))
        if self.style.taxes == "table":
            self._rule()
            self._pair(f"%      {self.shop.net}", self.shop.tax.format("").strip(" %"))
            self._pair(f"{rate}     {self._money(net)}", self._money(tax))
        elif self.style.taxes == "rows" and not self.style.net_first:
            self._pairs(taxes)

    def _money(self, value: Decimal) -> str:
        return self.words.money(value) if self.style.signs else self.words.number(value)

    def _pairs(self, rows: list[tuple[str, str]]) -> None:
        for label, value in rows:
            self._pair(label, value)

    def _pair(self, left: str, right: str, *, size: float = 0, bold: bool = False) -> None:
        size = size or self.style.size
        self.paper.text(_MARGIN, self.y, left, size, bold=bold)
        self.paper.text(_WIDTH - _MARGIN, self.y, right, size, bold=bold, align="right")
        self.y += size * 1.45

    def _line(self, text: str, *, size: float = 0, bold: bool = False) -> None:
        size, left = size or self.style.size, self.style.align == "left"
        for part in self.paper.split(text, _WIDTH - 2 * _MARGIN, size, bold=bold):
            self.paper.text(_MARGIN if left else _WIDTH / 2, self.y, part, size, bold=bold, align="left" if left else "center")
            self.y += size * 1.35

    def _rule(self) -> None:
        self.paper.text(_MARGIN, self.y, "-" * 33, 8.5)
        self.y += 12
