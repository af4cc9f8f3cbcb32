"""Sends a document to a person, with the reason on top of the review screen."""

from __future__ import annotations

from docflow.accounts.models import Organization
from docflow.errors import Fault
from documents.models import Document
from documents.operations import lifecycle
from documents.statuses import Status
from rules.actions.action import Action, Keys, actor_of
from rules.actions.notify import message_faults
from rules.models import Rule

PROBLEM = "flagged"


def check(organization: Organization, place: str, keys: Keys) -> list[Fault]:
    return message_faults(f"{place}.reason", keys.get("reason"))


def effect(document: Document, keys: Keys) -> str:
    return f"Needs Review: {keys['reason']}"


def run(document: Document, keys: Keys, rule: Rule) -> str:
    problem = {"code": PROBLEM, "text": keys["reason"], "blocks": False}
    held = lifecycle.lock(document)
    if problem not in held.problems:
        Document.objects.filter(pk=document.pk).update(problems=[problem, *held.problems])
        lifecycle.touch(document)
    lifecycle.change_status(document, Status.NEEDS_REVIEW, actor=actor_of(rule), reason=keys["reason"])
    document.refresh_from_db()
    return f"flagged, {document.status}"


ACTION = Action("flag_review", ("reason",), check, effect, run)
