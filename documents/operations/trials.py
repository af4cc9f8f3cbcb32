"""Trials of a profile: a draft, or a version just saved, reads confirmed documents and is compared with the one before."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from docflow import jobs
from docflow.accounts import audit
from docflow.accounts.actors import PIPELINE, Actor
from documents import golden
from documents.models import Profile, ProfileTrial

KEPT = 20  # trials of a profile; older ones go


Fields = list[dict[str, Any]]


def ask(profile: Profile, fields: Fields, columns: Fields, limit: int, actor: Actor) -> ProfileTrial:
    """Has a draft compared with the profile as it is, on `limit` documents."""
    return _queue(profile, profile.version, None, fields, columns, limit, actor)


def watch(profile: Profile, fields: Fields, columns: Fields, actor: Actor) -> ProfileTrial | None:
    """Has the version just saved compared with the one before. None where nothing was confirmed yet."""
    organization = profile.organization
    if organization is None or not golden.golden_documents(organization, profile, 1):
        return None
    return _queue(profile, profile.version - 1, profile.version, fields, columns, golden.MOST, actor)


def _queue(
    profile: Profile,
    before: int,
    after: int | None,
    fields: Fields,
    columns: Fields,
    limit: int,
    actor: Actor,
) -> ProfileTrial:
    with transaction.atomic():
        trial = ProfileTrial.objects.create(
            profile=profile, before=before, after=after, fields=fields, columns=columns, limit=limit, asked_by=actor.name
        )
        old = profile.trials.values_list("pk", flat=True)[KEPT:]
        ProfileTrial.objects.filter(pk__in=list(old)).delete()
        jobs.enqueue("documents.jobs.try_profile", trial.pk)
    return trial


def finish(trial: ProfileTrial, result: dict[str, Any]) -> None:
    """Stores what came out. A saved version that reads something worse is told to the people of the organization."""
    organization = trial.profile.organization
    assert organization is not None
    with transaction.atomic():
        trial.result, trial.state, trial.ended_at = result, ProfileTrial.DONE, timezone.now()
        trial.save(update_fields=["result", "state", "ended_at"])
        if trial.after and result["worse"]:
            audit.record(organization, PIPELINE, "profile.worse", told(trial))
            jobs.call("ON_PROFILE_WORSE", organization, trial.profile, told(trial))


def told(trial: ProfileTrial) -> str:
    """The outcome in a sentence: "Due date: 50 of 50 were right, now 41." """
    result = trial.result or {"fields": [], "worse": [], "documents": 0}
    worse = [each for each in result["fields"] if each["key"] in result["worse"]]
    parts = [
        f"{each['label']}: {each['right_before']} of {each['checked']} were right, now {each['right_after']}."
        for each in worse
    ]
    return " ".join(parts) or f"Nothing reads worse on {result['documents']} confirmed documents."
