"""Which process group runs a part on this machine: a file in the run folder, held by the `serve` that runs it."""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import asdict
from typing import IO

from django.conf import settings

from docflow.serve.group import Group


class AlreadyServedError(Exception):
    """Another `serve` runs this part here; the message says so."""


class Record:
    """The place of one part in the run folder."""

    def __init__(self, part: str) -> None:
        self.part = part
        self.path = settings.RUN_DIR / f"{part}.group"
        self._lock: IO[str] | None = None

    def hold(self) -> None:
        """Keeps others from running the part here, until this process ends however it ends. Raises AlreadyServedError."""
        lock = (settings.RUN_DIR / f"{self.part}.lock").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise AlreadyServedError(
                f"The {self.part} of {settings.DATA_DIR} is already running on this machine. Stop that `serve` first."
            ) from None
        self._lock = lock

    def let_go(self) -> None:
        self.path.unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def write(self, group: Group) -> None:
        fresh = self.path.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps(asdict(group)))
        fresh.rename(self.path)

    def read(self) -> Group | None:
        """The group that runs the part, or ran it last; None if nothing is known."""
        try:
            return Group(**json.loads(self.path.read_text()))
        except FileNotFoundError:
            return None
        except (ValueError, TypeError):  # half written by a machine that lost power
            return None
