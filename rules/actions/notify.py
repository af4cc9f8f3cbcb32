"""Tells people in the browser, and those who listen to notifications."""

from __future__ import annotations

from typing import Any

from docflow.accounts.models import Organization, User
from docflow.errors import Fault, invalid, missing, unknown
from documents.models import Document
from rules.actions.action import Action, Keys
from rules.models import Rule
from rules.operations import notifications

LONGEST = 500


def check(organization: Organization, place: str, keys: Keys) -> list[Fault]:
    faults = message_faults(f"{place}.message", keys.get("message"))
    wanted = keys.get("user_ids") or []
    if not isinstance(wanted, list) or not all(isinstance(each, int) and not isinstance(each, bool) for each in wanted):
        return [*faults, invalid(f"{place}.user_ids", "user_ids must be a list of ids.")]
    strangers = set(wanted) - {person.pk for person in _people(organization, wanted)}
    return [*faults, *(unknown(f"{place}.user_ids", f"There is no user {each}.") for each in sorted(strangers))]


def message_faults(field: str, text: Any) -> list[Fault]:
    """A sentence that people will read: text of 1 to 500 characters."""
    if text in (None, ""):
        return [missing(field)]
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST:
        return [invalid(field, f"{field} must be text of 1 to {LONGEST} characters.")]
    return []


def _people(organization: Organization, user_ids: list[int]) -> list[User]:
    possible = [each for each in user_ids if 0 < each < 2**63]  # beyond it the databases refuse to look
    return list(User.objects.filter(pk__in=possible, memberships__organization=organization)) if possible else []


def effect(document: Document, keys: Keys) -> str:
    return f"notification: {keys['message']}"


def run(document: Document, keys: Keys, rule: Rule) -> str:
    people = _people(document.organization, keys.get("user_ids") or [])
    if keys.get("user_ids") and not people:
        return "nobody of those named is a member any more"
    notifications.notify(
        document.organization, rule.name, keys["message"], "rule", document=document, rule=rule, people=people
    )
    return f"told {len(people)} people" if people else "told all reviewers"


ACTION = Action("notify", ("message", "user_ids"), check, effect, run)
