"""The child's side: take a request, run its step, answer. No Django, no secrets.

Nothing here is caught that was not expected: an unknown error ends the child, with its place (never its words, which may
be the document's) as the last answer.
"""

from __future__ import annotations

import gc
import importlib
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from docflow.errors import FileError, FileRefusedError, ReaderStoppedError
from docflow.sandbox import kernel as kernels
from docflow.sandbox import limits as limit
from docflow.sandbox import wire
from docflow.sandbox.callfilter import refuse_calls

ROOT = str(Path(__file__).resolve().parents[2])
CALL_FILTER = "call filter"
# Objects made before Python looks for rings of garbage. A page of words is thousands of objects and no ring; looking after
# each 700 of them, as is usual, takes a tenth of the time of reading.
GARBAGE_AFTER = 50_000
HALF_ISOLATED = 77  # exit status: start me again without namespaces
KINDS = (FileRefusedError, ReaderStoppedError, FileError)


def take_pipes() -> tuple[int, int]:
    """Move the two pipes away from stdin and stdout, so that no parser can write between our frames."""
    source, target = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for end in (0, 1, 2):
        os.dup2(nothing, end)
    os.close(nothing)
    return source, target


def answer(request: dict[str, Any], steps: dict[str, str]) -> dict[str, Any]:
    """Run one step. A FileError is an answer like any other; everything else goes up."""
    folder = Path(request["folder"])
    os.chdir(folder)
    tempfile.tempdir = os.environ["TMPDIR"] = str(folder)
    limit.allow_cpu(request["cpu"])
    try:
        found = step_named(request["step"], steps)(folder, **request["arguments"])
    except FileError as error:
        kind = next(kind.__name__ for kind in KINDS if isinstance(error, kind))
        return {"error": {"kind": kind, **error.as_json()}}
    return {"answer": found}


def step_named(name: str, steps: dict[str, str]) -> Callable[..., dict[str, Any]]:
    """The function behind a name of the table that came with the first frame. Raises KeyError for any other name."""
    module, _, function = steps[name].partition(":")
    step: Callable[..., dict[str, Any]] = getattr(importlib.import_module(module), function)
    return step


def serve(source: int, target: int, steps: dict[str, str]) -> None:
    """Answer requests until the parent closes its end or a step needed too much memory."""
    while True:
        try:
            request = wire.read_frame(source)
        except wire.EndedError:
            return
        try:
            wire.write_frame(target, answer(request, steps))
        except MemoryError:
            wire.write_frame(target, {"stopped": "memory"})
            return


def place_of(error: BaseException, trace: TracebackType | None) -> str:
    """Type and line of an unexpected error, without its message: that may hold the document's text."""
    frames = traceback.extract_tb(trace)
    own = [frame for frame in frames if frame.filename.startswith(ROOT) and ".venv" not in frame.filename] or frames
    where = f" at {Path(own[-1].filename).name}:{own[-1].lineno}" if own else ""
    return f"{type(error).__name__}{where}"


def last_words(target: int) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        wire.write_frame(target, {"stopped": "crash", "where": place_of(error, trace)})

    return hook


def main(parent: int, level: str) -> int:
    source, target = take_pipes()
    sys.excepthook = last_words(target)
    gc.set_threshold(GARBAGE_AFTER)
    kernel = kernels.Kernel()
    try:
        reached = kernels.LIMITS_ONLY if level == kernels.PLAIN else kernels.isolate(kernel)
    except kernels.HalfIsolatedError:
        return HALF_ISOLATED
    kernels.bind_to_parent(kernel, parent)
    guard = kernels.start_guard(kernel)
    if refuse_calls():
        reached = f"{reached}, {CALL_FILTER}"
    first = wire.read_frame(source)
    limit.lay_on(limit.Limits(**first["limits"]))
    wire.write_frame(target, {"ready": True, "level": reached})
    serve(source, target, first["steps"])
    os.kill(guard, signal.SIGKILL)
    os.waitpid(guard, 0)
    return 0
