"""Status changes: the only writer of Document.status. Each is a row, with what follows from it in the same transaction."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from docflow import jobs, leases
from docflow.accounts import audit
from docflow.accounts.actors import Actor
from docflow.errors import StateConflictError, StatusInvalidError, VersionMismatchError
from documents.models import Document, Transition
from documents.statuses import UNREAD, Status, is_status, may_offer

VERIFYING = (Status.READY, Status.APPROVED, Status.EXPORT, Status.ARCHIVED)


def lock(document: Document, expected_version: int | None = None) -> Document:
    """The document as it is now, held until the transaction ends. Raises VersionMismatchError.

    On SQLite every transaction already holds the write lock; PostgreSQL locks the row.
    """
    held = Document.objects.select_for_update(of=("self",)).select_related("organization", "profile").get(pk=document.pk)
    if expected_version is not None and held.version != expected_version:
        raise VersionMismatchError(held.version, str(expected_version))
    return held


def change_status(
    document: Document,
    new: str,
    *,
    actor: Actor,
    reason: str = "",
    expected_version: int | None = None,
    offered_only: bool = False,
) -> Transition | None:
    """Moves a document to any of the nine; None if it is there already.

    New and Processing have it read again; any other word ends a reading that waits or runs. `offered_only` is the
    browser's: it keeps to the moves that the page offers. Raises StatusInvalidError, VersionMismatchError,
    StateConflictError.
    """
    if not is_status(new):
        raise StatusInvalidError(f'"{new}" is not a status. Use one of {", ".join(Status.values)}.')
    with transaction.atomic():
        held = lock(document, expected_version)
        if held.status == new:
            return None
        if held.task.stage == "filtered":
            raise StateConflictError("This document was split into others. Undo the split on the page of its upload.")
        if offered_only and not may_offer(held.status, new):
            raise StateConflictError(f"A document that is {held.status} cannot be set to {new} here.")
        if new in UNREAD:
            _queue_again(held)
        elif _end_reading(held):
            reason = f"{reason}; this ended the reading" if reason else "this ended the reading"
        transition = record_move(held, new, actor=actor, reason=reason)
    document.refresh_from_db()
    return transition


def read_whole(held: Document, *, actor: Actor, reason: str) -> Transition:
    """Has a locked document that was split read anew; its parts are the caller's business."""
    _queue_again(held)
    return record_move(held, Status.NEW, actor=actor, reason=reason)


def record_move(held: Document, new: str, *, actor: Actor, reason: str, is_reading: bool = False) -> Transition:
    """Writes status, version and Transition of a locked document and tells the apps above, all in one transaction."""
    old, now = held.status, timezone.now()
    held.status, held.status_since, held.updated_at = new, now, now
    held.version += 1
    if new not in UNREAD and held.confidence is None:
        held.confidence = 0
    if new != Status.EXCEPTION:
        held.error = None
    if new in UNREAD:
        held.is_verified = False
    elif new in VERIFYING and actor.kind in ("user", "key"):
        held.is_verified = True
    held.save()
    transition = _write(held, old, new, actor, reason, is_reading)
    return transition


def begin(document: Document, actor: Actor, reason: str = "received") -> Transition:
    """The first row of a document's history: it is New."""
    return _write(document, None, Status.NEW, actor, reason, False)


def _write(document: Document, old: str | None, new: str, actor: Actor, reason: str, is_reading: bool) -> Transition:
    transition = Transition.objects.create(
        document=document,
        old=old,
        new=new,
        reason=reason[:500],
        actor_kind=actor.kind,
        actor_name=actor.name,
        is_reading=is_reading,
    )
    audit.record(
        document.organization,
        actor,
        "status.changed",
        f"{old or 'none'} to {new}" + (f": {reason}" if reason else ""),
        document_id=document.pk,
        contact_id=document.contact_id,
        before={"status": old},
        after={"status": new},
    )
    jobs.call("ON_TRANSITION", transition)
    return transition


def _queue_again(held: Document) -> None:
    """The task starts anew, at the head of the queue; what was known about failures is forgotten."""
    task = held.task
    leases.reset(task, stage="queued", discarded_at=None, pages_done=0, falls=0, queued_at=timezone.now(), ended_at=None)
    leases.ring(task)


def _end_reading(held: Document) -> bool:
    """Ends the work on the document -> whether it was still open. A result that arrives later meets the fence."""
    task = held.task
    was_open = task.stage in type(task).OPEN
    type(task).objects.filter(pk=task.pk).update(
        stage="done", discarded_at=None, lease_token=None, lease_until=None, bell_at=None, ended_at=timezone.now()
    )
    return was_open


def discard(document: Document, *, actor: Actor, reason: str = "") -> Transition | None:
    """Takes a document out of the work: Archived, marked as discarded. Undone by setting any other status."""
    with transaction.atomic():
        held = lock(document)
        _end_reading(held)
        type(held.task).objects.filter(pk=held.task.pk).update(discarded_at=timezone.now())
        moved = held.status != Status.ARCHIVED
        transition = record_move(held, Status.ARCHIVED, actor=actor, reason=reason or "discarded") if moved else None
    document.refresh_from_db()
    return transition


def touch(held: Document) -> None:
    """A change that is no status change: the version goes up, the time moves on."""
    Document.objects.filter(pk=held.pk).update(version=F("version") + 1, updated_at=timezone.now())
    held.refresh_from_db(fields=["version", "updated_at"])
