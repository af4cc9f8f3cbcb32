"""winmail.dat as Outlook wraps attachments ([MS-OXTNEF]), for samples and tests."""

from __future__ import annotations

import struct
from collections.abc import Iterable

_STRING8, _UNICODE, _BINARY, _OBJECT, _LONG, _BOOLEAN = 0x1E, 0x1F, 0x102, 0xD, 0x3, 0xB
_MESSAGE_INTERFACE = bytes.fromhex("0703020000000000c000000000000046")


def outlook_container(attachments: Iterable[bytes]) -> bytes:
    """The container around attachments that `file_attachment` or `message_attachment` made."""
    codepage = struct.pack("<II", 1252, 0)
    start = struct.pack("<IH", 0x223E9F78, 1) + _attribute(1, 0x00069007, codepage)
    return start + _attribute(1, 0x00078008, b"IPM.Microsoft Mail.Note\0") + b"".join(attachments)


def file_attachment(name: str, content: bytes, *, long_name: str = "", content_id: str = "") -> bytes:
    """`name` in the eight letters and three of DOS; the `long_name` beside it as Outlook writes it."""
    properties = []
    if long_name:
        properties.append(_property(_UNICODE, 0x3707, long_name.encode("utf-16-le") + b"\0\0"))
    if content_id:
        properties.append(_property(_STRING8, 0x3712, content_id.encode() + b"\0"))
    properties.append(_own_property("sender's mark", 7))
    return (
        _attribute(2, 0x00069002, struct.pack("<HIHHI", 1, 0xFFFFFFFF, 0, 0, 0))
        + _attribute(2, 0x00018010, name.encode("cp1252") + b"\0")
        + _attribute(2, 0x0006800F, content)
        + _attribute(2, 0x00069005, struct.pack("<I", len(properties)) + b"".join(properties))
    )


def message_attachment(container: bytes) -> bytes:
    """A message attached to the message: a container of its own, kept as an object."""
    properties = [
        _fixed(_LONG, 0x3705, 5),
        _property(_OBJECT, 0x3701, _MESSAGE_INTERFACE + container),
        _fixed(_BOOLEAN, 0x7FFE, 0),
    ]
    return _attribute(2, 0x00069002, struct.pack("<HIHHI", 1, 0xFFFFFFFF, 0, 0, 0)) + _attribute(
        2, 0x00069005, struct.pack("<I", len(properties)) + b"".join(properties)
    )


def _attribute(level: int, key: int, value: bytes) -> bytes:
    return struct.pack("<BII", level, key, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def _property(kind: int, key: int, value: bytes) -> bytes:
    return struct.pack("<HHII", kind, key, 1, len(value)) + value + b"\0" * (-len(value) % 4)


def _fixed(kind: int, key: int, value: int) -> bytes:
    return struct.pack("<HHI", kind, key, value)


def _own_property(name: str, value: int) -> bytes:
    """One that a sender invented: known by a name of its own instead of a number."""
    written = name.encode("utf-16-le") + b"\0\0"
    padded = written + b"\0" * (-len(written) % 4)
    return struct.pack("<HH16sII", _LONG, 0x8001, b"\x29" * 16, 1, len(written)) + padded + struct.pack("<I", value)
