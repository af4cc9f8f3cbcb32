"""What the frame of every page shows: who and where one is, the entries of the left navigation, words for the scripts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from docflow.accounts.models import Organization
from docflow.accounts.models.organization import Role

THEMES = ("auto", "light", "dark")
FILE_ENDINGS = "pdf png jpg jpeg tif tiff webp eml xml txt csv zip"


@dataclass(frozen=True, slots=True)
class Entry:
    label: str
    icon: str
    url: str
    current: bool


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the same for every page, cheap for pages without an organization."""
    theme = request.COOKIES.get("docflow-theme", "auto")
    context: dict[str, Any] = {"theme": theme if theme in THEMES else "auto", "strings": _strings(), "key_help": _key_help()}
    membership = getattr(request, "membership", None)
    if membership is None:
        return context
    organization = membership.organization
    return {
        **context,
        "organization": organization,
        "membership": membership,
        "may_review": membership.may(Role.REVIEWER),
        "may_approve": membership.may(Role.APPROVER),
        "is_admin": membership.may(Role.ADMIN),
        "navigation": _navigation(request.path, organization, membership.may(Role.ADMIN)),
        "other_organizations": list(Organization.objects.of_member(request.user).exclude(pk=organization.pk)[:50]),  # type: ignore[arg-type]
        "limits": {"files": settings.MAX_FILES, "bytes": settings.MAX_FILE_BYTES, "types": FILE_ENDINGS},
    }


def _navigation(path: str, organization: Organization, is_admin: bool) -> list[list[Entry]]:
    base = f"/o/{organization.slug}"

    def entry(label: str, icon: str, name: str) -> Entry:
        url = f"{base}/{name}"
        inside = path == url or path.startswith(f"{url}/") or (name == "inbox" and path.startswith(f"{base}/documents/"))
        return Entry(label, icon, url, inside)

    groups = [[
        entry(_("Inbox"), "inbox", "inbox"), entry(_("Uploads"), "upload", "uploads"),
        entry(_("Contacts"), "contacts", "contacts"), entry(_("Layouts"), "form", "layouts"),
        entry(_("Export"), "export", "exports"),
    ]]  # fmt: skip
    if is_admin:
        groups.append([entry(_("Rules"), "rules", "rules"), entry(_("Webhooks"), "webhook", "webhooks")])
        groups.append([entry(_("Keys"), "key", "keys"), entry(_("Members"), "members", "members")])
    return groups


def _key_help() -> list[dict[str, Any]]:
    return [
        {"title": _("Everywhere"), "keys": [(["/"], _("Search")), (["?"], _("This help"))]},
        {"title": _("In a list"), "keys": [
            (["↑", "↓"], _("Move")), ([_("Space")], _("Select")), (["Shift+↑", "Shift+↓"], _("Select more")),
            ([_("Enter")], _("Open")), (["Esc"], _("Clear the selection")),
        ]},
    ]  # fmt: skip


def _strings() -> dict[str, Any]:
    """Words for the scripts of every page; a page adds its own."""
    most = settings.MAX_FILE_BYTES // 1_048_576
    return {
        "copied": _("Copied"),
        "selected": _("{n} selected"),
        "drop": {
            "sending": _("Sending…"), "received": _("Received"), "done": _("All files are read"),
            "failed": _("Not sent: no connection. Try again."), "empty": _("Refused: the file is empty"),
            "large": _("Refused: larger than %(most)s MB") % {"most": most},
            "type": _("Refused: this type of file cannot be read"),
            "many": _("Refused: at most %(most)s files at once") % {"most": settings.MAX_FILES},
        },
    }  # fmt: skip
