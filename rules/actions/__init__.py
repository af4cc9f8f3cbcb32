"""What a rule may do. A new action is one file beside these with `ACTION`, entered here, and a page in docs/."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from docflow.accounts.models import Organization
from docflow.errors import Fault, NotBuiltError, invalid, missing
from rules.actions import flag_review, move_folder, notify, set_status, webhook
from rules.actions.action import Action

ACTIONS: Mapping[str, Action] = {
    each.name: each for each in (set_status.ACTION, move_folder.ACTION, notify.ACTION, webhook.ACTION, flag_review.ACTION)
}


def action_of(name: object) -> Action:
    """Raises KeyError with a sentence; NotBuiltError for cases."""
    if name == "create_case":
        raise NotBuiltError()
    try:
        return ACTIONS[name]  # type: ignore[index]
    except (KeyError, TypeError):
        raise KeyError(f"{name!r} is not an action. Use one of {', '.join(ACTIONS)}.") from None


def faults_of(organization: Organization, place: str, keys: Mapping[str, Any]) -> list[Fault]:
    """All that is wrong with one action of a rule."""
    if not keys.get("type"):
        return [missing(f"{place}.type")]
    try:
        action = action_of(keys["type"])
    except KeyError as error:
        return [invalid(f"{place}.type", error.args[0])]
    return action.check(organization, place, keys)
