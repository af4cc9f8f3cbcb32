"""PDF: pypdfium2 first; each page is read from its text layer or, where that is missing or unsound, drawn to be recognized.

Runs in the child only. JavaScript, actions and links are never executed; form fields are read as they are drawn.
"""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image

from docflow.errors import FileError
from documents.extraction.codes import find_codes, placed
from documents.extraction.layout import OCR, SECOND_READER, TEXT_LAYER, Page
from documents.extraction.readers import MAX_PIXELS, pdf_codes, pdf_structure, too_many_pages
from documents.extraction.readers.language_sense import makes_sense
from documents.extraction.readers.pdf_fields import with_values
from documents.extraction.readers.pdf_file import opened, sheet
from documents.extraction.readers.pdf_ink import Ink
from documents.extraction.readers.pdf_pictures import Pictures, is_covered, pictures_of
from documents.extraction.readers.pdf_referee import second_opinion
from documents.extraction.readers.pdf_scan import scan_of
from documents.extraction.readers.pdf_text import TextLayer, merged, text_layer
from documents.extraction.readers.unrecognized import Unrecognized

# Measured on scanned A4 with noise, word F1 of the two engines: 200 dpi 0.987 and 0.893, 300 dpi 0.989 and 0.901.
_OCR_DPI = 200
# Fewer words than this over a picture of the whole page are a stamp or a scanner's footer, not its text.
_FEW_WORDS = 40
_WHOLE_PAGE = 0.6
_NO_WORDS = "its letters make no words"
_NO_MORE_WORDS = "what recognition reads makes no more words than its text layer"
_NOTHING_FOUND = "has a doubtful text layer, but recognition found nothing"
_RECOGNIZED = 90


def look(path: Path, max_pages: int) -> int | None:
    """None when the file cannot be opened: reading will say why."""
    try:
        with opened(path) as document:
            pages = len(document)
    except FileError:
        return None
    if pages > max_pages:
        raise too_many_pages("The PDF", max_pages)
    return pages


def open_file(path: Path, folder: Path, max_pages: int) -> dict[str, object]:
    """Counts pages, writes an embedded e-invoice to folder/einvoice.xml, lists other attachments without opening them."""
    with opened(path) as document:
        pages = len(document)
        if pages > max_pages:
            raise too_many_pages("The PDF", max_pages)
        names, einvoice = pdf_structure.attachments(document, path)
    if einvoice is not None:
        (folder / "einvoice.xml").write_bytes(einvoice)
    return {"pages": pages, "einvoice": "einvoice.xml" if einvoice is not None else None, "attachments": names}


def read_page(path: Path, number: int, dpi: int | None) -> Page | Unrecognized:
    with sheet(path, number) as page:
        layer, reason = text_layer(page), "has a sound text layer"
        doubt = _senseless(layer)
        if doubt and (second := second_opinion(path, number, page)):
            layer, reason, doubt = second, SECOND_READER, ""
        if page.formenv:
            layer = with_values(layer, page, path, number)
        enough = not doubt and len(layer.words) >= _FEW_WORDS
        if enough and not is_covered(page):
            return _with_codes(layer.as_page(number, reason), page, full=True)
        pictures = pictures_of(page)
        doubt = doubt or ("a picture lies over its text" if enough else _doubt_of(layer, pictures))
        if not doubt:
            return _with_codes(layer.as_page(number, reason), page, full=False)
        width, height = page.get_size()
        if not layer.words and not layer.broken and not pictures.drawn:
            return Page(number, width, height, 0, TEXT_LAYER, reason="is empty")
        if pictures.cover >= _WHOLE_PAGE and (kept := _kept_recognition(page, layer)):
            kept_page = replace(kept.as_page(number, "the text behind its picture fits it"), source=OCR)
            return _with_codes(kept_page, page, full=False)
        image = (scan_of(page) if not dpi else None) or _render(page, dpi or _OCR_DPI, grey=True)
    codes = find_codes(image)
    drawn = Page(number, width, height, 0, OCR, reason=doubt, codes=placed(codes, image.size, (width, height)))
    # Lettering that is drawn on blank-looking or very odd pages: better the doubtful layer than nothing.
    otherwise = None
    if layer.words and not layer.broken:
        otherwise = layer.as_page(number, _NO_MORE_WORDS if doubt == _NO_WORDS else _NOTHING_FOUND)
        otherwise = replace(otherwise, codes=placed(codes, image.size, (width, height), layer.rotation))
    return Unrecognized(image, drawn, otherwise, may_be_turned=pictures.cover >= 0.3, must_make_sense=doubt == _NO_WORDS)


def _with_codes(read: Page, page: pdfium.PdfPage, *, full: bool) -> Page:
    size = page.get_size()
    return replace(read, codes=placed(pdf_codes.codes_on(page, full=full), size, size, read.rotation))


def draw_page(path: Path, number: int, dpi: int, rotation: int) -> Image.Image:
    with sheet(path, number) as page:
        image = _render(page, dpi, grey=False)
    turns = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}
    return image.transpose(turns[rotation]) if rotation in turns else image


def _senseless(layer: TextLayer) -> str:
    """Why what the layer says cannot be what the page shows, "" when nothing speaks against it."""
    if layer.broken:
        return "its letters have no Unicode"
    return "" if makes_sense(word.text for word in layer.words) else _NO_WORDS


def _kept_recognition(page: pdfium.PdfPage, layer: TextLayer) -> TextLayer | None:
    """What scanning software recognized and laid behind the picture or over it unseen, if it is good: its words make sense
    and stand where the picture has ink, and hardly any ink is without a word. Its certainty is that of a recognition.
    """
    unseen = text_layer(page, invisible=True) if layer.hidden else layer
    words = [word for word in unseen.words if any(map(str.isalnum, word.text))]
    if unseen.broken or unseen.rotation or len(words) < max(_FEW_WORDS, 0.8 * len(unseen.words)):
        return None
    if not makes_sense(word.text for word in words) or not Ink(page).bears_out(words):
        return None
    return merged(unseen, [replace(word, confidence=_RECOGNIZED) for word in words])


def _doubt_of(layer: TextLayer, pictures: Pictures) -> str:
    """Of a page with few words: why they are not all there is to read, "" when they are."""
    if not layer.words:
        return "its text layer is invisible" if layer.hidden else "has no text layer"
    if pictures.cover >= _WHOLE_PAGE:
        return "a few words stand over a picture of the whole page"
    # Text turned into outlines: a dozen words remain as text, the rest are curves.
    return "its text is drawn as curves" if len(layer.words) < 12 and pictures.curves > 300 else ""


def _render(page: pdfium.PdfPage, dpi: int, *, grey: bool) -> Image.Image:
    """The page in at most 50 megapixels; pdfium rounds each side up, so a hundredth is left free."""
    width, height = page.get_size()
    scale = min(dpi / 72, math.sqrt(0.99 * MAX_PIXELS / max(width * height, 1.0)))
    bitmap = page.render(scale=max(scale, 1.5 / max(min(width, height), 0.1)), grayscale=grey, rev_byteorder=not grey)
    image = bitmap.to_pil().copy()
    bitmap.close()
    return image
