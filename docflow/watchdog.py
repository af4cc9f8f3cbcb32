"""The watchdog: ends a worker of this machine that hangs while work waits; `serve` then starts it anew.

Killing the one idle process that holds django-q's queue lock freezes the cluster while everything looks alive. Ending
its whole group is safe at any moment, because of the lease and the fence.
"""

from __future__ import annotations

import logging
import time

from docflow import leases, life
from docflow.serve.group import Group
from docflow.serve.record import Record

log = logging.getLogger(__name__)
START = 45.0  # seconds that a worker may take until its first sign of life; no test clock divides them


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
        group = Record("worker").read()
        if group is None or not self._is_silent(now, group) or not group.members():
            return False
        log.error("worker hangs and is ended", extra={"part": "worker"})
        self._waiting_since = None
        return group.kill()

    def _is_silent(self, now: float, group: Group) -> bool:
        patience, up, age = leases.divided(leases.FROZEN).total_seconds(), group.seconds_up(), life.age()
        if age is None or age > up:  # not a word since it was started
            return up > START
        return age > patience and self._waiting_since is not None and now - self._waiting_since > patience
