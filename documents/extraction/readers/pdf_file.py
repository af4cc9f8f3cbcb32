"""The PDF that is being read: opened once and kept open in the warm child from step to step of the same work.

Opening costs more the longer the file is, so that a page of a long file opened anew for each would take longer than one of
a short one. What pdfium gathers about an open file grows with the pages seen: it is opened anew after some dozen.
"""

from __future__ import annotations

import atexit
import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from docflow.errors import FileError
from documents.extraction.readers import MAX_SIDE, damaged, pdf_structure

_PAGES_AN_OPENING = 32


@dataclass
class _Opened:
    """One file as it is open now; `stamp` tells it from any other that lies at the same path later."""

    path: Path
    stamp: tuple[int, int, int]
    document: pdfium.PdfDocument
    pages: int = field(default=0)  # how many were loaded since it was opened

    @cached_property
    def units(self) -> dict[int, float]:
        """Points in one unit of a page, by number, for pages on which that is not one."""
        if not self.stamp[1]:
            return {}
        with self.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return pdf_structure.user_units(self.path) if content.find(b"/UserUnit") >= 0 else {}


_kept: _Opened | None = None


@contextmanager
def opened(path: Path) -> Iterator[pdfium.PdfDocument]:
    """The open file. The empty password is tried, which opens files that only forbid changes. Raises FileError."""
    yield _opened(path).document


@contextmanager
def sheet(path: Path, number: int) -> Iterator[pdfium.PdfPage]:
    """One page, with what stands in form fields drawn into it, and closed afterwards: open pages hold megabytes each."""
    file = _opened(path)
    if file.pages >= _PAGES_AN_OPENING:
        close()
        units, file = file.units, _opened(path)
        file.__dict__["units"] = units
    file.pages += 1
    page = _load(file.document, number)
    try:
        if file.document.formenv and _flattened(page):
            page.close()
            page = _load(file.document, number)
        _refuse_giants(page, number, file.units.get(number, 1.0))
        yield page
    finally:
        page.close()


def close() -> None:
    """Lets go of the file that is open, if one is."""
    global _kept
    file, _kept = _kept, None
    if file:
        file.document.close()


atexit.register(close)


def _opened(path: Path) -> _Opened:
    global _kept
    about = path.stat()
    stamp = (about.st_ino, about.st_size, about.st_mtime_ns)
    if _kept is None or _kept.path != path or _kept.stamp != stamp:
        close()
        _kept = _Opened(path, stamp, _open(path))
    return _kept


def _open(path: Path) -> pdfium.PdfDocument:
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        if error.err_code in (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY):
            raise FileError(
                "password_protected", "The PDF asks for a password. Save it without one and send it again."
            ) from error
        raise damaged(1) from error
    if document.get_formtype() != pdfium_c.FORMTYPE_NONE:
        document.init_forms()
    return document


def _load(document: pdfium.PdfDocument, number: int) -> pdfium.PdfPage:
    try:
        return document[number - 1]
    except (pdfium.PdfiumError, IndexError) as error:
        raise damaged(number) from error


def _flattened(page: pdfium.PdfPage) -> bool:
    try:
        return bool(page.flatten() == pdfium_c.FLATTEN_SUCCESS)
    except pdfium.PdfiumError:
        return False


def _refuse_giants(page: pdfium.PdfPage, number: int, unit: float) -> None:
    if min(page.get_size()) < 0.5:
        raise damaged(number)
    longest = max(page.get_size()) * unit
    if longest > MAX_SIDE:
        raise FileError(
            "reading_failed",
            f"Page {number} measures {longest / 72:,.0f} inches; the limit is {MAX_SIDE / 72:,.0f}. Scan it at 300 dpi.",
            reason="page_too_large",
            page=number,
        )
