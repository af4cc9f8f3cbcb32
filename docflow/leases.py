"""The job pattern: a row is the truth, a queue entry is a bell (docs/jobs.md; reliability.md section 2).

A row of work is claimed by one conditional UPDATE, renewed before each step and finished behind a fence: only who still
holds the lease may store a result. All times are the database's. Rows, not ids: no lower app imports a higher one.
"""

from __future__ import annotations

import logging
import random
from datetime import timedelta
from types import TracebackType
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from docflow import jobs, life

log = logging.getLogger(__name__)


def divided(seconds: float) -> timedelta:
    """A span of the job pattern; fault tests divide all of them by one factor."""
    return timedelta(seconds=seconds / settings.CLOCK_DIVISOR)


LEASE = 120.0  # seconds; renewed before each step, none of which may take longer than 60
TURN = 300.0  # after so many seconds a long document is given back between two pages
RERING = 20.0  # a bell older than this is taken for lost
SWEEP = 5.0  # pause between two rounds of the sweeper
FROZEN = 45.0  # work waits and nobody gave a sign of life for so long: the worker hangs
BACKOFF, BACKOFF_MOST = 5.0, 3600.0  # seconds before the next try: doubled with each, at most an hour
INTERRUPTED = "The work was interrupted."


class Leased(models.Model):
    """The columns of a row of work. A model names its state column, open states, attempt limit and the job of its bell."""

    STATE: ClassVar[str] = "state"
    OPEN: ClassVar[tuple[str, ...]]
    FAILED: ClassVar[str] = "failed"
    LIMIT: ClassVar[int]
    JOB: ClassVar[str]

    attempts = models.PositiveSmallIntegerField(default=0)  # counted at the claim: a killed worker counts too
    lease_token = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    next_at = models.DateTimeField(db_default=Now())
    bell_at = models.DateTimeField(null=True, editable=False)  # rung and not yet claimed
    error = models.JSONField(null=True)  # {"code", "message", "reason", "page"}

    class Meta:
        abstract = True

    @classmethod
    def workable(cls) -> Q:
        """Further conditions for work on a row, e.g. not discarded."""
        return Q()

    def bell_id(self) -> int:
        """The id that the job is called with."""
        return self.pk

    def end_exhausted(self, error: dict[str, Any]) -> None:
        """Called for a row that used up its attempts; must end it through `give_up`."""
        give_up(self, error)


def is_open(model: type[Leased]) -> Q:
    return Q(**{f"{model.STATE}__in": model.OPEN})


def claimable(model: type[Leased]) -> models.QuerySet[Any]:
    """Rows that anybody may claim now."""
    free = Q(lease_until=None) | Q(lease_until__lte=Now())
    rows = model._default_manager.filter(is_open(model), model.workable(), free, next_at__lte=Now())
    return rows.filter(attempts__lt=model.LIMIT)


def exhausted(model: type[Leased]) -> models.QuerySet[Any]:
    """Open rows without a valid lease whose attempts are used up."""
    free = Q(lease_until=None) | Q(lease_until__lte=Now())
    return model._default_manager.filter(is_open(model), model.workable(), free, attempts__gte=model.LIMIT)


def _held(row: Leased, token: UUID) -> models.QuerySet[Any]:
    model = type(row)
    return model._default_manager.filter(is_open(model), model.workable(), pk=row.pk, lease_token=token)


def claim(row: Leased, **progress: Any) -> UUID | None:
    """The token of a fresh lease, or None: somebody else has the row, or it has ended, or it is not due.

    On a machine that is being stopped nothing new is begun: the bell is taken back, and the sweeper rings anew.
    """
    life.touch()
    won = claimable(type(row)).filter(pk=row.pk)
    if life.is_stopping():
        won.update(bell_at=None)
        return None
    token = uuid4()
    taken = won.update(
        lease_token=token, lease_until=Now() + divided(LEASE), attempts=F("attempts") + 1, bell_at=None, **progress
    )
    return token if taken else None


def renew(row: Leased, token: UUID, **progress: Any) -> bool:
    """Holds the lease for another span and shows `progress`. False: the work is no longer ours, store nothing."""
    life.touch()
    return bool(_held(row, token).update(lease_until=Now() + divided(LEASE), **progress))


def finish(row: Leased, token: UUID, **end: Any) -> bool:
    """The fence: first statement of the storing transaction. False: roll back and drop the result."""
    life.touch()
    ended = _held(row, token).update(lease_token=None, lease_until=None, bell_at=None, **end)
    if not ended:
        log.info("fenced", extra={"model": type(row).__name__, "row": row.pk})
    return bool(ended)


def retry(row: Leased, token: UUID, error: dict[str, Any], *, wait: float | None = None) -> bool:
    """Gives the row back to be tried later: after `wait` seconds, else 5 s doubled with each attempt, up to an hour."""
    if wait is None:
        row.refresh_from_db(fields=["attempts"])
        wait = min(BACKOFF * 2**row.attempts, BACKOFF_MOST) * random.uniform(0.5, 1.5)  # noqa: S311  spreads load, no secret
    return bool(
        _held(row, token).update(lease_token=None, lease_until=None, bell_at=None, error=error, next_at=Now() + divided(wait))
    )


def release(row: Leased, token: UUID, **progress: Any) -> bool:
    """Gives the row back as if it had not been claimed; due at once."""
    return bool(
        _held(row, token).update(
            lease_token=None, lease_until=None, bell_at=None, attempts=F("attempts") - 1, next_at=Now(), **progress
        )
    )


class Guard:
    """`with Guard(row, token):` a fault that nobody foresaw gives the row back to be tried later, and goes on to the log."""

    def __init__(self, row: Leased, token: UUID) -> None:
        self.row, self.token = row, token

    def __enter__(self) -> None:
        return

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        if kind is not None:
            name = kind.__name__
            retry(self.row, self.token, {"code": "reading_failed", "message": INTERRUPTED, "reason": name, "page": None})


def give_up(row: Leased, error: dict[str, Any], token: UUID | None = None, **end: Any) -> bool:
    """Ends the row as failed: by its holder, or, without a token, because its attempts are used up."""
    rows = _held(row, token) if token else exhausted(type(row)).filter(pk=row.pk)
    return bool(
        rows.update(
            **{type(row).STATE: type(row).FAILED}, lease_token=None, lease_until=None, bell_at=None, error=error, **end
        )
    )


def reset(row: Leased, **state: Any) -> None:
    """Back to the start by a person's or program's wish: attempts 0, due at once, any lease taken away."""
    type(row)._default_manager.filter(pk=row.pk).update(
        attempts=0, lease_token=None, lease_until=None, bell_at=None, error=None, next_at=Now(), **state
    )


# --- Bells ------------------------------------------------------------------------------------------------------------


def ring(row: Leased) -> None:
    """Rings for one row, whatever others wait."""
    type(row)._default_manager.filter(pk=row.pk).update(bell_at=Now())
    jobs.enqueue(type(row).JOB, row.bell_id())


def rung(model: type[Leased]) -> models.QuerySet[Any]:
    """Rows that a bell was rung for and nobody has claimed yet."""
    return claimable(model).filter(bell_at__isnull=False)


def organizations_waiting(model: type[Leased]) -> list[int]:
    """Ids of the organizations with rows that nobody has rung for."""
    waiting = claimable(model).filter(bell_at=None).order_by()
    return sorted(waiting.values_list("organization_id", flat=True).distinct())


def ring_waiting(model: type[Leased], organization_id: int) -> int:
    """Rings for the oldest waiting rows of an organization, up to its cap of bells ahead -> how many.

    So ten thousand documents are ten thousand rows and a handful of queue entries, and a newcomer waits for a few.
    """
    room = settings.BELLS_AHEAD - rung(model).filter(organization_id=organization_id).count()
    if room <= 0:
        return 0
    waiting = claimable(model).filter(organization_id=organization_id, bell_at=None).order_by("next_at", "pk")
    number = 0
    for row in waiting[:room]:
        if model._default_manager.filter(pk=row.pk, bell_at=None).update(bell_at=Now()):
            jobs.enqueue(model.JOB, row.bell_id())
            number += 1
    return number


def ring_lost(model: type[Leased], most: int) -> int:
    """Rings again for at most `most` rows whose bell is older than 20 s and still unanswered -> how many."""
    number = 0
    lost = rung(model).filter(bell_at__lte=Now() - divided(RERING))
    for row in lost.order_by("bell_at")[:most]:
        if lost.filter(pk=row.pk).update(bell_at=Now()):  # of several sweepers one rings
            jobs.enqueue(model.JOB, row.bell_id())
            number += 1
    return number
