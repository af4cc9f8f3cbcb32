"""E-invoices are read completely, and nothing in them is obeyed."""

import pytest

from docflow.errors import FileError, FileRefusedError
from documents.extraction.readers import einvoice
from documents.extraction.readers.einvoice import read_einvoice
from tests.extraction import reading_samples as samples

CREDIT_NOTE = b"""<?xml version="1.0"?>
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
    assert (invoice.syntax, invoice.doc_type, invoice.type_code) == ("CII", "invoice", "380")
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
    note = read_einvoice(CREDIT_NOTE)
    assert (note.syntax, note.doc_type, note.profile) == ("UBL", "credit_note", "urn:cen.eu:en16931:2017")
    assert note.fields["vendor"] == "Nordvind AB"
    assert note.fields["iban"] == "SE4550000000058398257466"
    assert (note.fields["tax"], note.fields["total_amount"]) == ("25.00", "125.00")
    assert note.line_items == ({"description": "Chair", "quantity": "1", "amount": "100.00"},)


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
