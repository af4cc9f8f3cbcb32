"""A person's pass over a document: the lock while it is open, and the decision that ends it."""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from docflow.accounts.actors import Actor
from docflow.accounts.models import User
from docflow.errors import InputError, OpenFieldsError, ReviewLockedError, invalid
from documents import states
from documents.models import Document, Review, Transition
from documents.operations import layouts, lifecycle
from documents.operations.values import profile_of
from documents.statuses import Status

LOCK = timedelta(minutes=3)


def open_review(document: Document, person: User) -> Review:
    """Takes or renews the lock for a person. Raises ReviewLockedError naming the holder."""
    now = timezone.now()
    with transaction.atomic():
        current = (
            Review.objects.select_for_update(of=("self",))
            .select_related("person")
            .filter(document=document, ended_at=None)
            .first()
        )
        if current is not None and current.person_id != person.pk and current.locked_until > now:
            raise ReviewLockedError(f"{current.person} is reviewing this since {current.opened_at:%H:%M}.")
        if current is not None and current.person_id == person.pk:
            Review.objects.filter(pk=current.pk).update(locked_until=now + LOCK)
            current.locked_until = now + LOCK
            return current
        if current is not None:
            Review.objects.filter(pk=current.pk).update(ended_at=now, outcome="expired")
        try:
            with transaction.atomic():
                return Review.objects.create(document=document, person=person, locked_until=now + LOCK)
        except IntegrityError:
            raise ReviewLockedError("Somebody else has just opened this document.") from None


def end_review(document: Document, person: User, outcome: str) -> None:
    """Frees the document."""
    Review.objects.filter(document=document, person=person, ended_at=None).update(ended_at=timezone.now(), outcome=outcome)


DECISIONS: dict[str, str] = {
    "approve": Status.APPROVED, "missing_info": Status.MISSING_INFO, "exception": Status.EXCEPTION,
    "reopen": Status.NEEDS_REVIEW, "export": Status.EXPORT, "archive": Status.ARCHIVED, "read_again": Status.NEW,
}  # fmt: skip


def decide(
    document: Document,
    decision: str,
    *,
    actor: Actor,
    reason: str = "",
    force: bool = False,
    expected_version: int | None = None,
) -> Transition | None:
    """What the buttons of the review screen do: confirm and those of DECISIONS, and discard.

    Confirm sets Ready, then goes on to where the profile leads; approve passes the same gate. Open values forbid both
    unless `force`. Raises OpenFieldsError, InputError, StateConflictError, VersionMismatchError.
    """
    if decision == "discard":
        return lifecycle.discard(document, actor=actor, reason=reason)
    if decision != "confirm" and decision not in DECISIONS:
        raise InputError(invalid("do", f"There is no decision {decision!r}."))
    with transaction.atomic():
        held = lifecycle.lock(document, expected_version)
        if decision in ("confirm", "approve") and held.status in (Status.NEEDS_REVIEW, Status.MISSING_INFO):
            _pass_gate(held, force)
            if not force:
                layouts.teach_confirmation(held, profile_of(held), actor)
        if decision != "confirm":
            return lifecycle.change_status(document, DECISIONS[decision], actor=actor, reason=reason, offered_only=not force)
        transition = lifecycle.change_status(document, Status.READY, actor=actor, reason=reason or "confirmed")
        after = held.profile.after_confirming if held.profile else Status.READY
        if after != Status.READY:
            transition = lifecycle.change_status(document, after, actor=actor, reason="as the profile says") or transition
        return transition


def _pass_gate(held: Document, force: bool) -> None:
    if force:
        return
    left = states.open_keys(held, profile_of(held))
    if left:
        raise OpenFieldsError(left)
