"""A searchable PDF: the picture of each page, and over it, unseen, the words that were read in their places.

The text is set in a font without glyphs, whose only sense is its table from codes to signs: so every script can be searched
and copied, whatever fonts a machine has.
"""

from __future__ import annotations

import unicodedata
import zlib
from io import BytesIO
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image

from docflow.errors import FileError
from documents.extraction.geometry import Box
from documents.extraction.layout import Page

DPI = 200
MOST_BYTES = 200_000_000
_QUALITY = 70
# Of the size of the font: how far its letters go below the base line, and how wide each is. So wide that whatever glyphs a
# viewer takes from a font of its own lie within.
_BELOW, _WIDE = 0.25, 1.0
# Objects 6, 7 and 8 of each file; 9 is the table of signs.
_FONT = (
    "<< /Type /Font /Subtype /Type0 /BaseFont /Words /Encoding /Identity-H /DescendantFonts [7 0 R] /ToUnicode 9 0 R >>",
    "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Words /FontDescriptor 8 0 R /DW 1000 /CIDToGIDMap /Identity "
    "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
    "<< /Type /FontDescriptor /FontName /Words /Flags 4 /FontBBox [0 -250 1000 750] /ItalicAngle 0 /Ascent 750 /Descent -250 "
    "/CapHeight 750 /StemV 80 >>",
)


def write_page(picture: Image.Image, page: Page, out: Path) -> None:
    """One page of `page.width` x `page.height` points with that picture, which stands as the page is shown."""
    picture = picture if picture.mode in ("L", "RGB") else picture.convert("RGB")
    codes = {sign: code for code, sign in enumerate(sorted(set("".join(word.text for word in page.words))), 1)}
    width, height = page.width, page.height
    content = [f"q {width:.2f} 0 0 {height:.2f} 0 0 cm /Picture Do Q BT 3 Tr"]
    content += [_set(word.text, word.box, height, codes) for word in page.words if word.box.width > 0 and word.box.height > 0]
    sheet = (
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width:.2f} {height:.2f}] /Contents 4 0 R "
        "/Resources << /XObject << /Picture 5 0 R >> /Font << /Words 6 0 R >> >> >>"
    )
    drawn = (
        f"/Type /XObject /Subtype /Image /Width {picture.width} /Height {picture.height} /BitsPerComponent 8 "
        f"/ColorSpace /{'DeviceGray' if picture.mode == 'L' else 'DeviceRGB'} /Filter /DCTDecode"
    )
    out.write_bytes(
        _file([
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            sheet.encode(),
            _stream("/Filter /FlateDecode", zlib.compress("\n".join([*content, "ET"]).encode("ascii"))),
            _stream(drawn, _jpeg(picture)),
            *(part.encode() for part in _FONT),
            _stream("", _signs(codes)),
        ])
    )  # fmt: skip


def join(parts: list[Path], out: Path) -> None:
    """All parts in one file. Raises FileError when that is larger than a file may be."""
    if sum(part.stat().st_size for part in parts) > MOST_BYTES:
        limit = MOST_BYTES // 1_000_000
        raise FileError("file_too_large", f"The searchable PDF would be larger than {limit} MB. Save the original instead.")
    whole = pdfium.PdfDocument.new()
    for path in parts:
        part = pdfium.PdfDocument(path)
        whole.import_pages(part)
        part.close()
    whole.save(out)
    whole.close()


def _set(text: str, box: Box, height: float, codes: dict[str, int]) -> str:
    """A word as wide and as high as its box, on its base line; one twice as high as wide runs up the page."""
    upwards = len(text) >= 3 and box.height > 2 * box.width
    along, size = (box.height, box.width) if upwards else (box.width, box.height)
    stretch = 100 * along / (size * _WIDE * len(text))
    x, y = (box.x1 - _BELOW * size, height - box.bottom) if upwards else (box.x0, height - box.bottom + _BELOW * size)
    turn = "0 1 -1 0" if upwards else "1 0 0 1"
    shown = "".join(f"{codes[sign]:04X}" for sign in _as_seen(text))
    return f"/Words {size:.3f} Tf {stretch:.3f} Tz {turn} {x:.3f} {y:.3f} Tm <{shown}> Tj"


def _as_seen(text: str) -> str:
    """Hebrew and Arabic stand in a PDF as they are seen, from left to right; whoever searches turns them round again."""
    return text[::-1] if any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in text) else text


def _signs(codes: dict[str, int]) -> bytes:
    """The table from codes to signs, a hundred a block as the format wants it."""
    lines = [f"<{code:04X}> <{sign.encode('utf-16-be', 'replace').hex()}>" for sign, code in codes.items()]
    blocks = [lines[start : start + 100] for start in range(0, len(lines), 100)]
    table = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Words def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{table}\n"
        "endcmap CMapName currentdict /CMap defineresource pop end end"
    ).encode("ascii")


def _jpeg(picture: Image.Image) -> bytes:
    file = BytesIO()
    picture.save(file, "JPEG", quality=_QUALITY, optimize=True)
    return file.getvalue()


def _stream(entries: str, content: bytes) -> bytes:
    return f"<< {entries} /Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream"


def _file(objects: list[bytes]) -> bytes:
    """The objects, numbered from 1, as a PDF file."""
    whole, places = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(whole))
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(whole)
    whole += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    whole += b"".join(b"%010d 00000 n \n" % place for place in places)
    whole += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(whole)
