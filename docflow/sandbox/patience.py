"""How long the parent waits, and what it does meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable

LONGEST_SLICE = 0.5  # s; a child that died while a process it left holds the pipe is noticed after this


class TooLateError(Exception):
    """The time is over."""


class Patience:
    """`seconds` of waiting; `on_wait` is called every `every` seconds, and whatever it raises ends the wait."""

    def __init__(
        self,
        seconds: float,
        gone: Callable[[], bool],
        on_wait: Callable[[], object] | None = None,
        every: float = 5.0,
    ) -> None:
        now = time.monotonic()
        self._until = now + seconds
        self._gone = gone
        self._on_wait, self._every, self._sign_at = on_wait, every, now + every

    def slice(self) -> float:
        now = time.monotonic()
        if now >= self._until:
            raise TooLateError
        if self._on_wait and now >= self._sign_at:
            self._on_wait()
            self._sign_at = now + self._every
        return min(self._until - now, max(self._sign_at - now, 0.01), LONGEST_SLICE)

    def gone(self) -> bool:
        return self._gone()
