"""Log lines as JSON on stderr. They hold ids and codes, never values, names of files, bodies, keys or addresses."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_request: ContextVar[str] = ContextVar("request", default="")
_SHOWN = ("organization", "document", "task", "attempt", "job", "page", "reason", "model", "row", "part", "status_code")


@contextmanager
def of_request(request_id: str) -> Iterator[None]:
    """Lines written inside carry this request's id."""
    token = _request.set(request_id)
    try:
        yield
    finally:
        _request.reset(token)


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        if _request.get():
            line["request"] = _request.get()
        line.update({name: value for name in _SHOWN if (value := getattr(record, name, None)) is not None})
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)
