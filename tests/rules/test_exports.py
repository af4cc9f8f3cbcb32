"""Files that people take away: exact, complete, and nothing in them that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from docflow.accounts.models import Organization
from documents.models import Document
from rules.exports import csv as csv_export
from rules.exports import json as json_export
from rules.exports import tables
from tests.rules import made


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(\"http://x\")", "-2+3+cmd|' /C calc'!A0"]
)  # fmt: skip
def test_a_formula_becomes_text(text: str) -> None:
    assert csv_export.cell(text) == f"'{text}"


def test_other_cells_stay_as_they_are() -> None:
    cells = [None, "Acme", "", 87, Decimal("-1500.00"), ["a", "b"], "a=b"]
    assert [csv_export.cell(each) for each in cells] == ["", "Acme", "", "87", "-1500.00", "a; b", "a=b"]


def test_a_table_has_every_document_and_every_field_and_no_formula(acme: Organization) -> None:
    document = made.read(acme, 87, vendor='=cmd|"/C calc"!A0', total_amount="-119.00")
    made.read(acme, profile="meeting-notes")
    rows = Document.objects.of(acme).with_relations().order_by("id")
    text = "".join(csv_export.lines(*tables.header_rows(rows)))
    assert text.startswith("\ufeffid,")
    table = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [row["id"] for row in table] == [str(each.pk) for each in rows]
    assert table[0]["vendor"] == '\'=cmd|"/C calc"!A0'
    assert (table[0]["confidence_score"], table[0]["status"]) == ("87", document.status)
    assert table[0]["total_amount"] == "-119.00"
    assert "attendees" in table[0]


def test_line_items_are_rows_of_their_own(acme: Organization) -> None:
    document = made.read(acme)
    made.add_line(document, description="Bolt; M8, \"steel\"", quantity="10", unit_price="10.00", amount="100.00")  # fmt: skip
    text = "".join(csv_export.lines(*tables.line_rows(Document.objects.of(acme))))
    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert (row["document_id"], row["description"], row["amount"]) == (str(document.pk), 'Bolt; M8, "steel"', "100.00")


def test_json_holds_whole_records(acme: Organization) -> None:
    assert json.loads("".join(json_export.lines(Document.objects.none()))) == []
    documents = [made.read(acme), made.read(acme)]
    found = json.loads("".join(json_export.lines(Document.objects.of(acme).with_relations().order_by("id"))))
    assert [each["id"] for each in found] == [each.pk for each in documents]
    assert found[0]["extracted_fields"]["vendor"] == "Acme Corporation"


def test_more_documents_take_no_more_queries_and_come_in_portions(acme: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = []
    for _round in range(2):
        for _number in range(2):
            made.read(acme)
        with CaptureQueriesContext(connection) as queries:
            "".join(json_export.lines(Document.objects.of(acme)))
            list(tables.header_rows(Document.objects.of(acme))[1])
        counts.append(len(queries))
    assert counts[0] == counts[1]
    monkeypatch.setattr(tables, "PORTION", 3)
    numbers = [each.pk for each in tables.in_portions(Document.objects.of(acme))]
    assert numbers == sorted(Document.objects.of(acme).values_list("pk", flat=True))
