"""The second reader of PDFs, pdfminer.six: embedded files and real page units.

It sees structure that pdfium hides and is some ten times slower, so it is asked only where pdfium cannot answer.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

import pypdfium2 as pdfium
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfexceptions import PDFException
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import PDFStream, dict_value, list_value, resolve1
from pdfminer.psexceptions import PSException
from pdfminer.psparser import LIT
from pdfminer.utils import decode_text

from docflow.errors import FileError
from documents.extraction.readers.einvoice_xml import MAX_BYTES

# Broken files make it complain on every object; the answer tells what counts.
logging.getLogger("pdfminer").setLevel(logging.ERROR)

# What pdfminer raises on files that are broken in ways it did not foresee.
UNREADABLE = (
    PDFException, PSException, ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError, RecursionError,
    OverflowError, ZeroDivisionError, NotImplementedError, OSError,
)  # fmt: skip

EINVOICE_NAMES = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml")
_MAX_ATTACHMENTS = 1_000
_MAX_UNITS = 10_000
_MOST_PAGES = 100
_PINNED = LIT("FileAttachment")


def attachments(document: pdfium.PdfDocument, path: Path) -> tuple[list[str], bytes | None]:
    """(names of embedded files, content of the e-invoice among them). pdfium first; pdfminer where it finds none.

    Raises FileError too_many_attachments.
    """
    found = _by_pdfium(document)
    if not found and b"/EmbeddedFile" in path.read_bytes():
        found = _by_pdfminer(path)
    names = [name for name, _ in found]
    einvoice = next((content for name, content in found if content is not None and is_einvoice_name(name)), None)
    # One that is too large is refused by who reads it, so that the document says so.
    return names, einvoice[: MAX_BYTES + 1] if einvoice is not None else None


def is_einvoice_name(name: str) -> bool:
    return PurePosixPath(name.replace("\\", "/")).name.lower() in EINVOICE_NAMES


def user_units(path: Path) -> dict[int, float]:
    """How many points one unit of a page measures, by number, where that is more than one. pdfium cannot tell."""
    found: dict[int, float] = {}
    try:
        with path.open("rb") as file:
            for number, page in enumerate(islice(PDFPage.create_pages(PDFDocument(PDFParser(file))), _MAX_UNITS), 1):
                found[number] = _unit_of(page)
    except UNREADABLE:
        pass
    return {number: unit for number, unit in found.items() if unit > 1}


def _unit_of(page: PDFPage) -> float:
    try:
        return float(resolve1(page.attrs.get("UserUnit", 1)) or 1)
    except UNREADABLE:
        return 1.0


def _by_pdfium(document: pdfium.PdfDocument) -> list[tuple[str, bytes | None]]:
    found: list[tuple[str, bytes | None]] = []
    count = document.count_attachments()
    if count > _MAX_ATTACHMENTS:
        text = f"The PDF holds {count:,} embedded files; the limit is {_MAX_ATTACHMENTS:,}. Save it without them."
        raise FileError("reading_failed", text, reason="too_many_attachments")
    for index in range(count):
        try:
            attachment = document.get_attachment(index)
            name = attachment.get_name()
            content = bytes(attachment.get_data()) if is_einvoice_name(name) else None
        except pdfium.PdfiumError:
            continue
        found.append((name, content))
    return found


def _by_pdfminer(path: Path) -> list[tuple[str, bytes | None]]:
    """Files that hang on annotations or on /AF only, or in a name tree that pdfium does not follow."""
    try:
        with path.open("rb") as file:
            document = PDFDocument(PDFParser(file))
            return [pair for specification in _specifications(document) if (pair := _embedded(specification))]
    except UNREADABLE:
        return []


def _specifications(document: PDFDocument) -> Iterator[dict[str, Any]]:
    for entry in list_value(document.catalog.get("AF", []))[:_MAX_ATTACHMENTS]:
        yield dict_value(entry)
    yield from _pinned(document)
    tree = dict_value(dict_value(document.catalog.get("Names", {})).get("EmbeddedFiles", {}))
    nodes, seen = [tree], 0
    while nodes and seen < _MAX_ATTACHMENTS:
        node, seen = nodes.pop(), seen + 1
        nodes.extend(dict_value(kid) for kid in list_value(node.get("Kids", [])))
        for entry in list_value(node.get("Names", []))[1::2]:
            yield dict_value(entry)


def _pinned(document: PDFDocument) -> Iterator[dict[str, Any]]:
    """Files that hang on a page as a paper clip."""
    for page in islice(PDFPage.create_pages(document), _MOST_PAGES):
        for entry in list_value(page.annots or [])[:_MAX_ATTACHMENTS]:
            note = dict_value(entry)
            if note.get("Subtype") is _PINNED:
                yield dict_value(note.get("FS"))


def _embedded(specification: dict[str, Any]) -> tuple[str, bytes | None] | None:
    name = resolve1(specification.get("UF") or specification.get("F"))
    if not isinstance(name, bytes):
        return None
    text = decode_text(name)
    files = dict_value(specification.get("EF", {}))
    stream = resolve1(files.get("UF") or files.get("F"))
    if not isinstance(stream, PDFStream) or not is_einvoice_name(text):
        return text, None
    return text, stream.get_data()
