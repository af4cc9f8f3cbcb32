"""Steps that misbehave, for the sandbox's tests: what a parser that a hostile file has taken over might do.

They run in a real child. `TABLE` goes into `Sandbox(steps=TABLE)`; the table of production knows none of them.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from docflow.errors import FileError, FileRefusedError
from docflow.sandbox import Step
from docflow.sandbox.steps import PIXELS, STEPS

MEGABYTE = 1024 * 1024


def echo(folder: Path, **arguments: Any) -> dict[str, Any]:
    return {"pid": os.getpid(), "cwd": os.getcwd(), "folder": str(folder), **arguments}


def tell(folder: Path) -> dict[str, Any]:
    """What the child sees of itself."""
    limits = ("AS", "FSIZE", "NOFILE", "CORE", "CPU")
    return {
        "environ": dict(os.environ),
        "limits": {name: list(resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))) for name in limits},
        "modules": sorted(name for name in __import__("sys").modules if "." not in name),
        "files": {end: os.readlink(f"/proc/self/fd/{end}") for end in os.listdir("/proc/self/fd") if _is_open(end)},
        "status": Path("/proc/self/status").read_text(),
        "cpu": sum(resource.getrusage(resource.RUSAGE_SELF)[:2]),
    }


def _is_open(end: str) -> bool:
    return Path(f"/proc/self/fd/{end}").is_symlink()


def attempt(folder: Path, what: str) -> dict[str, Any]:
    """Try one forbidden thing; the answer says what came of it."""
    attempts: dict[str, Callable[[], object]] = {
        "network": lambda: socket.create_connection(("127.0.0.1", 5432), timeout=2),
        "local socket": lambda: socket.socket(socket.AF_UNIX),
        "new session": os.setsid,
        "more memory": lambda: resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)),
        "parent's environment": lambda: Path(f"/proc/{os.getppid()}/environ").read_bytes(),
        "many files": lambda: [os.open(os.devnull, os.O_RDONLY) for _ in range(80)],
        "big file": lambda: (folder / "big").write_bytes(bytes(3 * MEGABYTE)),
    }
    try:
        attempts[what]()
    except OSError as error:
        return {"refused": type(error).__name__}
    except ValueError as error:  # what setrlimit raises
        return {"refused": str(error)}
    return {"refused": None}


def cpu(folder: Path, seconds: float) -> dict[str, Any]:
    """Work for `seconds` and come back."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
    return {"used": time.process_time()}


def hold(folder: Path, megabytes: int) -> dict[str, Any]:
    """Keep memory for good: a parser that leaks."""
    hoard.append(b"\1" * (megabytes * MEGABYTE))
    return {"pid": os.getpid()}


hoard: list[bytes] = []


def slow(folder: Path, seconds: float, number: int = 1) -> dict[str, Any]:
    time.sleep(seconds)
    return {"pid": os.getpid()}


def fails_first(folder: Path) -> dict[str, Any]:
    """Crashes unless it finds its own mark: a fault that passes."""
    mark = folder / "mark"
    if not mark.exists():
        mark.touch()
        os.abort()
    return {"pid": os.getpid()}


def recognize_after_a_crash(folder: Path, **arguments: Any) -> dict[str, Any]:
    """Crashes at the first page it ever gets and recognizes the next ones."""
    from documents.extraction.steps import recognize

    mark = folder.parent / "crashed"
    if not mark.exists():
        mark.touch()
        os.abort()
    return recognize(folder, **arguments)


def crash_at_any_page(folder: Path, **arguments: Any) -> dict[str, Any]:
    os.abort()


def refuse(folder: Path) -> dict[str, Any]:
    raise FileRefusedError("too_many_pages", "file has 900 pages, the limit is 500.", reason="too_many_pages")


def damaged(folder: Path, number: int) -> dict[str, Any]:
    raise FileError("damaged_file", f"Page {number} cannot be read: the file is damaged.", page=number)


def unexpected(folder: Path) -> dict[str, Any]:
    raise LookupError("IBAN DE02 1203 0000 0000 2020 51")


def pdfminer_text(folder: Path, file: str) -> dict[str, Any]:
    """The second PDF reader on its own, which the real steps ask only about doubtful pages."""
    from pdfminer.high_level import extract_text

    return {"text": extract_text(folder / file)}


# Hanging, forking, eating, crashing: F16


def hang(folder: Path) -> dict[str, Any]:
    time.sleep(600)
    return {}


def ignore_signals(folder: Path) -> dict[str, Any]:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    return hang(folder)


def spin(folder: Path) -> dict[str, Any]:
    while True:
        pass


def fork(folder: Path) -> dict[str, Any]:
    """Starts programs, copies of itself and one that tries to leave the group; then hangs."""
    for _ in range(3):
        subprocess.Popen(["sleep", "600"])
    for leaves in (False, True):
        if os.fork() == 0:
            if leaves and os.fork() == 0:
                try_to_leave()
            time.sleep(600)
            os._exit(0)
    (folder / "forked").touch()
    return hang(folder)


def try_to_leave() -> None:
    try:
        os.setsid()
    except PermissionError:
        return


def fork_and_end(folder: Path) -> dict[str, Any]:
    """Ends, but leaves a copy that keeps the pipe open."""
    if os.fork() == 0:
        time.sleep(600)
    os._exit(3)


def eat(folder: Path) -> dict[str, Any]:
    hungry: list[bytes] = []
    while True:
        hungry.append(b"\1" * (16 * MEGABYTE))


def run_dry(folder: Path) -> dict[str, Any]:
    raise MemoryError


def eat_in_c(folder: Path) -> dict[str, Any]:
    """As a parser in C does it: take what there is, then abort on the first null pointer."""
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    while True:
        place = libc.malloc(ctypes.c_size_t(16 * MEGABYTE))
        if not place:
            os.abort()
        ctypes.memset(place, 1, 16 * MEGABYTE)


def abort(folder: Path) -> dict[str, Any]:
    os.abort()


def segfault(folder: Path) -> dict[str, Any]:
    ctypes.string_at(0)
    return {}


def killed(folder: Path) -> dict[str, Any]:
    """What the kernel does when the machine has no memory left."""
    os.kill(os.getpid(), signal.SIGKILL)
    return {}


def leave(folder: Path) -> dict[str, Any]:
    os._exit(0)


# Lying


def write_raw(content: bytes) -> None:
    """Past the protocol, straight into the pipe to the parent."""
    for end in os.listdir("/proc/self/fd"):
        if int(end) > 2 and _is_open(end) and os.readlink(f"/proc/self/fd/{end}").startswith("pipe:"):
            try:
                rest = memoryview(content)
                while rest:
                    rest = rest[os.write(int(end), rest) :]
            except OSError:
                continue  # the pipe we read from


def flood(folder: Path) -> dict[str, Any]:
    write_raw((2**31).to_bytes(4, "big"))
    while True:
        write_raw(bytes(MEGABYTE))


def flood_in_time(folder: Path) -> dict[str, Any]:
    """A lawful length, then never the last byte."""
    write_raw((1_000_000).to_bytes(4, "big") + b" " * 999_999)
    return hang(folder)


def drip(folder: Path) -> dict[str, Any]:
    write_raw((1_000_000).to_bytes(4, "big"))
    while True:
        write_raw(b" ")
        time.sleep(0.001)


def huge(folder: Path) -> dict[str, Any]:
    return {"text": "x" * 6_000_000}


def raw(folder: Path, frame: str) -> dict[str, Any]:
    body = frame.encode("latin-1")
    write_raw(len(body).to_bytes(4, "big") + body)
    return hang(folder)


def say(folder: Path, answer: Any) -> Any:
    """Any JSON as the answer of the step."""
    return answer


def message(folder: Path, content: Any) -> dict[str, Any]:
    """Any JSON in place of the whole message."""
    return raw(folder, json.dumps(content))


# Files


def write(folder: Path, name: str, text: str) -> dict[str, Any]:
    (folder / name).write_text(text, "latin-1")
    return {"pid": os.getpid()}


def link(folder: Path, name: str, target: str) -> dict[str, Any]:
    (folder / name).symlink_to(target)
    return {"pid": os.getpid()}


def special(folder: Path, name: str, kind: str) -> dict[str, Any]:
    os.mkfifo(folder / name) if kind == "fifo" else (folder / name).mkdir()
    return {"pid": os.getpid()}


def grow(folder: Path, name: str, size: int) -> dict[str, Any]:
    """A file of that many bytes, none of which is on the disk."""
    with (folder / name).open("wb") as file:
        file.truncate(size)
    return {"pid": os.getpid()}


def look_around(folder: Path) -> dict[str, Any]:
    """What lies where the step is, and how large it is."""
    places = {Path.cwd(), folder, Path(tempfile.gettempdir()), Path(os.environ["TMPDIR"])}
    return {"places": len(places), "files": {path.name: path.stat().st_size for path in folder.iterdir()}}


def maze(folder: Path) -> dict[str, Any]:
    """A folder that is hard to remove: closed, and deeper than any recursion."""
    start = os.getcwd()
    for _ in range(1_200):
        os.mkdir("d")
        os.chdir("d")
    os.chdir(start)
    (folder / "closed").mkdir()
    (folder / "closed" / "file").touch()
    (folder / "closed").chmod(0)
    return {"pid": os.getpid()}


_OWN = {
    function.__name__: Step(f"tests.fakes.steps:{function.__name__}", 10, 8)
    for function in (
        *(echo, tell, attempt, cpu, hold, slow, fails_first, refuse, damaged, unexpected),
        *(hang, ignore_signals, spin, fork, fork_and_end, eat, abort, segfault, killed, leave),
        *(flood, flood_in_time, drip, huge, raw, message, write, link, special, grow, look_around, maze),
    )
}
# Filling 1.5 GB takes as long as the machine is busy; it has the time that reading a page has.
_OWN["eat_in_c"] = Step("tests.fakes.steps:eat_in_c", STEPS["read_page"].wall, STEPS["read_page"].cpu)
# The same in the child that sees pixels only.
_APART = {f"apart_{name}": replace(step, child=PIXELS) for name, step in _OWN.items()}
# `say_look` answers with any JSON where the shape of `look` is asked for, and so on.
_LIARS = {f"say_{name}": Step("tests.fakes.steps:say", 10, 8, row.answer, row.child) for name, row in STEPS.items()}
TABLE: dict[str, Step] = {**_OWN, **_APART, **_LIARS}
