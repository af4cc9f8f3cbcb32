"""The sweeper: rings for what waits, gives up what is used up, watches this machine's worker. Several are normal.

A process of its own and no django-q schedule, which would freeze with the cluster. All it does is conditional UPDATEs.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, close_old_connections, connections
from redis.exceptions import RedisError

from docflow import jobs, leases, life, rounds
from docflow.leases import Leased
from docflow.watchdog import Watchdog

log = logging.getLogger(__name__)
MOST_ENDED = 100  # rows given up in one round
SURPLUS = 4  # bells that stand for no row: canary and slow rounds


class Sweeper:
    """Sweeps every 5 s until it is told to stop. A database or broker that is away costs a round, nothing else."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._watchdog = Watchdog()

    def stop(self) -> None:
        self._stopping.set()

    def run(self) -> None:
        while not self._stopping.is_set():
            self.round()
            self._stopping.wait(leases.divided(leases.SWEEP).total_seconds())

    def round(self) -> None:
        close_old_connections()
        try:
            is_waiting = sweep()
            self._watchdog.look(is_waiting)
            report()
        except (DatabaseError, RedisError, OSError) as error:
            log.warning("sweep failed", extra={"reason": type(error).__name__})
            connections.close_all()


def swept_models() -> list[type[Leased]]:
    return [apps.get_model(name) for name in settings.SWEPT_MODELS]


def sweep() -> bool:
    """One round over every kind of work -> whether rows are rung and unclaimed, so that a worker should be busy."""
    models = swept_models()
    for model in models:
        for organization in leases.organizations_waiting(model):
            leases.ring_waiting(model, organization)
        give_up_exhausted(model)
    rung = sum(leases.rung(model).count() for model in models)
    heard_by_nobody = jobs.waiting_bells()
    if heard_by_nobody is not None:
        ring_lost(models, rung - heard_by_nobody)
        if heard_by_nobody < rung + SURPLUS:  # while no worker hears, slow rounds would only pile up
            rounds.ring_due()
    return rung > 0


def ring_lost(models: list[type[Leased]], missing: int) -> int:
    """Rings again where the broker holds fewer bells than rows wait for -> how many.

    Only bells that wait are counted. Those that a worker took and did not answer may have died with it, and with the
    ORM broker they stay locked for 25 minutes: counting them would leave their rows unheard for as long.
    """
    number = 0
    for model in models:
        if number < missing:
            number += leases.ring_lost(model, missing - number)
    if number:
        log.info("rung again", extra={"row": number})
    return number


def give_up_exhausted(model: type[Leased]) -> None:
    for row in leases.exhausted(model)[:MOST_ENDED]:
        row.end_exhausted(row.error or worker_lost(model))


def worker_lost(model: type[Leased]) -> dict[str, Any]:
    """The error of a row whose workers ended without a word."""
    message = f"Reading was interrupted {model.LIMIT} times. Retry, or tell your operator."
    return {"code": "reading_failed", "message": message, "reason": "worker_lost", "page": None}


def report() -> None:
    """Says in the cache that this sweeper works, and when a worker of this machine last gave a sign of life."""
    now, age = time.time(), life.age()
    cache.set(life.SWEEPER, now, None)
    if age is not None and now - age > float(cache.get(life.WORKER) or 0):
        cache.set(life.WORKER, now - age, None)
