"""Jobs of this app. Paths are text in the models ("rules.jobs.deliver"), so nothing imports them."""

from __future__ import annotations

import logging

from django.utils import timezone

from docflow import leases
from docflow.errors import OfflineModeError
from docflow.outbound import policy
from rules.models import Delivery, Reaction, Rule
from rules.operations import deliveries, running, schedules, sending
from rules.webhooks.send import send

log = logging.getLogger(__name__)


def react(reaction_id: int) -> None:
    """Runs an organization's rules for one transition. A second bell for the same row finds it claimed or ended."""
    rows = Reaction.objects.select_related("organization", "transition__document")
    reaction = rows.filter(pk=reaction_id).first()
    token = leases.claim(reaction) if reaction else None
    if reaction is None or token is None:
        return
    if not running.react(reaction, token):
        log.info("fenced", extra={"job": "react", "row": reaction_id})


def deliver(delivery_id: int) -> None:
    """One try of one delivery. Offline or with its lane full it is not claimed and no attempt is counted."""
    delivery = Delivery.objects.select_related("organization", "endpoint", "document").filter(pk=delivery_id).first()
    if delivery is None or delivery.state != "pending":
        return
    rules = policy()
    if rules.offline or delivery.organization.is_held_offline:
        deliveries.follow_offline_mode([delivery.organization])
        return
    if sending.must_wait(delivery):
        sending.postpone(delivery)
        return
    token = leases.claim(delivery)
    if token is None:
        sending.use_up_bell(delivery)
        return
    at = timezone.now()
    try:
        answer = send(delivery, sending.keys_of(delivery, at), at, rules, sending.outside())
    except OfflineModeError:  # switched on between the look and the call
        leases.release(delivery, token)
        return
    if not sending.record(delivery, token, answer, at):
        log.info("fenced", extra={"job": "deliver", "row": delivery_id})


def look_again(rule_id: int) -> None:
    """One beat of a rule with a schedule."""
    rule = Rule.objects.select_related("organization", "profile").filter(pk=rule_id, is_active=True).first()
    if rule is not None and rule.trigger.get("type") == "schedule":
        schedules.look_again(rule)
