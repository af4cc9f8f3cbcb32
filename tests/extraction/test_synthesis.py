"""The generator of sample documents: what it says is valid, adds up, stands on the page, and comes out the same each time."""

from __future__ import annotations

import email
import hashlib
import io
import re
import socket
import time
from decimal import Decimal
from email import policy
from itertools import accumulate

import facturx
import pypdfium2 as pdfium
import pytest
from lxml import etree
from PIL import Image
from stdnum import iban
from stdnum.eu import vat as eu_vat
from stdnum.gb import vat as gb_vat

from documents.extraction.synthesis.einvoice import cii_xml, hybrid_pdf, ubl_xml
from documents.extraction.synthesis.facts import CREDIT_NOTE, demo_customer, invoice_facts, truth
from documents.extraction.synthesis.invoice_pdf import invoice_pdf
from documents.extraction.synthesis.layouts import LAYOUTS
from documents.extraction.synthesis.samples import (
    JPEG,
    PDF,
    Sample,
    demo_samples,
    digital_invoice,
    mixed_samples,
    receipt_photo,
    scanned_invoice,
)
from documents.extraction.synthesis.scenarios import scenario, scenario_names
from documents.extraction.synthesis.words import LANGUAGES, labels, wording


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, white space as single blanks."""
    document = pdfium.PdfDocument(pdf)
    texts = [" ".join(page.get_textpage().get_text_range().split()) for page in document]
    document.close()
    return texts


def text_of(pdf: bytes) -> str:
    return " ".join(pages_of(pdf))


def squeezed(text: str) -> str:
    return re.sub(r"[\s\xa0\x02\ufffe-]+", "", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_invented_companies_have_valid_vat_ids_and_bank_accounts(language: str) -> None:
    for seed in range(30):
        vendor = invoice_facts(seed, language).vendor
        check = gb_vat if vendor.country == "GB" else eu_vat
        assert check.is_valid(vendor.vat_id), vendor.vat_id
        assert iban.is_valid(vendor.iban), vendor.iban


@pytest.mark.parametrize("language", LANGUAGES)
def test_amounts_add_up(language: str) -> None:
    for seed in range(30):
        facts = invoice_facts(seed, language, mixed_rates=seed % 2 == 1)
        assert all(abs(line.quantity * line.unit_price - line.amount) <= Decimal("0.005") for line in facts.lines)
        assert sum(line.amount for line in facts.lines) == facts.net
        assert sum(row.net for row in facts.taxes) == facts.net
        assert facts.net + facts.tax == facts.total
        assert facts.due_on is None or facts.due_on > facts.issued_on


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_value_of_the_truth_stands_on_the_page(language: str, layout: str) -> None:
    facts = invoice_facts(17, language)
    words = wording(language, facts.currency, 17)
    printed = squeezed(text_of(invoice_pdf(facts, layout, words=words)))
    wanted = [facts.vendor.name, facts.vendor.street, facts.vendor.vat_id, facts.vendor.iban, facts.number, facts.po_number]
    wanted += [words.date(facts.issued_on), words.date(facts.due_on or facts.issued_on)]
    wanted += [words.money(amount) for amount in (facts.net, facts.tax, facts.total)]
    wanted += [
        text for line in facts.lines for text in (line.description, words.number(line.amount), words.number(line.unit_price))
    ]
    assert [value for value in wanted if squeezed(value) not in printed] == []


def test_all_languages_name_the_same_labels() -> None:
    assert {frozenset(labels(language)) for language in LANGUAGES} == {frozenset(labels("en"))}


@pytest.mark.parametrize(
    ("language", "amount", "day"),
    [
        ("en", "£1,234.56", "November 5, 2026"),
        ("de", "1.234,56\xa0£", "05.11.2026"),
        ("fr", "1\xa0234,56\xa0£", "05/11/2026"),
    ],
)
def test_each_language_writes_numbers_and_dates_its_own_way(language: str, amount: str, day: str) -> None:
    words = wording(language, "GBP", 0)
    assert words.money(Decimal("1234.56")) == amount
    assert words.date(invoice_facts(1).issued_on.replace(year=2026, month=11, day=5)) == day


def test_a_long_table_is_carried_over_at_the_page_break() -> None:
    facts = invoice_facts(21, "de", lines=40, trade="hardware")
    words = wording("de", facts.currency, 0)
    first, second = pages_of(invoice_pdf(facts, "letter", plain=True))
    carried = re.search(r"Übertrag ([\d.,]+)", first)
    assert carried is not None
    assert carried[1] in {words.number(running) for running in accumulate(line.amount for line in facts.lines)}
    assert f"Übertrag {carried[1]} " in second
    assert "Seite 1 von 2" in first


def test_a_credit_note_names_the_invoice_that_it_corrects_and_asks_for_no_payment() -> None:
    facts = invoice_facts(9, "de", kind=CREDIT_NOTE)
    printed = text_of(invoice_pdf(facts, plain=True))
    assert f"Gutschrift {facts.number}" in printed
    assert facts.corrects in printed
    assert "Fällig" not in printed
    assert truth(facts)["expected"]["due_date"] is None


@pytest.mark.parametrize("kind", ["invoice", "credit_note"])
def test_the_xml_files_fit_their_schemas(kind: str) -> None:
    facts = invoice_facts(5, "fr", kind=kind, mixed_rates=True)
    facturx.xml_check_xsd(cii_xml(facts), flavor="factur-x", level="en16931")
    facturx.xml_check_xsd(ubl_xml(facts), flavor=f"ubl-2.1-{kind.replace('_', '')}")


def test_a_hybrid_invoice_holds_its_xml_and_needs_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the generator opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    facts = invoice_facts(31, "de", customer=demo_customer())
    name, xml = facturx.get_xml_from_pdf(hybrid_pdf(facts), check_xsd=False)
    assert (name, xml) == ("factur-x.xml", cii_xml(facts))


def test_the_ubl_file_says_what_the_facts_say() -> None:
    facts = invoice_facts(33, "nl")
    root = etree.fromstring(ubl_xml(facts))
    names = {"cbc": root.nsmap["cbc"], "cac": root.nsmap["cac"]}
    found = {path: root.findtext(path, namespaces=names) for path in ("cbc:ID", "cac:LegalMonetaryTotal/cbc:PayableAmount")}
    assert found == {"cbc:ID": facts.number, "cac:LegalMonetaryTotal/cbc:PayableAmount": str(facts.total)}
    assert len(root.findall("cac:InvoiceLine", names)) == len(facts.lines)


def test_the_demo_documents_cover_every_way_in_and_are_quick_to_make() -> None:
    started = time.process_time()
    samples = demo_samples()
    assert time.process_time() - started < 10
    assert len(samples) >= 12
    assert len({sample.filename for sample in samples}) == len(samples)
    assert {sample.media_type for sample in samples} == {
        "application/pdf", "image/jpeg", "image/tiff", "message/rfc822", "application/xml", "text/plain",
    }  # fmt: skip
    kinds = {sample.truth["doc_type"] for sample in samples if sample.truth and "doc_type" in sample.truth}
    assert kinds == {"invoice", "credit_note", "receipt", "other"}


@pytest.mark.parametrize("make", [lambda: digital_invoice(3), lambda: scanned_invoice(3, lines=3), lambda: receipt_photo(3)])
def test_the_same_seed_gives_the_same_bytes(make: type[Sample]) -> None:
    assert make().data == make().data


def test_hybrid_invoices_do_not_carry_the_time_of_their_making() -> None:
    facts = invoice_facts(2, "de")
    first = hybrid_pdf(facts)
    time.sleep(1.01 - time.time() % 1)
    assert hybrid_pdf(facts) == first


def test_a_scanned_invoice_is_a_picture_without_text() -> None:
    data = scanned_invoice(4, "de", lines=3).data
    assert pages_of(data) == [""]


def test_the_mail_carries_its_files_unchanged() -> None:
    mail = next(sample for sample in demo_samples() if sample.filename.endswith(".eml"))
    message = email.message_from_bytes(mail.data, policy=policy.default)
    files = {part.get_filename(): part.get_content() for part in message.iter_attachments()}
    assert mail.truth is not None
    assert {name: hashlib.sha256(content).hexdigest() for name, content in files.items()} == {
        each["filename"]: each["sha256"] for each in mail.truth["expected_documents"]
    }
    assert [name.rpartition(".")[2] for name in files] == ["pdf", "pdf", "png"]
    assert "invoices" in message.get_body(("plain",)).get_content()


def test_the_tiff_has_several_pages() -> None:
    tiff = next(sample for sample in demo_samples() if sample.filename.endswith(".tiff"))
    assert Image.open(io.BytesIO(tiff.data)).n_frames == 2


def test_broken_and_locked_documents_do_not_open() -> None:
    with pytest.raises(pdfium.PdfiumError, match="Data format"):
        pdfium.PdfDocument(scenario("broken.pdf").data)
    with pytest.raises(pdfium.PdfiumError, match="password"):
        pdfium.PdfDocument(scenario("locked.pdf").data)
    assert len(pdfium.PdfDocument(scenario("locked.pdf").data, password="open sesame")) == 1


def test_the_contradicting_hybrid_says_one_total_and_prints_another() -> None:
    hybrid = scenario("hybrid.pdf")
    _, xml = facturx.get_xml_from_pdf(hybrid.data, check_xsd=False)
    assert b"<ram:GrandTotalAmount>1190.00<" in xml
    assert "1.109,00" in text_of(hybrid.data)
    assert "1.190,00" not in text_of(hybrid.data)


def test_large_documents_are_as_large_as_they_say() -> None:
    assert len(pdfium.PdfDocument(scenario("long.pdf").data)) == 500
    assert len(text_of(scenario("dense.pdf").data).split()) == 2000


def test_the_line_document_has_one_amount_that_is_ninety_cents_too_low() -> None:
    rows = (scenario("lines.pdf").truth or {})["line_items"]
    differences = [Decimal(row["quantity"]) * Decimal(row["unit_price"]) - Decimal(row["amount"]) for row in rows]
    assert len(rows) == 12
    assert [difference for difference in differences if difference] == [Decimal("0.90")]


def test_native_and_twin_share_their_number_and_look_different() -> None:
    native, twin = scenario("native.pdf"), scenario("twin.pdf")
    assert native.truth is not None
    assert twin.truth is not None
    assert native.truth["expected"] == twin.truth["expected"]
    assert not iban.is_valid(native.truth["expected"]["iban"])
    assert len(pages_of(native.data)) == 3
    assert native.data != twin.data


def test_every_named_scenario_can_be_made() -> None:
    assert all(scenario(name).filename == name for name in scenario_names())
    with pytest.raises(KeyError, match=r"native\.pdf"):
        scenario("unknown.pdf")


def test_mixed_documents_are_of_all_makes() -> None:
    samples = list(mixed_samples(8))
    assert [sample.media_type for sample in samples] == [PDF] * 5 + [JPEG] * 2 + [PDF]
    assert [sample.truth["layout"].split("-")[-1] for sample in samples if sample.truth][4:7] == ["scan", "6", "7"]
    assert len({sample.truth["language"] for sample in samples if sample.truth}) >= 5
