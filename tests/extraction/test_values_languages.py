"""Languages are data: each has one file; papers in Portuguese, Polish and Chinese; a new language by a file alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from documents.extraction import pipeline, vocabulary
from documents.extraction.candidates.candidate import Style
from documents.extraction.candidates.dates import read_date
from documents.extraction.layout import Page
from documents.extraction.values import Findings
from tests.extraction import foreign_pages

STYLE = Style(",", "dmy")
PARTS = {"language", "numbers", "small_words", "months", "days", "yes", "letter", "till", "carry_over", "deductions",
         "before_number", "pay", "until", "cash_discount", "direct_debit", "rate_of", "change", "rounding",
         "titles", "labels", "columns", "summary"}  # fmt: skip


def find(sheet: Page) -> Findings:
    return pipeline.find_values((sheet,), einvoice=None, profile=None, filename="")


def values(found: Findings) -> dict[str, object]:
    return {each.key: each.value for each in found.fields if each.value is not None}


def test_nine_languages_each_in_a_file_of_its_own() -> None:
    assert set(vocabulary.LANGUAGES) == {"en", "de", "fr", "es", "it", "nl", "pt", "pl", "zh"}
    english = json.loads((vocabulary.FOLDER / "en.json").read_text("utf-8"))
    for file in vocabulary.FOLDER.glob("*.json"):
        read = json.loads(file.read_text("utf-8"))
        assert set(read) == PARTS, file.name
        needed = {"invoice_number", "invoice_date", "due_date", "subtotal", "tax", "total_amount", "vendor", "customer"}
        assert needed <= set(read["labels"]), file.name
        assert {"description", "quantity", "unit_price", "amount"} <= set(read["columns"]), file.name
        assert set(read["columns"]) <= set(english["columns"]), file.name


def test_a_new_language_is_a_file(tmp_path: Path) -> None:
    for file in vocabulary.FOLDER.glob("*.json"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    swedish = {key: [] for key in PARTS} | {
        "language": "Swedish",
        "months": {},
        "small_words": ["och", "att", "faktura", "belopp"],
        "titles": {"invoice": ["faktura"]},
        "numbers": ["nummer"],
        "labels": {"invoice_number": ["fakturanummer"], "total_amount": ["att betala"]},
        "columns": {"amount": ["belopp"]},
    }
    (tmp_path / "sv.json").write_text(json.dumps(swedish), "utf-8")
    read = vocabulary.load(tmp_path)
    assert next(iter(read)) == "en"
    assert "sv" in read
    assert "fakturanummer" in vocabulary.merged(read, "labels")["invoice_number"]
    assert "belopp" in vocabulary.merged(read, "columns")["amount"]
    assert "faktura nummer" in vocabulary.numbered(read)
    assert "invoice number" in vocabulary.merged(read, "labels")["invoice_number"]


@pytest.mark.parametrize(
    "text",
    ["15 November 2025", "15. November 2025", "15 novembre 2025", "15 de noviembre de 2025", "15 november 2025",
     "15 de novembro de 2025", "15 listopada 2025 r.", "2025年11月15日", "2025 年 11 月 15 日", "15 lis 2025"],
)  # fmt: skip
def test_months_of_every_language(text: str) -> None:
    assert [value for _, _, value, _ in read_date(text, STYLE)] == ["2025-11-15"]


@pytest.mark.parametrize(
    ("sheet", "language", "expected", "rows"),
    [
        (foreign_pages.PORTUGUESE, "pt", {
            "vendor": "Moinho do Vale, Lda", "vendor_address": "Rua das Oliveiras 24, 4050-123 Porto",
            "vendor_vat_id": "PT501442600", "iban": "PT50000201231234567890154", "invoice_number": "FT 2025/1187",
            "invoice_date": "2025-11-15", "due_date": "2025-12-15", "po_number": "EN-4471", "currency": "EUR",
            "subtotal": "400.00", "tax": "92.00", "total_amount": "492.00", "payment_terms": "30 dias",
        }, [("20", "17.50", "350.00"), ("1", "50.00", "50.00")]),
        (foreign_pages.POLISH, "pl", {
            "vendor": "Zielony Młyn Sp. z o.o.", "vendor_address": "ul. Długa 7, 31-147 Kraków",
            "vendor_vat_id": "5260250274", "iban": "PL61109010140000071219812874", "invoice_number": "FV/118/11/2025",
            "invoice_date": "2025-11-15", "due_date": "2025-11-29", "currency": "PLN", "subtotal": "600.00", "tax": "138.00",
            "total_amount": "738.00",
        }, [("200", "2.50", "500.00"), ("1", "100.00", "100.00")]),
        (foreign_pages.CHINESE, "zh", {
            "vendor": "杭州青禾仪器有限公司", "invoice_number": "QH-2025-0311", "invoice_date": "2025-11-15",
            "due_date": "2025-12-15", "po_number": "PO-7788", "currency": "CNY", "subtotal": "3200.00", "tax": "416.00",
            "total_amount": "3616.00", "payment_terms": "30天内付清",
        }, [("2", "1500.00", "3000.00"), ("1", "200.00", "200.00")]),
    ],
)  # fmt: skip
def test_invoices_of_further_languages(
    sheet: Page, language: str, expected: dict[str, str], rows: list[tuple[str, str, str]]
) -> None:
    found = find(sheet)
    assert (found.doc_type, found.language) == ("invoice", language)
    assert values(found) == expected
    read = [tuple(row.cells[key].value for key in ("quantity", "unit_price", "amount")) for row in found.line_items]
    assert read == rows


def test_a_polish_receipt() -> None:
    found = find(foreign_pages.POLISH_RECEIPT)
    assert (found.doc_type, found.language) == ("receipt", "pl")
    told = values(found)
    assert (told["vendor"], told["invoice_date"], told["total_amount"]) == ("Sklep Pod Lipą", "2025-11-03", "14.90")
    assert told["vendor_vat_id"] == "5260250274"


@pytest.mark.parametrize(
    ("sheet", "kind", "expected"),
    [
        (foreign_pages.BRAZILIAN, "invoice", {
            "vendor": "Oficina Boa Vista Ltda", "vendor_vat_id": "11222333000181", "invoice_number": "000124",
            "invoice_date": "2025-11-15", "due_date": "2025-12-15", "currency": "BRL", "subtotal": "1500.00", "tax": "75.00",
            "total_amount": "1575.00",
        }),
        (foreign_pages.PORTUGUESE_RECEIPT, "receipt", {
            "vendor": "Pastelaria Estrela Lda", "vendor_vat_id": "501442600",
            "vendor_address": "Rua Augusta 45, 1100-053 Lisboa",
            "invoice_date": "2025-11-03", "total_amount": "2.90",
        }),
        (foreign_pages.POLISH_WORKSHOP, "invoice", {
            "vendor_vat_id": "7740001454", "invoice_number": "45/2025", "invoice_date": "2025-11-03", "due_date": "2025-11-17",
            "currency": "PLN", "subtotal": "200.00", "tax": "46.00", "total_amount": "246.00",
        }),
        (foreign_pages.CHINESE_RECEIPT, "receipt", {
            "vendor": "好邻居便利店", "invoice_date": "2025-11-03", "currency": "CNY", "total_amount": "12.50",
        }),
        (foreign_pages.CHINESE_SIGNS, "invoice", {
            "vendor": "广州蓝海电子有限公司", "invoice_number": "LH20251101", "invoice_date": "2025-11-01", "currency": "CNY",
            "subtotal": "800.00", "tax": "104.00", "total_amount": "904.00",
        }),
    ],
)  # fmt: skip
def test_more_papers_of_further_languages(sheet: Page, kind: str, expected: dict[str, str]) -> None:
    found = find(sheet)
    assert found.doc_type == kind
    told = values(found)
    assert {key: told.get(key) for key in expected} == expected
