"""The sandbox: one warm child behind a lock, replaced before it can carry anything from one organization to another."""

from __future__ import annotations

import contextlib
import errno
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from docflow.errors import PartDownError
from docflow.sandbox.answers import understood
from docflow.sandbox.folders import base_folder, sweep, work_folder
from docflow.sandbox.limits import Limits
from docflow.sandbox.process import Child, Terms
from docflow.sandbox.steps import STEPS, Step
from docflow.sandbox.stops import StoppedError
from docflow.sandbox.work import Work

BUSY_SECONDS = 10.0


class Sandbox:
    """One per worker process and one per web process; several threads may share it.

    `base`: folder for work folders (the site gives DATA_DIR/work). `on_wait` is called every 5 s of waiting for the child.
    For tests: `steps` adds rows to the table, `longest` cuts every step's seconds, `limits` and `isolate` as they say.
    """

    def __init__(
        self,
        *,
        base: Path | str | None = None,
        on_wait: Callable[[], object] | None = None,
        on_wait_every: float = 5.0,
        busy: float = BUSY_SECONDS,
        steps: dict[str, Step] | None = None,
        longest: float | None = None,
        limits: Limits | None = None,
        isolate: bool = True,
    ) -> None:
        table = {name: step.shortened(longest) for name, step in {**STEPS, **(steps or {})}.items()}
        self._terms = Terms(table, limits or Limits(), isolate, on_wait, on_wait_every)
        self._base = base_folder(base)
        self._busy = busy
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._owner = os.getpid()
        sweep(self._base)

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @contextlib.contextmanager
    def work(self, organization: str = "", deadline: float | None = None) -> Iterator[Work]:
        """A piece of work for one organization, with a fresh folder; `deadline` is seconds for all its steps together.

        Raises PartDownError when another thread keeps the child busy for 10 s, or the disk is full.
        """
        self._own()
        if not self._lock.acquire(timeout=self._busy):
            raise PartDownError("All readers are busy. Try again in a few seconds.")
        try:
            with _full_disk_told(), work_folder(self._base) as folder:
                yield Work(self, organization, folder, deadline)
        finally:
            self._lock.release()

    def step(self, name: str) -> Step:
        if name not in self._terms.steps:
            raise ValueError(f"There is no step {name!r}. Steps: {', '.join(sorted(self._terms.steps))}.")
        return self._terms.steps[name]

    def ask(self, work: Work, name: str, step: Step, arguments: dict[str, Any]) -> dict[str, Any]:
        """For Work only: run one step in a child fit for this work. Raises StoppedError with the child gone."""
        work.in_time(step.wall)
        child = self._child_for(work)
        request = {"step": name, "folder": str(work.folder), "cpu": step.cpu, "arguments": arguments}
        healthy = False
        try:
            message = child.ask(request, work.in_time(step.wall))
            healthy = "stopped" not in message
            return understood(message, step.answer)
        except StoppedError:
            healthy = False
            raise
        finally:
            if not healthy:  # also when on_wait raised: nobody knows what the child is doing
                self.drop_child()

    def level(self) -> str:
        """How far the kernel let the child be cut off, in words: "network namespace, user namespace, call filter" is all,
        "limits only" is least."""
        with self.work() as work:
            return self._child_for(work).level

    def child_pid(self) -> int | None:
        """The process id of the warm child, if there is one."""
        return self._child.pid if self._child else None

    def drop_child(self) -> None:
        """Kill the child and its group at once."""
        child, self._child = self._child, None
        if child:
            child.kill()

    def close(self) -> None:
        """Let the child end. The sandbox may be used again afterwards; a new child then starts."""
        self._own()
        with self._lock:
            child, self._child = self._child, None
            if child:
                child.end()

    def _child_for(self, work: Work) -> Child:
        child = self._child
        if child and not child.fits(work, work.organization):
            self._child = None
            child.end()
        if not self._child:
            self._child = Child(self._terms, work.organization, work.folder)
        self._child.bind(work)
        return self._child

    def _own(self) -> None:
        """After a fork the child belongs to the process that started it; this one gets its own."""
        if self._owner == os.getpid():
            return
        self._owner, self._lock = os.getpid(), threading.Lock()
        child, self._child = self._child, None
        if child:
            child.forget()


@contextlib.contextmanager
def _full_disk_told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise PartDownError("docflow's disk is full; nothing was stored.") from error
        raise
