"""Pictures made to harm their readers."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image, ImageDraw

from tests.security.hostile_pdf import repeated


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def giant_png(side: int) -> bytes:
    """`side` times `side` black dots of one bit: some hundred kilobytes."""
    row = bytes(1 + (side + 7) // 8)
    size = len(row) * side
    pixels = repeated(row * (side // 100), 100, (size % 65_521 << 16 | 1).to_bytes(4, "big"))
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def _frame(following: int, pixel_at: int) -> bytes:
    """One directory of a TIFF: a grey picture of one dot."""
    tags = ((256, 1), (257, 1), (258, 8), (259, 1), (262, 1), (273, pixel_at), (277, 1), (278, 1), (279, 1))
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return struct.pack("<H", len(tags)) + entries + struct.pack("<I", following)


def long_tiff(frames: int) -> bytes:
    size = len(_frame(0, 0))
    body = b"".join(_frame(16 + size * (number + 1) if number + 1 < frames else 0, 8) for number in range(frames))
    return struct.pack("<2sHI8s", b"II", 42, 16, b"\xff") + body


def endless_tiff() -> bytes:
    """A directory that names itself as the next one."""
    return struct.pack("<2sHI8s", b"II", 42, 16, b"\xff") + _frame(16, 8)


def picture() -> Image.Image:
    image = Image.new("RGB", (600, 200), "white")
    ImageDraw.Draw(image).text((20, 60), "Invoice 4711 total 119.00 EUR", "black", font_size=32)
    return image


def saved(form: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture().save(out, form, **options)
    return out.getvalue()


def claimed_profile() -> bytes:
    """A JPEG that announces a colour profile of 255 parts, a gigabyte in all, and brings one."""
    part = b"ICC_PROFILE\x00\x01\xff" + struct.pack(">I", 2**30) + bytes(200)
    return _after_start(struct.pack(">HH", 0xFFE2, len(part) + 2) + part)


def exif_loop() -> bytes:
    """EXIF whose directory names itself as its own part and as the next."""
    directory = struct.pack("<HHHIII", 1, 0x8769, 4, 1, 8, 8)
    content = b"Exif\x00\x00II*\x00\x08\x00\x00\x00" + directory
    return _after_start(struct.pack(">HH", 0xFFE1, len(content) + 2) + content)


def _after_start(segment: bytes) -> bytes:
    whole = saved("JPEG", quality=70)
    return whole[:2] + segment + whole[2:]


def many_scans(scans: int = 10_000) -> bytes:
    """A progressive JPEG whose last scan, a few bytes, comes again and again over 36 million dots."""
    out = io.BytesIO()
    Image.new("L", (6_000, 6_000), 200).save(out, "JPEG", progressive=True, quality=50)
    whole = out.getvalue()
    last = whole.rindex(b"\xff\xda")
    return whole[:last] + whole[last:-2][: 4_000 // 2] * scans + whole[-2:]
