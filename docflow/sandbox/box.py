"""The sandbox: two warm children behind one lock. The child that parses files is replaced before it can carry anything from
one organization to another; the child that recognizes sees nothing but pixels which the first one drew, and stays."""

from __future__ import annotations

import contextlib
import errno
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from docflow.errors import PartDownError
from docflow.sandbox.answers import understood
from docflow.sandbox.folders import base_folder, sweep, work_folder
from docflow.sandbox.limits import PIXELS_LIMITS, Limits
from docflow.sandbox.process import Child, Terms
from docflow.sandbox.steps import FILE, PIXELS, STEPS, Step
from docflow.sandbox.stops import StoppedError
from docflow.sandbox.work import Work

BUSY_SECONDS = 10.0


class Sandbox:
    """One per worker process and one per web process; several threads may share it. A child starts when first needed.

    `base`: folder for work folders (the site gives DATA_DIR/work). `on_wait` is called every 5 s of waiting for a child.
    For tests: `steps` adds rows to the table, `longest` cuts every step's seconds, `limits` are those of the child that
    parses, `pixels_limits` those of the one that recognizes, `isolate` as it says.
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
        pixels_limits: Limits = PIXELS_LIMITS,
        isolate: bool = True,
    ) -> None:
        self._table = {name: step.shortened(longest) for name, step in {**STEPS, **(steps or {})}.items()}
        self._terms = {
            kind: Terms(
                {name: step for name, step in self._table.items() if step.child == kind}, own, isolate, on_wait, on_wait_every
            )
            for kind, own in ((FILE, limits or Limits()), (PIXELS, pixels_limits))
        }
        self._base = base_folder(base)
        self._busy = busy
        self._lock = threading.Lock()
        self._children: dict[str, Child] = {}
        self._owner = os.getpid()
        sweep(self._base)

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @contextlib.contextmanager
    def work(self, organization: str = "", deadline: float | None = None) -> Iterator[Work]:
        """A piece of work for one organization, with a fresh folder; `deadline` is seconds for all its steps together.

        Raises PartDownError when another thread keeps the children busy for 10 s, or the disk is full.
        """
        self._own()
        if not self._lock.acquire(timeout=self._busy):
            raise PartDownError("All readers are busy. Try again in a few seconds.")
        try:
            with _full_disk_told(), work_folder(self._base) as folder:
                yield Work(self, organization, folder, None if deadline is None else time.monotonic() + deadline)
        finally:
            self._lock.release()

    def step(self, name: str) -> Step:
        if name not in self._table:
            raise ValueError(f"There is no step {name!r}. Steps: {', '.join(sorted(self._table))}.")
        return self._table[name]

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
                self.drop_child(work.child)

    def level(self) -> str:
        """How far the kernel let the child be cut off, in words: "network namespace, user namespace, call filter" is all,
        "limits only" is least."""
        with self.work() as work:
            return self._child_for(work).level

    def child_pid(self, kind: str = FILE) -> int | None:
        """The process id of a warm child, if there is one."""
        child = self._children.get(kind)
        return child.pid if child else None

    def drop_child(self, kind: str) -> None:
        """Kill that child and its group at once."""
        if child := self._children.pop(kind, None):
            child.kill()

    def close(self) -> None:
        """Let the children end. The sandbox may be used again afterwards; new ones then start."""
        self._own()
        with self._lock:
            for child in self._take_children():
                child.end()

    def _child_for(self, work: Work) -> Child:
        child = self._children.get(work.child)
        if child and not child.fits(work, work.organization):
            del self._children[work.child]
            child.end()
            child = None
        if not child:
            child = self._children[work.child] = Child(self._terms[work.child], work.organization, work.folder)
        child.bind(work)
        return child

    def _own(self) -> None:
        """After a fork the children belong to the process that started them; this one gets its own."""
        if self._owner == os.getpid():
            return
        self._owner, self._lock = os.getpid(), threading.Lock()
        for child in self._take_children():
            child.forget()

    def _take_children(self) -> list[Child]:
        children, self._children = list(self._children.values()), {}
        return children


@contextlib.contextmanager
def _full_disk_told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise PartDownError("docflow's disk is full; nothing was stored.") from error
        raise
