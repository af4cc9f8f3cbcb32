"""The corpus of reliability.md 5.5: files made to harm whoever reads them, and how each must end.

Every file is written by a small program when it is needed; none is stored. `expected` holds the ends that are right for
it: "read", or the finer word (reason) of the error. Where two are named, it depends on which limit is met first.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from documents.extraction.synthesis.facts import invoice_facts
from documents.extraction.synthesis.fattura import fattura_xml
from tests.security import hostile_archives as archives
from tests.security import hostile_pdf as pdf
from tests.security import hostile_pictures as pictures
from tests.security import hostile_texts as texts

READ = "read"
STOPS = ("time", "memory", "crash")


@dataclass(frozen=True, slots=True)
class HostileFile:
    """`name` is what the sender calls it, `content` writes it."""

    name: str
    content: Callable[[], bytes]
    expected: tuple[str, ...]


PDF_FILES = (
    HostileFile("flate2g.pdf", pdf.flate_two_gigabytes, ("memory", "time")),
    HostileFile("giantpage.pdf", lambda: pdf.giant_page(user_unit=True), ("page_too_large",)),
    HostileFile("widepage.pdf", lambda: pdf.giant_page(user_unit=False), (READ, "time")),
    # pdfium keeps every drawing: on a fast machine 1.5 GB are full (and it aborts) before the time is up.
    HostileFile("formexp.pdf", pdf.nested_drawings, ("time", "crash", "memory")),
    HostileFile("pages100k.pdf", pdf.many_pages, ("too_many_pages",)),
    HostileFile("nest.pdf", pdf.nested_arrays, (READ, "damaged_file")),
    HostileFile("password.pdf", lambda: pdf.encrypted("geheim"), ("password_protected",)),
    HostileFile("owner.pdf", lambda: pdf.encrypted(""), (READ,)),
    HostileFile("truncated.pdf", pdf.truncated, (READ, "damaged_file")),
    HostileFile("nopages.pdf", pdf.no_pages, ("damaged_file",)),
    HostileFile("circle.pdf", pdf.circle_of_pages, (READ, "damaged_file")),
    HostileFile("polyglot.pdf", pdf.also_html, (READ, "damaged_file")),
    HostileFile("actions.pdf", pdf.with_actions, (READ,)),
)
PICTURE_FILES = (
    HostileFile("png2500mp.png", lambda: pictures.giant_png(50_000), ("picture_too_large",)),
    HostileFile("png169mp.png", lambda: pictures.giant_png(13_000), ("picture_too_large",)),
    HostileFile("tiff20k.tif", lambda: pictures.long_tiff(20_000), ("too_many_pages",)),
    HostileFile("tiffloop.tif", pictures.endless_tiff, (READ, "too_many_pages", "damaged_file")),
    HostileFile("profile.jpg", pictures.claimed_profile, (READ, "damaged_file")),
    HostileFile("exifloop.jpg", pictures.exif_loop, (READ, "damaged_file")),
    HostileFile("scans.jpg", pictures.many_scans, (READ, "damaged_file", *STOPS)),
    HostileFile("picture.png", lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', ("unknown",)),
)
TEXT_FILES = (
    HostileFile("lol.xml", texts.billion_laughs, ("xml_dtd",)),
    HostileFile("quad.xml", texts.quadratic, ("xml_dtd",)),
    HostileFile("xxe.xml", texts.external_entity, ("xml_dtd",)),
    HostileFile("utf16_dtd.xml", texts.hidden_document_type, ("xml_dtd",)),
    HostileFile("deep.xml", texts.deep_elements, ("xml_too_complex",)),
    HostileFile("attrs.xml", texts.many_attributes, ("xml_too_complex",)),
    HostileFile("build.xml", texts.foreign_root, ("xml_unknown_root",)),
    HostileFile("parts.eml", texts.many_parts, ("parts",)),
    HostileFile("hdrs.eml", texts.many_headers, ("header",)),
    HostileFile("rfc2047.eml", texts.many_encoded_words, ("header",)),
    HostileFile("nested.eml", texts.nested_parts, ("depth",)),
    HostileFile("msgnest.eml", texts.nested_messages, ("depth",)),
    HostileFile("page.pdf", lambda: b"<html><script>alert(1)</script><p>Invoice 4711</p></html>", (READ,)),
    HostileFile("empty.pdf", lambda: b"", ("file_empty",)),
    HostileFile("one.pdf", lambda: b"%", (READ, "damaged_file")),
    HostileFile("nul.txt", lambda: b"a\0b", ("unknown",)),
)
ARCHIVES = (
    *(HostileFile(name, content, (reason,)) for name, (content, reason) in archives.HOSTILE.items()),
    HostileFile("good.zip", archives.good_archive, (READ,)),
)
CORPUS = PDF_FILES + PICTURE_FILES + TEXT_FILES + ARCHIVES

SAMPLES: dict[str, Callable[[], bytes]] = {
    "sample.png": lambda: pictures.saved("PNG"),
    "sample.tif": lambda: pictures.saved("TIFF", compression="tiff_lzw"),
    "sample.jpg": lambda: pictures.saved("JPEG", quality=70),
    "sample.pdf": pdf.good,
    "sample.eml": texts.plain_mail,
    "sample.xml": lambda: fattura_xml(invoice_facts(3, "it")),
    "sample.zip": archives.good_archive,
    "winmail.eml": texts.outlook_mail,
}


def mutants(sample: bytes, count: int, seed: int) -> Iterator[bytes]:
    """`count` damaged copies: bytes changed, cut out, doubled, or the end missing. The first 16 bytes keep the type."""
    chance = random.Random(seed)
    for _ in range(count):
        mutant = bytearray(sample)
        for _ in range(chance.randint(1, 12)):
            at = chance.randrange(16, max(17, len(mutant) - 1))
            match chance.randrange(5):
                case 0:
                    mutant[at] = chance.randrange(256)
                case 1:
                    mutant[at] ^= 1 << chance.randrange(8)
                case 2:
                    del mutant[at : at + chance.randint(1, 40)]
                case 3:
                    mutant[at:at] = mutant[at : at + chance.randint(1, 40)]
                case 4:
                    mutant[at : at + 4] = chance.choice((b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"\x7f\xff\xff\xff"))
            if len(mutant) < 40:
                break
        yield bytes(mutant)
