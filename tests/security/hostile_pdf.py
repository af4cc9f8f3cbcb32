"""PDF files made to harm their readers, each written by a few lines; no bomb is stored."""

from __future__ import annotations

import io
import zlib

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
ONE_PAGE = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"


def written(objects: list[bytes]) -> bytes:
    """A file of these objects, numbered from 1; the first is the catalog."""
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table))
    return out.getvalue()


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), entries, content)


def page(box: bytes = b"0 0 595 842", entries: bytes = b"") -> bytes:
    return b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Contents 4 0 R %s >>" % (box, entries)


FONT = b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
HELLO = stream(b"BT /F1 24 Tf 72 720 Td (Invoice 4711 total 119.00 EUR) Tj ET")


def good(entries: bytes = FONT) -> bytes:
    return written([CATALOG, ONE_PAGE, page(entries=entries), HELLO])


def repeated(block: bytes, times: int, checksum: bytes) -> bytes:
    """zlib stream of `block` `times` times, made without compressing it as often: a flushed block looks the same each time."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    one = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    return b"\x78\xda" + one * times + packer.flush(zlib.Z_FINISH) + checksum


def flate_two_gigabytes() -> bytes:
    """Four kilobytes that unpack to two megabytes that unpack to two gigabytes of blanks."""
    size = 2 * 1024**3
    low = (1 + 32 * size) % 65_521
    high = (size + 32 * size * (size + 1) // 2) % 65_521
    inner = repeated(b" " * 1024**2, 2048, (high << 16 | low).to_bytes(4, "big"))
    bomb = stream(zlib.compress(zlib.compress(inner, 9), 9), b"/Filter [/FlateDecode /FlateDecode /FlateDecode]")
    return written([CATALOG, ONE_PAGE, page(entries=FONT), bomb])


def giant_page(user_unit: bool) -> bytes:
    entries = b"/UserUnit 10" if user_unit else b""
    return written([CATALOG, ONE_PAGE, page(b"0 0 14400 14400", entries), stream(b"0 0 14400 14400 re f")])


def nested_drawings(depth: int = 8, each: int = 10) -> bytes:
    """Forms that draw forms that draw forms: 10^8 drawings of one rectangle."""
    forms = []
    for level in range(depth):
        inner = b"0 0 1 1 re f" if level == depth - 1 else b"/F Do " * each
        resources = b"" if level == depth - 1 else b"/Resources << /XObject << /F %d 0 R >> >>" % (6 + level)
        forms.append(stream(inner, b"/Type /XObject /Subtype /Form /BBox [0 0 100 100] %s" % resources))
    first = page(entries=b"/Resources << /XObject << /F 5 0 R >> >>")
    return written([CATALOG, ONE_PAGE, first, stream(b"/F Do " * each), *forms])


def many_pages(count: int = 100_000) -> bytes:
    return written([CATALOG, b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b"3 0 R " * count, count), page(), HELLO])


def nested_arrays(depth: int = 200_000) -> bytes:
    return written([CATALOG, ONE_PAGE, page(entries=b"/Deep " + b"[" * depth + b"]" * depth + FONT), HELLO])


def no_pages() -> bytes:
    return written([CATALOG, b"<< /Type /Pages /Kids [] /Count 0 >>"])


def circle_of_pages() -> bytes:
    """A tree of pages that holds itself."""
    return written([CATALOG, b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 2 >>", page(entries=FONT), HELLO])


def truncated() -> bytes:
    whole = good()
    return whole[: whole.index(b"xref") - 40]


def also_html() -> bytes:
    return b"<html><script>alert(1)</script><!--\n" + good() + b"--></html>"


def with_actions() -> bytes:
    """JavaScript, Launch, URI and an embedded program; nothing of it may run, nothing be sent."""
    action = b"<< /S /JavaScript /JS (app.launchURL\\('http://127.0.0.1:9/', true\\)) >>"
    catalog = (
        b"<< /Type /Catalog /Pages 2 0 R /OpenAction %s /Names << /JavaScript << /Names [(a) %s] >> "
        b"/EmbeddedFiles << /Names [(run.exe) 5 0 R] >> >> >>" % (action, action)
    )
    links = (
        b"/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 595 842] /A << /S /Launch /F (/bin/sh) >> >> "
        b"<< /Type /Annot /Subtype /Link /Rect [0 0 595 842] /A << /S /URI /URI (http://127.0.0.1:9/) >> >>] /AA << /O %s >>"
        % action
    )
    program = b"<< /Type /Filespec /F (run.exe) /EF << /F 6 0 R >> >>"
    content = stream(b"MZ\x90\x00not a document", b"/Type /EmbeddedFile")
    return written([catalog, ONE_PAGE, page(entries=FONT + links), HELLO, program, content])


def foreign_cmap(name: str) -> bytes:
    """A font whose character map is named like a path: pdfminer looks for NAME.pickle.gz and unpickles it."""
    escaped = name.replace("/", "#2f").replace(".", "#2e").encode()
    font = (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /%s /DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 "
        b"/BaseFont /X /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>] >>" % escaped
    )
    return good(b"/Resources << /Font << /F1 %s >> >>" % font)


def encrypted(password: str) -> bytes:
    """With a password to open it, or with "" only one that forbids changes."""
    out = io.BytesIO()
    canvas = Canvas(out, encrypt=StandardEncryption(password, ownerPassword="owner", canModify=0))
    canvas.drawString(72, 720, "Invoice 4711 total 119.00 EUR")
    canvas.save()
    return out.getvalue()
