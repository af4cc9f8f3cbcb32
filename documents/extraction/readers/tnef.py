"""winmail.dat: the container in which Outlook wraps attachments for other Outlooks (TNEF, [MS-OXTNEF]).

Only what leads to attachments is read: attributes one after the other, and of an attachment's properties its name, its
content and whether the text shows it. Lengths are checked against what is there; nothing is decompressed.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from docflow.errors import FileError
from documents.extraction.readers.parts import MAX_PARTS, Levels, Parts, limit
from documents.extraction.readers.text import cleaned

_SIGNATURE = 0x223E9F78
_MOST_ATTRIBUTES, _MOST_PROPERTIES = 5_000, 2_000

# Attributes of the stream.
_CODEPAGE, _NEW_ATTACHMENT, _TITLE, _DATA, _PROPERTIES = 0x00069007, 0x00069002, 0x00018010, 0x0006800F, 0x00069005

# Properties of an attachment.
_CONTENT, _SHORT_NAME, _METHOD, _LONG_NAME, _TYPE, _CONTENT_ID = 0x3701, 0x3704, 0x3705, 0x3707, 0x370E, 0x3712
_HIDDEN = 0x7FFE
_WANTED = frozenset({_CONTENT, _SHORT_NAME, _METHOD, _LONG_NAME, _TYPE, _CONTENT_ID, _HIDDEN})
_AS_MESSAGE = 5

# How long values of a kind are; those of the other kinds say it themselves.
_WIDTHS = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_STRING8, _UNICODE, _BINARY, _OBJECT = 0x1E, 0x1F, 0x102, 0xD
_LISTED = 0x1000
_GUID = 16


@dataclass(slots=True)
class _Attachment:
    title: bytes = b""
    data: bytes = b""
    properties: dict[int, tuple[int, bytes]] = field(default_factory=dict)

    @property
    def is_message(self) -> bool:
        _, value = self.properties.get(_METHOD, (0, b""))
        return value[:1] == bytes([_AS_MESSAGE])

    @property
    def in_text(self) -> bool:
        _, hidden = self.properties.get(_HIDDEN, (0, b""))
        return _CONTENT_ID in self.properties or hidden[:1] == b"\x01"

    @property
    def content(self) -> bytes:
        """Its bytes: those of the stream, else those of the property, which for an object begin with its interface's id."""
        kind, value = self.properties.get(_CONTENT, (0, b""))
        return self.data or (value[_GUID:] if kind == _OBJECT else value)

    def name(self, codepage: str) -> str:
        for key in (_LONG_NAME, _SHORT_NAME):
            kind, value = self.properties.get(key, (0, b""))
            if value:
                return _text(value, "utf-16-le" if kind == _UNICODE else codepage)
        return _text(self.title, codepage)

    @property
    def declared(self) -> str:
        kind, value = self.properties.get(_TYPE, (0, b""))
        return _text(value, "utf-16-le" if kind == _UNICODE else "ascii").lower() or "application/octet-stream"


def open_into(path: Path, levels: Levels, parts: Parts) -> None:
    """Raises FileRefusedError `archive_limit`, FileError `damaged_file`."""
    _collect(path.read_bytes(), levels.within_archive(), parts)


def _collect(content: bytes, levels: Levels, parts: Parts) -> None:
    try:
        codepage, attachments = _attachments(content)
    except (struct.error, ValueError):
        raise FileError("damaged_file", "{name} is damaged. Ask for its attachments to be sent plainly.") from None
    for each in attachments:
        if each.is_message:
            _collect(each.content, levels.within_message(), parts)
        else:
            parts.take([each.content], each.name(codepage), each.declared, levels, in_text=each.in_text)


def _attachments(content: bytes) -> tuple[str, list[_Attachment]]:
    codepage, found = "cp1252", list[_Attachment]()
    for key, value in _attributes(content):
        if key == _CODEPAGE:
            codepage = _known(f"cp{struct.unpack_from('<I', value)[0]}")
        elif key == _NEW_ATTACHMENT:
            found.append(_Attachment())
            if len(found) > MAX_PARTS:
                raise limit("{name}", f"holds more than {MAX_PARTS} parts", "parts")
        elif not found:
            continue
        elif key == _TITLE:
            found[-1].title = value
        elif key == _DATA:
            found[-1].data = value
        elif key == _PROPERTIES:
            found[-1].properties = _properties(value)
    return codepage, found


def _attributes(content: bytes) -> Iterator[tuple[int, bytes]]:
    if len(content) < 6 or struct.unpack_from("<I", content)[0] != _SIGNATURE:
        raise ValueError("no TNEF")
    at = 6
    for _ in range(_MOST_ATTRIBUTES):
        if at == len(content):
            return
        _, key, size = struct.unpack_from("<BII", content, at)
        at += 9
        if at + size + 2 > len(content):
            raise ValueError("cut off")
        yield key, content[at : at + size]
        at += size + 2
    raise limit("{name}", f"holds more than {MAX_PARTS} parts", "header")


def _properties(content: bytes) -> dict[int, tuple[int, bytes]]:
    """(kind, first value) by the property's number, of those that are wanted."""
    (count,) = struct.unpack_from("<I", content)
    if count > _MOST_PROPERTIES:
        raise limit("{name}", "has headers beyond all measure", "header")
    found: dict[int, tuple[int, bytes]] = {}
    at = 4
    for _ in range(count):
        kind, key = struct.unpack_from("<HH", content, at)
        at = _after_name(content, at + 4) if key >= 0x8000 else at + 4
        at, value = _value(content, at, kind)
        if key in _WANTED:
            found[key] = (kind, value)
    return found


def _after_name(content: bytes, at: int) -> int:
    """A property of one's own carries its set, and its number or name within it."""
    by_name, size = struct.unpack_from("<II", content, at + _GUID)
    return at + _GUID + 8 + (_padded(size) if by_name else 0)


def _value(content: bytes, at: int, kind: int) -> tuple[int, bytes]:
    """(where the next one begins, the first value)."""
    width = _WIDTHS.get(kind & ~_LISTED, 0)
    if not width and kind & ~_LISTED not in (_STRING8, _UNICODE, _BINARY, _OBJECT):
        raise ValueError("a kind of value that does not exist")
    count = 1
    if kind & _LISTED or not width:
        (count,) = struct.unpack_from("<I", content, at)
        at += 4
    first = b""
    for index in range(count):
        size = width
        if not width:
            (size,) = struct.unpack_from("<I", content, at)
            at += 4
        if at + size > len(content):
            raise ValueError("cut off")
        first = first if index else content[at : at + size]
        at += _padded(size)
    return at, first


def _padded(size: int) -> int:
    return (size + 3) // 4 * 4


def _known(codepage: str) -> str:
    try:
        "".encode(codepage)
    except LookupError:
        return "cp1252"
    return codepage


def _text(value: bytes, encoding: str) -> str:
    return cleaned(value.decode(encoding, "replace")).split("\x00")[0].strip()
