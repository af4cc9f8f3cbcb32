"""A status change is a row, with what follows from it (documents.md section 6; surfaces/README.md section 7)."""

from __future__ import annotations

import pytest

from docflow import leases
from docflow.accounts.actors import COMMAND, PIPELINE
from docflow.accounts.models import Event, Organization
from docflow.errors import DocumentLockedError, StateConflictError, StatusInvalidError, VersionMismatchError
from documents import statuses
from documents.models import Document, Transition
from documents.operations import lifecycle, reading
from documents.statuses import Status
from tests import make


def moves(document: Document) -> list[tuple[str | None, str]]:
    return list(Transition.objects.filter(document=document).values_list("old", "new"))


def test_a_document_is_read_from_new_to_needs_review(acme: Organization) -> None:
    document = make.document(acme)
    assert moves(document) == [(None, "New"), ("New", "Processing"), ("Processing", "Needs Review")]
    assert document.task.stage == "done"
    assert document.task.attempts == 1
    assert document.annotations.get(key="total_amount").value == "119.00"
    assert document.annotations.get(key="invoice_number").value == "R-1001"
    assert document.doc_date is not None
    assert document.doc_date.isoformat() == "2025-11-15"
    assert document.pages.get().origin == "text layer: is plain text"
    assert document.confidence is not None


def test_every_status_can_be_set_from_every_other(acme: Organization) -> None:
    document = make.document(acme)
    for new in Status.values:
        before = document.status
        version = document.version
        transition = lifecycle.change_status(document, new, actor=COMMAND)
        assert document.status == new
        assert (transition is None) == (before == new)
        assert (document.version > version) == (before != new)


def test_the_status_it_has_already_changes_nothing(acme: Organization) -> None:
    document = make.document(acme)
    before = (document.version, document.updated_at, len(moves(document)))
    assert lifecycle.change_status(document, Status.NEEDS_REVIEW, actor=COMMAND) is None
    document.refresh_from_db()
    assert (document.version, document.updated_at, len(moves(document))) == before


@pytest.mark.parametrize("word", ["Done", "approved", "", None, 5])
def test_another_word_is_no_status(acme: Organization, word: object) -> None:
    with pytest.raises(StatusInvalidError):
        lifecycle.change_status(make.upload(acme), word, actor=COMMAND)  # type: ignore[arg-type]


def test_the_browser_keeps_to_the_moves_it_offers(acme: Organization) -> None:
    document = make.document(acme)
    with pytest.raises(StateConflictError):
        lifecycle.change_status(document, Status.ARCHIVED, actor=COMMAND, offered_only=True)
    assert statuses.may_offer(Status.READY, Status.APPROVED)


def test_a_stale_version_changes_nothing(acme: Organization) -> None:
    document = make.document(acme)
    with pytest.raises(VersionMismatchError):
        lifecycle.change_status(document, Status.READY, actor=COMMAND, expected_version=document.version - 1)
    document.refresh_from_db()
    assert document.status == Status.NEEDS_REVIEW


def test_new_and_processing_have_it_read_again(acme: Organization) -> None:
    document = make.document(acme)
    for word in (Status.PROCESSING, Status.NEW):
        lifecycle.change_status(document, word, actor=COMMAND)
        assert document.status == word
        assert make.read(document).status == Status.NEEDS_REVIEW


def test_a_move_by_hand_ends_the_reading_and_a_late_result_is_dropped(acme: Organization) -> None:
    document = make.upload(acme)
    token = leases.claim(document.task)
    assert token is not None
    reading.start(document, token)
    lifecycle.change_status(document, Status.MISSING_INFO, actor=COMMAND)
    assert document.confidence == 0
    assert "ended the reading" in Transition.objects.filter(document=document).latest("id").reason
    with pytest.raises(reading.LostLeaseError):
        reading.start(document, token)
    assert make.read(document).status == Status.MISSING_INFO
    assert not document.annotations.exists()


def test_discarding_archives_and_any_status_brings_it_back(acme: Organization) -> None:
    document = make.document(acme)
    lifecycle.discard(document, actor=COMMAND, reason="advertisement")
    document.task.refresh_from_db()
    assert (document.status, document.task.word) == (Status.ARCHIVED, "DISCARDED")
    assert lifecycle.discard(document, actor=COMMAND) is None
    lifecycle.change_status(document, Status.NEEDS_REVIEW, actor=COMMAND)
    document.task.refresh_from_db()
    assert document.task.word == "REVIEWING"


def test_a_locked_document_is_not_read_again(acme: Organization) -> None:
    document = make.document(acme)
    lifecycle.change_status(document, Status.APPROVED, actor=COMMAND)
    with pytest.raises(DocumentLockedError):
        reading.read_again(document, actor=COMMAND)
    lifecycle.change_status(document, Status.NEEDS_REVIEW, actor=COMMAND)
    reading.read_again(document, actor=COMMAND)
    document.refresh_from_db()
    assert document.status == Status.NEW
    assert reading.read_again(document, actor=COMMAND) is None


def test_every_change_stands_in_the_audit_log(acme: Organization) -> None:
    document = make.document(acme)
    lifecycle.change_status(document, Status.APPROVED, actor=COMMAND, reason="looks right")
    event = Event.objects.of(acme).filter(document_id=document.pk)[0]
    assert (event.event_type, event.before, event.after) == (
        "status.changed",
        {"status": "Needs Review"},
        {"status": "Approved"},
    )
    assert "looks right" in event.detail


def test_a_damaged_file_ends_as_an_exception_with_its_reason(acme: Organization) -> None:
    document = make.document(acme, b"%PDF-1.7\nnothing of the kind", "broken.pdf")
    assert document.status == Status.EXCEPTION
    assert document.task.stage == "failed"
    assert document.error is not None
    assert document.error["code"] == "damaged_file"
    assert document.confidence == 0


def test_a_used_up_task_is_given_up_with_a_reason_people_can_read(acme: Organization) -> None:
    document = make.upload(acme)
    task = document.task
    type(task).objects.filter(pk=task.pk).update(attempts=5)
    assert leases.exhausted(type(task)).count() == 1
    task.end_exhausted(
        {"code": "reading_failed", "message": "Reading was interrupted 5 times.", "reason": "worker_lost", "page": None}
    )
    document.refresh_from_db()
    assert (document.status, document.error["reason"]) == (Status.EXCEPTION, "worker_lost")
    assert not reading.give_up(document, {"message": "again"})
    assert PIPELINE.kind == "pipeline"


@pytest.mark.parametrize(
    ("score", "label"),
    [
        (None, None),
        (100, "High"),
        (90, "High"),
        (89, "Good"),
        (70, "Good"),
        (69, "Low"),
        (50, "Low"),
        (49, "Poor"),
        (0, "Poor"),
    ],
)
def test_confidence_has_four_labels(score: int | None, label: str | None) -> None:
    assert statuses.confidence_label(score) == label
