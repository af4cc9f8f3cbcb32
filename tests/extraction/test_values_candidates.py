"""Candidates: what is written in how many ways, in one normal form."""

from __future__ import annotations

from decimal import Decimal

import pytest

from documents.extraction.candidates import collect, decide_style
from documents.extraction.candidates.amounts import parse
from documents.extraction.content import read_content
from documents.extraction.layout import OCR
from tests.extraction.written_pages import page


def values(kind: str, *rows: str, source: str = "text layer") -> list[str]:
    content = read_content((page(*rows, source=source),))
    return [each.value for each in collect(content, decide_style(content))[kind]]


@pytest.mark.parametrize(
    ("written", "decimal", "value"),
    [
        ("1.234,56", ",", "1234.56"), ("1,234.56", ".", "1234.56"), ("1 234,56", ",", "1234.56"),
        ("1'234.50", ".", "1234.50"),
        ("1.234", ",", "1234"), ("1.234", ".", "1.234"), ("12,5", ".", "12.5"), ("1.234.567", ".", "1234567"),
        ("0,025", ",", "0.025"),
    ],
)  # fmt: skip
def test_numbers_are_read_in_the_documents_style(written: str, decimal: str, value: str) -> None:
    assert parse(written, decimal) == Decimal(value)


@pytest.mark.parametrize(
    ("row", "value"),
    [
        ("Total RM12.50", "12.50"), ("Total: -5.00 EUR", "-5.00"), ("(€ 35.13)", "-35.13"), ("Sum $ 1,000.00", "1000.00"),
        ("120,00-", "-120.00"), ("CHF 7.5", "7.50"),
    ],
)  # fmt: skip
def test_amounts_with_signs_and_currencies(row: str, value: str) -> None:
    assert value in values("amount", row)


@pytest.mark.parametrize(
    ("row", "value"),
    [
        ("Rechnung vom 3. April 2026", "2026-04-03"), ("August 3 , 2014", "2014-08-03"), ("le 28/11/2022", "2022-11-28"),
        ("Date: 05-Jan-2017 03:17", "2017-01-05"), ("26.10.22", "2022-10-26"), ("2019-06-10", "2019-06-10"),
        ("4 de marzo de 2025", "2025-03-04"), ("11 février 2026", "2026-02-11"), ("开票日期 2026年3月5日", "2026-03-05"),
    ],
)  # fmt: skip
def test_dates_in_many_tongues(row: str, value: str) -> None:
    assert values("date", row) == [value]


def test_one_date_that_can_only_be_read_one_way_decides_for_all() -> None:
    assert values("date", "Date 03/04/2026", "Due 05/25/2026") == ["2026-03-04", "2026-05-25"]
    assert values("date", "Date 03/04/2026", "Due 25/05/2026") == ["2026-04-03", "2026-05-25"]


def test_dates_smeared_by_recognition_are_still_read() -> None:
    assert values("date", "Date: l2/O5/2018", source=OCR) == ["2018-05-12"]


def test_an_iban_over_two_lines_is_put_together() -> None:
    assert values("iban", "DE88 2008 0000 0970", "3757 00") == ["DE88200800000970375700"]


def test_an_iban_with_wrong_check_digits_is_marked() -> None:
    content = read_content((page("IBAN DE75 1234 5678 0000 0012 34"),))
    (found,) = collect(content, decide_style(content))["iban"]
    assert "unchecked" in found.marks


@pytest.mark.parametrize(
    ("row", "value"),
    [
        ("USt-IdNr. DE136695976", "DE136695976"), ("BTW NL810433941B01", "NL810433941B01"),
        ("TVA : FR 11 999 999 998", "FR11999999998"),
    ],
)  # fmt: skip
def test_vat_ids_by_form(row: str, value: str) -> None:
    assert value in values("tax_id", row)


@pytest.mark.parametrize(
    ("rows", "value"),
    [
        (("Hafenstraße 12", "20457 Hamburg", "Deutschland"), "Hafenstraße 12, 20457 Hamburg"),
        (("123 456th St", "New York, NY, 10001"), "123 456th St, New York, NY, 10001"),
        (("22 1st Way Suite", "Redmond, WA", "99243"), "22 1st Way Suite, Redmond, WA 99243"),
        (("Acme SARL - 16 rue Mollien - 92100 BOULOGNE - France",), "16 rue Mollien, 92100 BOULOGNE"),
        (("Siège : 16 rue Mollien - 92100 BOULOGNE- Tél : 01 71 17 61 67",), "16 rue Mollien, 92100 BOULOGNE"),
        (("Weena 664", "3012 CN Rotterdam"), "Weena 664, 3012 CN Rotterdam"),
        (("48 Weavers Yard", "Cork, T12 X8N6"), "48 Weavers Yard, Cork, T12 X8N6"),
    ],
)
def test_addresses_of_many_countries(rows: tuple[str, ...], value: str) -> None:
    assert value in values("address", *rows)


def test_a_part_of_a_word_has_its_part_of_the_box() -> None:
    content = read_content((page("Date:12/05/2018"),))
    (found,) = collect(content, decide_style(content))["date"]
    assert found.span.box.x0 == pytest.approx(50 + 5 * 5, abs=0.1)
    assert found.span.box.x1 == pytest.approx(50 + 15 * 5, abs=0.1)
