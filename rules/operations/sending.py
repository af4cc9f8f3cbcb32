"""One try to deliver: who may go now, and what is written when the answer is there."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Now
from django.utils import timezone

from docflow import leases
from docflow.accounts import audit
from docflow.accounts.actors import PIPELINE
from docflow.outbound import Answer, Limits
from docflow.outbound.door import Outside
from rules.models import Attempt, Delivery
from rules.operations import endpoints, notifications
from rules.operations.running import webhook_was_tried
from rules.webhooks.retry import Verdict, judge, wait
from rules.webhooks.send import keys_in_force

IN_FLIGHT = 4  # tries at once to one endpoint
PAUSE = 2.0  # seconds until a delivery that found its lane full asks again


def must_wait(delivery: Delivery) -> bool:
    """Whether the lane of this delivery is full. Counted, not locked: a lane may overflow by a try, never by many.

    At most 4 tries at once to one endpoint, 1 if its last one failed; endpoints that failed last have at most half of
    the workers together, so that dead receivers hold up nobody.
    """
    under_way = Delivery.objects.filter(state="pending", lease_until__gt=Now()).exclude(pk=delivery.pk)
    if not failed_last(delivery):
        return same_receiver(under_way, delivery).count() >= IN_FLIGHT
    if same_receiver(under_way, delivery).exists():
        return True
    last = Attempt.objects.filter(delivery__url=OuterRef("url"), delivery__organization=OuterRef("organization")).order_by(
        "-id"
    )
    tried = under_way.annotate(last_status=Subquery(last.values("status")[:1])).filter(Exists(last))
    failing = sum(judge(each) is not Verdict.DELIVERED for each in tried.values_list("last_status", flat=True))
    return failing >= max(1, settings.WORKERS // 2)


def same_receiver(rows: QuerySet[Delivery], delivery: Delivery) -> QuerySet[Delivery]:
    return rows.filter(url=delivery.url, organization_id=delivery.organization_id)


def failed_last(delivery: Delivery) -> bool:
    """Whether the newest try to the same receiver failed. One that was never tried is taken for healthy."""
    tries = Attempt.objects.filter(delivery__url=delivery.url, delivery__organization=delivery.organization_id)
    newest = list(tries.order_by("-id").values_list("status", flat=True)[:1])
    return bool(newest) and judge(newest[0]) is not Verdict.DELIVERED


def postpone(delivery: Delivery) -> None:
    """Asks again in a moment; no attempt is counted. The bell goes on to whoever may be sent now."""
    later = Now() + leases.divided(PAUSE * random.uniform(0.5, 1.5))  # noqa: S311  spreads load, no secret
    Delivery.objects.filter(pk=delivery.pk, lease_token=None).update(bell_at=None, next_at=later)
    leases.ring_waiting(Delivery, delivery.organization_id)


def use_up_bell(delivery: Delivery) -> None:
    """The bell was answered and nobody may work on the row, e.g. because its endpoint is off.

    Left standing, such bells would fill the organization's share of bells and keep its other receivers waiting.
    """
    Delivery.objects.filter(pk=delivery.pk, lease_token=None).update(bell_at=None)
    leases.ring_waiting(Delivery, delivery.organization_id)


def keys_of(delivery: Delivery, at: datetime) -> list[str]:
    """The secrets in force for a delivery: its endpoint's, else the organization's."""
    source = delivery.endpoint or endpoints.signing_secret(delivery.organization)
    return keys_in_force(source, at)


def outside() -> Outside:
    """The real world. Fault tests divide the clock of an attempt as they divide leases and waits."""
    real = Limits()
    return Outside(limits=replace(real, attempt=real.attempt / settings.CLOCK_DIVISOR))


def record(delivery: Delivery, token: UUID, answer: Answer, at: datetime) -> bool:
    """Writes what a try gave, behind the fence. False: the lease was lost, nothing is written."""
    verdict = judge(answer.status)
    with transaction.atomic():
        delivery.refresh_from_db(fields=["attempts"])
        pause = wait(delivery.attempts, answer.retry_after, timezone.now(), random.random)
        if not _settle(delivery, token, verdict, answer, pause is None, pause.total_seconds() if pause else 0.0):
            return False
        number = delivery.tries.count() + 1
        Attempt.objects.create(
            delivery=delivery,
            number=number,
            at=at,
            status=answer.status,
            error=answer.error,
            duration_ms=answer.duration_ms,
            response=answer.text,
        )
        _audit(delivery, number, answer)
        if number == 1:
            webhook_was_tried(delivery, verdict is Verdict.DELIVERED, outcome(answer))
        leases.ring_waiting(Delivery, delivery.organization_id)
    return True


def _settle(delivery: Delivery, token: UUID, verdict: Verdict, answer: Answer, is_last: bool, seconds: float) -> bool:
    if verdict is Verdict.DELIVERED:
        return leases.finish(delivery, token, state="delivered", delivered_at=timezone.now(), error=None)
    error = {"code": "refused", "message": outcome(answer), "reason": str(answer.status or "no answer"), "page": None}
    if verdict is Verdict.AGAIN and not is_last:
        return leases.retry(delivery, token, error, wait=seconds)
    if not leases.give_up(delivery, error, token):
        return False
    if verdict is Verdict.GONE and delivery.endpoint:
        endpoints.switch_off(delivery.endpoint, "The receiver answered 410: it wants nothing more.", PIPELINE)
    _tell_of_failure(delivery, answer)
    return True


def outcome(answer: Answer) -> str:
    """What came of a try, in a few words: "200", "503", or the sentence of a try without an answer."""
    return str(answer.status) if answer.status is not None else answer.error or "no answer"


def _audit(delivery: Delivery, number: int, answer: Answer) -> None:
    where = f"webhook {delivery.endpoint_id}" if delivery.endpoint_id else "an address of its own"
    audit.record(
        delivery.organization,
        PIPELINE,
        "webhook.sent",
        f"{delivery.event} to {where}, try {number}: {outcome(answer)}",
        document_id=delivery.document_id,
        after={"status": answer.status, "message_id": delivery.message_id},
    )


def _tell_of_failure(delivery: Delivery, answer: Answer) -> None:
    subject = f" for {delivery.document.filename}" if delivery.document else ""
    times = "once" if delivery.attempts == 1 else f"{delivery.attempts} times"
    notifications.notify(
        delivery.organization,
        "Webhook failed",
        f"{delivery.event}{subject} was refused {times} ({outcome(answer)}).",
        "delivery",
        document=delivery.document,
        announced=delivery.event != "notification.created",  # else a dead receiver of notifications would tell itself
    )
