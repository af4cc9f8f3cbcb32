"""Reads the child's message: an answer of the agreed shape, an error of the house, or a stop."""

from __future__ import annotations

from typing import Any

from docflow.errors import FileError, FileRefusedError, ReaderStoppedError
from docflow.sandbox.shapes import Shape, record, told_error
from docflow.sandbox.stops import BAD_ANSWER, CRASH, MEMORY, StoppedError

KINDS: dict[str, type[FileError]] = {kind.__name__: kind for kind in (FileError, FileRefusedError, ReaderStoppedError)}
_KIND = record(kind=lambda kind: isinstance(kind, str) and kind in KINDS)


def understood(message: dict[str, Any], shape: Shape) -> dict[str, Any]:
    """The step's answer. Raises FileError as the step did, or StoppedError."""
    if set(message) == {"answer"}:
        found = message["answer"]
        if isinstance(found, dict) and shape(found):
            return found
        raise StoppedError(BAD_ANSWER, "another shape than agreed")
    if set(message) == {"error"} and _is_error(message["error"]):
        error = message["error"]
        raise KINDS[error["kind"]](error["code"], error["message"], reason=error["reason"], page=error["page"])
    if message.get("stopped") == "memory":
        raise StoppedError(MEMORY)
    if message.get("stopped") == "crash":
        raise StoppedError(CRASH, str(message.get("where", ""))[:200])
    raise StoppedError(BAD_ANSWER, "neither answer nor error")


def _is_error(value: object) -> bool:
    return _KIND(value) and told_error(value)
