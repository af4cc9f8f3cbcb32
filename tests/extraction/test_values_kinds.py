"""Kinds of documents: receipts, letters, and what is none of them."""

from __future__ import annotations

import pytest

from documents.extraction import pipeline
from documents.extraction.layout import Page
from documents.extraction.values import Findings
from tests.extraction.written_pages import page

RECEIPT = page(
    [(60, "Harbour Cafe Sdn Bhd")],
    [(60, "12, Jalan Merdeka")],
    [(60, "80000 Johor Bahru")],
    [(60, "Tel: 07-123 4567")],
    [(50, "Date: 25/12/2025 10:44")],
    [(50, "Flat White"), (160, "12.03")],
    [(50, "Croissant"), (160, "8.00")],
    [(50, "Total"), (160, "20.03")],
    [(50, "Rounding"), (160, "0.02")],
    [(50, "Rounded Total"), (160, "20.05")],
    [(50, "Cash"), (160, "50.05")],
    [(50, "Change"), (160, "30.00")],
    [(50, "Thank you, please come again")],
    height=300,
)
LETTER = page(
    "Dear Mr Miller,",
    None,
    "thank you for your visit last week. We enjoyed the talk about the new building very much and",
    "look forward to hearing from you again soon.",
    None,
    "Yours sincerely",
    "Anna Smith",
)
ARTICLE = page(
    "A study of rivers", "Rivers carry water and sediment. In this paper we look at 14 rivers over 20 years.", "Introduction"
)


def find(sheet: Page) -> Findings:
    return pipeline.find_values((sheet,), einvoice=None, profile=None, filename="")


def value(findings: Findings, key: str) -> object:
    return next(each.value for each in findings.fields if each.key == key)


def test_a_till_receipt_is_one_and_gets_the_profile_for_receipts() -> None:
    found = find(RECEIPT)
    assert (found.doc_type, found.profile) == ("receipt", "universal-invoices-receipts")
    assert value(found, "document_kind") == "Receipt"


def test_the_rounded_total_that_was_paid_is_the_total() -> None:
    assert value(find(RECEIPT), "total_amount") == "20.05"


def test_name_address_and_date_of_a_receipt() -> None:
    found = find(RECEIPT)
    assert value(found, "vendor") == "Harbour Cafe Sdn Bhd"
    assert value(found, "vendor_address") == "12, Jalan Merdeka, 80000 Johor Bahru"
    assert value(found, "invoice_date") == "2025-12-25"


@pytest.mark.parametrize("sheet", [LETTER, ARTICLE])
def test_no_invoice_is_made_of_other_papers(sheet: Page) -> None:
    found = find(sheet)
    assert found.doc_type in {"letter", "other"}
    assert value(found, "total_amount") is None


def test_of_what_is_nothing_known_nothing_is_read() -> None:
    found = find(ARTICLE)
    assert found.doc_type == "other"
    assert [each.value for each in found.fields] == [None] * len(found.fields)


def test_an_empty_document_is_other() -> None:
    assert find(page()).doc_type == "other"


def test_a_credit_note_is_told_from_an_invoice() -> None:
    note = page("Gutschrift Nr. GS-100", "Datum 01.02.2026", "Nettobetrag 100,00 €", "MwSt 19,00 €", "Gesamtbetrag 119,00 €")
    found = find(note)
    assert found.doc_type == "credit_note"
    assert value(found, "invoice_number") == "GS-100"
