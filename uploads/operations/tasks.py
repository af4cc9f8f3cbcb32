"""What people and programs do with uploads and tasks that are there: discard, retry, move, delete."""

from __future__ import annotations

from pathlib import Path

from django.core.files.storage import default_storage
from django.db import transaction

from docflow.accounts import audit, licences
from docflow.accounts.actors import Actor
from docflow.errors import StateConflictError
from documents import files
from documents.models import Document
from documents.operations import lifecycle
from documents.statuses import Status
from uploads.models import KnownFile, Task


def discard(task: Task, *, actor: Actor, reason: str = "") -> None:
    """Takes the document of a task out of the work. Without effect on one that is done, discarded or filtered."""
    if task.document is not None and task.word in ("PROCESSING", "REVIEWING", "FAILED"):
        lifecycle.discard(task.document, actor=actor, reason=reason)


def retry(task: Task, *, actor: Actor) -> None:
    """Has a failed task tried again with the same file. Raises StateConflictError, or that the licence is missing or over."""
    if task.word == "FAILED" and task.document is None:
        raise StateConflictError("This file was refused and not kept. Send it again.")
    if task.document is None or task.word != "FAILED":
        raise StateConflictError(f"Only a FAILED task can be tried again; this one is {task.word}.")
    licences.check(task.organization)
    lifecycle.change_status(task.document, Status.NEW, actor=actor, reason="retry")


def restore(task: Task, *, actor: Actor) -> None:
    """Undoes a discard. Raises StateConflictError for a task that was not discarded."""
    if task.document is None or task.discarded_at is None:
        raise StateConflictError(f"Only a DISCARDED task can be restored; this one is {task.word}.")
    lifecycle.change_status(task.document, Status.NEEDS_REVIEW, actor=actor, reason="restored")


def undo_split(task: Task, *, actor: Actor) -> None:
    """Puts a stack together again: its parts are discarded, the whole is read anew and stays whole.

    Raises StateConflictError, also when a part was confirmed or exported.
    """
    if task.document is None:
        raise StateConflictError("This task has no document.")
    with transaction.atomic():
        whole = lifecycle.lock(task.document)
        if not whole.task.is_split:
            raise StateConflictError("Only a document that was split can be put together again.")
        parts = [lifecycle.lock(part) for part in whole.parts.order_by("pk")]
        settled = [part.filename for part in parts if part.task.is_settled]
        if settled:
            raise StateConflictError(f"{settled[0]} was confirmed. Set it to Needs Review, or leave the documents split.")
        for part in parts:
            if part.task.discarded_at is None:
                lifecycle.discard(part, actor=actor, reason="split undone")
        audit.record(
            whole.organization, actor, "document.joined", whole.filename, document_id=whole.pk, contact_id=whole.contact_id
        )
        lifecycle.read_whole(whole, actor=actor, reason="split undone")


def delete_document(document: Document, *, actor: Actor, expected_version: int | None = None) -> None:
    """Gone from everywhere at once, file included; the audit log keeps who and when. Raises VersionMismatchError."""
    with transaction.atomic():
        held = lifecycle.lock(document, expected_version)
        audit.record(
            held.organization, actor, "document.deleted", held.filename, document_id=held.pk, contact_id=held.contact_id
        )
        name, upload = held.file, held.task.upload
        _pass_on_bytes(held)
        held.delete()
        if not upload.tasks.exists():
            upload.delete()
        transaction.on_commit(lambda: files.forget_renditions(document))
        # The original stays for 24 hours, because a running backup may still need it; the sweeper removes it then.
        transaction.on_commit(lambda: _leave_file(name))


def _leave_file(name: str) -> None:
    """Marks a stored file as left now: the sweeper removes files without a row that are older than a day."""
    Path(default_storage.path(name)).touch()


def _pass_on_bytes(held: Document) -> None:
    """Its twins stay known: the next one becomes the first."""
    heir = Document.objects.of(held.organization).filter(sha256=held.sha256).exclude(pk=held.pk).order_by("id").first()
    KnownFile.objects.filter(organization=held.organization, sha256=held.sha256).delete()
    if heir is not None:
        KnownFile.objects.create(organization=held.organization, sha256=held.sha256, document=heir)
