"""Custom profiles: fields of every type by label and synonyms, patterns, choices, lists, and columns of their own."""

from __future__ import annotations

import random

import pytest

from documents.extraction import pipeline
from documents.extraction.layout import OCR, Page
from documents.extraction.profiles import Column, Profile, ProfileField
from documents.extraction.values import Findings
from tests.extraction.written_pages import page

FORM = page(
    [(50, "Import declaration")],
    None,
    [(50, "Declaration Number"), (200, "26DEA1B2C3D4E5F6G7"), (360, "Lodged on"), (460, "03.04.2026")],
    [(50, "Haulier"), (200, "Nordlicht Spedition GmbH"), (360, "Country of Origin"), (460, "CN")],
    [(50, "Storage address"), (200, "Hafenstraße 12, 20457 Hamburg")],
    [(50, "Duty account"), (200, "DE88 2008 0000 0970 3757 00")],
    [(50, "Fiscal representative"), (200, "DE136695976")],
    [(50, "Duty value"), (200, "1.234,50 €"), (360, "Duty rate"), (460, "4,7 %")],
    [(50, "Settled in"), (200, "USD"), (360, "Packages"), (460, "17")],
    [(50, "Dangerous goods"), (200, "No"), (360, "Sealed"), (460, "yes")],
    [(50, "Remarks"), (200, "Handle with care")],
    None,
    [(50, "Seal numbers:")],
    [(50, "- A-1001")],
    [(50, "- A-1002")],
)


def field(label: str, kind: str, *synonyms: str, **more: object) -> ProfileField:
    return ProfileField(label.lower().replace(" ", "_"), label, kind, synonyms=synonyms, **more)  # type: ignore[arg-type]


CUSTOMS = Profile("customs", "Customs form", "Customs Declaration", (
    field("MRN", "identifier", "Declaration Number", pattern="^[0-9]{2}[A-Z]{2}[A-Z0-9]{14}$"),
    field("Lodged on", "date"), field("Carrier", "party", "Haulier"),
    field("Origin", "choice", "Country of Origin", choices=("CN", "DE", "FR")),
    field("Storage address", "address"), field("Duty account", "iban"), field("Fiscal representative", "tax_id"),
    field("Duty value", "amount"), field("Duty rate", "percent"), field("Settled in", "currency"),
    field("Packages", "number"), field("Dangerous goods", "boolean"), field("Sealed", "boolean"), field("Remarks", "text"),
    field("Seal numbers", "list"), field("Consignee code", "identifier"),
))  # fmt: skip
EXPECTED = {
    "mrn": "26DEA1B2C3D4E5F6G7", "lodged_on": "2026-04-03", "carrier": "Nordlicht Spedition GmbH", "origin": "CN",
    "storage_address": "Hafenstraße 12, 20457 Hamburg", "duty_account": "DE88200800000970375700",
    "fiscal_representative": "DE136695976", "duty_value": "1234.50", "duty_rate": "4.7", "settled_in": "USD",
    "packages": "17", "dangerous_goods": "false", "sealed": "true", "remarks": "Handle with care",
    "seal_numbers": ["A-1001", "A-1002"], "consignee_code": None,
}  # fmt: skip


def find(sheet: Page | tuple[Page, ...], profile: Profile) -> Findings:
    pages = sheet if isinstance(sheet, tuple) else (sheet,)
    return pipeline.find_values(pages, einvoice=None, profile=profile, filename="")


def values(found: Findings) -> dict[str, object]:
    return {each.key: each.value for each in found.fields}


def rows(found: Findings) -> list[dict[str, object]]:
    return [{key: cell.value for key, cell in row.cells.items()} for row in found.line_items]


def test_a_field_of_every_type_is_found_by_its_label() -> None:
    assert values(find(FORM, CUSTOMS)) == EXPECTED


def test_the_words_of_a_scan_may_be_misread() -> None:
    blurred = page(
        [(50, "Declaratlon Nurnber"), (200, "26DEA1B2C3D4E5F6G7")], [(50, "Dutv value"), (200, "1.234,50 €")], source=OCR
    )
    found = values(find(blurred, CUSTOMS))
    assert (found["mrn"], found["duty_value"]) == ("26DEA1B2C3D4E5F6G7", "1234.50")


@pytest.mark.parametrize("seed", range(6))
def test_fields_that_nobody_ever_thought_of_are_found_wherever_they_stand(seed: int) -> None:
    """Invented labels with values of four types, in rows or one above the other, in any order."""
    chance = random.Random(seed)
    kinds = {
        "Frobnication ref": ("identifier", f"FX-{seed}771", f"FX-{seed}771"),
        "Quench day": ("date", f"{seed + 10}.02.2026", f"2026-02-{seed + 10}"),
        "Brine fee": ("amount", f"{seed}4,90 €", f"{seed}4.90".lstrip("0")),
        "Kiln keeper": ("text", "Mara Quist", "Mara Quist"),
    }
    labels = list(kinds)
    chance.shuffle(labels)
    lines: list[list[tuple[float, str]] | None] = [[(50, "Works report")], None]
    for label in labels:
        beside = chance.random() < 0.5
        lines += [[(50, label + chance.choice(["", ":"])), (190, kinds[label][1])]] if beside else [
            [(50, label + ":")], [(50, kinds[label][1])], None]  # fmt: skip
    profile = Profile("own", "Own", "Report", tuple(field(label, kinds[label][0]) for label in kinds))
    found = values(find(page(*lines), profile))
    assert found == {label.lower().replace(" ", "_"): kinds[label][2] for label in kinds}


def test_a_pattern_chooses_among_candidates_and_refuses_what_does_not_fit() -> None:
    sheet = page([(50, "Code"), (200, "7788"), (300, "ZX-55")])
    wanted = ProfileField("code", "Code", "identifier", pattern="^[A-Z]{2}-")
    assert values(find(sheet, Profile("own", "Own", "Form", (wanted,)))) == {"code": "ZX-55"}
    none = ProfileField("code", "Code", "identifier", pattern="^[0-9]{12}$")
    assert values(find(sheet, Profile("own", "Own", "Form", (none,)))) == {"code": None}


TABLE = page(
    [(50, "Packing list")],
    None,
    [(50, "Lot"), (120, "Goods"), (300, "Net Weight (kg)"), (400, "Best before"), (500, "Moisture")],
    [(50, "A1"), (120, "Rye flour type 1150"), (310, "250,5"), (400, "01.08.2026"), (505, "13,5 %")],
    [(120, "in paper sacks")],
    [(50, "B7"), (120, "Wheat bran"), (310, "90"), (400, "15.09.2026"), (505, "11 %")],
    None,
    [(50, "Checked by Mara Quist")],
)
COLUMNS = (
    Column("lot", "Lot"), Column("goods", "Goods"), Column("net_weight", "Net weight", "number", ("Net Weight (kg)",)),
    Column("best_before", "Best before", "date"), Column("moisture", "Moisture", "percent"),
)  # fmt: skip
PACKING = Profile("packing", "Packing list", "Packing List", (ProfileField("title", "Title"),), COLUMNS)
ROWS = [
    {"lot": "A1", "goods": "Rye flour type 1150 in paper sacks", "net_weight": "250.5", "best_before": "2026-08-01",
     "moisture": "13.5"},
    {"lot": "B7", "goods": "Wheat bran", "net_weight": "90", "best_before": "2026-09-15", "moisture": "11"},
]  # fmt: skip


def test_columns_of_their_own() -> None:
    assert rows(find(TABLE, PACKING)) == ROWS


def test_a_table_goes_on_over_the_page() -> None:
    first = page(
        [(50, "Lot"), (120, "Goods"), (300, "Net Weight (kg)"), (400, "Best before"), (500, "Moisture")],
        [(50, "A1"), (120, "Rye flour"), (310, "250,5"), (400, "01.08.2026"), (505, "13,5 %")],
        [(50, "B7"), (120, "Wheat bran"), (310, "90"), (400, "15.09.2026"), (505, "11 %")],
    )
    second = page([(50, "C3"), (120, "Oat flakes"), (310, "12,25"), (400, "02.10.2026"), (505, "9 %")], number=2)
    assert [row["lot"] for row in rows(find((first, second), PACKING))] == ["A1", "B7", "C3"]


def test_columns_that_are_not_asked_for_stay_out_and_totals_end_the_table() -> None:
    sheet = page(
        [(50, "Goods"), (200, "Colour"), (300, "Net weight"), (430, "Value")],
        [(50, "Chalk"), (200, "white"), (310, "2"), (430, "3.00")],
        [(50, "Slate"), (200, "grey"), (310, "5"), (430, "20.00")],
        [(300, "Total"), (430, "23.00")],
    )
    columns = (
        Column("description", "Goods"),
        Column("net_weight", "Net weight", "number"),
        Column("amount", "Value", "amount"),
    )
    profile = Profile("own", "Own", "Form", (ProfileField("total", "Total", "amount"),), columns)
    found = find(sheet, profile)
    assert rows(found) == [
        {"description": "Chalk", "net_weight": "2", "amount": "3.00"},
        {"description": "Slate", "net_weight": "5", "amount": "20.00"},
    ]
    assert values(found) == {"total": "23.00"}


def test_a_column_called_amount_may_hold_text() -> None:
    columns = (Column("amount", "Dose"), Column("drug", "Drug"))
    sheet = page([(50, "Drug"), (200, "Dose")], [(50, "Aspirin"), (200, "one daily")], [(50, "Insulin"), (200, "two daily")])
    found = find(sheet, Profile("own", "Own", "Form", (ProfileField("total_amount", "Total", "amount"),), columns))
    assert rows(found) == [{"amount": "one daily", "drug": "Aspirin"}, {"amount": "two daily", "drug": "Insulin"}]
