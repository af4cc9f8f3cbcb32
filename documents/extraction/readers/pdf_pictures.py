"""What is drawn on a PDF page beside its text, counted cheaply: one big picture, or lettering turned into curves."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

_MOST = 4_000
_DEPTH = 4


@dataclass(frozen=True, slots=True)
class Pictures:
    """`cover`: share of the page under its largest picture, 0-1; `dpi` of that picture; `curves`: number of paths."""

    cover: float
    dpi: float
    curves: int
    drawn: int


def pictures_of(page: pdfium.PdfPage) -> Pictures:
    width, height = page.get_size()
    area = max(width * height, 1.0)
    cover, dpi, curves, drawn = 0.0, 0.0, 0, 0
    for kind, item in _objects(page):
        drawn += 1
        curves += kind == pdfium_c.FPDF_PAGEOBJ_PATH
        if kind not in (pdfium_c.FPDF_PAGEOBJ_IMAGE, pdfium_c.FPDF_PAGEOBJ_SHADING):
            continue
        share, resolution = _extent(item, area)
        if share > cover:
            cover, dpi = share, resolution
    return Pictures(min(cover, 1.0), dpi, curves, drawn)


def is_covered(page: pdfium.PdfPage) -> bool:
    """Whether the last thing drawn is a picture over all of the page: what was written before it is not seen. Very cheap."""
    count = pdfium_c.FPDFPage_CountObjects(page.raw)
    last = pdfium_c.FPDFPage_GetObject(page.raw, count - 1) if count > 0 else None
    if not last or pdfium_c.FPDFPageObj_GetType(last) != pdfium_c.FPDF_PAGEOBJ_IMAGE:
        return False
    edges = [ctypes.c_float() for _ in range(4)]
    if not pdfium_c.FPDFPageObj_GetBounds(last, *edges):
        return False
    left, bottom, right, top = (edge.value for edge in edges)
    page_left, page_bottom, page_right, page_top = page.get_bbox()
    width, height = min(right, page_right) - max(left, page_left), min(top, page_top) - max(bottom, page_bottom)
    area = (page_right - page_left) * (page_top - page_bottom)
    return width > 0 and height > 0 and width * height > 0.9 * area


def _objects(page: pdfium.PdfPage) -> Iterator[tuple[int, pdfium.PdfObject]]:
    """The first few thousand things drawn, down to a few nested forms: enough to judge, bounded for hostile pages."""
    for seen, item in enumerate(page.get_objects(max_depth=_DEPTH)):
        if seen >= _MOST:
            return
        yield item.type, item


def _extent(item: pdfium.PdfObject, area: float) -> tuple[float, float]:
    """(share of the page, dots per inch) of a picture. Nested ones are measured in their form, which is near enough."""
    try:
        left, bottom, right, top = item.get_bounds()
    except pdfium.PdfiumError:
        return 0.0, 0.0
    share = abs((right - left) * (top - bottom)) / area
    if item.type != pdfium_c.FPDF_PAGEOBJ_IMAGE or right - left <= 0 or top - bottom <= 0:
        return share, 0.0
    across, down = item.get_px_size()
    return share, max(max(across, down) / max(right - left, top - bottom), 1.0) * 72
