"""ZIP archives made to harm whoever opens them; those that no packer would write are put together by hand."""

from __future__ import annotations

import stat
import struct
import zlib
from collections.abc import Callable, Iterable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

GOOD = b"Invoice 4711, total 119.00 EUR\n"


def archive(files: Iterable[tuple[str | ZipInfo, bytes]], packed: int = ZIP_DEFLATED) -> bytes:
    written = BytesIO()
    with ZipFile(written, "w", packed) as zipped:
        for name, content in files:
            entry = ZipInfo(name) if isinstance(name, str) else name  # without the time of now: the same bytes each time
            zipped.writestr(entry, content, packed)
    return written.getvalue()


def good_archive() -> bytes:
    return archive([("2025/March/invoice.txt", GOOD), ("note.csv", b"position;amount\nOak;119.00\n")])


def huge_ratio(megabytes: int = 300) -> bytes:
    """Unpacks to a thousand times its size."""
    return archive([("invoice.txt", b"\0" * (megabytes * 1024 * 1024))])


def huge_sum(files: int = 12, megabytes: int = 39) -> bytes:
    """No file is too large and the ratio is harmless; together they are more than may come out."""
    noise = bytes((each * 7919) % 251 for each in range(1024 * 1024)) * megabytes
    written = BytesIO()
    with ZipFile(written, "w", ZIP_STORED) as zipped:
        for each in range(files):
            zipped.writestr(f"{each}.txt", noise)
    return written.getvalue()


def many_entries(count: int = 100_000) -> bytes:
    return archive(((f"{each}.txt", b"") for each in range(count)), ZIP_STORED)


def nested(levels: int = 6) -> bytes:
    content = good_archive()
    for _ in range(levels - 1):
        content = archive([("inner.zip", content)])
    return content


def link() -> bytes:
    entry = ZipInfo("invoice.txt")
    entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return archive([(entry, b"/etc/passwd")])


def climbing(name: str = "../../../../tmp/docflow-was-here.txt") -> bytes:
    return archive([("good.txt", GOOD), (name, b"out of the folder")])


def encrypted() -> bytes:
    """Only the marks, which is what counts: nothing tries to decrypt."""
    content = bytearray(good_archive())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(mark)
        while place >= 0:
            content[place + at] |= 1
            place = content.find(mark, place + 4)
    return bytes(content)


def false_size(claimed: int, content: bytes = GOOD * 100) -> bytes:
    """Both headers claim another size than comes out."""
    return _by_hand([(b"invoice.txt", content, claimed, None)])


def overlapping(entries: int = 90) -> bytes:
    """Every entry of the table of contents points into the same packed bytes (after D. Fifield's bomb)."""
    return _by_hand([(b"invoice.txt", GOOD * 100, None, None)], repeat=entries)


def pointing_nowhere() -> bytes:
    return _by_hand([(b"invoice.txt", GOOD, None, 1)])


def two_names() -> bytes:
    """Another name before the content than in the table of contents."""
    return good_archive().replace(b"2025/March/invoice.txt", b"2025/March/payment.txt", 1)


def office_bomb() -> bytes:
    """A .docx whose text unpacks to 150 MB."""
    return archive([("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w>" + b" " * (150 << 20) + b"</w>")])


def hidden_office_bomb() -> bytes:
    """The same with its table of types last, so that it does not look like one at once."""
    return archive([("a.xml", b"<w>" + b" " * (150 << 20) + b"</w>"), ("[Content_Types].xml", b"<Types/>")])


def broken_end() -> bytes:
    return good_archive()[:-30]


def _by_hand(files: list[tuple[bytes, bytes, int | None, int | None]], repeat: int = 1) -> bytes:
    """(name, content, claimed size, claimed place) for each file, the table's entries `repeat` times."""
    body, table = b"", b""
    for name, content, size, place in files:
        deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = deflate.compress(content) + deflate.flush()
        about = struct.pack(
            "<HHHHHLLLHH", 20, 0, 8, 0, 33, zlib.crc32(content), len(packed), size or len(content), len(name), 0
        )
        entry = struct.pack("<4sH", b"PK\x01\x02", 20) + about
        entry += struct.pack("<HHHLL", 0, 0, 0, 0, len(body) if place is None else place) + name
        body += b"PK\x03\x04" + about + name + packed
        table += entry * repeat
    count = len(files) * repeat
    return body + table + struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, count, count, len(table), len(body), 0)


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "ratio.zip": (huge_ratio, "ratio"),
    "sum.zip": (huge_sum, "size"),
    "entries.zip": (many_entries, "parts"),
    "six.zip": (nested, "depth"),
    "link.zip": (link, "header"),
    "climb.zip": (climbing, "header"),
    "absolute.zip": (lambda: climbing("/etc/cron.d/docflow"), "header"),
    "drive.zip": (lambda: climbing("C:\\Windows\\evil.txt"), "header"),
    "encrypted.zip": (encrypted, "zip_encrypted"),
    "small_claim.zip": (lambda: false_size(10), "header"),
    "large_claim.zip": (lambda: false_size(10_000_000), "header"),
    "overlap.zip": (overlapping, "overlap"),
    "nowhere.zip": (pointing_nowhere, "header"),
    "two_names.zip": (two_names, "header"),
    "bomb.docx": (office_bomb, "unknown"),
    "bomb.zip": (hidden_office_bomb, "unknown"),
    "broken.zip": (broken_end, "unknown"),
}
