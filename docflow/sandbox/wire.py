"""Frames between parent and child: four bytes of length, then JSON. Both sides use this file.

The parent never waits without an end and never believes what it reads: `Channel` keeps the time, `decode` the form.
"""

from __future__ import annotations

import json
import math
import os
import re
import select
import struct
from typing import Any, NoReturn, Protocol

HEAD = struct.Struct(">I")
MOST_BYTES = 5_000_000
CHUNK = 65_536
# NUL cannot be stored by PostgreSQL, half of a surrogate pair cannot be written as UTF-8. An honest child sends neither.
SUSPICIOUS = re.compile(rb"\\u(0000|[dD][89a-fA-F])")


class BadAnswerError(Exception):
    """The other side broke the protocol: too long, no JSON, not the shape that was agreed."""


class EndedError(Exception):
    """The other side closed its end."""


class Wait(Protocol):
    def slice(self) -> float:
        """Seconds to sleep at most before asking again; raises when the time is over."""

    def gone(self) -> bool:
        """Whether the other process has ended; a process it left behind may still hold the pipe open."""


def encode(message: dict[str, Any]) -> bytes:
    """One frame, without NUL, for PDF text layers do hold them. Looked for in the written text, which is cheap."""
    text = _written(message)
    if "\\u0000" in text:
        text = _written(cleaned(message))
    body = text.encode("utf-8", "replace")
    return HEAD.pack(len(body)) + body


def _written(message: dict[str, Any]) -> str:
    return json.dumps(message, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def decode(body: bytes) -> dict[str, Any]:
    """One JSON object, finite numbers only. Raises BadAnswerError."""
    try:
        message = json.loads(body.decode("utf-8"), parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError, MemoryError) as error:
        raise BadAnswerError(f"no JSON: {type(error).__name__}") from error
    if not isinstance(message, dict):
        raise BadAnswerError("not an object")
    if SUSPICIOUS.search(body) and not _storable(message):
        raise BadAnswerError("text that cannot be stored")
    return message


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _finite(number: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise ValueError(number)
    return value


def _storable(value: object) -> bool:
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= sign <= "\udfff" for sign in value)
    if isinstance(value, dict):
        return all(_storable(key) and _storable(each) for key, each in value.items())
    return all(map(_storable, value)) if isinstance(value, list) else True


def cleaned(value: Any) -> Any:
    """The same JSON without NUL."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, dict):
        return {cleaned(key): cleaned(each) for key, each in value.items()}
    return [cleaned(each) for each in value] if isinstance(value, list | tuple) else value


def read_frame(source: int) -> dict[str, Any]:
    """The child's side: blocks until a whole request is there. Raises EndedError when the parent has gone."""
    (length,) = HEAD.unpack(_read_exactly(source, HEAD.size))
    request: dict[str, Any] = json.loads(_read_exactly(source, length))
    return request


def write_frame(target: int, message: dict[str, Any]) -> None:
    """The child's side: blocks until the parent has taken all."""
    rest = memoryview(encode(message))
    while rest:
        rest = rest[os.write(target, rest) :]


def _read_exactly(source: int, length: int) -> bytes:
    parts = bytearray()
    while len(parts) < length:
        part = os.read(source, min(length - len(parts), CHUNK))
        if not part:
            raise EndedError
        parts += part
    return bytes(parts)


class Channel:
    """The parent's side: the same frames over pipes that never block."""

    def __init__(self, target: int, source: int) -> None:
        self.target, self.source = target, source
        for end in (target, source):
            os.set_blocking(end, False)

    def send(self, message: dict[str, Any], wait: Wait) -> None:
        rest = memoryview(encode(message))
        while rest:
            self._sleep(self.target, select.POLLOUT, wait)
            try:
                rest = rest[os.write(self.target, rest[:CHUNK]) :]
            except BlockingIOError:
                continue
            except BrokenPipeError as error:
                raise EndedError from error

    def receive(self, wait: Wait) -> dict[str, Any]:
        """One answer. Raises BadAnswerError before reading more than MOST_BYTES, EndedError, or what `wait` raises."""
        (length,) = HEAD.unpack(self._read(HEAD.size, wait))
        if length > MOST_BYTES:
            raise BadAnswerError(f"{length} bytes")
        return decode(self._read(length, wait))

    def _read(self, length: int, wait: Wait) -> bytes:
        parts = bytearray()
        while len(parts) < length:
            self._sleep(self.source, select.POLLIN, wait)
            try:
                part = os.read(self.source, min(length - len(parts), CHUNK))
            except BlockingIOError:
                continue
            if not part:
                raise EndedError
            parts += part
        return bytes(parts)

    def _sleep(self, end: int, event: int, wait: Wait) -> None:
        poll = select.poll()  # not select(): a web process may well hold more than 1,024 files
        poll.register(end, event)
        while not poll.poll(math.ceil(wait.slice() * 1000)):
            if wait.gone() and not poll.poll(0):
                raise EndedError
