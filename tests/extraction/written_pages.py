"""Pages written down in tests: rows of (x in points, text), one row every 14 points."""

from __future__ import annotations

from documents.extraction.geometry import Box
from documents.extraction.layout import TEXT_LAYER, Page, Word, in_reading_order

LETTER_WIDTH, ROW = 5.0, 14.0


def page(*rows: str | list[tuple[float, str]] | None, number: int = 1, source: str = TEXT_LAYER, height: float = 842) -> Page:
    """A page of 595 points width. A text stands at x = 50; None leaves a row free."""
    words: list[Word] = []
    for index, row in enumerate(rows):
        if row is None:
            continue
        for x, text in [(50.0, row)] if isinstance(row, str) else row:
            words += _words(x, 40 + index * ROW, text)
    return Page(number, 595, height, 0, source, in_reading_order(words))


def _words(x: float, top: float, text: str) -> list[Word]:
    found, at = [], x
    for part in text.split(" "):
        width = len(part) * LETTER_WIDTH
        found.append(Word(part, Box(at, top, at + width, top + 10)))
        at += width + LETTER_WIDTH * 0.6
    return found


INVOICE = page(
    [(50, "Nordlicht Bürobedarf GmbH")],
    [(50, "Hafenstraße 12")],
    [(50, "20457 Hamburg")],
    [(50, "Tel. 040 123456 · USt-IdNr. DE136695976")],
    None,
    [(50, "Rechnungsempfänger:")],
    [(50, "Sonnrath Maschinenbau GmbH")],
    [(50, "Am Alten Hafen 137")],
    [(50, "24103 Kiel")],
    None,
    [(50, "Rechnung"), (380, "Rechnungsnummer"), (490, "RE-2026/118")],
    [(380, "Rechnungsdatum"), (490, "03.04.2026")],
    [(380, "Fällig am"), (490, "03.05.2026")],
    [(380, "Bestellnummer"), (490, "PO-7788")],
    None,
    [(50, "Pos"), (90, "Bezeichnung"), (300, "Menge"), (380, "Einzelpreis"), (490, "Betrag")],
    [(50, "1"), (90, "Stahlschrauben M8"), (310, "10"), (390, "45,00 €"), (490, "450,00 €")],
    [(90, "verzinkt, 100 Stück")],
    [(50, "2"), (90, "Arbeitsleuchte LED"), (310, "2"), (390, "275,00 €"), (490, "550,00 €")],
    None,
    [(350, "Zwischensumme"), (485, "1.000,00 €")],
    [(350, "zzgl. 19 % MwSt."), (490, "190,00 €")],
    [(350, "Gesamtbetrag"), (485, "1.190,00 €")],
    None,
    "IBAN DE88 2008 0000 0970 3757 00",
)
