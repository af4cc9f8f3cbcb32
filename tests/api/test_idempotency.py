"""The same POST sent again is one object (reliability.md P3)."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.utils import timezone

from docflow.accounts.models import Organization
from docflow.api import idempotency
from docflow.api.models import IdempotentCall
from documents.models import Contact, Document
from rules.models import WebhookEndpoint
from tests import make
from tests.api.programs import contact_with_folder, post
from uploads.models import Upload


def _contact(client: Client, key: str, name: str = "X") -> object:
    return client.post("/api/contacts", {"name": name}, content_type="application/json", headers={"Idempotency-Key": key})


def test_a_repeated_call_gets_the_first_answer_and_creates_nothing(api: Client) -> None:
    first, again = _contact(api, "k"), _contact(api, "k")
    assert (first.status_code, again.status_code, first.content, first["Location"]) == (
        201,
        201,
        again.content,
        again["Location"],
    )
    assert ("Idempotent-Replayed" in first.headers, again["Idempotent-Replayed"]) == (False, "true")
    assert Contact.objects.filter(name="X").count() == 1
    assert (
        api.post(
            "/api/contacts/", {"name": "X"}, content_type="application/json", headers={"Idempotency-Key": "k"}
        ).status_code
        == 201
    )


def test_another_body_another_path_and_a_bad_key_are_refused(api: Client) -> None:
    _contact(api, "k")
    other = _contact(api, "k", "Y")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    folder = api.post("/api/folders", {"name": "X"}, content_type="application/json", headers={"Idempotency-Key": "k"})
    assert folder.json()["code"] == "idempotency_key_reused"
    for key in ("", "x" * 256, "a\tb"):
        assert _contact(api, key).json()["errors"][0]["field"] == "Idempotency-Key"
    assert Contact.objects.filter(name__in="XY").count() == 1


def test_a_refused_call_may_be_mended_and_sent_again(api: Client) -> None:
    assert _contact(api, "k", "").status_code == 422
    assert _contact(api, "k", "Mended").status_code == 201


def test_other_keys_and_organizations_are_independent(api: Client, foreign_api: Client, acme: Organization) -> None:
    same = Client(headers={"X-API-Key": make.key(acme)})
    answers = [_contact(client, "k", "Own") for client in (api, foreign_api, same)]
    assert len({answer.json()["id"] for answer in answers}) == 3


def test_after_a_day_the_key_is_free_again(api: Client) -> None:
    first = _contact(api, "k").json()["id"]
    IdempotentCall.objects.update(created_at=timezone.now() - timedelta(hours=24, seconds=1))
    assert _contact(api, "k", "Z").json()["id"] != first
    IdempotentCall.objects.update(created_at=timezone.now() - timedelta(hours=24, seconds=1))
    assert idempotency.forget_old() == 1


def test_a_secret_in_a_kept_answer_is_not_readable_in_the_database(api: Client) -> None:
    body = {"channel": "documents", "url": "http://127.0.0.1:9000/hook"}
    secrets = [
        api.post("/api/webhooks", body, content_type="application/json", headers={"Idempotency-Key": "k"}).json()["secret"]
        for _ in range(2)
    ]
    assert secrets[0] == secrets[1]
    assert WebhookEndpoint.objects.count() == 1
    assert secrets[0] not in json.dumps(IdempotentCall.objects.get().body)


def test_an_upload_is_told_by_fields_and_bytes_not_by_its_boundary(api: Client, acme: Organization) -> None:
    contact, folder = contact_with_folder(acme)
    ids, headers = {"contact_id": contact.pk, "folder_id": folder.pk}, {"Idempotency-Key": "u"}
    first, again = (post(api, headers=headers, **ids) for _ in range(2))
    assert (first.content, again["Idempotent-Replayed"], again["ETag"]) == (again.content, "true", first["ETag"])
    assert post(api, b"other bytes, plain text", headers=headers, **ids).json()["code"] == "idempotency_key_reused"
    assert post(api, headers=headers, notes="x", **ids).json()["code"] == "idempotency_key_reused"
    assert Document.objects.count() == Upload.objects.count() == 1
    assert post(api, **ids).json()["duplicate_of"] == first.json()["id"]


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_are_one_upload_and_leave_one_file(acme: Organization) -> None:
    contact, folder = contact_with_folder(acme)
    headers = {"Authorization": f"Bearer {make.key(acme)}", "Idempotency-Key": "at-once"}
    before = len(_stored())

    def send(_: int) -> tuple[int, int]:
        try:
            answer = post(Client(), headers=headers, contact_id=contact.pk, folder_id=folder.pk)
            return answer.status_code, answer.json().get("id", 0)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(send, range(10)))
    created = {number for status, number in answers if status == 201}
    assert (len(created), {status for status, _ in answers} <= {201, 409}) == (1, True), answers
    assert Upload.objects.count() == Document.objects.count() == 1
    assert len(_stored()) == before + 1


def _stored() -> list[object]:
    return [path for folder in (settings.FILES_DIR, settings.INCOMING_DIR) for path in folder.rglob("*") if path.is_file()]
