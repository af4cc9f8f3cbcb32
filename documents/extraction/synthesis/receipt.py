"""Till receipts: narrow paper, a typewriter font, prices with tax, and what was paid how."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import time
from decimal import Decimal
from typing import Any

from documents.extraction.synthesis import identity
from documents.extraction.synthesis.facts import RECEIPT, InvoiceFacts, Line, Party, cents, invoice_facts
from documents.extraction.synthesis.paper import INK, Paper
from documents.extraction.synthesis.words import Wording, wording

_WIDTH = 226.0
_MARGIN = 14.0


@dataclass(frozen=True, slots=True)
class Shop:
    """What a till of one language prints, and what its shop sells (name, price in cents with tax)."""

    names: tuple[str, ...]
    rate: str
    receipt: str
    total: str
    net: str
    tax: str
    card: str
    cash: str
    change: str
    thanks: str
    vat_id: str
    goods: tuple[tuple[str, int], ...]


SHOPS = {
    "en": Shop(
        ("Pebble & Crumb Bakery", "The Corner Larder", "Harrowgate Books"), "20", "Receipt", "TOTAL {}", "Net",
        "VAT {} %", "CARD", "CASH", "CHANGE",
        "Thank you, see you soon!", "VAT No.",
        (("Flat white", 340), ("Sourdough loaf", 420), ("Almond croissant", 310), ("Oat biscuits 200g", 285),
        ("Apple juice 0.33l", 260),
         ("Cheese scone", 295), ("Notebook A5", 650), ("Gift card sleeve", 120)),
    ),
    "de": Shop(
        ("Backstube Morgenrot", "Kiosk am Seeufer", "Blumen Falkenried"), "19", "Beleg", "SUMME {}", "Netto",
        "MwSt {} %", "EC-Karte", "Bar",
        "Rückgeld", "Vielen Dank für Ihren Einkauf!", "USt-IdNr.",
        (("Laugenbrezel", 115), ("Milchkaffee groß", 390), ("Roggenbrot 750g", 465), ("Käsebrötchen", 280),
        ("Mineralwasser 0,5l", 195),
         ("Tageszeitung", 240), ("Strauß bunt", 1290), ("Servietten", 175)),
    ),
    "fr": Shop(
        ("Épicerie du Vieux Pont", "Boulangerie Clairépi"), "20", "Ticket", "TOTAL TTC {}", "Total HT", "TVA {} %",
        "CARTE", "ESPECES", "RENDU",
        "Merci de votre visite", "TVA",
        (("Baguette tradition", 130), ("Café crème", 280), ("Tarte aux pommes", 350), ("Jus d'orange", 310),
        ("Fromage de chèvre", 590),
         ("Eau 50cl", 120), ("Cahier A4", 395)),
    ),
    "nl": Shop(
        ("Broodhuis De Korenaar", "Kaashandel Weidezicht", "Boekhandel Stilwater"), "9", "Bon", "TOTAAL {}", "Excl.",
        "BTW {} %", "PIN", "CONTANT",
        "WISSELGELD", "Bedankt en tot ziens!", "BTW",
        (("Volkoren heel", 325), ("Koffie verkeerd", 340), ("Appelpunt", 295), ("Oude kaas 400g", 760), ("Krentenbol", 110),
         ("Spa rood 0,5l", 215), ("Ansichtkaart", 150)),
    ),
    "it": Shop(
        ("Forno Pandoro Antico", "Gelateria Stracciabella", "Cartoleria Inchiostri"), "10", "Documento commerciale",
        "TOTALE {}",
        "Imponibile", "IVA {} %", "CARTA", "CONTANTI", "RESTO",
        "Grazie e arrivederci", "P.IVA",
        (("Cappuccino", 150), ("Cornetto alla crema", 140), ("Focaccia", 320), ("Acqua 0,5l", 100), ("Gelato medio", 350),
         ("Quaderno A4", 240), ("Pane integrale", 380)),
    ),
    "es": Shop(
        ("Panadería La Espiga Alta", "Frutería Huertaluz", "Librería Tinta Clara"), "10", "Ticket", "TOTAL {}", "Base",
        "IVA {} %", "TARJETA", "EFECTIVO", "CAMBIO",
        "Gracias por su visita", "NIF",
        (("Café con leche", 160), ("Barra de pan", 95), ("Tortilla ración", 390), ("Agua 50cl", 110), ("Naranjas 2kg", 340),
         ("Cuaderno A5", 275), ("Zumo de naranja", 290)),
    ),
}  # fmt: skip


def receipt_facts(seed: int, language: str = "en", *, vendor: Party | None = None) -> InvoiceFacts:
    """Facts of one purchase at `vendor` (drawn where None). KeyError for an unknown language.

    The prices of a till include the tax, so `net` of these facts, the sum of their lines, is what was paid.
    """
    rng = random.Random(f"receipt {language} {seed}")
    shop = SHOPS[language]
    base = invoice_facts(seed, language)
    lines = []
    for name, price in rng.sample(shop.goods, rng.randint(3, 6)):
        quantity, each = Decimal(rng.choice((1, 1, 1, 2, 3))), Decimal(price) / 100
        lines.append(Line(name, quantity, "", each, cents(quantity * each), Decimal(shop.rate)))
    vendor = vendor or replace(base.vendor, name=rng.choice(shop.names), iban="", bic="", email="", website="")
    return replace(
        base,
        kind=RECEIPT,
        vendor=vendor,
        number=identity.digits(6, rng),
        po_number="",
        due_on=None,
        lines=tuple(lines),
        customer=_nobody(),
    )


def receipt_truth(facts: InvoiceFacts) -> dict[str, Any]:
    """The truth line of a receipt (without id and file)."""
    vendor, (net, tax) = facts.vendor, split(facts)
    return {
        "doc_type": RECEIPT,
        "language": facts.language,
        "group": f"synthesis:{vendor.name}",
        "expected": {
            "vendor": vendor.name,
            "vendor_address": vendor.address,
            "vendor_vat_id": vendor.vat_id,
            "invoice_number": facts.number,
            "invoice_date": facts.issued_on.isoformat(),
            "due_date": None,
            "currency": facts.currency,
            "subtotal": str(net),
            "tax": str(tax),
            "total_amount": str(facts.net),
            "iban": None,
            "po_number": None,
        },
        "line_items": [
            {"description": line.description, "quantity": str(line.quantity), "amount": str(line.amount)}
            for line in facts.lines
        ],
    }


def spoken(facts: InvoiceFacts) -> Wording:
    """The words of a till: the most usual ones, and days in figures."""
    days = {"de": "dd.MM.yyyy", "nl": "dd-MM-yyyy"}
    return replace(wording(facts.language, facts.currency, 0), date_pattern=days.get(facts.language, "dd/MM/yyyy"))


def paid_at(facts: InvoiceFacts) -> time:
    """The time of day that the till prints."""
    rng = random.Random(f"till {facts.seed}")
    return time(rng.randint(8, 18), rng.randint(0, 59))


def receipt_pdf(facts: InvoiceFacts) -> bytes:
    """The receipt on 80 mm paper, as long as it needs to be."""
    words, shop = spoken(facts), SHOPS[facts.language]
    rows = sum(1 if line.quantity == 1 else 2 for line in facts.lines)
    paper = Paper(
        family="till", size=(_WIDTH, 252 + 13.5 * rows), title=f"{shop.receipt} {facts.number}", author=facts.vendor.name
    )
    y = _heading(paper, facts, words, shop)
    y = _goods(paper, facts, words, y)
    _sums(paper, facts, words, shop, y)
    return paper.finish()


def _nobody() -> Party:
    return Party("", "", "", "", "GB")


def split(facts: InvoiceFacts) -> tuple[Decimal, Decimal]:
    """Net and tax inside the price paid."""
    net = cents(facts.net * 100 / (100 + facts.lines[0].vat_rate))
    return net, facts.net - net


def _heading(paper: Paper, facts: InvoiceFacts, words: Wording, shop: Shop) -> float:
    vendor, middle = facts.vendor, _WIDTH / 2
    paper.text(middle, 32, vendor.name.upper(), 11.5, bold=True, align="center")
    for y, text in (
        (47, vendor.street),
        (58, vendor.town),
        (69, f"{words['phone']} {vendor.phone}"),
        (80, f"{shop.vat_id} {vendor.vat_id}"),
    ):
        paper.text(middle, y, text, 8.5, align="center")
    _dashes(paper, 92)
    paper.text(_MARGIN, 104, f"{shop.receipt} {facts.number}", 8.5)
    paper.text(_WIDTH - _MARGIN, 104, f"{words.date(facts.issued_on)} {paid_at(facts):%H:%M}", 8.5, align="right")
    _dashes(paper, 114)
    return 128.0


def _goods(paper: Paper, facts: InvoiceFacts, words: Wording, y: float) -> float:
    for line in facts.lines:
        paper.text(_MARGIN, y, line.description, 9)
        if line.quantity != 1:
            y += 12
            paper.text(_MARGIN + 12, y, f"{words.quantity(line.quantity)} x {words.number(line.unit_price)}", 9)
        paper.text(_WIDTH - _MARGIN, y, words.number(line.amount), 9, align="right")
        y += 13.5
    _dashes(paper, y - 4)
    return y + 14


def _sums(paper: Paper, facts: InvoiceFacts, words: Wording, shop: Shop, y: float) -> None:
    net, tax = split(facts)
    right = _WIDTH - _MARGIN
    paper.text(_MARGIN, y, shop.total.format(facts.currency), 13, bold=True)
    paper.text(right, y, words.number(facts.net), 13, bold=True, align="right")
    rows = [(shop.net, words.number(net)), (shop.tax.format(facts.lines[0].vat_rate), words.number(tax))]
    paid = cents((facts.net // 10 + 1) * 10) if facts.seed % 2 else facts.net
    rows += [(shop.cash if facts.seed % 2 else shop.card, words.number(paid))]
    if facts.seed % 2:
        rows.append((shop.change, words.number(paid - facts.net)))
    y += 18
    for label, value in rows:
        paper.text(_MARGIN, y, label, 9)
        paper.text(right, y, value, 9, align="right")
        y += 12.5
    _dashes(paper, y)
    paper.text(_WIDTH / 2, y + 18, shop.thanks, 9, color=INK, align="center")


def _dashes(paper: Paper, y: float) -> None:
    paper.text(_MARGIN, y, "-" * 36, 9.1)
