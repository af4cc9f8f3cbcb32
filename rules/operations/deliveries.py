"""Outgoing messages: written with the change they tell of, replayed, dropped, held while Offline Mode is on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Now

from docflow import leases
from docflow.accounts import audit
from docflow.accounts.actors import Actor
from docflow.accounts.models import Organization
from docflow.errors import OfflineModeError, StateConflictError
from documents.models import Document, Transition
from documents.statuses import Status
from rules.models import Delivery, WebhookEndpoint
from rules.webhooks import payload

Keys = Callable[[], dict[str, Any]]  # called only if somebody listens


def announce(
    organization: Organization,
    channel: str,
    event: str,
    keys: Keys,
    *,
    document: Document | None = None,
    transition: Transition | None = None,
) -> list[Delivery]:
    """Exactly one delivery for each active endpoint of the channel that wants the event, in the caller's transaction."""
    listening = WebhookEndpoint.objects.of(organization).active().filter(channel=channel)
    wanted = [endpoint for endpoint in listening if event in endpoint.events]
    if not wanted:
        return []
    body = payload.envelope(event, keys())
    written = [
        write(organization, event, body, endpoint=endpoint, document=document, transition=transition) for endpoint in wanted
    ]
    leases.ring_waiting(Delivery, organization.pk)
    return written


def write(
    organization: Organization,
    event: str,
    body: str,
    *,
    endpoint: WebhookEndpoint | None = None,
    url: str = "",
    bearer_token: str = "",
    document: Document | None = None,
    transition: Transition | None = None,
) -> Delivery:
    """One message to an endpoint, or to an address of its own. The caller rings."""
    return Delivery.objects.create(
        organization=organization,
        endpoint=endpoint,
        url=endpoint.url if endpoint else url,
        bearer_token=bearer_token,
        document=document,
        transition=transition,
        event=event,
        body=body,
        is_held=organization.is_held_offline,
    )


def try_endpoint(endpoint: WebhookEndpoint, actor: Actor) -> Delivery:
    """A `webhook.test`, sent like any other. Raises OfflineModeError, StateConflictError while the endpoint is off."""
    _must_be_online(endpoint.organization)
    _must_be_on(endpoint)
    with transaction.atomic():
        body = payload.envelope("webhook.test", payload.trial_keys(endpoint))
        delivery = write(endpoint.organization, "webhook.test", body, endpoint=endpoint)
        audit.record(endpoint.organization, actor, "webhook.tested", f"endpoint {endpoint.pk}")
        leases.ring(delivery)
    return delivery


def replay(delivery: Delivery, actor: Actor) -> Delivery:
    """Sends an ended message once more: same body, same id, new time and signature.

    Raises OfflineModeError, StateConflictError while it is pending or its endpoint is off.
    """
    _must_be_online(delivery.organization)
    if delivery.endpoint:
        _must_be_on(delivery.endpoint)
    with transaction.atomic():
        held = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
        if held.state == "pending":
            raise StateConflictError(f"Delivery {held.pk} is pending; it will be sent by itself.")
        _send_again(held, actor)
    delivery.refresh_from_db()
    return delivery


def replay_failed_exports(document: Document, actor: Actor) -> int:
    """Makes the failed deliveries of the latest move to Export pending again -> how many. Raises OfflineModeError."""
    _must_be_online(document.organization)
    move = document.transitions.filter(new=Status.EXPORT).order_by("-id").first()
    with transaction.atomic():
        failed = Delivery.objects.select_for_update(of=("self",)).filter(transition=move, state="failed") if move else ()
        rows = list(failed)
        for row in rows:
            _send_again(row, actor)
    return len(rows)


def _send_again(held: Delivery, actor: Actor) -> None:
    leases.reset(held, state="pending", delivered_at=None, is_held=False)
    audit.record(held.organization, actor, "webhook.replayed", f"{held.event} {held.message_id}", document_id=held.document_id)
    leases.ring(held)


def drop(delivery: Delivery, actor: Actor) -> None:
    """Gives a waiting message up for good. Raises StateConflictError if it is not pending."""
    with transaction.atomic():
        dropped, _ = Delivery.objects.filter(pk=delivery.pk, state="pending").delete()
        if not dropped:
            raise StateConflictError(f"Delivery {delivery.pk} is {delivery.state}; only a pending one can be dropped.")
        audit.record(
            delivery.organization,
            actor,
            "webhook.dropped",
            f"{delivery.event} {delivery.message_id}",
            document_id=delivery.document_id,
        )


def _must_be_online(organization: Organization) -> None:
    if organization.is_held_offline:
        raise OfflineModeError()


def _must_be_on(endpoint: WebhookEndpoint) -> None:
    if not endpoint.is_active:
        raise StateConflictError("This receiver is switched off. Switch it on first.")


# --- Offline Mode -----------------------------------------------------------------------------------------------------


def follow_offline_mode(organizations: Iterable[Organization] | None = None) -> tuple[int, int]:
    """Holds what waits where Offline Mode is on, and frees it where it has ended -> how many were held, freed.

    Called when the switch is moved, and by the sweeper, because the operator's switch moves with a restart.
    """
    held = freed = 0
    for organization in organizations if organizations is not None else _with_waiting():
        waiting = Delivery.objects.of(organization).filter(state="pending")
        if organization.is_held_offline:
            held += waiting.filter(is_held=False, lease_token=None).update(is_held=True, bell_at=None)
        elif number := waiting.filter(is_held=True).update(is_held=False, bell_at=None, next_at=Now()):
            freed += number
            leases.ring_waiting(Delivery, organization.pk)
    return held, freed


def _with_waiting() -> QuerySet[Organization]:
    return Organization.objects.filter(pk__in=Delivery.objects.filter(state="pending").values("organization"))


# --- What became of an export -----------------------------------------------------------------------------------------


def with_export_state(documents: QuerySet[Document]) -> QuerySet[Document]:
    """Adds `export_state` to each document: None unless its status is Export, else failed, pending or delivered.

    Failed if a delivery of the latest move to Export failed, else pending if one is pending, else delivered, also if
    there was nobody to send to.
    """
    latest = Transition.objects.filter(document=OuterRef("pk"), new=Status.EXPORT).order_by("-id").values("pk")[:1]
    moved = documents.annotate(export_move=Subquery(latest))
    sent = Delivery.objects.filter(transition=OuterRef("export_move"))
    return moved.annotate(
        export_state=Case(
            When(~Q(status=Status.EXPORT), then=Value(None)),
            When(Exists(sent.filter(state="failed")), then=Value("failed")),
            When(Exists(sent.filter(state="pending")), then=Value("pending")),
            default=Value("delivered"),
        )
    )


def export_state(document: Document) -> str | None:
    """The word for one document."""
    if document.status != Status.EXPORT:
        return None
    found = with_export_state(Document.objects.filter(pk=document.pk)).first()
    return getattr(found, "export_state", None)
