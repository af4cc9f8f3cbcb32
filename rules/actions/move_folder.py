"""Moves a document to a folder, and to that folder's contact."""

from __future__ import annotations

from docflow.accounts import audit
from docflow.accounts.models import Organization
from docflow.errors import Fault, NotFoundError, missing, unknown
from documents.models import Document, Folder
from documents.operations import lifecycle
from rules.actions.action import Action, Keys, actor_of
from rules.models import Rule


def check(organization: Organization, place: str, keys: Keys) -> list[Fault]:
    if keys.get("folder_id") is None:
        return [missing(f"{place}.folder_id")]
    if _folder(organization, keys["folder_id"]) is None:
        return [unknown(f"{place}.folder_id", f"There is no folder {keys['folder_id']}.")]
    return []


def _folder(organization: Organization, folder_id: object) -> Folder | None:
    if not isinstance(folder_id, int) or isinstance(folder_id, bool):
        return None
    return Folder.objects.of(organization).select_related("contact").filter(pk=folder_id).first()


def effect(document: Document, keys: Keys) -> str:
    folder = _folder(document.organization, keys["folder_id"])
    return f"to folder {folder.name} of {folder.contact.name}" if folder else f"folder {keys['folder_id']} is gone"


def run(document: Document, keys: Keys, rule: Rule) -> str:
    folder = _folder(document.organization, keys["folder_id"])
    if folder is None:
        raise NotFoundError(f"There is no folder {keys['folder_id']} any more.")
    if folder.pk == document.folder_id:
        return f"lies in {folder.name} already"
    before = {"folder_id": document.folder_id, "contact_id": document.contact_id}
    Document.objects.filter(pk=document.pk).update(folder=folder, contact=folder.contact)
    document.refresh_from_db()
    lifecycle.touch(document)
    audit.record(
        document.organization,
        actor_of(rule),
        "document.moved",
        f"to folder {folder.name} of {folder.contact.name}",
        document_id=document.pk,
        contact_id=folder.contact_id,
        before=before,
        after={"folder_id": folder.pk, "contact_id": folder.contact_id},
    )
    return f"to folder {folder.name}"


ACTION = Action("move_folder", ("folder_id",), check, effect, run)
