"""POST /api/documents/upload: D1, D3-D6 of surfaces/documents.md section 17, and what a refused call leaves behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from docflow.accounts.models import Organization
from documents.models import Contact, Document, Folder
from tests import make
from tests.api.programs import contact_with_folder, post
from uploads.models import Upload


@pytest.fixture
def place(acme: Organization) -> tuple[Contact, Folder]:
    return contact_with_folder(acme)


@pytest.fixture
def ids(place: tuple[Contact, Folder]) -> dict[str, int]:
    return {"contact_id": place[0].pk, "folder_id": place[1].pk}


def _files() -> set[Path]:
    return {
        path for folder in (settings.FILES_DIR, settings.INCOMING_DIR) for path in Path(folder).rglob("*") if path.is_file()
    }


def test_one_file_is_taken_in_at_once(api: Client, ids: dict[str, int]) -> None:
    answer = post(api, **ids)
    body = answer.json()
    assert answer.status_code == 201
    assert list(body)[:6] == ["id", "filename", "status", "contact_id", "folder_id", "created_at"]
    assert (body["status"], body["filename"], type(body["id"]), body["created_at"][-1]) == ("New", "invoice.txt", int, "Z")
    assert (answer["Location"], answer["ETag"]) == (f"/api/documents/{body['id']}", f'"{body["id"]}-1"')
    assert [entry["id"] for entry in api.get("/api/documents").json()["documents"]] == [body["id"]]
    record = api.get(answer["Location"]).json()
    assert (record["status"], record["confidence_score"], record["extracted_fields"], record["ai_summary"]) == (
        "New",
        None,
        {},
        "",
    )
    assert (record["upload_id"], record["task_id"], record["source"]) == (body["upload_id"], body["task_id"], "API")


def test_a_file_may_name_its_languages_and_an_engine(api: Client, ids: dict[str, int]) -> None:
    assert post(api, **ids, languages=["de", "fra"], ocr_engine="tesseract").status_code == 201
    assert post(api, **ids, languages="pl,cs").status_code == 201
    found = Upload.objects.order_by("id").values_list("languages", "ocr_engine")
    assert list(found) == [(["de", "fr"], "tesseract"), (["pl", "cs"], "")]
    refused = post(api, **ids, languages="klingon", ocr_engine="quill")
    assert refused.status_code == 422
    assert {fault["field"] for fault in refused.json()["errors"]} == {"languages", "ocr_engine"}
    assert Upload.objects.count() == 2


def test_what_lacks_is_named_each_time_and_nothing_is_stored(api: Client, ids: dict[str, int]) -> None:
    before = _files()
    file = lambda: SimpleUploadedFile("a.txt", make.invoice_text())  # noqa: E731
    bodies: list[tuple[dict[str, Any], set[str]]] = [
        ({**ids}, {"file"}),
        ({"file": file(), "folder_id": ids["folder_id"]}, {"contact_id"}),
        ({"file": file(), "contact_id": ids["contact_id"]}, {"folder_id"}),
        ({"nothing": "x"}, {"file", "contact_id", "folder_id"}),
    ]
    answers = [api.post("/api/documents/upload", body) for body, _ in bodies]
    answers.append(api.post("/api/documents/upload", ids, content_type="application/json"))
    wanted = [lacks for _, lacks in bodies] + [{"file", "contact_id", "folder_id"}]
    for answer, lacks in zip(answers, wanted, strict=True):
        assert (answer.status_code, answer.json()["code"]) == (422, "field_required")
        assert {fault["field"] for fault in answer.json()["errors"]} == lacks
    assert api.get("/api/documents").json()["total"] == 0
    assert _files() == before


def test_wrong_and_foreign_references_are_refused_and_nothing_is_stored(
    api: Client, acme: Organization, other: Organization, ids: dict[str, int]
) -> None:
    before = _files()
    second = contact_with_folder(acme, "Second")[1]
    foreign = contact_with_folder(other, "Foreign")
    cases = [
        ({**ids, "contact_id": "abc"}, "invalid_value"),
        ({**ids, "contact_id": "1.0"}, "invalid_value"),
        ({**ids, "contact_id": 99999}, "unknown_reference"),
        ({**ids, "folder_id": second.pk}, "unknown_reference"),
        ({"contact_id": foreign[0].pk, "folder_id": foreign[1].pk}, "unknown_reference"),
        ({**ids, "profile_id": 99999}, "unknown_reference"),
        ({**ids, "notes": "x" * 10_001}, "invalid_value"),
    ]
    for fields, code in cases:
        answer = post(api, **fields)
        assert (answer.status_code, answer.json()["code"]) == (422, code), fields
    assert Document.objects.count() == Upload.objects.count() == 0
    assert _files() == before


def test_references_come_back_unchanged_and_bad_ones_are_refused(api: Client, ids: dict[str, int]) -> None:
    bad = ["{bad", "[1]", '{"a": NaN}', '{"a": "' + "x" * 16_400 + '"}']
    assert [post(api, external_refs=text, **ids).json()["code"] for text in bad] == ["invalid_value"] * 4
    good = ['{"salesforce":{"record_id":"001Qy","record_type":"Opportunity"}}', '{"x":{"ü":[1,2.50,null]}}', ""]
    records = [api.get(post(api, external_refs=text, **ids)["Location"]).json()["external_refs"] for text in good]
    assert records == [{"salesforce": {"record_id": "001Qy", "record_type": "Opportunity"}}, {"x": {"ü": [1, 2.5, None]}}, {}]


@pytest.mark.parametrize(
    ("content", "name", "status", "code"),
    [
        (b"", "empty.pdf", 422, "file_empty"),
        (b"ID3\x04\x00" + b"\x00" * 64, "song.mp3", 415, "file_type_not_supported"),
        (b"\x7fELF" + b"\x00" * 64, "invoice.pdf", 415, "file_type_not_supported"),
    ],
)
def test_a_file_that_is_none_is_refused(
    api: Client, ids: dict[str, int], content: bytes, name: str, status: int, code: str
) -> None:
    before = _files()
    answer = post(api, content, name, **ids)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["detail"]
    assert _files() == before


def test_one_byte_too_many_is_413_and_leaves_nothing(api: Client, ids: dict[str, int], settings: Any) -> None:
    settings.MAX_FILE_BYTES = 1_048_576
    before = _files()
    exactly = make.invoice_text().ljust(1_048_576)
    assert post(api, exactly, **ids).status_code == 201
    kept = _files()
    answer = post(api, exactly + b" ", **ids)
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
    assert len(kept - before) == 1
    assert _files() == kept


def test_of_two_files_the_first_counts_and_other_fields_leave_no_file(api: Client, ids: dict[str, int]) -> None:
    before = _files()
    files = [SimpleUploadedFile(f"{name}.txt", make.invoice_text(name)) for name in ("A-1", "A-2", "A-3")]
    answer = api.post("/api/documents/upload", {"file": files[:2], "annex": files[2], **ids})
    assert answer.json()["filename"] == "A-1.txt"
    assert len(_files() - before) == 1


def test_a_known_file_is_flagged_or_refused_as_the_policy_says(api: Client, acme: Organization, ids: dict[str, int]) -> None:
    first = post(api, **ids).json()
    assert post(api, **ids).json()["duplicate_of"] == first["id"]
    acme.duplicate_policy = "reject"
    acme.save()
    answer = post(api, **ids)
    assert (answer.status_code, answer.json()["code"], answer.json()["document_id"]) == (
        409,
        "duplicate_document",
        first["id"],
    )


def test_without_a_licence_nothing_new_comes_in_but_all_can_be_read(
    api: Client, acme: Organization, ids: dict[str, int]
) -> None:
    there = post(api, **ids)["Location"]
    acme.license_expires_at = timezone.now()
    acme.save()
    assert post(api, **ids).json()["code"] == "expired_licence"
    acme.plan = None
    acme.save()
    answer = post(api, **ids)
    assert (answer.status_code, answer.json()["code"]) == (403, "no_licence")
    assert api.post(f"{there}/reprocess", content_type="application/json").status_code == 403
    assert api.get(there).status_code == 200


def test_a_store_that_cannot_be_written_is_500_and_the_call_may_be_sent_again(
    api: Client, ids: dict[str, int], settings: Any, tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("a file where a folder should be")
    storage = {**settings.STORAGES["default"], "OPTIONS": {"location": str(blocked)}}
    headers = {"Idempotency-Key": "d17"}
    settings.STORAGES = {**settings.STORAGES, "default": storage}
    answer = post(api, headers=headers, **ids)
    assert (answer.status_code, answer.json()["code"]) == (500, "server_error")
    assert str(tmp_path) not in answer.content.decode()
    settings.STORAGES = {**settings.STORAGES, "default": {**storage, "OPTIONS": {"location": str(tmp_path / "mended")}}}
    assert post(api, headers=headers, **ids).status_code == 201
    assert Document.objects.count() == 1
