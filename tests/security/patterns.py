"""Every URL pattern of the site, and addresses for it that name the objects of one organization."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet
from django.urls import URLPattern, get_resolver

from docflow.accounts.models import ApiKey, Event, Membership, Organization, Plan, User
from docflow.api.models import IdempotentCall
from documents.models import (
    Annotation,
    Contact,
    Document,
    EInvoice,
    Folder,
    LanguageModel,
    LanguageModelAnswer,
    Layout,
    LayoutMark,
    LayoutUse,
    Lesson,
    LineItem,
    Page,
    Profile,
    ProfileTrial,
    ProfileVersion,
    Review,
    Transition,
    UnfinishedPage,
)
from rules.models import Attempt, Delivery, Notification, Reaction, Rule, RuleRun, SigningSecret, WebhookEndpoint
from uploads.models import KnownFile, Project, Task, Upload

OUR_APPS = ("accounts", "documents", "uploads", "rules", "api")
SHARED = {Plan}  # belongs to the installation
# How a row of each model leads to its organization. A model without an entry fails the test.
OWNER: dict[type[Model], str] = {
    Organization: "pk",
    User: "memberships__organization",
    Membership: "organization",
    ApiKey: "organization",
    Event: "organization",
    Document: "organization",
    Annotation: "document__organization",
    LineItem: "document__organization",
    EInvoice: "document__organization",
    LanguageModel: "organization",
    LanguageModelAnswer: "document__organization",
    Layout: "organization",
    LayoutMark: "layout__organization",
    LayoutUse: "layout__organization",
    Lesson: "layout__organization",
    Page: "document__organization",
    UnfinishedPage: "document__organization",
    Profile: "organization",
    ProfileTrial: "profile__organization",
    ProfileVersion: "profile__organization",
    Contact: "organization",
    Folder: "organization",
    Review: "document__organization",
    Transition: "document__organization",
    Project: "organization",
    Upload: "organization",
    Task: "organization",
    KnownFile: "organization",
    Rule: "organization",
    RuleRun: "organization",
    Reaction: "organization",
    WebhookEndpoint: "organization",
    Delivery: "organization",
    Attempt: "delivery__organization",
    Notification: "organization",
    SigningSecret: "organization",
    IdempotentCall: "organization",
}


def models() -> list[type[Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in OUR_APPS and model not in SHARED]


def owned(model: type[Model], organization: Organization) -> QuerySet[Any]:
    """The rows of a model that belong to the organization. Raises KeyError for a model that OWNER does not know."""
    return model._default_manager.filter(**{OWNER[model]: organization.pk}).order_by("pk")


# What stands for a variable of a pattern, told by the word before it.
BY_WORD: dict[str, type[Model]] = {
    "documents": Document,
    "contacts": Contact,
    "folders": Folder,
    "layouts": Layout,
    "profiles": Profile,
    "projects": Project,
    "rules": Rule,
    "webhooks": WebhookEndpoint,
    "deliveries": Delivery,
    "notifications": Notification,
    "uploads": Upload,
    "tasks": Task,
    "keys": ApiKey,
    "runs": RuleRun,
    "members": User,
}
LITERAL = {"pages": "1", "fields": "vendor", "cases": "1", "r": "1"}


@dataclass(frozen=True, slots=True)
class Route:
    """A pattern, its address, and whether it names an object."""

    pattern: str
    path: str
    names_object: bool


def patterns(tree: Any = None, prefix: str = "") -> Iterator[str]:
    for entry in get_resolver().url_patterns if tree is None else tree:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield route
        else:
            yield from patterns(entry.url_patterns, route)


def routes(objects: Organization, slug: str) -> list[Route]:
    """All patterns with the objects of one organization, below the pages of `slug`. Raises KeyError for an unknown word."""
    return [filled(pattern, objects, slug) for pattern in patterns() if not _is_twin(pattern)]


def _is_twin(pattern: str) -> bool:
    """The same call with a slash at the end; tests/api/test_errors.py shows that both are one."""
    return pattern.startswith("api/") and pattern.endswith("/")


def filled(pattern: str, objects: Organization, slug: str) -> Route:
    if pattern.startswith("^api"):
        return Route(pattern, "/api/nothing-of-the-kind", False)
    if pattern.startswith("admin/") and "(?P<" in pattern:
        return Route(pattern, "/admin/rules/" if "app_label" in pattern else "/admin/nothing/", False)
    named, done = False, []
    for part in pattern.split("/"):
        variable = re.search(r"<(\w+):(\w+)>", part)
        if not variable:
            done.append(part)
            continue
        kind, name = variable.groups()
        if name == "org":
            value = slug
        elif name == "object_id":
            model = apps.get_model(done[-2], done[-1]) if len(done) > 2 and done[-2] in apps.app_configs else None
            row = owned(model, objects).first() if model in OWNER else None  # type: ignore[arg-type]
            value, named = str(row.pk if row else 1), True
        elif name in ("key", "page", "number", "rest", "content_type_id") and done[-1] in LITERAL:
            value = LITERAL[done[-1]]
        else:
            value, named = _id_of(BY_WORD[done[-1]], objects, kind), True
        done.append(part.replace(variable.group(), value))
    return Route(pattern, "/" + "/".join(done), named)


def _id_of(model: type[Model], objects: Organization, kind: str) -> str:
    row = owned(model, objects).last()
    assert row is not None, model
    return str(row.uuid if kind == "uuid" else row.pk)
