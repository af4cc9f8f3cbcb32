"""The text layer of a PDF page: words with boxes, without what nobody sees, and whether it can be believed."""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from documents.extraction.geometry import Box, around
from documents.extraction.layout import TEXT_LAYER, Page, Word, in_reading_order

# pdfium writes U+0002 or U+FFFE for a hyphen at a line's end; icons come as private or replacement characters. Neither
# belongs to a word.
_WORD = re.compile(r"[^\s\x00-\x1f\ufffd-\uffff\ue000-\uf8ff]+")
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffd-\uffff\ue000-\uf8ff]")
_INVISIBLE_MODES = (3, 7)
_NEAR_WHITE = 240
_SMALLEST = 2.5
_MAX_CHARS = 200_000
_LONGEST = 1_000
MAX_WORDS = 20_000


@dataclass(frozen=True)
class TextLayer:
    """Visible words in reading order on a page of `width` x `height` points as shown, `rotation` undone.

    `hidden` counts the words that nobody sees.
    """

    words: tuple[Word, ...]
    width: float
    height: float
    rotation: int
    broken: bool
    hidden: int = 0

    def as_page(self, number: int, reason: str) -> Page:
        return Page(number, self.width, self.height, self.rotation, TEXT_LAYER, self.words, reason)


@dataclass(frozen=True)
class _Run:
    """A word as the file has it: its characters, its box in the page's own unturned space, and its direction."""

    text: str
    start: int
    box: Box
    angle: float


def text_layer(page: pdfium.PdfPage) -> TextLayer:
    """The layer of an open page. `broken` when a tenth of its characters have no meaning.

    A page whose text lies on its side or stands on its head is turned and read again: pdfium puts the letters of turned
    text in an order that nobody would read.
    """
    runs, broken, hidden = _read(page)
    turn = _turn_of(runs, page.get_rotation())
    if not turn:
        return replace(_laid_out(page, runs, 0, broken=broken), hidden=hidden)
    stated = page.get_rotation()
    page.set_rotation((stated - turn) % 360)
    try:
        runs, broken, hidden = _read(page)
        return replace(_laid_out(page, runs, turn, broken=broken), hidden=hidden)
    finally:
        page.set_rotation(stated)


def _read(page: pdfium.PdfPage) -> tuple[list[_Run], bool, int]:
    """(visible words, whether they mean nothing, number of words that nobody sees)."""
    textpage = page.get_textpage()
    try:
        text = _text_of(textpage)
        runs = _runs(textpage, text)
        visible = _visible(page, textpage, runs)
        return visible, _unmapped(textpage, text) > 0.1, len(runs) - len(visible)
    finally:
        textpage.close()


def _text_of(textpage: pdfium.PdfTextPage) -> str:
    """One character for each index, so that places in the text are places in the page."""
    count = min(textpage.count_chars(), _MAX_CHARS)
    if not count:
        return ""
    text: str = textpage.get_text_range(0, count)
    if len(text) == count:
        return text
    # Characters that the range leaves out or writes as two shift all that follow: asked one by one, they do not.
    code, raw = pdfium_c.FPDFText_GetUnicode, textpage.raw
    return "".join(_character(code(raw, index)) for index in range(count))


def _character(code: int) -> str:
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


def _runs(textpage: pdfium.PdfTextPage, text: str) -> list[_Run]:
    found: list[_Run] = []
    for match in _WORD.finditer(text):
        start, end = match.span()
        angle = pdfium_c.FPDFText_GetCharAngle(textpage.raw, start)
        if angle == 0 and pdfium_c.FPDFText_CountRects(textpage.raw, start, end - start) == 1:
            first, last = _char_box(textpage, start), _char_box(textpage, end - 1)
            box = Box(min(first.x0, last.x0), min(first.top, last.top), max(first.x1, last.x1), max(first.bottom, last.bottom))
            found.append(_Run(match.group(), start, box, angle))
        else:
            found.extend(_split(textpage, match.group(), start, angle))
        if len(found) >= MAX_WORDS:
            break
    return [run for run in found[:MAX_WORDS] if run.box.width > 0 and run.box.height > 0]


def _char_box(textpage: pdfium.PdfTextPage, index: int) -> Box:
    """The full height of the font and the advance of the glyph, y upwards as the file has it: top is the lower number."""
    rect = _RECT
    if not pdfium_c.FPDFText_GetLooseCharBox(textpage.raw, index, rect):
        return Box(0, 0, 0, 0)
    return Box(rect.left, min(rect.bottom, rect.top), rect.right, max(rect.bottom, rect.top))


_RECT = pdfium_c.FS_RECTF()


def _split(textpage: pdfium.PdfTextPage, text: str, start: int, angle: float) -> list[_Run]:
    """A word whose characters lie in several pieces: parted where they jump to another line or over a gap."""
    upright = abs(math.sin(angle)) < 0.1
    pieces: list[list[int]] = []
    boxes = [_char_box(textpage, start + offset) for offset in range(len(text))]
    for offset, box in enumerate(boxes):
        if offset and not _jumps(boxes[offset - 1], box, upright):
            pieces[-1].append(offset)
        else:
            pieces.append([offset])
    return [
        _Run(text[piece[0] : piece[-1] + 1], start + piece[0], around(boxes[offset] for offset in piece), angle)
        for piece in pieces
    ]


def _jumps(before: Box, box: Box, upright: bool) -> bool:
    if not upright:
        return abs(box.middle - before.middle) + abs(box.center - before.center) > 3 * max(before.width, before.height, 1)
    height = max(before.height, box.height, 1.0)
    gap = box.x0 - before.x1
    return gap > 0.4 * height or gap < -1.5 * height or abs(box.middle - before.middle) > 0.6 * height


def _unmapped(textpage: pdfium.PdfTextPage, text: str) -> float:
    """The share of printed characters that mean nothing: no entry in the font's map, controls, private use."""
    marks = [index for index, each in enumerate(text) if not each.isspace() and each not in "\x02\ufffe"]
    if not marks:
        return 0.0
    sample = marks[:: max(1, len(marks) // 400)]
    senseless = pdfium_c.FPDFText_HasUnicodeMapError
    bad = sum(bool(_NO_TEXT.match(text[index])) or senseless(textpage.raw, index) == 1 for index in sample)
    return bad / len(sample)


def _visible(page: pdfium.PdfPage, textpage: pdfium.PdfTextPage, runs: list[_Run]) -> list[_Run]:
    """What a person sees: no invisible mode, no transparent, tiny or white-on-white lettering, nothing off the page."""
    left, bottom, right, top = page.get_bbox()
    looks = {
        run.start: _look_of(textpage, run)
        for run in runs
        if left <= run.box.center <= right and bottom <= run.box.middle <= top
    }
    blank = _blank_spots(page, [run for run in runs if looks.get(run.start) == "doubtful"])
    return [run for run in runs if looks.get(run.start, "hidden") != "hidden" and run.start not in blank]


def _look_of(textpage: pdfium.PdfTextPage, run: _Run) -> str:
    """ "plain", "hidden", or "doubtful" where only the drawn page can tell."""
    size = run.box.height if abs(math.sin(run.angle)) < 0.5 else run.box.width
    if size < 0.2:
        return "hidden"
    drawn = pdfium_c.FPDFText_GetTextObject(textpage.raw, run.start)
    if drawn and pdfium_c.FPDFTextObj_GetTextRenderMode(drawn) in _INVISIBLE_MODES:
        return "hidden"
    red, green, blue, alpha = _COLOUR
    if not pdfium_c.FPDFText_GetFillColor(textpage.raw, run.start, red, green, blue, alpha):
        return "plain"
    if alpha.value == 0:
        return "hidden"
    pale = red.value >= _NEAR_WHITE and green.value >= _NEAR_WHITE and blue.value >= _NEAR_WHITE
    return "doubtful" if pale or size < _SMALLEST else "plain"


_COLOUR = tuple(ctypes.c_uint() for _ in range(4))


def _blank_spots(page: pdfium.PdfPage, runs: list[_Run]) -> set[int]:
    """Of these words, those where the drawn page shows nothing at all. Drawn once, small, and only when asked."""
    if not runs:
        return set()
    scale = min(1.0, 2000 / max(*page.get_size(), 1.0))
    bitmap = page.render(scale=scale, grayscale=True)
    pixels = bitmap.to_numpy()
    shown = _frame_of(page)
    blank = set()
    for run in runs:
        box = shown(run.box)
        spot = pixels[
            max(0, int(box.top * scale)) : int(box.bottom * scale) + 1, max(0, int(box.x0 * scale)) : int(box.x1 * scale) + 1
        ]
        if spot.size == 0 or int(spot.max()) - int(spot.min()) < 24 or min(run.box.width, run.box.height) < 1.2:
            blank.add(run.start)
    del pixels
    bitmap.close()
    return blank


def _frame_of(page: pdfium.PdfPage) -> Callable[[Box], Box]:
    """From the page's own space (y upwards, its own origin) to the page as shown: crop box and /Rotate applied."""
    left, bottom, right, top = page.get_bbox()
    width, height, rotation = right - left, top - bottom, -page.get_rotation() % 360

    def shown(box: Box) -> Box:
        upright = Box(box.x0 - left, top - box.bottom, box.x1 - left, top - box.top)
        return upright.turned(width, height, rotation) if rotation else upright

    return shown


def _turn_of(runs: list[_Run], rotate: int) -> int:
    """By how many degrees clockwise most of the text appears turned; pages exported sideways without saying so."""
    weights: Counter[int] = Counter()
    for run in runs:
        weights[round(math.degrees(run.angle) / 90) * 90 % 360] += len(run.text)
    if not weights:
        return 0
    angle, weight = weights.most_common(1)[0]
    turned = (rotate + angle) % 360
    return turned if weight > 0.6 * weights.total() else 0


def _laid_out(page: pdfium.PdfPage, runs: list[_Run], turn: int, *, broken: bool) -> TextLayer:
    width, height = page.get_size()
    shown = _frame_of(page)
    words = [Word(run.text[:_LONGEST], shown(run.box).clipped(width, height)) for run in runs]
    return TextLayer(in_reading_order(words), width, height, turn, broken)


def merged(layer: TextLayer, words: list[Word]) -> TextLayer:
    """The same page with words of another reader."""
    return replace(layer, words=in_reading_order(words[:MAX_WORDS]), broken=False)
