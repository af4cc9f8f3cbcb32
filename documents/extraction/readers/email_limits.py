"""What a message costs, counted line by line before the standard library may look at it.

That library takes minutes or gigabytes for messages made for the purpose; none of them passes here.
"""

from __future__ import annotations

import re
from typing import BinaryIO

from docflow.errors import FileRefusedError
from documents.extraction.readers.parts import MAX_PARTS, limit

MAX_NESTING = 10

_BOUNDARY_LINES = 1_000
_HEADER_BYTES = 256 * 1024
_ENCODED_WORDS = 1_000
# Siblings may be containers too, so this is no depth; it only keeps a tower of them from the parser's recursion.
_CONTAINERS = 60
_LINE = 64 * 1024

_BOUNDARY = re.compile(rb"""boundary\s*\*?\d*\*?\s*=\s*(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))""", re.IGNORECASE)
_MESSAGE = re.compile(rb"^content-type\s*:\s*message/", re.IGNORECASE)


def refused(what: str, reason: str) -> FileRefusedError:
    return limit("The e-mail", what, reason)


def count(file: BinaryIO) -> None:
    """Raises FileRefusedError `archive_limit` (reason parts, header or depth) for a message beyond the limits."""
    counter = _Counter()
    while line := file.readline(_LINE):
        counter.take(line)


class _Counter:
    """Follows which lines are headers, as far as counting needs it."""

    def __init__(self) -> None:
        self._boundaries: set[bytes] = set()
        self._in_header = True
        self._message_follows = False
        self._header_bytes = self._boundary_lines = self._encoded_words = self._messages = 0

    def take(self, line: bytes) -> None:
        if line.startswith(b"--") and self._is_boundary(line):
            self._boundary_lines += 1
            if self._boundary_lines > _BOUNDARY_LINES:
                raise refused(f"holds more than {MAX_PARTS} parts", "parts")
            self._start_header()
        elif self._in_header:
            self._take_header(line)

    def _is_boundary(self, line: bytes) -> bool:
        mark = line[2:].rstrip()
        return mark in self._boundaries or mark.removesuffix(b"--") in self._boundaries

    def _start_header(self) -> None:
        self._in_header, self._message_follows, self._header_bytes = True, False, 0

    def _take_header(self, line: bytes) -> None:
        if not line.strip():
            self._in_header = False
            if self._message_follows:
                self._start_header()
            return
        self._header_bytes += len(line)
        self._encoded_words += line.count(b"=?")
        if self._header_bytes > _HEADER_BYTES or self._encoded_words > _ENCODED_WORDS:
            raise refused("has headers beyond all measure", "header")
        for quoted, bare in _BOUNDARY.findall(line):
            self._boundaries.add((quoted or bare).rstrip())
        if _MESSAGE.match(line):
            self._message_follows = True
            self._messages += 1
        if len(self._boundaries) > _CONTAINERS or self._messages > _CONTAINERS:
            raise refused("nests too deeply", "depth")
