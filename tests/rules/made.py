"""Documents as a reading left them, without reading: rules and webhooks care for values, not for where they came from."""

from __future__ import annotations

import itertools
from typing import Any

from django.db import transaction
from django.utils import timezone
from standardwebhooks import Webhook

from docflow.accounts.actors import COMMAND, PIPELINE
from docflow.accounts.models import Organization
from documents.models import Annotation, Contact, Document, LineItem, Profile, Transition
from documents.operations import lifecycle
from documents.statuses import Status
from rules import jobs
from rules.models import Delivery, Reaction, WebhookEndpoint
from rules.operations import endpoints
from tests.fakes.receivers import Received, Receiver
from uploads.models import Project, Task, Upload

VALUES = {"vendor": "Acme Corporation", "invoice_number": "R-1", "currency": "EUR", "total_amount": "119.00", "tax": "19.00"}
_numbers = itertools.count(1)


def unread(organization: Organization, *, profile: str = "standard-invoice", **columns: Any) -> Document:
    """A document that is being read."""
    number = next(_numbers)
    contact = Contact.objects.of(organization).get(is_system=True)
    project = Project.objects.of(organization).get(is_default=True)
    upload = Upload.objects.create(organization=organization, project=project, name="one", source="API")
    kind = Profile.objects.of(organization).get(key=profile)
    document = Document.objects.create(
        **{
            "organization": organization,
            "contact": contact,
            "folder": contact.folders.get(),
            "profile": kind,
            "profile_version": kind.version,
            "filename": f"invoice-{number}.pdf",
            "original_filename": "invoice.pdf",
            "file": f"{number}",
            "sha256": f"{number:064d}",
            "size": 1,
            "media_type": "application/pdf",
            "source": "API",
            "status": Status.PROCESSING,
            **columns,
        }
    )
    Task.objects.create(
        organization=organization, upload=upload, document=document, filename="invoice.pdf", stage="extracting"
    )
    return document


def end_reading(document: Document, confidence: int = 94, new: str = Status.NEEDS_REVIEW, **values: Any) -> Transition:
    """What documents.operations.reading does at the end, with these values."""
    found = {**VALUES, **values}
    with transaction.atomic():
        held = lifecycle.lock(document)
        held.annotations.all().delete()
        Annotation.objects.bulk_create(Annotation(document=held, key=key, value=value) for key, value in found.items())
        Task.objects.filter(document=held).update(stage="failed" if new == Status.EXCEPTION else "done")
        held.confidence, held.doc_type, held.read_at = confidence, "Invoice", timezone.now()
        transition = lifecycle.record_move(held, new, actor=PIPELINE, reason="read", is_reading=True)
    document.refresh_from_db()
    return transition


def read(organization: Organization, confidence: int = 94, *, profile: str = "standard-invoice", **values: Any) -> Document:
    """A document that waits for review."""
    document = unread(organization, profile=profile)
    end_reading(document, confidence, **values)
    return document


def add_line(document: Document, **cells: str | None) -> None:
    LineItem.objects.create(document=document, position=1, cells={key: {"value": value} for key, value in cells.items()})


def work() -> None:
    """Does what is due, as the worker would: rules first, then deliveries, until nothing is left that may run now."""
    while rows := [row.pk for row in Reaction.objects.filter(state="pending")]:
        for pk in rows:
            jobs.react(pk)
    deliver_due()


def deliver_due() -> None:
    """One try of each delivery that is due."""
    for pk in (
        Delivery.objects.filter(state="pending", next_at__lte=timezone.now()).order_by("pk").values_list("pk", flat=True)
    ):
        jobs.deliver(pk)


def make_due() -> None:
    """Moves the clock: whatever waits is due now."""
    Delivery.objects.filter(state="pending").update(next_at=timezone.now())
    deliver_due()


# --- Receivers --------------------------------------------------------------------------------------------------------


def endpoint(
    organization: Organization, listener: Receiver, channel: str = "documents", **keys: Any
) -> tuple[WebhookEndpoint, str]:
    """A receiver of one channel, and its secret."""
    return endpoints.create_endpoint(organization, {"channel": channel, "url": listener.url, **keys}, COMMAND)


def export(document: Document) -> None:
    lifecycle.change_status(document, Status.EXPORT, actor=COMMAND)


def verified(got: Received, secret: str) -> Any:
    """The body, if the standard's own library finds its signature right."""
    return Webhook(secret).verify(got.body, got.headers)
