"""A second opinion on a page's text, by pdfminer.six, where pdfium's makes no sense.

It finds the meaning of letters in more places, and is some ten times slower.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LAParams, LTChar, LTPage, LTTextContainer, LTTextLine
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager, PDFTextState
from pdfminer.pdfpage import PDFPage

from documents.extraction.geometry import Box
from documents.extraction.layout import Word
from documents.extraction.readers.language_sense import makes_sense
from documents.extraction.readers.pdf_ink import Ink
from documents.extraction.readers.pdf_structure import UNREADABLE
from documents.extraction.readers.pdf_text import INVISIBLE_MODES, TextLayer, merged

_SENSELESS = re.compile(r"\(cid:\d+\)|[\ufffd\ue000-\uf8ff\x00-\x1f]")


def second_opinion(path: Path, number: int, page: pdfium.PdfPage) -> TextLayer | None:
    """The page as pdfminer reads it, None when that makes no more sense than what pdfium read.

    Only what stands on ink is taken: pdfminer does not know what is seen.
    """
    try:
        sheet = _analyzed(path, number)
        words = _moved(list(_words(sheet)), page) if sheet else []
    except UNREADABLE:
        return None
    ink = Ink(page)
    words = [word for word in words if ink.under(word.box) > 0]
    text = " ".join(word.text for word in words)
    if len(text) < 20 or len(_SENSELESS.findall(text)) > 0.02 * len(text) or not makes_sense(word.text for word in words):
        return None
    width, height = page.get_size()
    return merged(TextLayer((), width, height, 0, broken=False), words)


class _Seen(PDFPageAggregator):
    """Leaves out lettering in an invisible mode."""

    def render_string(self, textstate: PDFTextState, *rest: Any) -> None:
        if textstate.render not in INVISIBLE_MODES:
            super().render_string(textstate, *rest)


def _analyzed(path: Path, number: int) -> LTPage | None:
    resources = PDFResourceManager()
    device = _Seen(resources, laparams=LAParams())
    with path.open("rb") as file:
        for sheet in PDFPage.get_pages(file, pagenos=[number - 1]):
            PDFPageInterpreter(resources, device).process_page(sheet)
            return device.get_result()
    return None


def _moved(words: list[Word], page: pdfium.PdfPage) -> list[Word]:
    """pdfminer measures from the media box, everyone else from the crop box. Nothing for a cropped page that is turned."""
    left, bottom, right, top = page.get_bbox()
    outer_left, outer_bottom, outer_right, outer_top = page.get_mediabox()
    if (left, bottom, right, top) == (outer_left, outer_bottom, outer_right, outer_top):
        return [replace(word, box=word.box.clipped(*page.get_size())) for word in words]
    if page.get_rotation():
        return []
    across, down = left - outer_left, outer_top - top
    return [
        replace(word, box=Box(box.x0 - across, box.top - down, box.x1 - across, box.bottom - down).clipped(*page.get_size()))
        for word in words
        if (box := word.box)
    ]


def _words(sheet: LTPage) -> Iterator[Word]:
    """Words of a page by its own layout analysis, y turned downwards."""
    for block in sheet:
        for line in block if isinstance(block, LTTextContainer) else ():
            if isinstance(line, LTTextLine):
                yield from _words_of_line(line, sheet.height)


def _words_of_line(line: LTTextLine, height: float) -> Iterator[Word]:
    letters: list[LTChar] = []
    for each in [*line, None]:
        if isinstance(each, LTChar) and each.get_text().strip():
            letters.append(each)
        elif letters:
            yield Word(
                "".join(letter.get_text() for letter in letters),
                Box(letters[0].x0, height - max(x.y1 for x in letters), letters[-1].x1, height - min(x.y0 for x in letters)),
            )
            letters = []
