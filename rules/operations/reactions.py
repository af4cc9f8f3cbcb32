"""What follows from a transition: told by documents.operations.lifecycle inside its transaction, by name."""

from __future__ import annotations

from typing import Any

from docflow import leases
from documents.models import Transition
from documents.statuses import Status
from rules.models import Reaction


def on_transition(transition: Transition) -> None:
    """A move to Export writes a Delivery for each receiver; the end of a reading orders a run of the rules."""
    from rules.operations import deliveries

    document = transition.document
    if transition.new == Status.EXPORT:
        deliveries.export(transition)
    if transition.is_reading:
        reaction = Reaction.objects.create(organization_id=document.organization_id, transition=transition)
        leases.ring(reaction)


def on_record_created(kind: str, record: Any) -> None:
    """`kind` is contact or folder: tells the receivers of that channel."""
    from rules.operations import deliveries

    deliveries.announce(kind, record)
