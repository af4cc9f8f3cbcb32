"""The watchdog: ends a worker of this machine that hangs while work waits; `serve` then starts it anew.

Killing the one idle process that holds django-q's queue lock freezes the cluster while everything looks alive. Ending
its whole group is safe at any moment, because of the lease and the fence.
"""

from __future__ import annotations

import logging
import time

from docflow import leases, life
from docflow.serve.record import Record

log = logging.getLogger(__name__)
LEAST_UP = 6.0  # seconds that a worker may take to start; no test clock divides them


class Watchdog:
    """Looks once a round. Remembers since when work has been waiting without an answer."""

    def __init__(self) -> None:
        self._waiting_since: float | None = None

    def look(self, is_waiting: bool) -> bool:
        """Ends the worker's group if rung rows wait, and have waited, for 45 s without a sign of life -> whether it did."""
        now = time.monotonic()
        if not is_waiting:
            self._waiting_since = None
            return False
        if self._waiting_since is None:
            self._waiting_since = now
        patience = leases.divided(leases.FROZEN).total_seconds()
        age = life.age()
        if now - self._waiting_since <= patience or (age is not None and age <= patience):
            return False
        group = Record("worker").read()
        if group is None or group.seconds_up() <= max(patience, LEAST_UP) or not group.members():
            return False
        log.error("worker hangs and is ended", extra={"part": "worker"})
        self._waiting_since = None
        return group.kill()
