"""An invoice that was read: its values, where they stand, why, and how sure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from documents.extraction import pipeline
from documents.extraction.einvoice_content import InvoiceContent
from documents.extraction.layout import Page
from documents.extraction.profiles import Profile, ProfileField, built_in
from documents.extraction.readers.einvoice import EInvoice
from documents.extraction.values import EINVOICE, FieldValue, Findings
from tests.extraction.written_pages import INVOICE, page

WANTED = {
    "vendor": "Nordlicht Bürobedarf GmbH",
    "vendor_address": "Hafenstraße 12, 20457 Hamburg",
    "vendor_vat_id": "DE136695976",
    "iban": "DE88200800000970375700",
    "invoice_number": "RE-2026/118",
    "invoice_date": "2026-04-03",
    "due_date": "2026-05-03",
    "po_number": "PO-7788",
    "currency": "EUR",
    "subtotal": "1000.00",
    "tax": "190.00",
    "total_amount": "1190.00",
}


def find(*pages: Page, profile: Profile | None = None, einvoice: EInvoice | None = None) -> Findings:
    return pipeline.find_values(pages, einvoice=einvoice, profile=profile, filename="a.pdf")


def field(findings: Findings, key: str) -> FieldValue:
    return next(each for each in findings.fields if each.key == key)


@pytest.fixture(scope="module")
def findings() -> Findings:
    return find(INVOICE)


@pytest.mark.parametrize(("key", "value"), WANTED.items())
def test_each_value_is_found(findings: Findings, key: str, value: str) -> None:
    assert field(findings, key).value == value


def test_each_value_has_its_place_its_reason_and_a_confidence(findings: Findings) -> None:
    for key in WANTED:
        found = field(findings, key)
        assert found.places, key
        assert found.evidence, key
        assert 50 <= found.confidence <= 99, key
        assert len(found.alternatives) <= 9, key


def test_the_box_covers_the_words_of_the_value_and_not_its_label(findings: Findings) -> None:
    (place,) = field(findings, "invoice_number").places
    assert place.page == 1
    assert place.box.x0 == pytest.approx(490, abs=1)
    assert field(findings, "invoice_number").raw == "RE-2026/118"


def test_the_evidence_names_the_label_in_words(findings: Findings) -> None:
    assert 'The label "Fällig am" stands left of it' in [each.text for each in field(findings, "due_date").evidence]


def test_the_equation_is_evidence_for_the_total(findings: Findings) -> None:
    assert "arithmetic" in [each.kind for each in field(findings, "total_amount").evidence]


def test_line_items_have_their_columns_and_wrapped_descriptions(findings: Findings) -> None:
    rows = [{key: cell.value for key, cell in line.cells.items()} for line in findings.line_items]
    assert rows == [
        {"description": "Stahlschrauben M8 verzinkt, 100 Stück", "quantity": "10", "unit_price": "45.00", "amount": "450.00"},
        {"description": "Arbeitsleuchte LED", "quantity": "2", "unit_price": "275.00", "amount": "550.00"},
    ]


def test_kind_profile_and_style_are_told(findings: Findings) -> None:
    assert (findings.doc_type, findings.profile) == ("invoice", "standard-invoice")
    assert (findings.language, findings.number_style, findings.date_style) == ("de", "1.234,56", "dd.mm.yyyy")


def test_reasoning_and_summary_have_the_agreed_form(findings: Findings) -> None:
    assert findings.reasoning == "All 12 fields extracted successfully."
    assert findings.summary == (
        "Invoice RE-2026/118 of Nordlicht Bürobedarf GmbH over 1190.00 EUR, dated 2026-04-03, due 2026-05-03."
    )


def test_findings_survive_the_way_through_json(findings: Findings) -> None:
    assert Findings.from_json(findings.as_json()) == findings


def test_the_same_pages_give_the_same_findings(findings: Findings) -> None:
    assert find(INVOICE) == findings


def test_lines_that_do_not_add_up_are_a_problem_and_lower_the_confidence(findings: Findings) -> None:
    wrong = replace(
        INVOICE, words=tuple(replace(word, text="560,00") if word.text == "550,00" else word for word in INVOICE.words)
    )
    told = find(wrong)
    assert "Line items add up to 1010.00, the subtotal says 1000.00." in told.reasoning
    assert told.confidence < findings.confidence
    assert [problem.code for problem in told.problems] == ["lines_mismatch"]


def test_a_missing_required_value_is_named() -> None:
    without = page("Invoice", "Total 100.00 EUR", "VAT 20.00", "Net 80.00", "Date 1 May 2026", "Invoice to Smith Ltd")
    told = find(without, profile=built_in("standard-invoice"))
    assert field(told, "invoice_number").value is None
    assert "Not found: " in told.reasoning
    assert "invoice_number" in told.reasoning
    assert "required_missing" in [problem.code for problem in told.problems]


def test_a_custom_field_is_found_by_its_label_alone() -> None:
    custom = Profile(
        "customs", "Customs", "Declaration",
        (
            ProfileField("mrn", "Movement Reference", "identifier"),
            ProfileField("weight", "Net Weight (kg)", "number", synonyms=("Nettogewicht",)),
            ProfileField("cleared", "Released on", "date"),
            ProfileField("origin", "Country of Origin", "choice", choices=("CN", "DE", "FR")),
            ProfileField("absent", "Warehouse code", "identifier"),
        ),
    )  # fmt: skip
    sheet = page(
        "Movement Reference: 24DE123456789012M1", "Nettogewicht 1250", "Released on 02.03.2026", "Country of Origin: CN"
    )
    told = find(sheet, profile=custom)
    assert [each.value for each in told.fields] == ["24DE123456789012M1", "1250", "2026-03-02", "CN", None]


def test_a_field_of_another_name_plays_the_part_its_label_tells() -> None:
    custom = Profile("bills", "Bills", "Bill", (ProfileField("our_key", "Rechnungsnummer", "identifier"),))
    assert find(INVOICE, profile=custom).fields[0].value == "RE-2026/118"


def einvoice(**fields: str) -> EInvoice:
    return EInvoice("invoice", InvoiceContent("CII"), {**WANTED, **fields}, (), {}, {key: f"/x/{key}" for key in WANTED})


def test_the_e_invoice_stands_and_the_page_gives_the_places() -> None:
    told = find(INVOICE, einvoice=einvoice())
    assert [each.text for each in field(told, "total_amount").evidence][1:] == ["The same stands on the page"]
    total = field(told, "total_amount")
    assert (total.value, total.confidence, total.source) == ("1190.00", 100, EINVOICE)
    assert total.places
    assert not told.problems


def test_a_page_that_says_otherwise_is_told_and_blocks() -> None:
    told = find(INVOICE, einvoice=einvoice(total_amount="1109.00"))
    (problem,) = field(told, "total_amount").problems
    assert (problem.code, problem.blocks) == ("xml_differs", True)
    assert problem.text == "XML says 1,109.00, page says 1,190.00"
    assert told.confidence < 50


def test_what_the_e_invoice_does_not_say_is_only_proposed() -> None:
    silent = einvoice()
    silent.fields.pop("po_number")
    found = field(find(INVOICE, einvoice=silent), "po_number")
    assert found.value is None
    assert found.alternatives[0].value == "PO-7788"
