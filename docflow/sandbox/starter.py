"""The one thread that starts children. The kernel ends a child when the thread that started it ends, not the process;
a web server's request threads come and go, this one stays."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")

_lock = threading.Lock()
_starters: dict[int, ThreadPoolExecutor] = {}  # by process id: a forked server process has no threads and makes its own


def in_starter(start: Callable[[], Result]) -> Result:
    """Run `start` in the starter thread and return what it returns."""
    with _lock:
        starter = _starters.setdefault(os.getpid(), ThreadPoolExecutor(1, "sandbox-starter"))
    return starter.submit(start).result()


def _after_fork() -> None:
    global _lock
    _lock = threading.Lock()


os.register_at_fork(after_in_child=_after_fork)
