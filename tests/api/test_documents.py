"""Records, status, values, files and pages: D2, D11-D16, D18, D25-D28 of surfaces/documents.md section 17."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from docflow.accounts.models import Event, Organization
from documents import jobs
from documents.models import Annotation, Document, Folder, LineItem, Page, Transition
from documents.statuses import Status
from tests import make
from tests.api.programs import contact_with_folder, patch, post, rows
from uploads.models import Task

MUST = [
    "id", "filename", "status", "doc_type", "doc_date", "contact_id", "contact_name", "folder_id", "folder_name", "ai_summary",
    "confidence_score", "confidence_label", "confidence_reasoning", "extracted_fields", "line_items", "external_refs", "notes",
    "created_at", "updated_at",
]  # fmt: skip


@pytest.fixture
def folder(acme: Organization) -> Folder:
    return contact_with_folder(acme)[1]


@pytest.fixture
def read(acme: Organization, folder: Folder) -> Document:
    """A document that the pipeline has read."""
    return make.document(acme, contact=folder.contact, folder=folder)


@pytest.fixture
def set_up(acme: Organization, folder: Folder) -> Document:
    """A document whose values are written by hand, so that each of them is known."""
    [document] = rows(
        acme, folder, 1, profile_id=2, profile_version=1, doc_type="Invoice", confidence=87, read_at="2025-11-15T08:24:02Z"
    )
    values = {"vendor": "Nordwind", "invoice_number": "R-1", "currency": "EUR", "total_amount": "18500.00"}
    for key, value in values.items():
        Annotation.objects.create(document=document, key=key, value=value, machine_value=value, raw=value, confidence=90)
    cells = {"description": "Bolt", "quantity": "10", "unit_price": "1500.00", "amount": "15000.000000000000001"}
    LineItem.objects.create(
        document=document,
        position=1,
        cells={k: {"value": v, "raw": v, "confidence": 90, "source": "page", "boxes": []} for k, v in cells.items()},
    )
    return document


def _at(document: Document, tail: str = "") -> str:
    return f"/api/documents/{document.pk}{tail}"


def test_a_record_has_every_promised_key_in_order(api: Client, set_up: Document) -> None:
    answer = api.get(_at(set_up))
    record = answer.json()
    assert list(record)[: len(MUST)] == MUST
    assert list(record["extracted_fields"]) == [field.key for field in set_up.profile.at(1).fields]
    assert (record["extracted_fields"]["total_amount"], record["extracted_fields"]["po_number"]) == ("18500.00", None)
    assert answer["ETag"] == f'"{set_up.pk}-1"'
    assert api.get(f"/api/documents/{set_up.uuid}").content == answer.content


def test_line_items_hold_numbers_digit_by_digit(api: Client, set_up: Document) -> None:
    for path in (_at(set_up), _at(set_up, "/fields")):
        text = api.get(path).content.decode()
        assert '"quantity": 10,' in text or '"value": 10,' in text
        assert "1500.00" in text
        assert Decimal("15000.000000000000001") in _numbers(json.loads(text, parse_float=Decimal))


def _numbers(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [each for inner in value.values() for each in _numbers(inner)]
    return [each for inner in value for each in _numbers(inner)] if isinstance(value, list) else [value]


def test_scores_have_their_labels_everywhere(api: Client, acme: Organization, folder: Folder) -> None:
    scores = {100: "High", 90: "High", 89: "Good", 70: "Good", 69: "Low", 50: "Low", 49: "Poor", 0: "Poor"}
    made = {rows(acme, folder, 1, confidence=score)[0].pk: label for score, label in scores.items()}
    listed = {entry["id"]: entry["confidence_label"] for entry in api.get("/api/documents").json()["documents"]}
    assert listed == made
    assert {number: api.get(f"/api/documents/{number}").json()["confidence_label"] for number in made} == made


def test_reading_goes_from_new_over_processing_to_needs_review(api: Client, folder: Folder) -> None:
    there = post(api, contact_id=folder.contact_id, folder_id=folder.pk)["Location"]
    assert api.get(there).json()["status"] == "New"
    jobs.read(int(there.rsplit("/", 1)[1]))
    record = api.get(there).json()
    assert record["status"] == "Needs Review"
    assert isinstance(record["confidence_score"], int)
    history = api.get(f"{there}/history").json()
    assert [(row["old"], row["new"], row["actor"]["kind"]) for row in history["transitions"]] == [
        (None, "New", "key"), ("New", "Processing", "pipeline"), ("Processing", "Needs Review", "pipeline"),
    ]  # fmt: skip


def test_any_status_follows_any_other(api: Client, set_up: Document) -> None:
    before = ""
    for word in Status.values:
        answer = patch(api, _at(set_up, "/status"), {"status": word, "reason": "because"})
        assert (answer.status_code, list(answer.json())) == (200, ["id", "status", "updated_at"])
        assert answer.json()["status"] == word
        assert answer.json()["updated_at"] >= before
        before = answer.json()["updated_at"]
    assert Task.objects.get(document=set_up).stage == "done"
    assert set(Transition.objects.filter(document=set_up).values_list("reason", flat=True)) >= {"because"}


def test_the_status_it_already_has_changes_nothing(api: Client, set_up: Document) -> None:
    first = patch(api, _at(set_up, "/status"), {"status": "Ready"})
    again = patch(api, _at(set_up, "/status"), {"status": "Ready"})
    assert first.content == again.content
    assert Transition.objects.filter(document=set_up).count() == 1


@pytest.mark.parametrize(
    "body", [{"status": "Done"}, {"status": "approved"}, {"status": None}, {"status": 5}, {}, {"status": ["Ready"]}]
)
def test_another_word_is_no_status(api: Client, set_up: Document, body: dict[str, Any]) -> None:
    answer = patch(api, _at(set_up, "/status"), body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_status")
    assert api.get(_at(set_up)).json()["status"] == "Needs Review"


def test_what_is_not_here_is_not_found_whoever_has_it(api: Client, foreign_api: Client, set_up: Document) -> None:
    for client, number in (
        (api, "99999"),
        (foreign_api, str(set_up.pk)),
        (foreign_api, str(set_up.uuid)),
        (api, "abc"),
        (api, "²"),
    ):
        for answer in (
            client.get(f"/api/documents/{number}"),
            patch(client, f"/api/documents/{number}/status", {"status": "Ready"}),
            patch(client, f"/api/documents/{number}/status", {"status": "Done"}),
            client.delete(f"/api/documents/{number}"),
        ):
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
            assert answer.json()["detail"] == f"There is no document {number}."


def test_a_body_that_cannot_be_read_comes_before_a_document_that_is_not_there(api: Client) -> None:
    answer = api.patch("/api/documents/99999/status", "{", content_type="application/json")
    assert answer.status_code == 400


def test_values_change_and_the_audit_log_tells_both(api: Client, set_up: Document) -> None:
    answer = patch(
        api,
        _at(set_up),
        {"extracted_fields": {"po_number": "PO-1"}, "external_refs": {"erp": {"record_id": "1"}}, "notes": "ü"},
    )
    record = answer.json()
    assert (answer.status_code, record["extracted_fields"]["po_number"], record["notes"]) == (200, "PO-1", "ü")
    assert answer["ETag"] == f'"{set_up.pk}-{record["version"]}"' != f'"{set_up.pk}-1"'
    [field] = [each for each in api.get(_at(set_up, "/fields")).json()["fields"] if each["key"] == "po_number"]
    assert (field["source"], field["confidence_score"], field["confirmed_by"]) == ("person", 100, "test")
    [event] = api.get(f"/api/audit?document_id={set_up.pk}&event_type=document.value_changed").json()["events"]
    assert (event["before"], event["after"], event["actor"]) == (
        {"po_number": None},
        {"po_number": "PO-1"},
        {"kind": "key", "name": "test"},
    )
    assert patch(api, _at(set_up), {"external_refs": {"erp": None}}).json()["external_refs"] == {}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"invoice_date": "15.11.2025"}, "invalid_value"),
        ({"total_amount": "abc"}, "invalid_value"),
        ({"nonsense": 1}, "unknown_field"),
    ],
)
def test_one_bad_value_refuses_the_whole_call(api: Client, set_up: Document, fields: dict[str, Any], code: str) -> None:
    answer = patch(api, _at(set_up), {"extracted_fields": fields, "notes": "good"})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert Document.objects.get(pk=set_up.pk).notes == ""


def test_an_approved_document_keeps_its_values_until_it_is_unlocked(api: Client, set_up: Document) -> None:
    patch(api, _at(set_up, "/status"), {"status": "Approved"})
    locked = patch(api, _at(set_up), {"extracted_fields": {"total_amount": "1.00"}})
    assert (locked.status_code, locked.json()["code"]) == (409, "document_locked")
    assert api.post(_at(set_up, "/reprocess"), content_type="application/json").json()["code"] == "document_locked"
    assert patch(api, _at(set_up), {"notes": "late"}).status_code == 200
    patch(api, _at(set_up, "/status"), {"status": "Needs Review"})
    assert (
        patch(api, _at(set_up), {"extracted_fields": {"total_amount": "1"}}).json()["extracted_fields"]["total_amount"]
        == "1.00"
    )
    patch(api, _at(set_up, "/status"), {"status": "New"})
    assert patch(api, _at(set_up), {"doc_type": "Letter"}).json()["code"] == "document_processing"


def test_a_stale_tag_changes_nothing(api: Client, set_up: Document) -> None:
    old = api.get(_at(set_up))["ETag"]
    assert patch(api, _at(set_up), {"notes": "one"}, If_Match=old).status_code == 200
    for answer in (
        patch(api, _at(set_up), {"notes": "two"}, If_Match=old),
        patch(api, _at(set_up, "/status"), {"status": "Ready"}, If_Match=old),
        api.delete(_at(set_up), headers={"If-Match": old}),
        patch(api, _at(set_up), {"notes": "two"}, If_Match="nonsense"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (412, "version_mismatch")
    document = Document.objects.get(pk=set_up.pk)
    assert (document.notes, document.status, document.version) == ("one", "Needs Review", 2)
    assert patch(api, _at(set_up), {"notes": "two"}, If_Match="*").status_code == 200


def test_a_known_tag_saves_the_body(api: Client, set_up: Document) -> None:
    tag = api.get(_at(set_up))["ETag"]
    again = api.get(_at(set_up), headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    patch(api, _at(set_up), {"notes": "new"})
    assert api.get(_at(set_up), headers={"If-None-Match": tag}).status_code == 200


def test_reading_again_keeps_what_a_person_said_and_takes_the_profile_asked_for(api: Client, read: Document) -> None:
    patch(api, _at(read), {"extracted_fields": {"vendor": "Person Ltd"}})
    answer = api.post(_at(read, "/reprocess"), {"profile_id": 3}, content_type="application/json")
    assert (answer.status_code, answer.json()["status"]) == (202, "New")
    assert (
        api.post(_at(read, "/reprocess"), {"profile_id": 999}, content_type="application/json").json()["code"]
        == "unknown_reference"
    )
    make.read(read)
    record = api.get(_at(read)).json()
    assert (record["status"], record["profile_id"], record["extracted_fields"]["vendor"]) == ("Needs Review", 3, "Person Ltd")
    assert list(record["extracted_fields"]) == [field.key for field in read.profile.__class__.objects.get(pk=3).at().fields]


def test_the_file_comes_back_byte_for_byte_as_an_attachment(api: Client, acme: Organization, folder: Folder) -> None:
    name = 'Rechnung "März"; 日本.txt'
    document = make.upload(acme, make.invoice_text(), name, contact=folder.contact, folder=folder)
    for path in (_at(document, "/download"), _at(document, "/file")):
        answer = api.get(path)
        content = b"".join(answer.streaming_content)
        assert hashlib.sha256(content).hexdigest() == document.sha256
        assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''Rechnung")
        assert (answer["X-Content-Type-Options"], answer["Accept-Ranges"]) == ("nosniff", "bytes")
        assert answer["Content-Type"] == "text/plain"
        assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("asked", "status", "span"),
    [
        ("bytes=0-3", 206, slice(0, 4)),
        ("bytes=4-", 206, slice(4, None)),
        ("bytes=-5", 206, slice(-5, None)),
        ("lines=1", 200, slice(None)),
    ],
)
def test_a_part_of_the_file_can_be_had(api: Client, acme: Organization, asked: str, status: int, span: slice) -> None:
    answer = api.get(_at(make.upload(acme), "/download"), headers={"Range": asked})
    assert answer.status_code == status
    assert b"".join(answer.streaming_content if answer.streaming else [answer.content]) == make.invoice_text()[span]


def test_a_part_beyond_the_end_is_416(api: Client, acme: Organization) -> None:
    document = make.upload(acme)
    for asked in ("bytes=99999-", "bytes=9-3", "bytes=-0"):
        assert api.get(_at(document, "/download"), headers={"Range": asked}).status_code == 416


def test_words_lie_inside_their_page_and_boxes_cover_the_words_of_their_value(api: Client, read: Document) -> None:
    [page] = api.get(_at(read, "/pages")).json()["pages"]
    words = api.get(page["words_url"]).json()["words"]
    assert len(words) == page["word_count"] > 20
    assert (page["source"], page["engine"], page["reason"]) == ("text layer", "", "is plain text")
    assert all(
        0 <= word["x0"] < word["x1"] <= page["width"] and 0 <= word["top"] < word["bottom"] <= page["height"] for word in words
    )
    located = [field for field in api.get(_at(read, "/fields")).json()["fields"] if field["boxes"]]
    assert located
    for field in located:
        covered = [
            w["text"]
            for w in words
            for b in field["boxes"]
            if b["x0"] - 1 <= w["x0"] and w["x1"] <= b["x1"] + 1 and abs(w["top"] - b["top"]) < 3
        ]
        assert set(field["raw"].split()) & set(covered), field
    assert api.get(_at(read, "/pages/2/words")).status_code == 404
    assert api.get(_at(read, "/pages/x/words")).status_code == 404


def test_a_page_is_drawn_in_the_width_asked_for(api: Client, read: Document) -> None:
    jobs.draw(read.pk)
    image = api.get(_at(read, "/pages/1/image?width=300"))
    assert (image.status_code, image["Content-Type"]) == (200, "image/png")
    assert int.from_bytes(image.content[16:20], "big") == 300
    for width in ("99", "3001", "x", "-1"):
        assert api.get(_at(read, f"/pages/1/image?width={width}")).json()["errors"][0]["field"] == "width"


def test_a_page_not_drawn_yet_is_asked_for_and_says_so(api: Client, read: Document) -> None:
    Page.objects.filter(document=read).update(image_width=None)
    answer = api.get(_at(read, "/pages/1/image"))
    assert (answer.status_code, answer.json()["detail"]) == (
        404,
        f"Page 1 of document {read.pk} is being drawn. Ask again in a moment.",
    )
    jobs.draw(read.pk)
    assert api.get(_at(read, "/pages/1/image")).status_code == 200


def test_a_deleted_document_is_gone_everywhere_but_in_the_audit_log(api: Client, read: Document) -> None:
    assert api.delete(_at(read)).status_code == 204
    for tail in ("", "/download", "/pages", "/fields", "/history", "/pages/1/words", "/pages/1/image"):
        assert api.get(_at(read, tail)).status_code == 404
    assert api.get("/api/documents").json()["total"] == 0
    assert Event.objects.filter(document_id=read.pk, event_type="document.deleted").exists()
    assert not (settings.RENDITIONS_DIR / read.uuid.hex[:2] / read.uuid.hex).exists()
