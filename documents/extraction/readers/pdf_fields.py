"""Values of form fields that stand in no text layer: list boxes, and fields that pdfium could not draw into the page."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from documents.extraction.geometry import Box
from documents.extraction.layout import Word, in_reading_order
from documents.extraction.readers.pdf_text import Run, TextLayer, frame_of

_UNSEEN = pdfium_c.FPDF_ANNOT_FLAG_HIDDEN | pdfium_c.FPDF_ANNOT_FLAG_NOVIEW
_WRITTEN = (pdfium_c.FPDF_FORMFIELD_TEXTFIELD, pdfium_c.FPDF_FORMFIELD_COMBOBOX, pdfium_c.FPDF_FORMFIELD_LISTBOX)
_PASSWORD = 1 << 13
_MOST_FIELDS = 5_000
_LONGEST = 200_000  # letters of one value, more than are read of a page
_LINE = 12.0


def with_values(layer: TextLayer, page: pdfium.PdfPage, path: Path, number: int) -> TextLayer:
    """The layer and, at the place of each field in which it has no word, the words of its value.

    The file is opened anew: the fields of `page` are drawn into it and gone.
    """
    stated = page.get_rotation()
    page.set_rotation((stated - layer.rotation) % 360)
    try:
        shown = frame_of(page)
    finally:
        page.set_rotation(stated)
    added: list[Word] = []
    fields, left_out = _values(path, number)
    for field in fields:
        box = shown(field)
        if not any(box.overlap_x(each.box) > 0 and box.overlap_y(each.box) > 0.5 * each.box.height for each in layer.words):
            added += _words(field.text, box.clipped(layer.width, layer.height))
    told = ", ".join(filter(None, (layer.left_out, left_out)))
    words = in_reading_order([*layer.words, *added]) if added else layer.words
    return replace(layer, words=words, left_out=told)


def _words(value: str, box: Box) -> Iterator[Word]:
    """Line by line from the top of the box, each word where letters of equal width would put it."""
    lines = value.splitlines()
    height = min(box.height / max(len(lines), 1), _LINE)
    letter = min(box.width / max((len(line) for line in lines), default=1), height * 0.6)
    for row, line in enumerate(lines):
        top = box.top + row * height if len(lines) > 1 else box.middle - height / 2
        for found in re.finditer(r"[^\s\x00-\x1f]+", line):
            start, end = found.span()
            yield Word(found.group(), Box(box.x0 + start * letter, top, box.x0 + end * letter, top + height))


def _values(path: Path, number: int) -> tuple[list[Run], str]:
    """(the text of each filled field that a person may see, in the page's own space; what is left out)."""
    found: list[Run] = []
    left_out = ""
    document = pdfium.PdfDocument(path)
    try:
        document.init_forms()
        if document.formenv is None:
            return [], ""
        page = document[number - 1]
        count = pdfium_c.FPDFPage_GetAnnotCount(page.raw)
        for index in range(min(count, _MOST_FIELDS)):
            field = pdfium_c.FPDFPage_GetAnnot(page.raw, index)
            if field:
                found += _value(document.formenv.raw, field)
                pdfium_c.FPDFPage_CloseAnnot(field)
        left_out = f"form fields beyond {_MOST_FIELDS:,}" if count > _MOST_FIELDS else ""
    except pdfium.PdfiumError:
        pass
    finally:
        document.close()
    return found, left_out


def _value(form: object, field: object) -> Iterator[Run]:
    if pdfium_c.FPDFAnnot_GetSubtype(field) != pdfium_c.FPDF_ANNOT_WIDGET or pdfium_c.FPDFAnnot_GetFlags(field) & _UNSEEN:
        return
    kind, flags = pdfium_c.FPDFAnnot_GetFormFieldType(form, field), pdfium_c.FPDFAnnot_GetFormFieldFlags(form, field)
    if kind not in _WRITTEN or flags & _PASSWORD:
        return
    size = pdfium_c.FPDFAnnot_GetFormFieldValue(form, field, None, 0)
    rect = pdfium_c.FS_RECTF()
    if not 2 < size <= 2 * _LONGEST or not pdfium_c.FPDFAnnot_GetRect(field, rect):
        return
    raw = (ctypes.c_ushort * (size // 2))()
    pdfium_c.FPDFAnnot_GetFormFieldValue(form, field, raw, size)
    text = bytes(raw).decode("utf-16-le", errors="ignore").rstrip("\x00")
    yield Run(text, 0, rect.left, min(rect.bottom, rect.top), rect.right, max(rect.bottom, rect.top), 0.0, "plain")
