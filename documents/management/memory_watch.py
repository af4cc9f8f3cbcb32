"""The most memory a child process and its descendants held while something ran, from /proc."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

_EVERY_SECONDS = 0.05
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class MemoryWatch:
    """`with MemoryWatch(pid) as watch: ...; watch.peak_mib`. `pid` is asked again and again: the child may be replaced."""

    def __init__(self, pid: Callable[[], int | None]) -> None:
        self._pid = pid
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._peak = 0

    def __enter__(self) -> MemoryWatch:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._done.set()
        self._thread.join()

    @property
    def peak_mib(self) -> float:
        return round(self._peak / 1_048_576, 1)

    def _look(self) -> None:
        while not self._done.wait(_EVERY_SECONDS):
            pid = self._pid()
            if pid is not None:
                self._peak = max(self._peak, resident(pid))


def resident(pid: int) -> int:
    """Bytes held by a process and all its descendants; 0 for one that is gone."""
    try:
        own = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * _PAGE_BYTES
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    except (OSError, IndexError, ValueError):
        return 0
    return own + sum(resident(int(child)) for child in children)
