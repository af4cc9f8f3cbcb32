"""What the pipeline writes: that reading began, what it gave, or why it failed. Each store stands behind the lease."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from docflow import leases
from docflow.accounts import audit
from docflow.accounts.actors import PIPELINE, Actor
from docflow.errors import DocumentLockedError, FileError, InputError, unknown
from documents import states
from documents.extraction import profiles
from documents.extraction.values import Findings
from documents.models import Annotation, Document, EInvoice, LineItem, Profile, Transition
from documents.operations import differences, layouts, lifecycle, pages
from documents.operations.contact_checks import check_contact
from documents.operations.pages import LostLeaseError
from documents.statuses import LOCKED, UNREAD, Status

DOC_TYPES = {
    "invoice": "Invoice", "credit_note": "Credit Note", "receipt": "Receipt", "order": "Order",
    "delivery_note": "Delivery Note", "statement": "Statement", "letter": "Letter", "other": "Other",
    "fapiao": "Fapiao", "business_license": "Business License", "meeting_notes": "Meeting Notes",
}  # fmt: skip


def start(document: Document, token: UUID) -> None:
    """The document is being read. Raises LostLeaseError."""
    with transaction.atomic():
        held = lifecycle.lock(document)
        if not leases.renew(held.task, token, stage="reading", started_at=timezone.now()):
            raise LostLeaseError
        if held.status == Status.NEW:
            lifecycle.record_move(held, Status.PROCESSING, actor=PIPELINE, reason="")


def store(
    document: Document,
    token: UUID,
    findings: Findings,
    profile: Profile,
    *,
    page_count: int,
    seconds: float,
    version: int | None = None,
) -> Transition:
    """The result of a reading with a version of a profile (default: today's): values, rows, confidence, what changed since
    the reading before, and the status that follows. Raises LostLeaseError."""
    with transaction.atomic():
        held = lifecycle.lock(document)
        if not leases.finish(held.task, token, stage="done", error=None, ended_at=timezone.now()):
            audit.record(
                held.organization,
                PIPELINE,
                "reading.dropped",
                "A result arrived after the reading had ended.",
                document_id=held.pk,
            )
            lost = True
        else:
            lost = False
            pure = profile.at(version)
            before = differences.look(held)
            pages.take_over(held)
            _store_values(held, findings, pure)
            _store_lines(held, findings)
            _store_einvoice(held, findings)
            _describe(held, findings, profile, pure, page_count)
            held.profile_version, held.asked_version = version or profile.version, None
            differences.tell(held, before, findings, pure)
            check_contact(held, pure)
            layouts.note_reading(held, findings)
            new, reason = _outcome(held, pure)
            transition = lifecycle.record_move(held, new, actor=PIPELINE, reason=reason, is_reading=True)
            audit.record(
                held.organization,
                PIPELINE,
                "reading.done",
                f"confidence {held.confidence}, {seconds:.1f} s",
                document_id=held.pk,
            )
            leases.ring_waiting(type(held.task), held.organization_id)
    if lost:
        raise LostLeaseError
    return transition


def _store_values(held: Document, findings: Findings, pure: profiles.Profile) -> None:
    """Replaces what the machine read; what a person or client program decided stays, with the new machine value beside it."""
    kept = {row.key: row for row in held.annotations.all() if row.is_confirmed}
    held.annotations.exclude(key__in=kept).delete()
    found = {value.key: value for value in findings.fields}
    fresh = []
    for field in pure.fields:
        value = found.get(field.key)
        if field.key in kept:
            if value is not None:
                Annotation.objects.filter(pk=kept[field.key].pk).update(
                    machine_value=value.value, machine_confidence=value.confidence
                )
            continue
        row = Annotation(document=held, key=field.key)
        if value is not None:
            _fill(row, asdict(value))
        fresh.append(row)
    Annotation.objects.bulk_create(fresh)


def _fill(row: Annotation, value: dict[str, Any]) -> None:
    row.value = row.machine_value = value["value"]
    row.raw = value["raw"]
    row.boxes = [{"page": place["page"], **place["box"]} for place in value["places"]]
    row.page = row.boxes[0]["page"] if row.boxes else None
    row.confidence = row.machine_confidence = value["confidence"] if value["value"] is not None else 0
    row.source = value["source"]
    row.evidence, row.problems, row.alternatives = value["evidence"], value["problems"], value["alternatives"]


def _store_lines(held: Document, findings: Findings) -> None:
    if held.line_items.filter(is_confirmed=True).exists():
        return
    held.line_items.all().delete()
    LineItem.objects.bulk_create(
        LineItem(
            document=held,
            position=position,
            page=line.page,
            confidence=line.confidence,
            cells={
                key: {
                    "value": cell.value,
                    "raw": cell.raw,
                    "confidence": cell.confidence,
                    "source": cell.source,
                    "boxes": [{"page": place.page, **asdict(place.box)} for place in cell.places],
                }
                for key, cell in line.cells.items()
            },
        )
        for position, line in enumerate(findings.line_items, 1)
    )


def _store_einvoice(held: Document, findings: Findings) -> None:
    if findings.einvoice is None:
        EInvoice.objects.filter(document=held).delete()
    else:
        EInvoice.objects.update_or_create(document=held, defaults={"content": findings.einvoice.as_json()})


def _describe(held: Document, findings: Findings, profile: Profile, pure: profiles.Profile, page_count: int) -> None:
    held.profile = profile
    custom_type = "" if profile.is_built_in else pure.doc_type
    held.doc_type = custom_type or DOC_TYPES.get(findings.doc_type, "Other")
    held.doc_date = first_date(held, pure)
    held.language, held.summary = findings.language[:10], findings.summary
    held.number_style, held.date_style = findings.number_style[:20], findings.date_style[:20]
    held.confidence, held.reasoning, held.extractor = findings.confidence, findings.reasoning, findings.extractor
    held.problems = [asdict(problem) for problem in findings.problems]
    held.page_count, held.read_at, held.error = page_count, timezone.now(), None


def first_date(held: Document, pure: profiles.Profile) -> date | None:
    """The date of the document: its first field of that type that holds one."""
    values = dict(held.annotations.values_list("key", "value"))
    for field in pure.fields:
        value = values.get(field.key)
        if field.type == "date" and isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError:
                continue
    return None


def _outcome(held: Document, pure: profiles.Profile) -> tuple[str, str]:
    """Where a reading leads, by the automation level of its project."""
    level = held.task.upload.project.automation_level
    if level == "review nothing":
        return Status.APPROVED, "read; this project reviews nothing"
    if level == "review problems" and not states.open_keys(held, pure) and not any(p["blocks"] for p in held.problems):
        return Status.APPROVED, "read without a problem"
    return Status.NEEDS_REVIEW, "read"


def fail(document: Document, error: FileError, token: UUID | None = None) -> bool:
    """Ends a reading for good: the task failed, the document is an Exception with the reason. False: not ours any more."""
    return give_up(document, error.as_json(), token)


def give_up(document: Document, error: dict[str, Any], token: UUID | None = None) -> bool:
    """As `fail`, for a row whose attempts are used up or whose error is at hand as JSON."""
    with transaction.atomic():
        held = lifecycle.lock(document)
        if not leases.give_up(held.task, error, token, ended_at=timezone.now()):
            return False
        pages.drop_unfinished(held)
        lifecycle.record_move(held, Status.EXCEPTION, actor=PIPELINE, reason=str(error["message"]), is_reading=True)
        Document.objects.filter(pk=held.pk).update(error=error, reasoning=str(error["message"]))
        audit.record(held.organization, PIPELINE, "reading.failed", str(error["message"]), document_id=held.pk)
        leases.ring_waiting(type(held.task), held.organization_id)
    return True


def read_again(
    document: Document,
    *,
    actor: Actor,
    profile: Profile | None = None,
    version: int | None = None,
    expected_version: int | None = None,
) -> Transition | None:
    """Has a document read anew, with another profile or `version` of it if one is given; confirmed values stay.

    Without `version` it is read with the profile as it is today. Raises DocumentLockedError while it is Approved, Export or
    Archived, InputError for a version that never was.
    """
    with transaction.atomic():
        held = lifecycle.lock(document, expected_version)
        if held.status in LOCKED:
            raise DocumentLockedError(held.pk, held.status)
        asked = profile or (held.profile if version else held.asked_profile)
        if version and (asked is None or not asked.versions.filter(version=version).exists()):
            raise InputError(unknown("profile_version", f"There is no version {version} of this profile."))
        Document.objects.filter(pk=held.pk).update(asked_profile=asked, asked_version=version)
        if held.status in UNREAD:
            lifecycle._queue_again(held)
            return None
        return lifecycle.change_status(document, Status.NEW, actor=actor, reason="read again")
