"""Invoices in drawn house styles: what they print, and that what they print is read."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from documents.extraction import pipeline
from documents.extraction.candidates import collect, decide_style
from documents.extraction.content import read_content
from documents.extraction.layout import Page
from documents.extraction.letterhead import lines_over_address
from documents.extraction.readers import reader
from documents.extraction.synthesis.house import house
from documents.extraction.synthesis.samples import PDF, Sample, house_invoices, till_receipts
from documents.extraction.values import Findings
from tests.extraction.test_values_invoice import field, find
from tests.extraction.written_pages import page

Row = str | list[tuple[float, str]] | None
HOUSES = range(0, 48)
KEYS = ("vendor", "vendor_vat_id", "invoice_number", "invoice_date", "due_date", "subtotal", "tax", "total_amount", "iban")
AMOUNTS = {"subtotal", "tax", "total_amount"}


def read(sample: Sample, folder: Path) -> Findings:
    path = folder / sample.filename
    path.write_bytes(sample.data)
    opened = reader(PDF).open_file(path, folder, 20)
    pages = [reader(PDF).read_page(path, number, None) for number in range(1, opened["pages"] + 1)]
    return pipeline.find_values(
        tuple(each for each in pages if isinstance(each, Page)), einvoice=None, profile=None, filename=sample.filename
    )


def test_a_house_keeps_to_its_style_and_its_vendor_and_differs_from_others() -> None:
    assert house(7) == house(7)
    assert len({repr(house(number)) for number in range(100)}) == 100
    samples = house_invoices(5, 4)
    truths = [sample.truth["expected"] for sample in samples if sample.truth]
    assert len({truth["vendor"] for truth in truths}) == len({truth["iban"] for truth in truths}) == 1
    assert len({truth["invoice_number"] for truth in truths}) == 4
    assert [sample.data for sample in house_invoices(5, 4)] == [sample.data for sample in samples]


def test_values_and_lines_of_drawn_house_styles_are_read(tmp_path: Path) -> None:
    asked = right = rows = rows_right = 0
    for number in HOUSES:
        sample = house_invoices(number, 1)[0]
        assert sample.truth is not None
        found = read(sample, tmp_path)
        values = {each.key: each.value for each in found.fields}
        wanted = sample.truth["expected"]
        asked += len(KEYS)
        right += sum(
            Decimal(str(values.get(key) or "NaN")) == Decimal(wanted[key])
            if key in AMOUNTS
            else values.get(key) == wanted[key]
            for key in KEYS
        )
        told = {(str(line.cells["amount"].value), _words(str(line.cells["description"].value)))
                for line in found.line_items if {"amount", "description"} <= line.cells.keys()}  # fmt: skip
        rows += len(sample.truth["line_items"])
        rows_right += sum((row["amount"], _words(row["description"])) in told for row in sample.truth["line_items"])
    assert right / asked >= 0.97, (right, asked)
    assert rows_right / rows >= 0.97, (rows_right, rows)


def _words(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()


@pytest.mark.parametrize(
    "sentence",
    [
        "Please pay the amount on or before 21/11/2026 quoting the invoice number.",
        "Bitte überweisen Sie den Betrag bis zum 21.11.2026 unter Angabe der Rechnungsnummer.",
        "Merci de régler cette facture avant le 21/11/2026.",
        "Rogamos abonen el importe antes del 21/11/2026.",
        "Si prega di effettuare il pagamento entro il 21/11/2026.",
        "Gelieve het bedrag vóór 21-11-2026 over te maken.",
    ],
)
def test_a_sentence_that_asks_for_payment_by_a_day_gives_the_due_date(sentence: str) -> None:
    found = find(page("Acme Works Ltd", "Invoice No. 4711", "Invoice date: 01/11/2026", "Total: 100,00 EUR", sentence))
    assert field(found, "due_date").value == "2026-11-21"


@pytest.mark.parametrize(
    "terms",
    [
        "Zahlbar mit 3 % Skonto bis zum 11.11.2026",
        "Bis zum 11.11.2026 zahlen Sie mit 3 % Skonto.",
        "Please pay less 3 % discount by 11/11/2026",
        "Please remit before 11/11/2026 less 3 % discount, thank you.",
        "Règlement avec escompte de 3 % avant le 11/11/2026",
        "Pagamento con sconto del 3 % entro il 11/11/2026",
        "Betaling met 3 % korting uiterlijk op 11-11-2026",
    ],
)
def test_the_day_of_a_cash_discount_is_not_the_due_date(terms: str) -> None:
    found = find(page("Acme GmbH", "Rechnung Nr. 4711", "Rechnungsdatum: 01.11.2026", "Gesamtbetrag: 100,00 EUR", terms))
    assert field(found, "due_date").value is None


@pytest.mark.parametrize(
    "terms", ["Please pay by 21/11/2026 without discount.", "Bitte zahlen Sie bis zum 21.11.2026 ohne Skonto."]
)
def test_a_day_to_pay_by_without_a_cash_discount_is_the_due_date(terms: str) -> None:
    found = find(page("Acme GmbH", "Rechnung Nr. 4711", "Rechnungsdatum: 01.11.2026", "Gesamtbetrag: 100,00 EUR", terms))
    assert field(found, "due_date").value == "2026-11-21"


def test_taxes_at_several_rates_are_added_up_and_their_bases_are_no_taxes() -> None:
    found = find(page(
        "Suministros Alba S.L.", "Factura n.º 4711", "Fecha: 01/11/2026",
        [(60, "Base imponible"), (420, "300,00 €")],
        [(60, "IVA 21 % sobre 200,00 €"), (420, "42,00 €")],
        [(60, "IVA 10 % sobre 100,00 €"), (420, "10,00 €")],
        [(60, "Total"), (420, "352,00 €")],
    ))  # fmt: skip
    assert field(found, "tax").value == "52.00"


def test_a_currency_with_an_accent_parts_the_tax_from_its_base_too() -> None:
    found = find(page(
        "Alba Sp. z o.o.", "Faktura nr 4711", "Data: 01.11.2026",
        [(60, "Netto"), (420, "300,00 zł")],
        [(60, "VAT 23 % od 200,00 zł"), (420, "46,00 zł")],
        [(60, "VAT 8 % od 100,00 zł"), (420, "8,00 zł")],
        [(60, "Razem"), (420, "354,00 zł")],
    ))  # fmt: skip
    assert field(found, "tax").value == "54.00"


GOODS = (
    [(60, "Product or service"), (300, "Qty"), (380, "Price"), (480, "Amount")],
    [(60, "Blue folders"), (300, "2"), (380, "10.00"), (480, "20.00")],
    [(60, "Removal and transport"), (300, "1"), (380, "30.00"), (480, "30.00")],
    [(60, "including packing")],
    [(60, "Red folders"), (300, "3"), (380, "5.00"), (480, "15.00")],
)


def test_sums_beside_each_other_end_the_table_and_words_like_transport_do_not() -> None:
    sums = ([(300, "Subtotal"), (380, "VAT 20 %"), (480, "Total")], [(300, "65.00"), (380, "13.00"), (480, "78.00")])
    found = find(page("Acme Works Ltd", "Invoice No. 4711", *GOODS, *sums))
    told = [(line.cells["description"].value, line.cells["amount"].value) for line in found.line_items]
    assert told == [("Blue folders", "20.00"), ("Removal and transport including packing", "30.00"), ("Red folders", "15.00")]


def test_a_quantity_is_not_taken_for_the_thousands_of_the_price_beside_it() -> None:
    found = find(page(
        "Acme GmbH", "Rechnung Nr. 4711",
        [(60, "Bezeichnung"), (300, "Menge"), (340, "Preis"), (420, "Betrag")],
        [(60, "Schulung"), (320, "1"), (333, "297,72"), (420, "297,72")],
        [(60, "Reise"), (320, "2"), (333, "110,00"), (420, "220,00")],
    ))  # fmt: skip
    told = [(line.cells["quantity"].value, line.cells["unit_price"].value) for line in found.line_items]
    assert told == [("1", "297.72"), ("2", "110.00")]


def test_a_quantity_that_was_not_read_is_proposed_by_arithmetic_and_never_sure() -> None:
    found = find(page(
        "Acme GmbH", "Rechnung Nr. 4711",
        [(60, "Bezeichnung"), (300, "Menge"), (360, "Preis"), (460, "Betrag")],
        [(60, "Schulung"), (300, "2"), (360, "100,00"), (460, "200,00")],
        [(60, "Handbuch"), (360, "15,00"), (460, "45,00")],
        [(60, "Reise"), (360, "15,00"), (460, "44,00")],
    ))  # fmt: skip
    read, reckoned, unknown = (line.cells.get("quantity") for line in found.line_items)
    assert read is not None
    assert (read.value, len(read.places)) == ("2", 1)
    assert reckoned is not None
    assert (reckoned.value, reckoned.places, reckoned.confidence) == ("3", (), 60)
    assert [(each.kind, each.text) for each in reckoned.evidence] == [("arithmetic", "Not read; 45.00 is 3 x 15.00")]
    assert unknown is None


RECEIPT = (
    "PEBBLE & CRUMB BAKERY", "14 Harbour Street", "Bristol, BS1 5TR", "Receipt 200586", "Date: 29/09/2026 18:08",
    [(60, "Sourdough loaf"), (300, "4.20")],
    [(60, "Apple juice 0.33l")],
    [(60, "3 x 2.60"), (300, "7.80")],
    [(60, "2 Oat biscuits"), (300, "5.70")],
)  # fmt: skip


def test_goods_of_a_receipt_without_a_heading_are_the_rows_that_add_up_to_its_total() -> None:
    found = find(
        page(*RECEIPT, [(60, "TOTAL"), (300, "17.70")], [(60, "CASH"), (300, "20.00")], [(60, "CHANGE"), (300, "2.30")])
    )
    told = [{key: cell.value for key, cell in line.cells.items()} for line in found.line_items]
    assert told == [
        {"description": "Sourdough loaf", "amount": "4.20"},
        {"description": "Apple juice 0.33l", "quantity": "3", "unit_price": "2.60", "amount": "7.80"},
        {"description": "Oat biscuits", "quantity": "2", "amount": "5.70"},
    ]
    assert {each.kind for line in found.line_items for each in line.cells["amount"].evidence} >= {"sum"}


def test_rows_that_add_up_to_no_total_are_no_goods() -> None:
    assert find(page(*RECEIPT, [(60, "TOTAL"), (300, "18.70")])).line_items == ()


def test_receipts_of_drawn_tills_are_read(tmp_path: Path) -> None:
    asked = right = rows = rows_right = 0
    for number in range(36):
        sample = till_receipts(number, 1)[0]
        assert sample.truth is not None
        found = read(sample, tmp_path)
        values = {each.key: each.value for each in found.fields}
        wanted = {key: sample.truth["expected"][key] for key in ("vendor", "vendor_address", "invoice_date", "total_amount")}
        asked += len(wanted)
        right += sum(str(values.get(key)).casefold() == value.casefold() for key, value in wanted.items())
        told = {str(line.cells["amount"].value) for line in found.line_items}
        rows += len(sample.truth["line_items"])
        rows_right += sum(row["amount"] in told for row in sample.truth["line_items"])
    assert right / asked >= 0.9, (right, asked)
    assert rows_right / rows >= 0.93, (rows_right, rows)


def test_a_sender_line_above_the_buyer_is_no_part_of_the_buyers_address() -> None:
    found = find(page(
        "Groothandel Lindewater B.V. · Molenweg 35 · 3511 LN Utrecht", "Drukkerij Oosterkade B.V.", "Nijverheidsweg 131",
        "5611 AZ Eindhoven", None, "Factuur nr: 2026/8158", "Factuurdatum: 07-10-2026", "Totaal: 831,53 €",
    ))  # fmt: skip
    assert field(found, "vendor_address").value == "Molenweg 35, 3511 LN Utrecht"
    assert field(found, "invoice_number").value == "2026/8158"


def test_a_town_before_its_post_code_belongs_to_the_sender_line_too() -> None:
    found = find(page("Finchgate Partners LLP · 46 Harbour Street · Dublin, D02 YX88", "Invoice No. 4711", "Total: 99.00 EUR"))
    assert field(found, "vendor_address").value == "46 Harbour Street, Dublin, D02 YX88"


def test_the_letters_before_a_number_are_no_label_of_the_number_below() -> None:
    found = find(page(
        "Groothandel Lindewater B.V.", [(60, "Uw bestelling"), (300, "PO-63219")], [(60, "Factuur"), (300, "2026/8158")],
        [(60, "Totaal"), (300, "831,53 €")],
    ))  # fmt: skip
    assert (field(found, "po_number").value, field(found, "invoice_number").value) == ("PO-63219", "2026/8158")


@pytest.mark.parametrize(
    "label", ["Documento commerciale n.", "Fattura nr.", "Réf facture n°", "Faktura nr", "Fatura nº", "Beleg-Nr."]
)
def test_a_title_with_a_word_for_a_number_labels_the_number(label: str) -> None:
    found = find(page("Acme Works Ltd", f"{label}: 58273", "Totale: 12,70 EUR", "Total: 12,70 EUR"))
    assert field(found, "invoice_number").value == "58273"


def test_the_name_over_an_address_counts_less_where_another_address_stands_beside_it() -> None:
    def told(*rows: Row) -> list[float]:
        content = read_content((page(*rows),))
        return list(lines_over_address(content, collect(content, decide_style(content))).values())

    name, street, town = "Adatum Corporation", "Station Road, 21", "48436 Düsseldorf"
    assert told(name, street, town) == [1.0]
    assert told(name, street, town, None, "Outlet", "Hofstraße 12", "20097 Hamburg") == [0.7]
    beside = told([(60, name), (400, "Cronus")], [(60, street), (400, "Hofstraße 12")], [(60, town), (400, "20097 Hamburg")])
    assert beside == [0.35]


def test_a_house_number_of_four_figures_is_no_post_code() -> None:
    found = find(
        page("Contoso Supplies Inc.", "1020 Enterprise Way", "Sunnyvale, CA 94088", "Invoice No. 4711", "Total: $99.00")
    )
    assert field(found, "vendor_address").value == "1020 Enterprise Way, Sunnyvale, CA 94088"


def test_a_shop_named_after_its_place_is_no_street() -> None:
    found = find(page("Kiosk am Seeufer", "Am Alten Hafen 144", "5020 Salzburg", "Beleg 4711", [(60, "SUMME"), (300, "3.90")]))
    assert field(found, "vendor").value == "Kiosk am Seeufer"


def test_the_number_behind_the_word_for_a_receipt_is_its_number() -> None:
    found = find(
        page("Kaashandel Weidezicht", "Molenweg 35", "3511 LN Utrecht", "Bon 405044", [(60, "TOTAAL"), (300, "25.10")])
    )
    assert field(found, "invoice_number").value == "405044"
