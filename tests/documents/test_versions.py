"""A document read again with another version of its profile: what changed, and what people decided (issue 4)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from docflow.accounts.actors import COMMAND, Actor
from docflow.accounts.models import Organization
from docflow.errors import InputError
from documents.models import Document, Profile
from documents.operations import changes, lifecycle, profiles, reading
from documents.statuses import Status
from tests import make

FORM = b"Works report\n\nReference: FX-1\nKiln keeper: Mara Quist\nBrine fee: 14.90 EUR\n"
REFERENCE = {"label": "Reference", "type": "identifier"}
KEEPER = {"label": "Kiln keeper"}
FEE = {"label": "Brine fee", "type": "amount"}


@pytest.fixture
def profile(acme: Organization) -> Profile:
    return profiles.create_profile(acme, {"name": "Works report", "fields": [REFERENCE, KEEPER]}, COMMAND)


@pytest.fixture
def document(acme: Organization, profile: Profile) -> Document:
    return make.document(acme, FORM, "report.txt", profile=profile)


def values(document: Document) -> dict[str, Any]:
    asked = [field.key for field in document.profile.at(document.profile_version).fields] if document.profile else []
    rows = {row.key: row.value for row in document.annotations.all()}
    return {key: rows.get(key) for key in asked}


def again(document: Document, **asked: Any) -> Document:
    assert reading.read_again(document, actor=COMMAND, **asked)
    return make.read(document)


def test_a_first_reading_has_nothing_to_compare_with(document: Document) -> None:
    assert values(document) == {"reference": "FX-1", "kiln_keeper": "Mara Quist"}
    assert (document.profile_version, document.differences) == (1, None)


def test_a_new_version_is_used_when_a_document_is_read_again_and_tells_what_changed(
    document: Document, profile: Profile
) -> None:
    profiles.change_profile(profile, {"fields": [REFERENCE, FEE]}, COMMAND)
    document.refresh_from_db()
    assert document.profile_version == 1  # it keeps the version that it was read with
    assert values(document)["kiln_keeper"] == "Mara Quist"
    document = again(document)
    assert values(document) == {"reference": "FX-1", "brine_fee": "14.90"}
    told = document.differences
    assert told is not None
    assert (told["from"]["profile_version"], told["to"]["profile_version"]) == (1, 2)
    assert told["fields"] == [
        {"key": "kiln_keeper", "label": "Kiln keeper", "old": "Mara Quist", "new": None, "kept": False},
        {"key": "brine_fee", "label": "Brine fee", "old": None, "new": "14.90", "kept": False},
    ]
    assert again(document).differences["fields"] == []


def test_an_old_version_can_be_asked_for_once(document: Document, profile: Profile) -> None:
    profiles.change_profile(profile, {"fields": [FEE]}, COMMAND)
    document = again(document, version=1)
    assert (document.profile_version, list(values(document))) == (1, ["reference", "kiln_keeper"])
    lifecycle.change_status(document, Status.NEW, actor=COMMAND)
    document = make.read(document)
    assert (document.profile_version, list(values(document))) == (2, ["brine_fee"])


def test_what_a_person_decided_stays_through_any_version(document: Document, profile: Profile, acme: Organization) -> None:
    clerk = Actor.of_user(make.user("clerk@acme.example", acme, "reviewer"))
    changes.change_field(document, "reference", {"value": "FX-2"}, clerk)
    changes.change_field(document, "kiln_keeper", {"accept": True}, clerk)
    profiles.change_profile(profile, {"fields": [{**REFERENCE, "pattern": "^[0-9]+$"}, FEE]}, COMMAND)
    document = again(document)
    row = document.annotations.get(key="reference")
    assert (row.value, row.source, row.machine_value) == ("FX-2", "person", None)
    told = {each["key"]: each for each in document.differences["fields"]}
    assert told["reference"] == {"key": "reference", "label": "Reference", "old": "FX-2", "new": None, "kept": True}
    back = again(document, version=1)
    assert values(back) == {"reference": "FX-2", "kiln_keeper": "Mara Quist"}
    assert back.annotations.get(key="kiln_keeper").is_confirmed


def test_a_version_that_never_was_is_refused(document: Document) -> None:
    with pytest.raises(InputError):
        reading.read_again(document, actor=COMMAND, version=7)
    document.refresh_from_db()
    assert document.status == Status.NEEDS_REVIEW


def test_the_api_takes_a_version_and_tells_the_differences(acme: Organization, document: Document, profile: Profile) -> None:
    profiles.change_profile(profile, {"fields": [REFERENCE, FEE]}, COMMAND)
    api = Client(headers={"Authorization": f"Bearer {make.key(acme)}"})
    path = f"/api/documents/{document.pk}"
    assert api.get(f"{path}/differences").json() == {"document_id": document.pk, "differences": None}
    for wrong in (9, "1", True, 0):
        answer = api.post(f"{path}/reprocess", {"profile_version": wrong}, content_type="application/json")
        assert answer.status_code == 422, wrong
    assert api.post(f"{path}/reprocess", {"profile_version": 2}, content_type="application/json").status_code == 202
    make.read(document)
    told = api.get(f"{path}/differences").json()["differences"]
    assert [each["key"] for each in told["fields"]] == ["kiln_keeper", "brine_fee"]
    assert told["line_items"] is None


def test_the_review_page_shows_what_changed(acme: Organization, document: Document, profile: Profile, collected: None) -> None:
    profiles.change_profile(profile, {"fields": [REFERENCE, FEE]}, COMMAND)
    document = again(document)
    browser = Client()
    browser.force_login(make.user("clerk@acme.example", acme, "reviewer"))
    page = browser.get(f"/o/{acme.slug}/documents/{document.uuid}").content.decode()
    assert "Read again: 2 values changed" in page
    assert "Mara Quist → –" in " ".join(page.split())
