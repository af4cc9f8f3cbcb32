"""Rules that look at all documents again and again: once for each document and stay in a status."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from docflow import jobs
from docflow.models import Round
from documents.models import Document, Transition
from documents.statuses import UNREAD
from rules.engine import DEFAULT_INTERVAL
from rules.models import Rule
from rules.operations.running import run_rule

JOB = "rules.jobs.look_again"


def ring_due() -> int:
    """Rings for each rule whose interval is over -> how many. A missed day means one run. Called by the sweeper."""
    number = 0
    for rule in Rule.objects.filter(is_active=True, trigger__type="schedule"):
        if _claim_beat(rule):
            jobs.enqueue(JOB, rule.pk)
            number += 1
    return number


def _claim_beat(rule: Rule) -> bool:
    """Several sweepers ask at once; the row lets one of them pass."""
    now = timezone.now()
    interval = timedelta(minutes=rule.trigger.get("interval_minutes", DEFAULT_INTERVAL))
    name = f"rule-{rule.pk}"
    _, is_first = Round.objects.get_or_create(name=name, defaults={"last_run_at": now})
    return is_first or bool(Round.objects.filter(name=name, last_run_at__lte=now - interval).update(last_run_at=now))


def look_again(rule: Rule) -> int:
    """One beat of a rule -> how many documents it held for. A document that is being read is left alone."""
    matched = 0
    documents = Document.objects.of(rule.organization).exclude(status__in=UNREAD)
    if rule.profile_id:
        documents = documents.filter(profile_id=rule.profile_id)
    for document_id in list(documents.order_by("id").values_list("pk", flat=True)):
        with transaction.atomic():
            move = Transition.objects.filter(document_id=document_id).order_by("-id").first()
            if move is not None and run_rule(rule, move, "schedule", only_matches=True) is not None:
                matched += 1
    return matched
