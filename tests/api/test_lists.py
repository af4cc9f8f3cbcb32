"""GET /api/documents: D7-D10 and every filter of section 4; the paging of all other lists."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from docflow.accounts.actors import COMMAND
from docflow.accounts.models import Organization
from documents.models import Annotation, Document, Folder, Page
from documents.operations import lifecycle
from rules.models import Delivery, WebhookEndpoint
from tests.api.programs import contact_with_folder, rows


@pytest.fixture
def folder(acme: Organization) -> Folder:
    return contact_with_folder(acme)[1]


def _ids(client: Client, query: str) -> list[int]:
    answer = client.get(f"/api/documents?{query}")
    assert answer.status_code == 200, answer.content
    return [entry["id"] for entry in answer.json()["documents"]]


def test_parts_of_a_list_are_as_asked_and_say_so(api: Client, acme: Organization, other: Organization, folder: Folder) -> None:
    second = contact_with_folder(acme, "Second")[1]
    rows(acme, folder, 142)
    rows(acme, second, 68)
    rows(other, contact_with_folder(other, "Foreign")[1], 3)
    parts = {
        "": (50, 50, 0),
        "limit=200": (200, 200, 0),
        "limit=500": (200, 200, 0),
        "offset=1000": (0, 50, 1000),
        "limit=": (50, 50, 0),
        "limit=99999999999999999999": (200, 200, 0),
        "nonsense=1": (50, 50, 0),
    }
    for query, expected in parts.items():
        body = api.get(f"/api/documents?{query}").json()
        assert (len(body["documents"]), body["limit"], body["offset"]) == expected
        assert (body["total"], list(body)) == (210, ["total", "limit", "offset", "documents"])
    for query in ("limit=0", "limit=-1", "offset=-1", "limit=abc", "limit=1.5", "offset=%C2%B2"):
        answer = api.get(f"/api/documents?{query}")
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_value"), query
    seen = [number for offset in range(0, 210, 50) for number in _ids(api, f"offset={offset}")]
    assert len(set(seen)) == 210
    newest = Document.objects.of(acme).order_by("-created_at", "-id").values_list("pk", flat=True)
    assert seen == list(newest)
    assert api.get(f"/api/documents?folder_id={folder.pk}").json()["total"] == 142


def test_a_long_list_costs_as_many_questions_as_a_short_one(api: Client, acme: Organization, folder: Folder) -> None:
    rows(acme, folder, 100)
    api.get("/api/documents")
    with CaptureQueriesContext(connection) as short:
        api.get("/api/documents?limit=1")
    with CaptureQueriesContext(connection) as long:
        api.get("/api/documents?limit=100")
    assert len(long) == len(short) < 12


def test_status_in_both_spellings_of_a_space_repeated_and_wrong(api: Client, acme: Organization, folder: Folder) -> None:
    [review] = rows(acme, folder, 1)
    [ready] = rows(acme, folder, 1, status="Ready")
    rows(acme, folder, 1, status="Archived")
    for query in ("status=Needs%20Review", "status=Needs+Review", f"contact_id={folder.contact_id}&status=Needs%20Review"):
        assert _ids(api, query) == [review.pk]
    assert set(_ids(api, "status=Needs+Review&status=Ready")) == {review.pk, ready.pk}
    assert api.get("/api/documents?contact_id=99999").json() == {"total": 0, "limit": 50, "offset": 0, "documents": []}
    assert _ids(api, "contact_id=99999999999999999999999") == []
    for word in ("Done", "needs review", "Needs_Review"):
        answer = api.get("/api/documents", {"status": word})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_status")
        assert answer.json()["detail"].startswith(f'"{word}" is not a status. Use one of New, Processing, Needs Review')


def test_days_are_whole_utc_days_and_times_include_their_second(api: Client, acme: Organization, folder: Folder) -> None:
    moments = [datetime(2025, 11, 15, 0, 0, 0), datetime(2025, 11, 15, 23, 59, 59, 999_999), datetime(2025, 11, 16)]
    first, last, after = (rows(acme, folder, 1, created_at=at.replace(tzinfo=UTC))[0].pk for at in moments)
    assert set(_ids(api, "date_from=2025-11-15&date_to=2025-11-15")) == {first, last}
    assert _ids(api, "date_from=2025-11-16") == [after]
    assert set(_ids(api, "date_to=2025-11-15T23:59:59Z")) == {first, last}
    assert _ids(api, "date_from=2025-11-16T01:00:00+01:00") == [after]
    for wrong in ("15.11.2025", "2025-13-01", "yesterday", "0001-01-01T00:00:00+23:00", "9999-12-31"):
        answer = api.get("/api/documents", {"date_from": wrong})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "date_from"), wrong


def test_every_other_filter_narrows(api: Client, acme: Organization, folder: Folder) -> None:
    refs = {
        "salesforce": {"record_id": "001Qy"},
        "erp": {"record_id": 4711},
        "12": {"record_id": "a:b"},
        'q"x': {"record_id": "1"},
        "plain": "1",
    }
    [wanted] = rows(
        acme,
        folder,
        1,
        confidence=94,
        doc_date=date(2025, 11, 15),
        doc_type="Invoice",
        external_refs=refs,
        source="Email",
        profile_id=2,
        notes="quarter four",
        updated_at=datetime(2030, 1, 1, tzinfo=UTC),
        filename="rechnung.pdf",
    )
    [other] = rows(acme, folder, 1, confidence=None, status="Exception")
    Annotation.objects.create(document=wanted, key="vendor", value="Nordwind", raw="Nordwind GmbH")
    Page.objects.create(document=wanted, number=1, width=1, height=1, source="ocr", text="Hafenstrasse")
    task = wanted.task
    for query in (
        "confidence_label=High",
        "confidence_label=High&confidence_label=Poor",
        "confidence_min=94",
        "confidence_min=90&confidence_max=94",
        "doc_date_from=2025-11-15&doc_date_to=2025-11-15",
        "doc_type=Invoice",
        "profile_id=2",
        "source=Email",
        "updated_since=2029-12-31",
        "external_ref=salesforce:001Qy",
        "external_ref=erp:4711",
        "external_ref=12:a:b",
        "external_ref=q%22x:1",
        "q=nordwind+quarter",
        "q=hafenstrasse",
        "q=RECHNUNG",
        f"upload_id={task.upload.uuid}&doc_type=Invoice",
        f"project_id={task.upload.project_id}&doc_type=Invoice",
    ):
        assert _ids(api, query) == [wanted.pk], query
    for query in (
        "confidence_label=Good",
        "external_ref=salesforce:001",
        "external_ref=a%22.b:1",
        "external_ref=plain:1",
        "external_ref=-1:1",
        "q=nordwind+absent",
        "export_state=failed",
    ):
        assert _ids(api, query) == []
    assert set(_ids(api, f"upload_id={other.task.upload.uuid}")) == {other.pk}


@pytest.mark.parametrize(
    "query",
    [
        "confidence_label=Great",
        "confidence_min=101",
        "confidence_min=x",
        "ordering=sha256",
        "ordering=-",
        "upload_id=7",
        "source=Fax",
        "contact_id=x",
        "doc_date_to=2025-11-31",
        "updated_since=now",
        f"q={'x' * 201}",
        "export_state=lost",
        "q=%00",
    ],
)
def test_a_wrong_filter_is_named(api: Client, query: str) -> None:
    answer = api.get(f"/api/documents?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_value")
    assert [fault["field"] for fault in answer.json()["errors"]] == [query.partition("=")[0]]


def test_all_faults_of_a_query_come_at_once(api: Client) -> None:
    faults = api.get("/api/documents?limit=0&confidence_min=x&ordering=y").json()["errors"]
    assert {fault["field"] for fault in faults} == {"limit", "confidence_min", "ordering"}


def test_orderings_break_ties_by_id_and_leave_the_unknown_for_last(api: Client, acme: Organization, folder: Folder) -> None:
    a, b = (each.pk for each in rows(acme, folder, 2, confidence=50))
    [c] = (each.pk for each in rows(acme, folder, 1, confidence=70))
    [d] = (each.pk for each in rows(acme, folder, 1, confidence=None))
    assert _ids(api, "ordering=confidence_score") == [a, b, c, d]
    assert _ids(api, "ordering=-confidence_score") == [c, b, a, d]


def test_the_state_of_an_export_is_that_of_its_latest_move(api: Client, acme: Organization, folder: Folder) -> None:
    [document, never] = rows(acme, folder, 2, status="Approved")
    endpoint = WebhookEndpoint.objects.create(
        organization=acme, channel="documents", url="http://127.0.0.1:9/", events=["document.exported"], secret="x"
    )
    lifecycle.change_status(document, "Export", actor=COMMAND)
    states = []
    for state in ("pending", "failed", "delivered"):
        Delivery.objects.filter(endpoint=endpoint).update(state=state)
        assert _ids(api, f"export_state={state}") == [document.pk]
        states.append(api.get(f"/api/documents/{document.pk}").json()["export_state"])
    assert states == ["pending", "failed", "delivered"]
    listed = {entry["id"]: entry["export_state"] for entry in api.get("/api/documents").json()["documents"]}
    assert listed == {document.pk: "delivered", never.pk: None}


@pytest.mark.parametrize(
    ("path", "plural"),
    [
        ("contacts", "contacts"),
        ("folders", "folders"),
        ("profiles", "profiles"),
        ("rules", "rules"),
        ("rules/runs", "runs"),
        ("webhooks", "webhooks"),
        ("webhooks/deliveries", "deliveries"),
        ("notifications", "notifications"),
        ("audit", "events"),
        ("projects", "projects"),
        ("profiles/1/versions", "versions"),
    ],
)
def test_all_lists_have_one_form(api: Client, path: str, plural: str) -> None:
    body = api.get(f"/api/{path}?limit=1").json()
    assert {"total", "limit", "offset", plural} <= set(body)
    assert (body["limit"], body["offset"]) == (1, 0)
    assert len(body[plural]) == min(1, body["total"])
    assert api.get(f"/api/{path}?limit=0").status_code == 422
