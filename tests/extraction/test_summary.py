"""The sentence about a document: in English for programs, in any language for people."""

from __future__ import annotations

import pytest

from documents.extraction.summary import summarize
from documents.extraction.values import FieldValue
from documents.extraction.vocabulary import LANGUAGES, SUMMARIES

VALUES = {
    "vendor": "Acme Corporation", "invoice_number": "INV-2025-1147", "invoice_date": "2025-11-15", "due_date": "2025-12-15",
    "currency": "CNY", "total_amount": "18500.00",
}  # fmt: skip
FIELDS = [FieldValue(key, value) for key, value in VALUES.items()]
ROLES = {key: key for key in VALUES}


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Invoice INV-2025-1147 of Acme Corporation over 18500.00 CNY, dated 2025-11-15, due 2025-12-15."),
        ("de-at", "Rechnung INV-2025-1147 von Acme Corporation über 18500.00 CNY, vom 2025-11-15, fällig am 2025-12-15."),
        ("pl", "Faktura INV-2025-1147 od Acme Corporation na kwotę 18500.00 CNY, z dnia 2025-11-15, "
               "termin płatności 2025-12-15."),
        ("zh", "发票 INV-2025-1147，Acme Corporation，金额 18500.00 CNY，日期 2025-11-15，到期日 2025-12-15。"),
        ("sv", "Invoice INV-2025-1147 of Acme Corporation over 18500.00 CNY, dated 2025-11-15, due 2025-12-15."),
    ],
)  # fmt: skip
def test_a_sentence_in_the_language_asked_for(language: str, sentence: str) -> None:
    assert summarize("invoice", FIELDS, ROLES, language) == sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_every_kind_and_every_value(language: str) -> None:
    assert SUMMARIES[language]["kinds"].keys() == SUMMARIES["en"]["kinds"].keys()
    said = summarize("credit_note", FIELDS, ROLES, language)
    assert [value for value in VALUES.values() if value not in said] == []


def test_what_is_not_there_is_not_said() -> None:
    assert summarize("receipt", [FieldValue("total_amount", "5.00")], ROLES) == "Receipt over 5.00."
    assert summarize("letter", [FieldValue("title", "Your visit")], {}) == "Letter: Your visit."
    assert summarize("other", [], {}) == ""
    assert summarize("customs_declaration", [FieldValue("vendor", "Acme")], ROLES, "de") == "Dokument von Acme."
