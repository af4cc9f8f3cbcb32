"""The words and the handwriting of invoices in six languages: labels, numbers, dates.

Each label has several forms, as real invoices have; a document draws one form of each and keeps to it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from babel.dates import format_date

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"

# One label a line, its forms apart by " / "; the most usual form first.
_LABELS = {
    "en": """
invoice = Invoice / Tax Invoice
credit_note = Credit Note
invoice_number = Invoice No. / Invoice number / Invoice # / Invoice ID / Inv. no.
credit_number = Credit note no.
invoice_date = Invoice date / Date / Date of issue / Issued on / Invoice Date
due_date = Due date / Payment due / Due by / Pay by / Payable by
delivery_date = Date of supply / Delivery date
customer_number = Customer no. / Account no. / Customer ID
po_number = Your order / PO number / Purchase order / P.O. no. / Order number / Customer PO
corrects = Corrects invoice
position = # / Item
description = Description / Item description / Details / Product or service
quantity = Qty / Quantity
unit = Unit
unit_price = Unit price / Price / Rate / Unit cost
amount = Amount / Line total / Net amount / Total
vat_rate = VAT
subtotal = Subtotal / Net total / Total excl. VAT / Sub-total / Net amount / Total net
tax = VAT {} % / VAT ({} %) / VAT @ {}% / plus {} % VAT
total = Total / Total due / Invoice total / Grand total / Amount due / Balance due / Total amount / Total incl. VAT
carried = Carried forward
brought = Brought forward
page = Page {} of {}
bill_to = Bill to / Invoice to / Billed to / Customer
vat_id = VAT no. / VAT Reg. No.
terms = Please pay by {due} quoting the invoice number.
credit_terms = The amount will be credited to your account.
intro = Thank you for your order. We charge you for the following:
bank = Bank details
phone = Phone
contact = Contact
credit_intro = We credit you with the following:
credit_total = Total credit / Credit total
credit_date = Date
article = Item no. / Article no. / SKU
of = of / dated
on_net = VAT {} % on {}
""",
    "de": """
invoice = Rechnung
credit_note = Gutschrift / Rechnungskorrektur
invoice_number = Rechnungsnummer / Rechnung Nr. / Rechnungs-Nr. / Rechnung-Nr. / Beleg-Nr.
credit_number = Gutschrift Nr.
invoice_date = Rechnungsdatum / Datum / Belegdatum / Rechnungs-Datum
due_date = Fällig am / Zahlbar bis / Fälligkeit / Zahlungsziel / Zahlbar bis spätestens
delivery_date = Lieferdatum / Leistungsdatum
customer_number = Kundennummer / Kunden-Nr.
po_number = Ihre Bestellung / Bestellnummer / Bestell-Nr. / Auftragsnummer / Ihre Bestell-Nr.
corrects = Zu Rechnung
position = Pos. / Nr.
description = Bezeichnung / Beschreibung / Artikel / Leistung
quantity = Menge / Anzahl
unit = Einheit
unit_price = Einzelpreis / E-Preis / Preis / Preis/Einheit / EP
amount = Gesamt / Betrag / Gesamtpreis / Summe / GP
vat_rate = MwSt.
subtotal = Nettobetrag / Zwischensumme / Summe netto / Gesamt netto / Warenwert netto / Netto
tax = MwSt. {} % / USt. {} % / zzgl. {} % MwSt. / Umsatzsteuer {} % / + {} % USt.
total = Rechnungsbetrag / Gesamtbetrag / Gesamtsumme / Gesamt brutto / Endbetrag / Bruttobetrag / Zu zahlen / Zahlbetrag
carried = Übertrag
brought = Übertrag
page = Seite {} von {}
bill_to = Rechnungsempfänger / Kunde
vat_id = USt-IdNr. / USt-ID
terms = Bitte überweisen Sie den Betrag bis zum {due} unter Angabe der Rechnungsnummer.
credit_terms = Der Betrag wird Ihrem Kundenkonto gutgeschrieben.
intro = Vielen Dank für Ihren Auftrag. Wir berechnen Ihnen wie vereinbart:
bank = Bankverbindung
phone = Telefon
contact = Ansprechpartner
credit_intro = Wir schreiben Ihnen wie folgt gut:
credit_total = Gutschriftbetrag / Gesamtbetrag
credit_date = Datum
article = Art.-Nr. / Artikelnummer
of = vom
on_net = MwSt. {} % auf {}
""",
    "fr": """
invoice = Facture
credit_note = Avoir
invoice_number = Facture n° / N° de facture / Numéro de facture / Facture N° / Réf. facture
credit_number = Avoir n°
invoice_date = Date de facture / Date / Date d'émission
due_date = Date d'échéance / Échéance / À régler avant le / Date limite de paiement / Payable le
delivery_date = Date de livraison
customer_number = N° client / Code client
po_number = Votre commande / Bon de commande / N° de commande
corrects = Annule la facture
position = N° / Réf.
description = Désignation / Description
quantity = Qté / Quantité
unit = Unité
unit_price = Prix unitaire / P.U. HT / Prix unit. HT
amount = Montant HT / Total HT
vat_rate = TVA
subtotal = Total HT / Sous-total HT / Montant total HT / Montant HT / Total hors taxes
tax = TVA {} % / TVA ({} %) / Montant TVA {} %
total = Total TTC / Net à payer / Montant TTC / Total à payer / Montant total TTC
carried = À reporter
brought = Report
page = Page {} sur {}
bill_to = Facturé à / Client
vat_id = N° TVA / TVA intracom.
terms = Merci de régler cette facture avant le {due}.
credit_terms = Ce montant sera déduit de votre prochaine facture.
intro = Nous vous remercions de votre confiance et vous facturons :
bank = Coordonnées bancaires
phone = Tél.
contact = Votre contact
credit_intro = Nous portons à votre crédit :
credit_total = Total TTC / Total avoir TTC
credit_date = Date
article = Réf. article / Code article
of = du
on_net = TVA {} % sur {}
""",
    "nl": """
invoice = Factuur
credit_note = Creditnota
invoice_number = Factuurnummer / Factuurnr. / Factuur
credit_number = Creditnota nr.
invoice_date = Factuurdatum / Datum
due_date = Vervaldatum / Te betalen voor
delivery_date = Leverdatum
customer_number = Klantnummer / Debiteurnr.
po_number = Uw order / Ordernummer / Uw referentie
corrects = Betreft factuur
position = Nr.
description = Omschrijving / Artikel
quantity = Aantal
unit = Eenheid
unit_price = Prijs / Stukprijs
amount = Bedrag / Totaal
vat_rate = Btw
subtotal = Subtotaal / Totaal excl. btw
tax = Btw {} %
total = Totaal / Totaal incl. btw / Te betalen / Totaalbedrag
carried = Transport
brought = Transport
page = Pagina {} van {}
bill_to = Factuuradres
vat_id = Btw-nr. / BTW-nummer
terms = Gelieve het bedrag vóór {due} over te maken onder vermelding van het factuurnummer.
credit_terms = Het bedrag wordt met u verrekend.
intro = Hierbij brengen wij u in rekening:
bank = Bankgegevens
phone = Tel.
contact = Contactpersoon
credit_intro = Wij crediteren u als volgt:
credit_total = Totaal credit / Totaal
credit_date = Datum
article = Artikelnr.
of = van
on_net = Btw {} % over {}
""",
    "it": """
invoice = Fattura
credit_note = Nota di credito
invoice_number = Fattura n. / Numero fattura / Fattura nr.
credit_number = Nota di credito n.
invoice_date = Data fattura / Data
due_date = Scadenza / Data di scadenza
delivery_date = Data di consegna
customer_number = Codice cliente
po_number = Vostro ordine / Ordine n.
corrects = Rettifica fattura
position = N.
description = Descrizione
quantity = Quantità / Q.tà
unit = U.M.
unit_price = Prezzo unitario / Prezzo
amount = Importo / Totale
vat_rate = IVA
subtotal = Imponibile / Totale imponibile
tax = IVA {} %
total = Totale fattura / Totale / Totale da pagare / Totale documento / Importo totale
carried = A riportare
brought = Riporto
page = Pagina {} di {}
bill_to = Spett.le / Cliente
vat_id = Partita IVA / P. IVA
terms = Si prega di effettuare il pagamento entro il {due}.
credit_terms = L'importo sarà accreditato sul Vostro conto.
intro = Con la presente Vi fatturiamo quanto segue:
bank = Coordinate bancarie
phone = Tel.
contact = Contatto
credit_intro = Con la presente Vi accreditiamo:
credit_total = Totale a credito / Totale
credit_date = Data
article = Cod. articolo
of = del
on_net = IVA {} % su {}
""",
    "es": """
invoice = Factura
credit_note = Factura rectificativa
invoice_number = Factura n.º / Número de factura / N.º de factura / Nº factura
credit_number = Rectificativa n.º
invoice_date = Fecha de factura / Fecha
due_date = Vencimiento / Fecha de vencimiento
delivery_date = Fecha de entrega
customer_number = N.º de cliente
po_number = Su pedido / Pedido n.º
corrects = Rectifica la factura
position = N.º
description = Descripción / Concepto
quantity = Cantidad / Cant.
unit = Unidad
unit_price = Precio unitario / Precio
amount = Importe
vat_rate = IVA
subtotal = Base imponible / Subtotal
tax = IVA {} %
total = Total / Total factura / Total a pagar / Importe total / Total con IVA
carried = Suma y sigue
brought = Suma anterior
page = Página {} de {}
bill_to = Facturar a / Cliente
vat_id = NIF / NIF-IVA
terms = Rogamos abonen el importe antes del {due}.
credit_terms = El importe se abonará en su cuenta.
intro = Les facturamos los siguientes conceptos:
bank = Datos bancarios
phone = Tel.
contact = Contacto
credit_intro = Les abonamos los siguientes conceptos:
credit_total = Total abono / Total
credit_date = Fecha
article = Ref. artículo
of = de fecha
on_net = IVA {} % sobre {}
""",
}

_SEPARATORS = {"en": ",.", "de": ".,", "fr": NO_BREAK_SPACE + ",", "nl": ".,", "it": ".,", "es": ".,"}
_DATES = {
    "en": ("MMMM d, yyyy", "d MMMM yyyy", "dd/MM/yyyy", "dd MMM yyyy", "d-MMM-yyyy", "yyyy-MM-dd"),
    "de": ("dd.MM.yyyy", "d. MMMM yyyy", "dd.MM.yy"),
    "fr": ("dd/MM/yyyy", "d MMMM yyyy", "dd.MM.yyyy"),
    "nl": ("dd-MM-yyyy", "d MMMM yyyy"),
    "it": ("dd/MM/yyyy", "d MMMM yyyy"),
    "es": ("dd/MM/yyyy", "d 'de' MMMM 'de' yyyy"),
}
_SIGNS = {"EUR": "€", "GBP": "£", "USD": "$"}
LANGUAGES = tuple(_LABELS)


@dataclass(frozen=True, slots=True)
class Wording:
    """How one document speaks: its labels and its way of writing numbers, dates and money."""

    language: str
    labels: dict[str, str]
    separators: str
    date_pattern: str
    currency: str

    def __getitem__(self, key: str) -> str:
        return self.labels[key]

    def number(self, value: Decimal, places: int = 2) -> str:
        """`value` with `places` decimals and this language's separators."""
        written = f"{value:,.{places}f}"
        return written.translate(str.maketrans(",.", self.separators))

    def quantity(self, value: Decimal) -> str:
        """Whole quantities without decimals, others with as many as they have."""
        exponent = value.normalize().as_tuple().exponent
        return self.number(value, max(0, -exponent) if isinstance(exponent, int) else 0)

    def money(self, value: Decimal) -> str:
        """`value` with the sign of the currency, where this language puts it."""
        sign = _SIGNS.get(self.currency, self.currency)
        if self.language == "en" and len(sign) == 1:
            return f"-{sign}{self.number(-value)}" if value < 0 else f"{sign}{self.number(value)}"
        return f"{self.number(value)}{NO_BREAK_SPACE}{sign}"

    def date(self, day: date) -> str:
        return format_date(day, self.date_pattern, locale=self.language)


@cache
def labels(language: str) -> dict[str, tuple[str, ...]]:
    """All forms of every label of a language, the most usual one first."""
    listed = (line.partition(" = ") for line in _LABELS[language].strip().splitlines())
    return {key: tuple(forms.split(" / ")) for key, _, forms in listed}


def wording(language: str, currency: str, seed: int) -> Wording:
    """How a document of that language speaks; the first form of every label when `seed` is 0, else drawn by it."""
    rng = random.Random(f"words {seed}")
    chosen = {key: forms[0] if seed == 0 else rng.choice(forms) for key, forms in labels(language).items()}
    pattern = _DATES[language][0] if seed == 0 else rng.choice(_DATES[language])
    return Wording(language, chosen, _SEPARATORS[language], pattern, currency)
