"""Sets a status, as section 6 of surfaces/documents.md: Export sends the webhook."""

from __future__ import annotations

from docflow.accounts.models import Organization
from docflow.errors import Fault, invalid, missing
from documents.models import Document
from documents.operations import lifecycle
from documents.statuses import UNREAD, Status
from rules.actions.action import Action, Keys, actor_of
from rules.models import Rule

ALLOWED = tuple(each.value for each in Status if each not in UNREAD)  # New and Processing would read for ever


def check(organization: Organization, place: str, keys: Keys) -> list[Fault]:
    if not keys.get("status"):
        return [missing(f"{place}.status")]
    if keys["status"] not in ALLOWED:
        return [invalid(f"{place}.status", f"A rule can set one of {', '.join(ALLOWED)}.")]
    return []


def effect(document: Document, keys: Keys) -> str:
    if document.status == keys["status"]:
        return f"status stays {document.status}"
    return f"status {document.status} to {keys['status']}"


def run(document: Document, keys: Keys, rule: Rule) -> str:
    move = lifecycle.change_status(document, keys["status"], actor=actor_of(rule), reason=f"rule {rule.name}")
    return str(move) if move else f"stays {document.status}"


ACTION = Action("set_status", ("status",), check, effect, run)
