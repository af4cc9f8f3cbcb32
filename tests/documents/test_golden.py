"""Confirmed documents judge a profile: by hand before saving, by themselves after it, and by the command."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from docflow.accounts.actors import COMMAND, Actor
from docflow.accounts.models import Event, Organization
from docflow.errors import BuiltInReadOnlyError, InputError
from documents import golden, jobs
from documents.models import Document, Profile, ProfileTrial
from documents.operations import changes, profiles, reviews
from rules.models import Notification
from tests import make

FIELDS = [{"label": "Reference", "type": "identifier"}, {"label": "Brine fee", "type": "amount"}]
SPOILT = [{"label": "Reference", "type": "identifier", "pattern": "^ZZ-[0-9]+$"}, FIELDS[1]]


def form(number: int) -> bytes:
    return f"Works report\n\nReference: FX-{number}\nBrine fee: 1{number}.90 EUR\n".encode()


@pytest.fixture
def profile(acme: Organization) -> Profile:
    return profiles.create_profile(acme, {"name": "Works report", "fields": FIELDS}, COMMAND)


@pytest.fixture
def confirmed(acme: Organization, profile: Profile) -> list[Document]:
    clerk = Actor.of_user(make.user("clerk@acme.example", acme))
    found = [make.document(acme, form(number), f"{number}.txt", profile=profile) for number in (1, 2)]
    for document in found:
        reviews.decide(document, "confirm", actor=clerk, force=True)
    return found


def tried(trial: ProfileTrial) -> dict[str, Any]:
    jobs.try_profile(trial.pk)
    trial.refresh_from_db()
    assert trial.state == "done"
    return dict(trial.result or {})


def by_key(result: dict[str, Any]) -> dict[str, tuple[int, int, int]]:
    return {each["key"]: (each["checked"], each["right_before"], each["right_after"]) for each in result["fields"]}


def test_a_draft_that_spoils_a_field_says_which_and_on_which_documents(confirmed: list[Document], profile: Profile) -> None:
    trial = profiles.try_draft(profile, {"fields": SPOILT}, COMMAND)
    result = tried(trial)
    assert (result["documents"], result["worse"]) == (2, ["reference"])
    assert by_key(result) == {"reference": (2, 2, 0), "brine_fee": (2, 2, 2)}
    first = next(each for each in result["fields"] if each["key"] == "reference")["worse"][0]
    assert first == {"document_id": confirmed[1].pk, "right": "FX-2", "before": "FX-2", "after": None}
    profile.refresh_from_db()
    assert profile.version == 1  # nothing was saved
    assert not Notification.objects.exists()


def test_a_draft_that_mends_a_field_is_better(acme: Organization, profile: Profile) -> None:
    document = make.document(acme, b"Works report\n\nRef: FX-9\nBrine fee: 19.90 EUR\n", "9.txt", profile=profile)
    clerk = Actor.of_user(make.user("clerk@acme.example", acme))
    changes.change_field(document, "reference", {"value": "FX-9"}, clerk)
    reviews.decide(document, "confirm", actor=clerk, force=True)
    draft = [{**FIELDS[0], "synonyms": ["Ref"]}, FIELDS[1]]
    result = tried(profiles.try_draft(profile, {"fields": draft}, COMMAND))
    assert by_key(result) == {"reference": (1, 0, 1), "brine_fee": (1, 1, 1)}
    assert result["worse"] == []


def test_saving_what_reads_worse_warns_and_saving_what_does_not_is_quiet(
    acme: Organization, confirmed: list[Document], profile: Profile
) -> None:
    profiles.change_profile(profile, {"fields": [FIELDS[1], FIELDS[0]]}, COMMAND)
    tried(profile.trials.get())
    assert not Notification.objects.exists()
    profiles.change_profile(profile, {"fields": SPOILT}, COMMAND)
    trial = profile.trials.first()
    assert trial is not None
    assert (trial.before, trial.after) == (2, 3)
    tried(trial)
    told = Notification.objects.get(organization=acme)
    assert told.title == 'Version 3 of the profile "Works report" reads worse'
    assert told.message == "Reference: 2 of 2 were right, now 0."
    assert Event.objects.of(acme).filter(event_type="profile.worse").count() == 1


def test_without_confirmed_documents_nothing_is_tried(acme: Organization, profile: Profile) -> None:
    make.document(acme, form(1), "1.txt", profile=profile)
    profiles.change_profile(profile, {"fields": SPOILT}, COMMAND)
    assert not profile.trials.exists()


def test_documents_of_others_do_not_judge(acme: Organization, other: Organization, confirmed: list[Document]) -> None:
    standard = Profile.objects.get(pk=2)
    theirs = make.document(other, profile=standard)
    reviews.decide(theirs, "confirm", actor=Actor.of_user(make.user("eve@other.example", other)), force=True)
    assert golden.golden_documents(acme, standard) == []
    assert golden.golden_documents(other, standard) == [theirs]


def test_what_cannot_be_tried_is_refused(profile: Profile) -> None:
    with pytest.raises(BuiltInReadOnlyError):
        profiles.try_draft(Profile.objects.get(pk=2), {}, COMMAND)
    for wrong in ({"limit": 51}, {"limit": "many"}, {"fields": [{"key": "x", "type": "colour"}]}):
        with pytest.raises(InputError):
            profiles.try_draft(profile, wrong, COMMAND)


def test_the_api_takes_a_draft_and_lists_what_came_out(
    acme: Organization, other: Organization, confirmed: list[Document], profile: Profile
) -> None:
    api = Client(headers={"Authorization": f"Bearer {make.key(acme)}"})
    path = f"/api/profiles/{profile.pk}/trials"
    answer = api.post(path, {"fields": SPOILT, "limit": 1}, content_type="application/json")
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    jobs.try_profile(answer.json()["id"])
    told = api.get(path).json()["trials"][0]
    assert (told["state"], told["documents"], told["worse"]) == ("done", 1, ["reference"])
    assert told["text"] == "Reference: 1 of 1 were right, now 0."
    foreign = Client(headers={"Authorization": f"Bearer {make.key(other)}"})
    assert foreign.get(path).status_code == 404
    assert foreign.post(path, {}, content_type="application/json").status_code == 404


def test_the_command_judges_and_fails_when_something_is_worse(
    acme: Organization, confirmed: list[Document], profile: Profile
) -> None:
    out = StringIO()
    call_command("golden_set", organization="Acme Books", stdout=out)
    told = json.loads(out.getvalue())
    assert (told["profile"], told["worse"], by_key(told)["reference"]) == ("works-report", [], (2, 2, 2))
    profiles.change_profile(profile, {"fields": SPOILT}, COMMAND)
    with pytest.raises(SystemExit):
        call_command("golden_set", organization="Acme Books", against=1, stdout=StringIO())
    with pytest.raises(CommandError):
        call_command("golden_set", organization="Acme Books", against=7, stdout=StringIO())
