"""What a key may do: the scopes of surfaces/README.md section 3, and what each role of a person amounts to."""

from __future__ import annotations

from collections.abc import Iterable

SCOPES: dict[str, str] = {
    "upload.create": "send files in",
    "upload.read": "see uploads and projects",
    "upload.edit": "move uploads, change projects",
    "upload.delete": "delete uploads",
    "task.read": "see tasks",
    "task.edit": "complete, discard, unlock, retry, approve",
    "document.read": "see records, values, pages, files, history",
    "document.edit": "change status, values, notes; read again",
    "document.delete": "delete documents",
    "contact.read": "see contacts and folders",
    "contact.edit": "change contacts and folders",
    "contact.delete": "delete contacts and folders",
    "profile.read": "see profiles",
    "profile.edit": "change profiles",
    "profile.delete": "delete profiles",
    "rule.read": "see rules and their runs, try them",
    "rule.edit": "change rules",
    "rule.delete": "delete rules",
    "webhook.read": "see receivers and deliveries",
    "webhook.edit": "change receivers, test, replay",
    "webhook.delete": "delete receivers",
    "member.admin": "manage people",
    "key.admin": "manage keys",
    "audit.read": "read the audit log",
}

_READING = ("upload.read", "task.read", "document.read", "contact.read")
_BY_ROLE: dict[str, tuple[str, ...]] = {
    "viewer": _READING,
    "reviewer": (*_READING, "upload.create", "upload.edit", "task.edit", "document.edit", "contact.edit", "profile.read"),
}
_BY_ROLE["approver"] = (*_BY_ROLE["reviewer"], "document.delete", "contact.delete")
_BY_ROLE["admin"] = ("*",)


def allow(granted: Iterable[str], wanted: str) -> bool:
    """Whether `granted` holds `wanted`: by name, by its whole family (`contact.*`) or by `*`."""
    family = f"{wanted.split('.')[0]}.*"
    return any(scope in ("*", wanted, family) for scope in granted)


def unknown(given: Iterable[str]) -> list[str]:
    """Those of `given` that are no scope, no family and not `*`."""
    families = {f"{scope.split('.')[0]}.*" for scope in SCOPES}
    return [scope for scope in given if scope != "*" and scope not in SCOPES and scope not in families]


def of_role(role: str) -> tuple[str, ...]:
    """What a signed-in member may ask of the API."""
    return _BY_ROLE[role]
