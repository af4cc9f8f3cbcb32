"""PDFs that no library would write: fonts whose letters mean nothing or something else, fields without a drawing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import reportlab
from reportlab.pdfbase.ttfonts import TTFontFile

from tests.extraction.reading_samples import LINES

_FONT = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
_HEAD = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
CATALOG, PAGES, PAGE, CONTENT, FIRST_FREE = 1, 2, 3, 4, 5


def saved(path: Path, objects: dict[int, bytes]) -> Path:
    """The objects by their numbers as a file with its table of places; 1 is the catalog."""
    content, places = _HEAD, {}
    for number, body in sorted(objects.items()):
        places[number] = len(content)
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(content)
    rows = b"".join(b"%010d 00000 n \n" % places[number] for number in sorted(places))
    content += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(places) + 1, rows)
    content += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, start)
    path.write_bytes(content)
    return path


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(data), data)


def one_page(content: bytes, *, resources: bytes = b"", page: bytes = b"", catalog: bytes = b"") -> dict[int, bytes]:
    """An A4 page with that content; further objects are numbered from FIRST_FREE on."""
    return {
        CATALOG: b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        PAGES: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        PAGE: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << %s >> %s >>"
        % (resources, page),
        CONTENT: stream(content),
    }


def typeset(
    path: Path, lines: Sequence[str] = LINES, *, meaning: Callable[[str], str] | None = str, actual: bool = False
) -> Path:
    """Lines in Bitstream Vera by glyph numbers. `meaning` is what the font says of each letter, None: nothing at all.

    `actual`: each line is marked with its real text, as tagged PDFs do.
    """
    font = TTFontFile(str(_FONT))
    glyph = font.charToGlyph
    rows = []
    for number, line in enumerate(lines):
        codes = "".join(f"{glyph[ord(letter)]:04X}" for letter in line)
        drawn = f"BT /F1 12 Tf 72 {770 - 20 * number} Td <{codes}> Tj ET"
        rows.append(f"/Span << /ActualText ({line}) >> BDC {drawn} EMC" if actual else drawn)
    used = sorted({letter for line in lines for letter in line})
    widths = " ".join(f"{glyph[ord(letter)]} [{font.charWidths[ord(letter)]:.0f}]" for letter in used)
    map_entry = b"/ToUnicode 9 0 R" if meaning else b""
    objects = one_page("\n".join(rows).encode(), resources=b"/Font << /F1 5 0 R >>") | {
        5: b"<< /Type /Font /Subtype /Type0 /BaseFont /Odd /Encoding /Identity-H /DescendantFonts [6 0 R] %s >>" % map_entry,
        6: b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Odd /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity)"
        b" /Supplement 0 >> /CIDToGIDMap /Identity /FontDescriptor 7 0 R /DW 600 /W [%s] >>" % widths.encode(),
        7: b"<< /Type /FontDescriptor /FontName /Odd /Flags 4 /FontBBox [-183 -236 1287 928] /ItalicAngle 0 /Ascent 928"
        b" /Descent -236 /CapHeight 730 /StemV 80 /FontFile2 8 0 R >>",
        8: stream(_FONT.read_bytes()),
        9: stream(_map({glyph[ord(letter)]: meaning(letter) for letter in used} if meaning else {})),
    }
    return saved(path, objects)


def shifted(letter: str) -> str:
    """The letter three places on, as a font with a wrong map would say."""
    return chr(ord(letter) + 3) if letter.isalnum() else letter


def _map(meanings: dict[int, str]) -> bytes:
    entries = [f"<{code:04X}> <{text.encode('utf-16-be').hex().upper()}>" for code, text in sorted(meanings.items())]
    blocks = [entries[at : at + 100] for at in range(0, len(entries), 100)]
    told = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName /Odd def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n" + told + "\nendcmap\nend\nend"
    ).encode()


def unfilled_form(path: Path, value: str, *, kind: str = "Tx") -> Path:
    """A field with a value that no one has drawn yet: /NeedAppearances asks the reader to do it."""
    objects = one_page(
        b"BT /F1 12 Tf 72 700 Td (Order number) Tj ET",
        resources=b"/Font << /F1 6 0 R >>",
        page=b"/Annots [5 0 R]",
        catalog=b"/AcroForm << /Fields [5 0 R] /NeedAppearances true /DA (/F1 12 Tf 0 g) /DR << /Font << /F1 6 0 R >> >> >>",
    )
    field = f"/FT /{kind} /T (order) /V ({value}) /Rect [200 690 350 710] /F 4 /P 3 0 R /DA (/F1 12 Tf 0 g)"
    objects[5] = f"<< /Type /Annot /Subtype /Widget {field} >>".encode()
    objects[6] = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    return saved(path, objects)
