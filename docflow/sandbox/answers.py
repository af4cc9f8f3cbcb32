"""Reads the child's message: an answer of the agreed shape, an error of the house, or a stop."""

from __future__ import annotations

import re
from typing import Any

from docflow.errors import FileError, FileRefusedError, ReaderStoppedError
from docflow.sandbox.shapes import Shape, maybe, record, text, whole
from docflow.sandbox.stops import BAD_ANSWER, CRASH, MEMORY, StoppedError

KINDS: dict[str, type[FileError]] = {kind.__name__: kind for kind in (FileError, FileRefusedError, ReaderStoppedError)}
# The wire words of reliability.md section 5.4; a child cannot bring others into the house.
CODES = {
    "file_empty",
    "file_too_large",
    "too_many_files",
    "too_many_pages",
    "file_type_not_supported",
    "archive_limit",
    "password_protected",
    "damaged_file",
    "time_limit",
    "reading_failed",
}
_REASON = re.compile(r"[a-z_]{1,40}")
_ERROR = record(
    kind=lambda kind: kind in KINDS,
    code=lambda code: code in CODES,
    message=text(1_000),
    reason=lambda reason: isinstance(reason, str) and _REASON.fullmatch(reason) is not None,
    page=maybe(whole(1, 1_000_000)),
)


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
    # A list or dict as code would not even be hashable: look at the types before the tables.
    return isinstance(value, dict) and all(isinstance(value.get(key), str) for key in ("kind", "code")) and _ERROR(value)
