"""Keeps parts running: starts each in a process group of its own, restarts what ends, ends all in peace or by force."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import time
from collections.abc import Callable
from types import FrameType

from django.conf import settings

from docflow import life
from docflow.serve.group import Group
from docflow.serve.part import Part
from docflow.serve.record import Record

log = logging.getLogger(__name__)
FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0  # seconds before a restart, doubled each time
STEADY = 60.0  # a part that ran for so long starts anew with the first wait
GRACE = 30.0  # seconds between the word to stop and the end by force
LOOK = 0.1


class Watched:
    """One part under watch."""

    def __init__(self, part: Part, workers: int) -> None:
        self.part, self.record = part, Record(part.name)
        self._environment = part.environment(workers)
        self._process: subprocess.Popen[bytes] | None = None
        self._group: Group | None = None
        self._wait, self._due = FIRST_WAIT, 0.0

    def hold(self) -> None:
        """Takes the part's place on this machine and ends what a killed `serve` left. Raises AlreadyServedError."""
        self.record.hold()
        left = self.record.read()
        if left is not None and left.kill():
            log.warning("old processes ended", extra={"part": self.part.name})

    def look(self) -> None:
        """Starts it if it is due, and notices its end: the rest of its group goes before a new one comes."""
        if self._process is None:
            if time.monotonic() >= self._due:
                self._start()
            return
        if self._process.poll() is None:
            return
        log.warning("part ended", extra={"part": self.part.name, "reason": f"exit {self._process.returncode}"})
        self.kill()
        now = time.monotonic()
        if now - self._began > STEADY / settings.CLOCK_DIVISOR:
            self._wait = FIRST_WAIT
        self._due, self._wait = now + self._wait / settings.CLOCK_DIVISOR, min(self._wait * 2, LONGEST_WAIT)

    def _start(self) -> None:
        self._process = subprocess.Popen(
            self.part.command,
            stdin=subprocess.DEVNULL,
            cwd=settings.BASE_DIR,
            env=self._environment,
            start_new_session=True,
        )
        self._began = time.monotonic()
        self._group = Group.led_by(self._process.pid)
        self.record.write(self._group)

    def ask_to_stop(self) -> None:
        """The word goes to the leader alone: it knows in which order its own processes end."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, signal.SIGTERM)

    def has_ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def kill(self) -> None:
        """Ends its group by force, whatever is left of it."""
        if self._group is not None:
            self._group.kill()
        if self._process is not None:
            self._process.wait()
        self._process = self._group = None


class Supervisor:
    """Runs parts until it is told to stop. `when_looked` is called after every look, some ten times a second."""

    def __init__(self, parts: list[Part], workers: int, when_looked: Callable[[], None]) -> None:
        self.watched = [Watched(part, workers) for part in parts]
        self._when_looked = when_looked
        self._stops = 0

    def hold(self) -> None:
        """Raises AlreadyServedError."""
        for each in self.watched:
            each.hold()

    def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._told_to_stop)
        if self._has_worker():
            life.forget_stop()
        try:
            while not self._stops:
                for each in self.watched:
                    each.look()
                self._when_looked()
                time.sleep(LOOK)
        finally:
            self._end()

    def _told_to_stop(self, number: int, frame: FrameType | None) -> None:
        self._stops += 1

    def _end(self) -> None:
        """Jobs find the mark between two steps and give their work back; after 30 s, or a second word, all is ended."""
        if self._has_worker():
            life.ask_to_stop()
        for each in self.watched:
            each.ask_to_stop()
        asked, until = self._stops, time.monotonic() + GRACE
        while not all(each.has_ended() for each in self.watched) and time.monotonic() < until and self._stops == asked:
            time.sleep(LOOK)
        for each in self.watched:
            each.kill()
            each.record.let_go()
        if self._has_worker():
            life.forget_stop()

    def _has_worker(self) -> bool:
        """The stop mark is the worker's: a `serve web` beside it must neither leave nor remove it."""
        return any(each.part.name == "worker" for each in self.watched)
