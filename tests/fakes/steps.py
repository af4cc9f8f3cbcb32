"""Steps that misbehave, for the sandbox's tests: what a parser taken over by a hostile file might do."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

from docflow.errors import FileError, FileRefusedError


def echo(folder: Path, **arguments: Any) -> dict[str, Any]:
    return {"folder": str(folder), "cwd": os.getcwd(), "pid": os.getpid(), "environ": dict(os.environ), **arguments}


def hang(folder: Path) -> dict[str, Any]:
    time.sleep(600)
    return {}


def deaf(folder: Path) -> dict[str, Any]:
    """Hangs and ignores every polite signal."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    return hang(folder)


def spin(folder: Path) -> dict[str, Any]:
    while True:
        pass


def refuse(folder: Path) -> dict[str, Any]:
    raise FileRefusedError("too_many_pages", "file has 900 pages, the limit is 500.", reason="too_many_pages")


def damaged(folder: Path, number: int) -> dict[str, Any]:
    raise FileError("damaged_file", f"Page {number} cannot be read.", page=number)


def eat(folder: Path) -> dict[str, Any]:
    hoard = []
    while True:
        hoard.append(bytearray(16 * 1024 * 1024))


def abort(folder: Path) -> dict[str, Any]:
    os.abort()


def start_many(folder: Path) -> dict[str, Any]:
    """Leaves sleeping programs and a fork of itself behind and hangs."""
    for _ in range(3):
        subprocess.Popen(["sleep", "600"])
    if os.fork() == 0:
        time.sleep(600)
        os._exit(0)
    return hang(folder)
