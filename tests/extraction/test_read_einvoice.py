"""E-invoices are read completely, and nothing in them is obeyed."""

import copy
import json
import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from lxml import etree

from docflow.errors import FileError, FileRefusedError
from documents.extraction.einvoice_content import LISTED, SINGLE, InvoiceContent
from documents.extraction.einvoice_shown import Words
from documents.extraction.pipeline import find_values
from documents.extraction.readers import einvoice
from documents.extraction.readers.einvoice import read_einvoice
from documents.extraction.readers.einvoice_sheet import readable
from documents.extraction.synthesis.einvoice import ubl_xml
from documents.extraction.synthesis.facts import CREDIT_NOTE, INVOICE, invoice_facts, truth
from documents.extraction.synthesis.fattura import fattura_xml
from tests.extraction import reading_samples as samples
from tests.extraction.full_einvoice import full_einvoice

NOTE = b"""<?xml version="1.0"?>
<CreditNote xmlns="urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
 <cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID><cbc:ID>G-5</cbc:ID>
 <cbc:IssueDate>2025-03-14</cbc:IssueDate><cbc:CreditNoteTypeCode>381</cbc:CreditNoteTypeCode>
 <cbc:DocumentCurrencyCode>SEK</cbc:DocumentCurrencyCode>
 <cac:AccountingSupplierParty><cac:Party><cac:PartyName><cbc:Name>Shop</cbc:Name></cac:PartyName>
  <cac:PartyTaxScheme><cbc:CompanyID>SE556677889901</cbc:CompanyID>
  <cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
  <cac:PartyLegalEntity><cbc:RegistrationName>Nordvind AB</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party>
 </cac:AccountingSupplierParty>
 <cac:PaymentMeans><cac:PayeeFinancialAccount><cbc:ID>SE45 5000 0000 0583 9825 7466</cbc:ID></cac:PayeeFinancialAccount>
 </cac:PaymentMeans>
 <cac:TaxTotal><cbc:TaxAmount currencyID="SEK">25</cbc:TaxAmount></cac:TaxTotal>
 <cac:LegalMonetaryTotal><cbc:TaxExclusiveAmount>100</cbc:TaxExclusiveAmount>
 <cbc:TaxInclusiveAmount>125</cbc:TaxInclusiveAmount></cac:LegalMonetaryTotal>
 <cac:CreditNoteLine><cbc:CreditedQuantity>1</cbc:CreditedQuantity><cbc:LineExtensionAmount>100</cbc:LineExtensionAmount>
  <cac:Item><cbc:Name>Chair</cbc:Name></cac:Item></cac:CreditNoteLine>
</CreditNote>"""


def test_a_cii_invoice_is_read_with_the_place_of_each_value():
    invoice = read_einvoice(samples.cii())
    assert (invoice.content.syntax, invoice.doc_type, invoice.content.document["type_code"]) == ("CII", "invoice", "380")
    assert invoice.fields == {
        "vendor": "Nordwind GmbH",
        "vendor_address": "Hafenstr. 12, 20095 Hamburg",
        "vendor_vat_id": "DE123456789",
        "invoice_number": "R-77",
        "invoice_date": "2025-03-14",
        "currency": "EUR",
        "subtotal": "100.00",
        "tax": "19.00",
        "total_amount": "119.00",
    }
    assert invoice.line_items == ({"description": "Oak table", "quantity": "2", "unit_price": "50.00", "amount": "100.00"},)
    assert invoice.further == {"amount_due": "100.00"}
    assert invoice.xpaths["total_amount"].endswith("ram:GrandTotalAmount")
    assert invoice.xpaths["line_items.0.amount"].endswith("ram:LineTotalAmount")


def test_a_ubl_credit_note_is_read():
    note = read_einvoice(NOTE)
    assert (note.content.syntax, note.doc_type) == ("UBL", "credit_note")
    assert note.content.document["profile"] == "urn:cen.eu:en16931:2017"
    assert note.fields["vendor"] == "Nordvind AB"
    assert note.fields["iban"] == "SE4550000000058398257466"
    assert (note.fields["tax"], note.fields["total_amount"]) == ("25.00", "125.00")
    assert note.line_items == ({"description": "Chair", "quantity": "1", "amount": "100.00"},)


@pytest.mark.parametrize("syntax", ["CII", "UBL", "FatturaPA"])
def test_every_value_of_the_table_is_read_kept_and_shown_on_the_page(syntax):
    content, expected = full_einvoice(syntax)
    whole = read_einvoice(content).content
    assert InvoiceContent.from_json(json.loads(json.dumps(whole.as_json()))) == whole
    sums = {key: whole.totals[key] for key in ("net", "tax", "gross") if key in whole.totals}  # of FatturaPA: added up
    expected["totals"] |= sums
    (line,) = whole.lines
    found = {name: getattr(whole, name) for name in SINGLE} | {
        name: getattr(whole, name)[0] for name in LISTED if name in expected
    }
    found |= {"lines": line.values, "line_adjustments": line.adjustments[0]}
    assert {name: values for name, values in found.items() if name in expected} == expected
    page = re.sub(r"\s", "", "".join(readable(whole, "invoice")))
    words = Words(whole.language)
    values = [(name, key, words.value(name, key, value)) for name, group in expected.items() for key, value in group.items()]
    missing = [
        (name, key, value)
        for name, key, value in values
        if re.sub(r"\s", "", value) not in page and (name, key) != ("line_adjustments", "direction")
    ]
    assert missing == []


@pytest.mark.parametrize(("kind", "doc_type"), [(INVOICE, "invoice"), (CREDIT_NOTE, "credit_note")])
def test_a_fattura_is_read_with_sums_and_in_its_language(kind, doc_type):
    facts = invoice_facts(5, "it", kind=kind, mixed_rates=True)
    invoice = read_einvoice(fattura_xml(facts, discount=Decimal(5)))
    wanted = truth(facts)
    due = invoice.fields.pop("due_date")
    assert due == (facts.due_on or facts.issued_on + timedelta(days=30)).isoformat()
    assert invoice.doc_type == doc_type
    assert {key: invoice.fields.get(key) for key in wanted["expected"] if key != "due_date"} == {
        key: value for key, value in wanted["expected"].items() if key != "due_date"
    }
    rows = [{key: Decimal(row[key]) for key in ("quantity", "unit_price", "amount")} for row in invoice.line_items]
    assert rows == [{key: Decimal(row[key]) for key in ("quantity", "unit_price", "amount")} for row in wanted["line_items"]]
    assert invoice.content.language == "it"
    assert invoice.content.lines[0].adjustments == ({"direction": "allowance", "percent": "5"},)
    assert len(invoice.content.taxes) == len(facts.taxes)
    page = "\n".join(readable(invoice.content, doc_type))
    assert ("NOTA DI CREDITO" if kind == CREDIT_NOTE else "FATTURA") in page
    assert "MP05 (bonifico)" in page


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda xml: xml.replace(b"<FatturaElettronicaBody>", b"<FatturaElettronicaBody/><FatturaElettronicaBody>"), "lot"),
        (lambda xml: xml.replace(b"<NumeroLinea>1<", b"<NumeroLinea>" + b"1" * 20_001 + b"<"), "letters"),
        (lambda xml: xml.replace(b"<DatiBeniServizi>", b"<DatiBeniServizi>" + b"<DettaglioLinee/>" * 2_001), "lines"),
    ],
)
def test_what_is_beyond_the_limits_is_refused_and_never_cut(change, reason):
    with pytest.raises(FileRefusedError, match=reason) as refusal:
        read_einvoice(change(fattura_xml(invoice_facts(5, "it"))))
    assert refusal.value.reason == "xml_too_complex"


def test_tax_in_a_second_currency_stands_beside_that_of_the_invoice():
    root = etree.fromstring(ubl_xml(invoice_facts(3, "de")))
    own = root.find("{*}TaxTotal/{*}TaxAmount")
    other = copy.deepcopy(own.getparent())
    other[:] = [other[0]]
    other[0].text, other[0].attrib["currencyID"] = "99.90", "SEK"
    root.insert(0, other)
    totals = read_einvoice(etree.tostring(root)).content.totals
    assert (totals["tax"], totals["tax_converted"]) == (own.text, "99.90 SEK")


@pytest.mark.parametrize(
    ("seller", "buyer", "note", "language"),
    [("DE", "DE", "", "de"), ("DE", "FR", "", ""), ("FR", "FR", ' languageID="EN"', "en"), ("SE", "SE", "", "")],
)
def test_the_language_is_that_of_the_words_else_of_the_country(seller, buyer, note, language):
    facts = invoice_facts(3, "de")
    facts = replace(facts, vendor=replace(facts.vendor, country=seller), customer=replace(facts.customer, country=buyer))
    xml = ubl_xml(facts).replace(
        b"<cbc:DocumentCurrencyCode", b"<cbc:Note" + note.encode() + b">x</cbc:Note><cbc:DocumentCurrencyCode"
    )
    assert read_einvoice(xml).content.language == language


def test_a_value_that_stands_on_the_page_word_for_word_does_not_differ(tmp_path):
    facts = replace(invoice_facts(3, "de"), number="018304 / 28865")
    (tmp_path / "a.xml").write_bytes(ubl_xml(facts))
    opened = einvoice.open_file(tmp_path / "a.xml", tmp_path, 5)
    pages = tuple(einvoice.read_page(tmp_path / "a.xml", number, None) for number in range(1, opened["pages"] + 1))
    invoice = read_einvoice(ubl_xml(facts))
    found = find_values(pages, einvoice=invoice, profile=None, filename="a.xml")
    assert [problem for field in found.fields for problem in field.problems] == []
    assert found.einvoice == invoice.content
    kinds = {each.kind for field in found.fields for each in field.evidence}
    assert kinds == {"einvoice"}  # the sheet is our own writing: it confirms nothing


@pytest.mark.parametrize(
    "harm",
    [
        {}, {"syntax": 5}, {"syntax": "CII", "seller": []}, {"syntax": "CII", "seller": {"name": 5}},
        {"syntax": "CII", "taxes": {}}, {"syntax": "CII", "taxes": [{}] * 5_001}, {"syntax": "CII", "lines": [{}]},
        {"syntax": "CII", "document": {"number": "x" * 20_001}},
        {"syntax": "CII", "document": {str(n): "" for n in range(101)}},
    ],
)  # fmt: skip
def test_an_answer_of_another_shape_is_no_content(harm):
    with pytest.raises((KeyError, TypeError, ValueError)):
        InvoiceContent.from_json(harm)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_the_encoding_does_not_matter(encoding):
    content = samples.cii().decode().replace('encoding="UTF-8"', f'encoding="{encoding[:6].upper()}"').encode(encoding)
    assert read_einvoice(content).fields["vendor"] == "Nordwind GmbH"


def test_an_encoding_that_does_not_exist_is_passed_over():
    assert read_einvoice(samples.cii().replace(b"UTF-8", b"UTF-88")).fields["invoice_number"] == "R-77"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>', "xml_dtd"),
        ('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x><x/>'.encode("utf-16"), "xml_dtd"),
        (b"<a>" * 150 + b"</a>" * 150, "xml_too_complex"),
        (b"<a>" * 5000 + b"</a>" * 5000, "xml_too_complex"),
        (b"<a " + b" ".join(b"n%d='1'" % each for each in range(1001)) + b"/>", "xml_too_complex"),
        (b"<FatturaElettronica/>", "xml_unknown_root"),
        (b"<Invoice/>", "xml_unknown_root"),
    ],
)
def test_xml_that_is_no_invoice_or_would_do_harm_is_refused(content, reason):
    with pytest.raises(FileRefusedError) as refusal:
        read_einvoice(content)
    assert (refusal.value.code, refusal.value.reason) == ("file_type_not_supported", reason)


def test_broken_xml_is_damaged_and_only_reading_says_so(tmp_path):
    (tmp_path / "a.xml").write_bytes(samples.cii()[:-40])
    with pytest.raises(FileError) as error:
        einvoice.open_file(tmp_path / "a.xml", tmp_path, 5)
    assert error.value.code == "damaged_file"
    assert einvoice.look(tmp_path / "a.xml", 5) is None


def test_a_number_written_to_fill_the_memory_is_no_number():
    assert "total_amount" not in read_einvoice(samples.cii(total="1E+999999999")).fields


def test_a_bare_invoice_gets_a_readable_page(tmp_path):
    (tmp_path / "a.xml").write_bytes(samples.cii())
    assert einvoice.open_file(tmp_path / "a.xml", tmp_path, 5) == {
        "pages": 1, "einvoice": "einvoice.xml", "attachments": [],
    }  # fmt: skip
    page = einvoice.read_page(tmp_path / "a.xml", 1, None)
    lines = [line.text for line in page.lines]
    assert "Total amount 119.00" in lines
    assert "Oak table 2 50.00 100.00" in lines
    drawn = einvoice.draw_page(tmp_path / "a.xml", 1, 72, 0).convert("L")
    total = next(word for word in page.words if word.text == "119.00").box
    assert drawn.crop(tuple(map(round, total.as_list()))).getextrema()[0] < 128
