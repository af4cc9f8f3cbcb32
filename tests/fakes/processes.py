"""What runs on this machine, read from /proc: the sandbox's tests count it before and after."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path


def session_of(leader: int) -> set[int]:
    """The living processes of a session (zombies are not: they wait for their parent, not for us)."""
    return {pid for pid, (state, session) in _all().items() if session == leader and state not in "ZX"}


def children_of(parent: int) -> set[int]:
    """Direct children, zombies included: a process that does not clean up after itself shows here."""
    listed = (task / "children" for task in Path(f"/proc/{parent}/task").iterdir())
    return {int(pid) for file in listed for pid in file.read_text().split()}


def _all() -> dict[int, tuple[str, int]]:
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            found[int(folder.name)] = (fields[0], int(fields[3]))
    return found


def eventually(true: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Whether it becomes true in time."""
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True
