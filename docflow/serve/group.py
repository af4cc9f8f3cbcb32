"""A process group of this machine, told from a later one that was given the same number. Read from /proc."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Group:
    """The processes of one session. `number` is its leader's process id, `started` the leader's start in clock ticks
    since the machine's own start, `boot` names that start of the machine."""

    number: int
    started: int
    boot: str

    @classmethod
    def led_by(cls, pid: int) -> Group:
        """The group of a leader that is running or not yet reaped. Raises ProcessLookupError."""
        found = _stat(pid)
        if found is None:
            raise ProcessLookupError(pid)
        return cls(pid, found.started, _boot())

    def members(self) -> list[int]:
        """Its living processes. The leader may have ended: the others keep the number from being given away."""
        if self.boot != _boot():
            return []
        found = dict(_sessions(self.number))
        leader = found.get(self.number)
        if leader is not None and leader.started != self.started:
            return []
        return [pid for pid, stat in found.items() if stat.started >= self.started and stat.state not in "ZX"]

    def seconds_up(self) -> float:
        """How long ago its leader was started."""
        uptime = float((PROC / "uptime").read_text().split()[0])
        return uptime - self.started / os.sysconf("SC_CLK_TCK")

    def kill(self, patience: float = 10.0) -> bool:
        """SIGKILL for all; returns once none lives -> whether there was any."""
        if not self.members():
            return False
        until = time.monotonic() + patience
        while self.members() and time.monotonic() < until:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.number, signal.SIGKILL)
            time.sleep(0.02)
        return True


@dataclass(frozen=True, slots=True)
class _Stat:
    state: str
    session: int
    started: int


def _stat(pid: int) -> _Stat | None:
    try:
        fields = (PROC / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return _Stat(fields[0], int(fields[3]), int(fields[19]))


def _sessions(number: int) -> Iterator[tuple[int, _Stat]]:
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            stat = _stat(int(folder.name))
            if stat is not None and stat.session == number:
                yield int(folder.name), stat


def _boot() -> str:
    return (PROC / "sys/kernel/random/boot_id").read_text().strip()
