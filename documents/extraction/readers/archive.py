"""ZIP archives taken apart while they stream: bounded, and refused as a whole where anything in them is a trick.

Our own few lines of inflating, because the sizes that count are those of the bytes that come out, not those that the
headers claim, and zipfile stops at the claim.
"""

from __future__ import annotations

import stat
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, LargeZipFile, ZipFile, ZipInfo

from docflow.errors import FileError, FileRefusedError
from documents.extraction.readers.parts import LARGEST, MAX_PARTS, Levels, Parts, limit
from documents.extraction.readers.signatures import OFFICE, in_words

_ENTRY = b"PK\x01\x02"
_MOST_ENTRIES = 1_000
_CHUNK = 64 * 1024
_LOCAL = struct.Struct("<4s2B4HL2L2H")
_ENCRYPTED, _UTF8 = 0x41, 0x800
# What file managers leave in archives beside the files of people.
_LEFT_BEHIND = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class _Member:
    """One file of the archive, by its two headers: where its packed bytes stand, and what they claim to become."""

    name: str
    start: int
    end: int
    deflated: bool
    size: int
    crc: int


def unpack(path: Path, folder: Path, largest: int = LARGEST) -> dict[str, Any]:
    """Writes the files of the archive into `folder` and says what each is (`Parts`).

    Raises FileRefusedError: `archive_limit`, or `file_type_not_supported` (zip_encrypted, unknown).
    """
    parts = Parts(folder, "{name}", largest)
    open_into(path, Levels(), parts)
    return {"subject": None, "sender": None, "sent_at": None, "message_id": None, "parts": parts.rows}


def open_into(path: Path, levels: Levels, parts: Parts) -> None:
    inside = levels.within_archive()
    size = path.stat().st_size
    with path.open("rb") as file:
        members = _members(file, size)
        with parts.unpacking(size):
            for member in members:
                parts.take(_content(file, member), member.name, "", inside)


def _members(file: BinaryIO, size: int) -> list[_Member]:
    """The files in it, once all headers have been looked at and none is a trick."""
    if _entries(file) > _MOST_ENTRIES:
        raise limit("{name}", f"holds more than {MAX_PARTS} parts", "parts")
    try:
        with ZipFile(file) as archive:
            entries, directory = archive.infolist(), archive.start_dir
    except (BadZipFile, LargeZipFile, ValueError, OverflowError, NotImplementedError, struct.error, EOFError):
        message = "{name} is a damaged archive. Pack it again and send it anew."
        raise FileRefusedError("file_type_not_supported", message, reason="unknown") from None
    if any(entry.filename == "[Content_Types].xml" for entry in entries):
        raise FileRefusedError("file_type_not_supported", f"{{name}} is {in_words(OFFICE)}.", reason="unknown")
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        message = "{name} is an encrypted archive. Send it without a password."
        raise FileRefusedError("file_type_not_supported", message, reason="zip_encrypted")
    for entry in entries:
        _check_name(entry)
    files = [entry for entry in entries if not entry.is_dir() and not _is_left_behind(entry)]
    if len(files) > MAX_PARTS:
        raise limit("{name}", f"holds more than {MAX_PARTS} parts", "parts")
    places = {entry.header_offset: _packed_place(file, entry, size) for entry in entries}
    _check_overlaps(places, len(entries), directory)
    return [
        _Member(_name(entry), *places[entry.header_offset], entry.compress_type == ZIP_DEFLATED, entry.file_size, entry.CRC)
        if entry.compress_type in (ZIP_DEFLATED, ZIP_STORED)
        else _Member(_name(entry), -1, -1, False, 0, 0)
        for entry in files
    ]


def _entries(file: BinaryIO) -> int:
    """How many entries the table of contents may have at most, counted without building any of them."""
    found, tail = 0, b""
    while chunk := file.read(1024 * 1024):
        found += (tail + chunk).count(_ENTRY)
        tail = chunk[-3:]
    return found


def _trick(what: str) -> FileRefusedError:
    return limit("{name}", what, "header")


def _check_name(entry: ZipInfo) -> None:
    """Names only name, and folders are dropped; but who climbs out of them, or links, means harm."""
    name = entry.orig_filename.replace("\\", "/")
    path = PurePosixPath(name)
    if not entry.filename or path.is_absolute() or ".." in path.parts or name[1:2] == ":" or "\x00" in name:
        raise _trick("holds a file whose name leads out of its folder")
    kind = stat.S_IFMT(entry.external_attr >> 16) if entry.create_system == 3 else 0
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _trick("holds a link or a device instead of a file")
    if entry.is_dir() and entry.file_size:
        raise _trick("holds a folder with content of its own")


def _is_left_behind(entry: ZipInfo) -> bool:
    path = PurePosixPath(entry.filename)
    return path.name in _LEFT_BEHIND or path.parts[:1] == _LEFT_BEHIND[:1]


def _packed_place(file: BinaryIO, entry: ZipInfo, size: int) -> tuple[int, int]:
    """(start, end) of the entry's packed bytes. The header before them must be one, and name the same file."""
    file.seek(entry.header_offset)
    head = file.read(_LOCAL.size)
    if len(head) < _LOCAL.size or head[:4] != b"PK\x03\x04":
        raise _trick("has a table of contents that points to nothing")
    fields = _LOCAL.unpack(head)
    names, extra = fields[-2:]
    raw = file.read(names)
    if raw != entry.orig_filename.encode("utf-8" if entry.flag_bits & _UTF8 else "cp437", "replace"):
        raise _trick("names a file differently in its two headers")
    if fields[3] & _ENCRYPTED:
        message = "{name} is an encrypted archive. Send it without a password."
        raise FileRefusedError("file_type_not_supported", message, reason="zip_encrypted")
    start = entry.header_offset + _LOCAL.size + names + extra
    if start + entry.compress_size > size:
        raise _trick("claims more bytes than it has")
    return start, start + entry.compress_size


def _check_overlaps(places: dict[int, tuple[int, int]], entries: int, directory: int) -> None:
    before = 0
    for header, (_, end) in sorted(places.items()):
        if header < before or end > directory or len(places) != entries:
            raise limit("{name}", "holds files that overlap", "overlap")
        before = end


def _name(entry: ZipInfo) -> str:
    """The last part of the name. Without the mark for UTF-8 it is that all the same, or the old letters of DOS."""
    name = entry.filename
    if not entry.flag_bits & _UTF8:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/").rsplit("/", 1)[-1]


def _content(file: BinaryIO, member: _Member) -> Iterator[bytes]:
    """What really comes out. Raises FileRefusedError where that is not what was claimed, FileError where it is damaged."""
    if member.start < 0:
        message = "{name} is packed in a way that docflow does not open. Pack it as an ordinary ZIP."
        raise FileError("file_type_not_supported", message, reason="unknown")
    size, crc = 0, 0
    for chunk in _inflated(file, member) if member.deflated else _stored(file, member):
        size, crc = size + len(chunk), zlib.crc32(chunk, crc)
        yield chunk
        if size > member.size:
            break
    if size != member.size:
        raise _trick("holds a file of another size than it claims")
    if crc != member.crc:
        raise _damaged()


def _damaged() -> FileError:
    return FileError("damaged_file", "{name} is damaged within its archive. Pack it again and send it anew.")


def _stored(file: BinaryIO, member: _Member) -> Iterator[bytes]:
    at = member.start
    while at < member.end:
        file.seek(at)
        chunk = file.read(min(_CHUNK, member.end - at))
        at += len(chunk)
        yield chunk


def _inflated(file: BinaryIO, member: _Member) -> Iterator[bytes]:
    stream = zlib.decompressobj(-15)
    try:
        for chunk in _stored(file, member):
            rest = chunk
            while rest and not stream.eof:
                yield stream.decompress(rest, _CHUNK)
                rest = stream.unconsumed_tail
        while not stream.eof and (more := stream.decompress(stream.unconsumed_tail, _CHUNK)):
            yield more
    except zlib.error:
        raise _damaged() from None
    if not stream.eof:
        raise _damaged()
