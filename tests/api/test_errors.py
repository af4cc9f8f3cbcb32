"""Every error has a row, and every answer is JSON that tells what to do and nothing of the server."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from django.db import DatabaseError
from django.test import Client

from docflow import errors
from docflow.accounts.models import Organization
from docflow.api.errors import FILE_STATUS, ROWS, answer_of
from documents.models import Contact


def _classes(root: type) -> Iterator[type]:
    for each in root.__subclasses__():
        yield each
        yield from _classes(each)


def test_each_error_class_has_a_row_of_its_own() -> None:
    assert set(_classes(errors.DocflowError)) == set(ROWS)


def test_no_wide_row_hides_a_narrow_one() -> None:
    seen: list[type] = []
    for kind in ROWS:
        assert not any(issubclass(kind, wide) for wide in seen), kind
        seen.append(kind)


@pytest.mark.parametrize("code", ["file_empty", "too_many_pages", "archive_limit", *FILE_STATUS])
def test_a_refused_file_keeps_its_word(code: str) -> None:
    answer = answer_of(errors.FileRefusedError(code, "No."), None)
    assert (answer.code, answer.status) == (code, FILE_STATUS.get(code, 422))


@pytest.mark.parametrize(
    "error", [DatabaseError("SELECT secret"), RuntimeError("/srv/secret"), OSError(28, "x", "/srv/secret")]
)
def test_what_nobody_foresaw_is_told_without_a_detail(error: Exception) -> None:
    answer = answer_of(error, None)
    assert (answer.status, answer.code) == (500, "server_error")
    assert "/readyz" in answer.message
    assert "secret" not in answer.message


@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/nothing", "/api/nothing/", "/api/documents/1/nothing", "/api/a/b/c?x=1"]
)
def test_an_unknown_path_is_404_in_json_without_a_redirect(api: Client, path: str) -> None:
    for method in ("get", "post", "delete", "options"):
        answer = getattr(api, method)(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_paths_work_with_and_without_a_slash(api: Client) -> None:
    assert api.get("/api/documents/").json() == api.get("/api/documents").json()


def test_a_method_that_is_not_there_says_which_are(api: Client) -> None:
    answer = api.put("/api/contacts", {}, content_type="application/json")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, POST")
    assert answer.json() == {"detail": "PUT is not possible here.", "code": "method_not_allowed"}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('{"name":\n  nope}', "line 2, column 3"),
        ("", "line 1, column 1"),
        ("[1]", "object"),
        ('{"name": NaN}', "NaN"),
        ('{"name": 1e999}', "1e999"),
        ("[" * 5000, "not valid JSON"),
        ('{"a":' * 60 + "1" + "}" * 60, "nested"),
        (b"\xff\xfe", "UTF-8"),
    ],
)
def test_a_body_that_is_no_json_object_says_where(api: Client, body: str | bytes, words: str) -> None:
    answer = api.post("/api/contacts", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_body")
    assert words in answer.json()["detail"]


def test_the_content_type_of_a_json_body_does_not_matter(api: Client) -> None:
    for kind in ("application/x-www-form-urlencoded", "text/plain", "application/json; charset=bz2_codec"):
        answer = api.generic("POST", "/api/contacts", json.dumps({"name": "Nörd"}), content_type=kind)
        assert answer.status_code in (201, 400), kind
        assert answer.status_code == 201 or "bz2" in kind


@pytest.mark.parametrize("text", ["a\\u0000b", "a\\ud800b"])
def test_text_that_no_database_holds_is_refused(api: Client, text: str) -> None:
    answer = api.post("/api/contacts", f'{{"name": "{text}"}}', content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_value")
    assert api.get("/api/contacts", {"q": "a\x00"}).status_code == 422


def test_a_body_of_three_megabytes_is_413(api: Client) -> None:
    answer = api.post("/api/contacts", json.dumps({"name": "x" * 3_000_000}), content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")


def test_all_faults_come_at_once(api: Client) -> None:
    answer = api.post("/api/contacts", {"email": "nobody", "type": "Nothing"}, content_type="application/json")
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == ["name", "email", "type"]
    assert answer.json()["code"] == answer.json()["errors"][0]["code"] == "field_required"


def test_every_answer_names_the_request(api: Client) -> None:
    assert api.get("/api/nothing", headers={"X-Request-ID": "crm-4711"})["X-Request-ID"] == "crm-4711"


def test_another_organizations_object_is_told_like_one_that_never_was(foreign_api: Client, acme: Organization) -> None:
    contact = Contact.objects.of(acme).get()
    there = foreign_api.get(f"/api/contacts/{contact.pk}").content.replace(str(contact.pk).encode(), b"N")
    never = foreign_api.get("/api/contacts/987654").content.replace(b"987654", b"N")
    assert there == never
