"""The audit log: one function writes it, in the transaction of what it tells about."""

from __future__ import annotations

from typing import Any

from docflow import jobs
from docflow.accounts.actors import Actor
from docflow.accounts.models import Event, Organization


def record(
    organization: Organization | None,
    actor: Actor,
    event_type: str,
    detail: str = "",
    *,
    document_id: int | None = None,
    contact_id: int | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> Event:
    """Adds one line. `event_type` is family.verb, e.g. `document.value_changed`; never pass a secret."""
    event = Event.objects.create(
        organization=organization,
        actor_kind=actor.kind,
        actor_name=actor.name,
        event_type=event_type,
        detail=detail,
        document_id=document_id,
        contact_id=contact_id,
        before=before,
        after=after,
        request_id=actor.request_id,
    )
    jobs.call("ON_EVENT", event)
    return event
