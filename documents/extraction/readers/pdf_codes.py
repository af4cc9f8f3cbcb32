"""Codes on PDF pages that are read from their text layer: only what could be one is drawn and looked at.

A code is a picture, or many small areas close together: the dots of a QR code, the bars of a barcode. Counting them costs
a fraction of a millisecond; drawing every page for its codes would cost more than reading it.
"""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from documents.extraction.codes import Code, find_codes
from documents.extraction.geometry import Box, around

_DPI = 200
_MOST_PIXELS = 20_000_000
_MOST_OBJECTS = 20_000
_DEPTH = 4
_LEAST_SIDE = 20.0  # points; half a QR code for business cards
_QUIET = 12.0  # points of white around a code, without which it is none
_MOST_REGIONS = 6
_SQUARE = 1.3  # a QR code with its quiet zone, or with a word beneath it
_WHOLE = 0.6  # share of the page from which a picture is a scan of it
_PHOTOGRAPH = 1_000_000  # pixels of a JPEG; no code is drawn so finely, and unpacking it takes longer than reading the page
_DOT, _RUN = 5.0, 150.0  # a dot or a row of dots of a QR code: at most so thin, at most so long
_CELL = 60.0
_DOTS, _BARS, _SEGMENTS = 40, 18, 150

Matrix = tuple[float, float, float, float, float, float]
_SAME: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class _TooMuchError(Exception):
    """More is drawn on the page than is looked at one by one."""


def codes_on(page: pdfium.PdfPage, *, full: bool) -> tuple[Code, ...]:
    """The codes of an open page, in points of the page as its file shows it.

    Few pages are not `full` of text; one with a picture or some paths is looked at as a whole: separator sheets are such.
    So is a page on which too much is drawn to look at each thing.
    """
    try:
        if full:
            boxes = [_shown(page, region) for region in _regions(page)]
        else:
            boxes = [Box(0, 0, *page.get_size())] if _is_drawn_on(page) else []
    except _TooMuchError:
        boxes = [Box(0, 0, *page.get_size())]
    found = [code for box in boxes if box.width * box.height > 0 for code in _looked_at(page, box)]
    return tuple(dict.fromkeys(found))


def _looked_at(page: pdfium.PdfPage, box: Box) -> list[Code]:
    """The codes in one region. Pdfium rounds what it cuts off to pixels; so do we, to know where the picture begins."""
    width, height = page.get_size()
    scale = min(_DPI / 72, math.sqrt(_MOST_PIXELS / (box.width * box.height)))
    left, top = int(box.x0 * scale), int(box.top * scale)
    cut = (left / scale, max(0.0, height - box.bottom), max(0.0, width - box.x1), top / scale)
    bitmap = page.render(scale=scale, crop=cut, grayscale=True)
    picture = bitmap.to_pil()
    codes = [
        replace(
            code,
            box=Box(
                (code.box.x0 + left) / scale,
                (code.box.top + top) / scale,
                (code.box.x1 + left) / scale,
                (code.box.bottom + top) / scale,
            ),
        )
        for code in find_codes(picture)
    ]
    bitmap.close()
    return codes


def _shown(page: pdfium.PdfPage, region: Box) -> Box:
    """A region of the file's own space, y upwards, as a box of the page as shown, with white around it, within the page."""
    width, height = page.get_size()
    corners = [_device(page, x, y) for x in (region.x0, region.x1) for y in (region.top, region.bottom)]
    across, down = sorted(x for x, _ in corners), sorted(y for _, y in corners)
    box = Box(across[0] - _QUIET, down[0] - _QUIET, across[-1] + _QUIET, down[-1] + _QUIET)
    return box.clipped(width, height)


def _device(page: pdfium.PdfPage, x: float, y: float) -> tuple[float, float]:
    """A point as shown, from the top left; pdfium answers in whole numbers, so it is asked for tenths."""
    width, height = page.get_size()
    right, down = ctypes.c_int(), ctypes.c_int()
    pdfium_c.FPDF_PageToDevice(page.raw, 0, 0, round(width * 10), round(height * 10), 0, x, y, right, down)
    return right.value / 10, down.value / 10


def _is_drawn_on(page: pdfium.PdfPage) -> bool:
    kinds = Counter(kind for kind, _, _ in _drawn(page))
    return kinds[pdfium_c.FPDF_PAGEOBJ_IMAGE] > 0 or kinds[pdfium_c.FPDF_PAGEOBJ_PATH] >= _BARS


def _regions(page: pdfium.PdfPage) -> list[Box]:
    """Where a code may stand on a page of text, in the file's own space, `top` being the lower y.

    Beyond a few one that holds them all.
    """
    found: list[Box] = []
    small: list[Box] = []
    width, height = page.get_size()
    for kind, item, box in _drawn(page):
        if kind == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            if box.width * box.height >= _WHOLE * width * height or _may_be_code(item, box):
                found.append(box)
        elif min(box.width, box.height) <= _DOT and max(box.width, box.height) <= _RUN:
            small.append(box)
        elif pdfium_c.FPDFPath_CountSegments(item) >= _SEGMENTS:
            found.append(box)
    found += [*_dots(small), *_bars(small)]
    return found if len(found) <= _MOST_REGIONS else [around(found)]


def _may_be_code(picture: object, box: Box) -> bool:
    """Wide pictures are letterheads."""
    short, long = sorted((box.width, box.height))
    if short < _LEAST_SIDE or long > _SQUARE * short:
        return False
    across, down = ctypes.c_uint(), ctypes.c_uint()
    pdfium_c.FPDFImageObj_GetImagePixelSize(picture, across, down)
    return across.value * down.value < _PHOTOGRAPH or not _is_jpeg(picture)


def _is_jpeg(picture: object) -> bool:
    name = ctypes.create_string_buffer(16)
    filters = pdfium_c.FPDFImageObj_GetImageFilterCount(picture)
    return any(
        pdfium_c.FPDFImageObj_GetImageFilter(picture, index, name, len(name)) and name.value == b"DCTDecode"
        for index in range(filters)
    )


def _dots(small: Iterable[Box]) -> Iterator[Box]:
    """What is crowded with small areas; codes that reach over several cells are found as one."""
    cells: dict[tuple[int, int], list[Box]] = {}
    for box in small:
        cells.setdefault((int(box.center // _CELL), int(box.middle // _CELL)), []).append(box)
    crowded = [box for boxes in cells.values() if len(boxes) >= _DOTS for box in boxes]
    if crowded:
        near = around(crowded)
        reach = Box(near.x0 - _CELL, near.top - _CELL, near.x1 + _CELL, near.bottom + _CELL)
        yield around(box for box in small if reach.contains(box))


def _bars(small: Iterable[Box]) -> Iterator[Box]:
    """Many areas that begin and end at the same heights, or, lying, at the same sides."""
    upright = [box for box in small if box.height > 2 * box.width]
    lying = [box for box in small if box.width > 2 * box.height]
    for boxes, sides in ((upright, ("top", "bottom")), (lying, ("x0", "x1"))):
        ends = [tuple(round(getattr(box, side)) for side in sides) for box in boxes]
        for end, number in Counter(ends).items():
            if number >= _BARS:
                yield around(box for box, its in zip(boxes, ends, strict=True) if its == end)


def _drawn(page: pdfium.PdfPage) -> Iterator[tuple[int, object, Box]]:
    """(kind, object, box) of the pictures and paths, nested forms included. Raises _TooMuchError on the way."""
    count, get = pdfium_c.FPDFPage_CountObjects(page.raw), pdfium_c.FPDFPage_GetObject
    waiting: list[tuple[Iterator[object], Matrix, int]] = [((get(page.raw, index) for index in range(count)), _SAME, 0)]
    seen = 0
    edges = [ctypes.c_float() for _ in range(4)]
    while waiting:
        items, matrix, depth = waiting.pop()
        for item in items:
            seen += 1
            if seen > _MOST_OBJECTS:
                raise _TooMuchError
            kind = pdfium_c.FPDFPageObj_GetType(item)
            if kind == pdfium_c.FPDF_PAGEOBJ_FORM and depth < _DEPTH:
                waiting.append((_nested(item), _times(_matrix_of(item), matrix), depth + 1))
            elif kind in (pdfium_c.FPDF_PAGEOBJ_IMAGE, pdfium_c.FPDF_PAGEOBJ_PATH) and pdfium_c.FPDFPageObj_GetBounds(
                item, *edges
            ):
                left, bottom, right, top = (edge.value for edge in edges)
                yield kind, item, _through(matrix, left, bottom, right, top)


def _nested(form: object) -> Iterator[object]:
    return (pdfium_c.FPDFFormObj_GetObject(form, index) for index in range(pdfium_c.FPDFFormObj_CountObjects(form)))


def _matrix_of(form: object) -> Matrix:
    raw = pdfium_c.FS_MATRIX()
    if not pdfium_c.FPDFPageObj_GetMatrix(form, raw):
        return _SAME
    return (raw.a, raw.b, raw.c, raw.d, raw.e, raw.f)


def _times(inner: Matrix, outer: Matrix) -> Matrix:
    a, b, c, d, e, f = inner
    g, h, i, j, k, m = outer
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _through(matrix: Matrix, left: float, bottom: float, right: float, top: float) -> Box:
    if matrix is _SAME:
        return Box(left, bottom, right, top)
    a, b, c, d, e, f = matrix
    corners = [(a * x + c * y + e, b * x + d * y + f) for x in (left, right) for y in (bottom, top)]
    across, down = sorted(x for x, _ in corners), sorted(y for _, y in corners)
    return Box(across[0], down[0], across[-1], down[-1])
