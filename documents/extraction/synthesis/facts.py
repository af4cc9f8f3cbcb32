"""What stands in an invented invoice, drawn from a seed: parties, dates, lines and amounts that add up.

The same seed gives the same facts on every machine. Amounts are Decimal with two places in the
document's currency, dates are calendar days.
"""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from documents.extraction.synthesis import identity
from documents.extraction.synthesis.catalog import MARKETS, Goods, Market

CENT = Decimal("0.01")
INVOICE = "invoice"
CREDIT_NOTE = "credit_note"
RECEIPT = "receipt"

_RATES = {"GB": "20", "IE": "23", "DE": "19", "AT": "20", "FR": "20", "BE": "21", "NL": "21", "IT": "22", "ES": "21"}
_REDUCED = {"GB": "5", "IE": "9", "DE": "7", "AT": "10", "FR": "5.5", "BE": "6", "NL": "9", "IT": "10", "ES": "10"}
_CURRENCY = {"GB": "GBP"}
_PREFIXES = {
    "en": ("INV", "CN"),
    "de": ("RE", "GS"),
    "fr": ("FA", "AV"),
    "nl": ("F", "CF"),
    "it": ("FT", "NC"),
    "es": ("FAC", "R"),
}
_NEWEST_DAY = date(2026, 11, 13)
_COUNTRY_NAMES = {"AT": "Österreich", "BE": "Belgique", "DE": "Deutschland", "ES": "España", "FR": "France",
                  "GB": "United Kingdom", "IE": "Ireland", "IT": "Italia", "NL": "Nederland"}  # fmt: skip


def cents(value: Decimal) -> Decimal:
    """Rounded to two places, halves away from zero, as invoices do."""
    return value.quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Party:
    """A company. `country` is ISO 3166; VAT id and IBAN are compact, their check digits right; empty where it has none."""

    name: str
    street: str
    postcode: str
    city: str
    country: str
    vat_id: str = ""
    iban: str = ""
    bic: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    contact: str = ""

    @property
    def town(self) -> str:
        """Postcode and city in the order of the country."""
        return f"{self.city}, {self.postcode}" if self.country in ("GB", "IE") else f"{self.postcode} {self.city}"

    @property
    def address(self) -> str:
        return f"{self.street}, {self.town}"

    @property
    def country_name(self) -> str:
        return _COUNTRY_NAMES[self.country]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table of goods; `amount` is quantity x unit price without tax, `vat_rate` in percent.

    `misprint` stands on the page in place of the amount, where a document is made to be wrong.
    """

    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    amount: Decimal
    vat_rate: Decimal
    misprint: Decimal | None = None

    @property
    def printed(self) -> Decimal:
        return self.amount if self.misprint is None else self.misprint


@dataclass(frozen=True, slots=True)
class TaxRow:
    """The tax of one rate: the net amount it is due on, and the tax."""

    rate: Decimal
    net: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class InvoiceFacts:
    """Everything that an invented invoice says. Amounts are positive on credit notes too.

    `misprint` stands on the page in place of the total, where a document is made to be wrong. `payment_code` is what the
    QR code beside the totals says; the layout `letter` draws one where this is not empty.
    """

    seed: int
    kind: str
    language: str
    currency: str
    vendor: Party
    customer: Party
    number: str
    customer_number: str
    po_number: str
    issued_on: date
    delivered_on: date
    due_on: date | None
    lines: tuple[Line, ...]
    corrects: str = ""
    misprint: Decimal | None = None
    payment_code: str = ""

    @property
    def net(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal("0.00"))

    @property
    def taxes(self) -> tuple[TaxRow, ...]:
        """One row for each rate, the highest rate first."""
        rows = []
        for rate in sorted({line.vat_rate for line in self.lines}, reverse=True):
            net = sum((line.amount for line in self.lines if line.vat_rate == rate), Decimal("0.00"))
            rows.append(TaxRow(rate, net, cents(net * rate / 100)))
        return tuple(rows)

    @property
    def tax(self) -> Decimal:
        return sum((row.tax for row in self.taxes), Decimal("0.00"))

    @property
    def total(self) -> Decimal:
        return self.net + self.tax

    @property
    def printed_total(self) -> Decimal:
        return self.total if self.misprint is None else self.misprint


def invoice_facts(
    seed: int,
    language: str = "en",
    *,
    lines: int | None = None,
    kind: str = INVOICE,
    trade: str | None = None,
    vendor: Party | None = None,
    customer: Party | None = None,
    mixed_rates: bool = False,
) -> InvoiceFacts:
    """Facts of one invoice of `vendor` (drawn where None); `lines` rows (3 to 8 where None), goods of one `trade`.

    KeyError for an unknown language or trade.
    """
    rng = random.Random(f"facts {language} {seed}")
    market = MARKETS[language]
    vendors = [each for each in market.vendors if trade in (None, each[1])]
    if not vendors:
        raise KeyError(trade)
    name, trade = rng.choice(vendors)
    made = _party(name, market, rng)
    vendor = vendor or made
    buyer = customer or _party(rng.choice(market.customers), market, rng)
    issued = _NEWEST_DAY - timedelta(days=rng.randint(0, 75))
    rows = _lines(market.goods[trade], lines or rng.randint(3, 8), vendor.country, mixed_rates, rng)
    credit = kind == CREDIT_NOTE
    return InvoiceFacts(
        seed=seed,
        kind=kind,
        language=language,
        currency=_CURRENCY.get(vendor.country, "EUR"),
        vendor=vendor,
        customer=buyer,
        number=_number(kind, language, issued, rng),
        customer_number=str(rng.randint(10200, 48900)),
        po_number="" if credit else f"{rng.choice(('PO-', '45', 'B-'))}{rng.randint(10000, 99999)}",
        issued_on=issued,
        delivered_on=issued - timedelta(days=rng.randint(1, 9)),
        due_on=None if credit else issued + timedelta(days=rng.choice((14, 14, 30, 30, 21))),
        lines=rows,
        corrects=_number(INVOICE, language, issued - timedelta(days=24), rng) if credit else "",
    )


def with_total(facts: InvoiceFacts, net: Decimal) -> InvoiceFacts:
    """The same invoice with one line that costs `net`, for tests that need round figures."""
    line = facts.lines[0]
    return replace(facts, lines=(replace(line, quantity=Decimal(1), unit_price=net, amount=net),))


def truth(facts: InvoiceFacts) -> dict[str, Any]:
    """What a reader should find, in the form of the truth lines that `manage.py evaluate` reads (without id and file)."""
    vendor = facts.vendor
    return {
        "doc_type": facts.kind,
        "language": facts.language,
        "group": f"synthesis:{vendor.name}",
        "expected": {
            "vendor": vendor.name,
            "vendor_address": vendor.address,
            "vendor_vat_id": vendor.vat_id,
            "invoice_number": facts.number,
            "invoice_date": facts.issued_on.isoformat(),
            "due_date": facts.due_on.isoformat() if facts.due_on else None,
            "currency": facts.currency,
            "subtotal": str(facts.net),
            "tax": str(facts.tax),
            "total_amount": str(facts.printed_total),
            "iban": vendor.iban or None,
            "po_number": facts.po_number or None,
        },
        "expected_alt": {
            "vendor_address": [f"{vendor.address}, {vendor.country}", f"{vendor.address}, {vendor.country_name}"]
        },
        "line_items": [
            {
                "description": line.description,
                "quantity": str(line.quantity),
                "unit_price": str(line.unit_price),
                "amount": str(line.printed),
            }
            for line in facts.lines
        ],
    }


def demo_customer() -> Party:
    """The company whose post the demo organization receives."""
    return Party(
        "Larkfield Trading Ltd", "14 Harbour Street", "BS1 5TR", "Bristol", "GB", email="invoices@larkfield-trading.example"
    )


def _party(name: str, market: Market, rng: random.Random) -> Party:
    country, postcode, city, dial = rng.choice(market.places)
    street, house = rng.choice(market.streets), rng.randint(2, 148)
    before = country in ("GB", "IE", "FR", "BE")
    domain = f"{_plain(name)}.example"
    return Party(
        name=name,
        street=f"{house} {street}" if before else f"{street} {house}",
        postcode=postcode,
        city=city,
        country=country,
        vat_id=identity.vat_id(country, rng),
        iban=identity.iban(country, rng),
        bic=identity.bic(country),
        phone=f"{dial} {rng.randint(200, 899)} {rng.randint(1000, 9999)}",
        email=f"accounts@{domain}",
        website=f"www.{domain}",
        contact=rng.choice(market.people),
    )


def _plain(name: str) -> str:
    """The first two long words of a company's name in ASCII, as they stand in its web address."""
    ascii_name = (
        unicodedata.normalize("NFKD", name.replace("ö", "oe").replace("ä", "ae").replace("ü", "ue"))
        .encode("ascii", "ignore")
        .decode()
    )
    words = [word for word in "".join(each if each.isalnum() else " " for each in ascii_name.lower()).split() if len(word) > 3]
    return "-".join(words[:2])


def _number(kind: str, language: str, issued: date, rng: random.Random) -> str:
    serial = rng.randint(140, 9800)
    invoice, credit = _PREFIXES[language]
    if kind == CREDIT_NOTE:
        return f"{credit}-{issued.year}-{serial:04d}"
    return rng.choice(
        (
            f"{issued.year}-{serial:04d}",
            f"{invoice}-{serial:05d}",
            f"{invoice}{issued:%y%m}{serial:04d}",
            f"{issued.year}/{serial:04d}",
        )
    )


def _lines(goods: tuple[Goods, ...], count: int, country: str, mixed_rates: bool, rng: random.Random) -> tuple[Line, ...]:
    offers = [(each, size) for each in goods for size in each.sizes]
    chosen = rng.sample(offers, count) if count <= len(offers) else [rng.choice(offers) for _ in range(count)]
    usual, reduced = Decimal(_RATES[country]), Decimal(_REDUCED[country])
    rows = []
    for position, (each, size) in enumerate(chosen):
        rate = reduced if mixed_rates and position % 3 == 1 else usual
        price = Decimal(rng.randint(each.lowest, each.highest)) / 100
        quantity = _quantity(each, rng)
        rows.append(
            Line(each.description.replace("{}", size), quantity, each.unit, cents(price), cents(quantity * price), rate)
        )
    return tuple(rows)


def _quantity(goods: Goods, rng: random.Random) -> Decimal:
    if goods.lowest >= 14000:
        return Decimal(rng.randint(1, 2))
    if goods.unit in ("hour", "Std.", "heure", "ora", "hora"):
        return Decimal(rng.randint(4, 36)) / 4
    few = (1, 2, 3, 4, 5, 6, 8)
    return Decimal(rng.choice(few if goods.lowest >= 2000 else (*few, 10, 12, 15, 20, 24, 40)))
