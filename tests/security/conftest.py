"""An organization with a row of every model, each of its texts a canary."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import coverage
import pytest
from django.db import models
from django.test import Client
from django.utils import timezone

from docflow.accounts.actors import Actor
from docflow.accounts.models import Organization, User
from docflow.sandbox import process
from documents import jobs
from documents.models import Document, EInvoice, Layout, LayoutUse, Review, UnfinishedPage
from documents.operations import changes, contacts, language_models, lifecycle, profiles
from rules import jobs as rule_jobs
from rules.models import Attempt, Delivery, Reaction
from rules.operations import deliveries, endpoints, notifications, rules
from tests import make
from tests.security import patterns
from uploads.operations import projects

CANARY = "CANARY"
# Words that mean something to the program, and texts that are no text of a person.
TECHNICAL = {
    "key",
    "slug",
    "digest",
    "prefix",
    "last_four",
    "password",
    "file",
    "mail_file",
    "sha256",
    "media_type",
    "secret",
    "old_secret",
    "bearer_token",
    "message_id",
    "event",
    "state",
    "stage",
    "trigger",
    "event_type",
    "actor_kind",
    "credential",
    "fingerprint",
    "body",
    "channel",
    "language",
    "number_style",
    "date_style",
    "request_id",
    "secret_last4",
    "old",
    "new",
    "status",
    "kind",
    "source",
    "role",
    "type",
    "outcome",
    "url",
    "email",
    "format",
    "digest_of_values",
    "previous_hash",
    "row_hash",
    "hash",
    "automation_level",
}


@pytest.fixture(autouse=True, scope="module")
def traced_children() -> Iterator[None]:
    """In a run that measures coverage, what happens inside the sandbox's children is measured too."""
    if coverage.Coverage.current() is None:
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(process, "PROGRAM", Path(__file__).parents[1] / "fakes" / "traced_child.py")
        yield


@pytest.fixture
def filled(collected: None, acme: Organization, alice: User) -> Organization:
    """Acme with a row of every model, and CANARY in every text of its own."""
    actor = Actor.of_user(alice)
    contact = contacts.create_contact(acme, {"name": "x"}, actor)
    folder = contacts.create_folder(acme, "x", contact.pk, actor)
    profile = profiles.create_profile(acme, {"name": "x", "fields": [{"key": "vendor"}]}, actor)
    profiles.try_draft(profile, {"fields": [{"key": "vendor"}]}, actor)
    project = projects.create_project(acme, {"name": "x", "contact_id": contact.pk, "folder_id": folder.pk}, actor)
    endpoints.create_endpoint(acme, {"channel": "documents", "url": "http://127.0.0.1:9999/hook"}, actor)
    endpoints.signing_secret(acme)
    rule = {
        "name": "x",
        "trigger": {"type": "document", "event": "document_ready"},
        "actions": [{"type": "notify", "message": "x"}],
    }
    rules.create_rule(acme, rule, actor)
    document = make.document(acme, contact=contact, folder=folder, project=project)
    jobs.draw(document.pk)
    for reaction in Reaction.objects.all():
        rule_jobs.react(reaction.pk)
    changes.change(document, {"extracted_fields": {"vendor": "x"}}, actor)
    LayoutUse.objects.create(layout=Layout.objects.of(acme).get(), document=document, key="vendor")
    lifecycle.change_status(document, "Export", actor=actor)
    EInvoice.objects.create(document=document, content={"syntax": "CII", "document": {"number": CANARY}})
    language_models.configure(acme, {"base_url": "http://127.0.0.1:9999/v1", "name": "x", "api_key": "x"}, actor)
    language_models.keep_answer(document, "x", "x")
    UnfinishedPage.of(document, document.pages.get().as_layout()).save()
    Attempt.objects.create(delivery=Delivery.objects.of(acme).get(), number=1, status=503, response="x")
    Review.objects.create(document=document, person=alice, locked_until=timezone.now() + timedelta(minutes=3))
    notifications.notify(acme, "x", "x", "rule", document=document)
    make.key(acme)
    headers = {"Idempotency-Key": "x", "X-API-Key": make.key(acme)}
    assert (
        Client()
        .post("/api/folders", {"name": "y", "contact_id": contact.pk}, content_type="application/json", headers=headers)
        .status_code
        == 201
    )
    Document.objects.filter(pk=document.pk).update(
        metadata={CANARY: 1}, external_refs={CANARY: {}}, profile=profile, profile_version=1
    )
    deliveries.follow_offline_mode([acme])
    _sing(acme)
    return acme


def _sing(organization: Organization) -> None:
    for model in patterns.models():
        found = patterns.owned(model, organization)
        if model._meta.model_name == "event":  # the audit log takes no change; its texts are told apart by the file's name
            continue
        for row in found:
            changes: dict[str, Any] = {
                field.attname: f"{CANARY}-{field.name}-{row.pk}"[: field.max_length]
                for field in model._meta.concrete_fields
                if isinstance(field, models.CharField | models.TextField)
                and not field.choices
                and field.name not in TECHNICAL
                and field.editable
            }
            if changes:
                model._default_manager.filter(pk=row.pk).update(**changes)


def dump(organization: Organization) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of an organization, to be compared afterwards."""
    return {model.__name__: list(patterns.owned(model, organization).values_list()) for model in patterns.models()}
