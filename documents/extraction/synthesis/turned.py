"""The same pages lying on their side, standing on their head and leaning, in the ways in which files come like that."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable
from io import BytesIO

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import Image

from documents.extraction.synthesis import scan

_CLOCKWISE = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}


def said(pdf: bytes, degrees: int) -> bytes:
    """Every page shown turned clockwise by its /Rotate entry."""
    document = pdfium.PdfDocument(pdf)
    for page in document:
        page.set_rotation((page.get_rotation() + degrees) % 360)
        page.close()
    return _saved(document)


def unsaid(pdf: bytes, degrees: int) -> bytes:
    """What is drawn on every page turned clockwise by 90, 180 or 270, with the sheet; no entry tells."""
    document = pdfium.PdfDocument(pdf)
    for page in document:
        width, height = page.get_size()
        a, b, c, d, e, f = {
            90: (0, -1, 1, 0, 0, width), 180: (-1, 0, 0, -1, width, height), 270: (0, 1, -1, 0, height, 0),
        }[degrees]  # fmt: skip
        across, down = (width, height) if degrees == 180 else (height, width)
        clip = pdfium_c.FS_RECTF(0, down, across, 0)
        matrix = pdfium_c.FS_MATRIX(a, b, c, d, e, f)
        pdfium_c.FPDFPage_TransFormWithClip(page.raw, ctypes.byref(matrix), ctypes.byref(clip))
        page.set_mediabox(0, 0, across, down)
        page.set_cropbox(0, 0, across, down)
        page.close()
    return _saved(document)


def scanned(pdf: bytes, degrees: int = 0, lean: float = 0.0, dpi: int = 150) -> bytes:
    """Every page as a scan that lies turned clockwise by `degrees` and leans clockwise by `lean`."""
    pictures = []
    for seed, picture in enumerate(scan.rendered(pdf, dpi)):
        leaning = scan.scanned(picture, scan.Wear(skew=-lean), seed)
        pictures.append(leaning.transpose(_CLOCKWISE[degrees]) if degrees else leaning)
    return scan.as_pdf(pictures, dpi)


def joined(parts: Iterable[bytes], pages: list[int] | None = None) -> bytes:
    """All pages of all parts, or those counted from 0, one after another."""
    whole = pdfium.PdfDocument.new()
    for part in parts:
        document = pdfium.PdfDocument(part)
        whole.import_pages(document, pages)
        document.close()
    return _saved(whole)


def _saved(document: pdfium.PdfDocument) -> bytes:
    written = BytesIO()
    document.save(written)
    document.close()
    return written.getvalue()
