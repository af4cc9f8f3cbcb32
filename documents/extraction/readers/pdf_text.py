"""The text layer of a PDF page: words with boxes, without what nobody sees, and whether it can be believed."""

from __future__ import annotations

import ctypes
import math
import re
import struct
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice, repeat
from typing import Any, NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from documents.extraction.geometry import Box, around
from documents.extraction.layout import MAX_WORDS, TEXT_LAYER, Page, Word, in_reading_order

# pdfium writes U+0002 or U+FFFE for a hyphen at a line's end; icons come as private or replacement characters. Neither
# belongs to a word.
_WORD = re.compile(r"[^\s\x00-\x1f\ufffd-\uffff\ue000-\uf8ff]+")
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffd-\uffff\ue000-\uf8ff]")
_NO_MARK = "\x02\ufffe"  # a hyphen at a line's end counts neither for nor against
INVISIBLE_MODES = (3, 7)
_NEAR_WHITE = 240
_SMALLEST = 2.5
_MAX_CHARS = 200_000
# Measured: icons among sound text take 0.7 % at most; a font without meaning that sets only the amounts takes 5 %.
_MOST_UNMAPPED = 0.03
_LONGEST = 1_000


@dataclass(frozen=True)
class TextLayer:
    """Visible words in reading order on a page of `width` x `height` points as shown, `rotation` undone.

    `hidden` counts the words that nobody sees; `left_out` says what of the page is too much to be read.
    """

    words: tuple[Word, ...]
    width: float
    height: float
    rotation: int
    broken: bool
    hidden: int = 0
    left_out: str = ""

    def as_page(self, number: int, reason: str) -> Page:
        page = Page(number, self.width, self.height, self.rotation, TEXT_LAYER, self.words, reason)
        return page.without(self.left_out) if self.left_out else page


class Run(NamedTuple):
    """A word as the file has it: its characters, its box in the page's own unturned space (y upwards: `low` is its foot),
    its direction, and how its lettering is painted: "plain", "pale", "unseen" or "hidden"."""

    text: str
    start: int
    x0: float
    low: float
    x1: float
    high: float
    angle: float
    paint: str


def text_layer(page: pdfium.PdfPage, *, invisible: bool = False) -> TextLayer:
    """The layer of an open page. `broken` when more than 3 % of its characters have no meaning.

    `invisible` takes the lettering that scanning software lays over its pictures too; it is for the caller to believe it.
    A page whose text lies on its side or stands on its head is turned and read again: pdfium puts the letters of turned
    text in an order that nobody would read.
    """
    runs, about = _read(page, invisible)
    turn = _turn_of(runs, page.get_rotation())
    if not turn:
        return replace(_laid_out(page, runs, 0), **about)
    stated = page.get_rotation()
    page.set_rotation((stated - turn) % 360)
    try:
        runs, about = _read(page, invisible)
        return replace(_laid_out(page, runs, turn), **about)
    finally:
        page.set_rotation(stated)


def _read(page: pdfium.PdfPage, invisible: bool) -> tuple[list[Run], dict[str, Any]]:
    """(visible words, `broken`, `hidden` and `left_out` of the layer)."""
    textpage = page.get_textpage()
    try:
        text, left_out = _within_limits(_text_of(textpage), textpage.count_chars())
        runs = _runs(textpage, text)
        visible = _visible(page, runs, invisible)
        broken = _unmapped(textpage, text) > _MOST_UNMAPPED
        return visible, {"broken": broken, "hidden": len(runs) - len(visible), "left_out": left_out}
    finally:
        textpage.close()


def _within_limits(text: str, characters: int) -> tuple[str, str]:
    """(the text as far as it is read, what is left out of a page with so many characters)."""
    beyond = next(islice(_WORD.finditer(text), MAX_WORDS, None), None) if len(text) > MAX_WORDS else None
    if beyond:
        return text[: beyond.start()], f"words beyond {MAX_WORDS:,}"
    return text, f"letters beyond {_MAX_CHARS:,}" if characters > _MAX_CHARS else ""


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


def _runs(textpage: pdfium.PdfTextPage, text: str) -> list[Run]:
    """Words with their boxes. Direction and paint belong to the text object, which many words share: asked once for each."""
    found: list[Run] = []
    handle = _address(textpage.raw)
    styles: dict[int, tuple[float, str]] = {}
    for match in _WORD.finditer(text):
        start, end = match.span()
        item = _text_object(handle, start)
        style = styles.get(item or -1 - start)
        if style is None:
            style = styles[item or -1 - start] = (_char_angle(handle, start), _paint_of(handle, start, item))
        if style[0] == 0 and _count_rects(handle, start, end - start) == 1:
            x0, low, x1, high = _char_box(handle, start)
            if end - start > 1:
                left, foot, right, head = _char_box(handle, end - 1)
                # Written out, without min and max: this runs for each word.
                x0, low = x0 if x0 < left else left, low if low < foot else foot
                x1, high = x1 if x1 > right else right, high if high > head else head
            found.append(Run(match.group(), start, x0, low, x1, high, *style))
        else:
            found.extend(_split(handle, match.group(), start, *style))
    return [run for run in found if run.x1 > run.x0 and run.high > run.low]


def _plainly(function: Any, result: Any, *arguments: Any) -> Callable[..., Any]:
    """The same function of pdfium with addresses as numbers: half the cost of a call, and there are ten for each word."""
    return ctypes.PYFUNCTYPE(result, *arguments)(ctypes.cast(function, ctypes.c_void_p).value or 0)


def _address(handle: Any) -> int:
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


_HANDLE, _INDEX = ctypes.c_void_p, ctypes.c_int
_text_object = _plainly(pdfium_c.FPDFText_GetTextObject, ctypes.c_void_p, _HANDLE, _INDEX)
_char_angle = _plainly(pdfium_c.FPDFText_GetCharAngle, ctypes.c_float, _HANDLE, _INDEX)
_count_rects = _plainly(pdfium_c.FPDFText_CountRects, ctypes.c_int, _HANDLE, _INDEX, ctypes.c_int)
_loose_char_box = _plainly(pdfium_c.FPDFText_GetLooseCharBox, ctypes.c_int, _HANDLE, _INDEX, ctypes.c_void_p)
_render_mode = _plainly(pdfium_c.FPDFTextObj_GetTextRenderMode, ctypes.c_int, _HANDLE)
_fill_color = _plainly(pdfium_c.FPDFText_GetFillColor, ctypes.c_int, _HANDLE, _INDEX, *[ctypes.c_void_p] * 4)
_has_map_error = _plainly(pdfium_c.FPDFText_HasUnicodeMapError, ctypes.c_int, _HANDLE, _INDEX)
_RECT = ctypes.create_string_buffer(16)  # left, top, right, bottom
_RECT_AT = ctypes.addressof(_RECT)
_COLOUR = (ctypes.c_uint * 4)()  # red, green, blue, alpha
_COLOUR_AT = [ctypes.addressof(_COLOUR) + 4 * place for place in range(4)]
_four_floats = struct.Struct("=4f").unpack_from


def _char_box(handle: int, index: int) -> tuple[float, float, float, float]:
    """The full height of the font and the advance of the glyph: left, lower, right and upper edge, y upwards."""
    if not _loose_char_box(handle, index, _RECT_AT):
        return 0.0, 0.0, 0.0, 0.0
    left, top, right, bottom = _four_floats(_RECT)
    return (left, bottom, right, top) if bottom < top else (left, top, right, bottom)


def _split(handle: int, text: str, start: int, angle: float, paint: str) -> list[Run]:
    """A word whose characters lie in several pieces: parted where they jump to another line or over a gap."""
    along = round(math.cos(angle)) if abs(math.sin(angle)) < 0.1 else 0
    pieces: list[list[int]] = []
    boxes = [Box(*_char_box(handle, start + offset)) for offset in range(len(text))]
    for offset, box in enumerate(boxes):
        if offset and not _jumps(boxes[offset - 1], box, along):
            pieces[-1].append(offset)
        else:
            pieces.append([offset])
    runs = []
    for piece in pieces:
        whole = around(boxes[offset] for offset in piece)
        word = text[piece[0] : piece[-1] + 1]
        runs.append(Run(word, start + piece[0], whole.x0, whole.top, whole.x1, whole.bottom, angle, paint))
    return runs


def _jumps(before: Box, box: Box, along: int) -> bool:
    """Whether a character does not follow on the one before; `along` 1 rightwards, -1 leftwards on its head, 0 otherwise."""
    if not along:
        return abs(box.middle - before.middle) + abs(box.center - before.center) > 3 * max(before.width, before.height, 1)
    height = max(before.height, box.height, 1.0)
    gap = box.x0 - before.x1 if along > 0 else before.x0 - box.x1
    return gap > 0.4 * height or gap < -1.5 * height or abs(box.middle - before.middle) > 0.6 * height


def _unmapped(textpage: pdfium.PdfTextPage, text: str) -> float:
    """The share of printed characters that mean nothing: no entry in the font's map, controls, private use."""
    step = max(1, len(text) // 400)
    sample = text[::step]
    printed = [at for at, sign in enumerate(sample) if not sign.isspace() and sign not in _NO_MARK]
    if not printed:
        return 0.0
    letters = [at for at in printed if not _NO_TEXT.match(sample, at)] if _NO_TEXT.search(sample) else printed
    errors = map(_has_map_error, repeat(_address(textpage.raw)), [at * step for at in letters])
    return (len(printed) - len(letters) + list(errors).count(1)) / len(printed)


def _visible(page: pdfium.PdfPage, runs: list[Run], invisible: bool) -> list[Run]:
    """What a person sees: nothing transparent, tiny, white on white or off the page; in invisible mode only if `invisible`."""
    gone = ("hidden",) if invisible else ("hidden", "unseen")
    left, bottom, right, top = page.get_bbox()
    shown, doubtful = [], []
    for run in runs:
        _, _, x0, low, x1, high, angle, paint = run
        if paint in gone or not (left <= (x0 + x1) / 2 <= right and bottom <= (low + high) / 2 <= top):
            continue
        size = high - low if angle == 0 or abs(math.sin(angle)) < 0.5 else x1 - x0
        if size < _SMALLEST or paint == "pale":
            if size < 0.2:
                continue
            doubtful.append(run)
        shown.append(run)
    blank = _blank_spots(page, doubtful)
    return [run for run in shown if run.start not in blank] if blank else shown


def _paint_of(handle: int, index: int, item: int | None) -> str:
    """ "plain", "hidden", "unseen" in invisible mode, or "pale" where only the drawn page can tell."""
    if item and _render_mode(item) in INVISIBLE_MODES:
        return "unseen"
    if not _fill_color(handle, index, *_COLOUR_AT):
        return "plain"
    red, green, blue, alpha = _COLOUR
    if alpha == 0:
        return "hidden"
    return "pale" if min(red, green, blue) >= _NEAR_WHITE else "plain"


def _blank_spots(page: pdfium.PdfPage, runs: list[Run]) -> set[int]:
    """Of these words, those where the drawn page shows nothing at all. Only the part that holds them is drawn, once, small,
    and only when asked: headings in white on a dark bar are common."""
    if not runs:
        return set()
    width, height = page.get_size()
    scale = min(1.0, 2000 / max(width, height, 1.0))
    boxes = list(map(frame_of(page), runs))
    across, down = math.ceil(width * scale), math.ceil(height * scale)
    part = around(boxes).clipped(width, height)
    left, top = min(int(part.x0 * scale), across - 1), min(int(part.top * scale), down - 1)
    cut = (left, max(0, down - 1 - int(part.bottom * scale)), max(0, across - 1 - int(part.x1 * scale)), top)
    # What is cut off is rounded up to whole pixels; half a pixel less is safe from an error in the last digit.
    bitmap = page.render(scale=scale, grayscale=True, crop=tuple(max(0.0, pixels - 0.5) / scale for pixels in cut))
    pixels = bitmap.to_numpy()
    blank = set()
    for run, box in zip(runs, boxes, strict=True):
        spot = pixels[
            max(0, int(box.top * scale) - top) : max(0, int(box.bottom * scale) + 1 - top),
            max(0, int(box.x0 * scale) - left) : max(0, int(box.x1 * scale) + 1 - left),
        ]
        if spot.size == 0 or int(spot.max()) - int(spot.min()) < 24 or min(run.x1 - run.x0, run.high - run.low) < 1.2:
            blank.add(run.start)
    del pixels
    bitmap.close()
    return blank


def frame_of(page: pdfium.PdfPage) -> Callable[[Run], Box]:
    """From the page's own space (y upwards, its own origin) to the page as shown: crop box and /Rotate applied."""
    left, bottom, right, top = page.get_bbox()
    width, height, rotation = right - left, top - bottom, -page.get_rotation() % 360

    def shown(run: Run) -> Box:
        upright = Box(run.x0 - left, top - run.high, run.x1 - left, top - run.low)
        return upright.turned(width, height, rotation) if rotation else upright

    return shown


def _turn_of(runs: list[Run], rotate: int) -> int:
    """By how many degrees clockwise most of the text appears turned; pages exported sideways without saying so."""
    letters: Counter[float] = Counter()
    for run in runs:
        letters[run.angle] += len(run.text)
    weights: Counter[int] = Counter()
    for slope, count in letters.items():
        weights[round(math.degrees(slope) / 90) * 90 % 360] += count
    if not weights:
        return 0
    angle, weight = weights.most_common(1)[0]
    turned = (rotate + angle) % 360
    return turned if weight > 0.6 * weights.total() else 0


def _laid_out(page: pdfium.PdfPage, runs: list[Run], turn: int) -> TextLayer:
    width, height = page.get_size()
    shown = frame_of(page)
    words = [
        Word(run[0][start : start + _LONGEST], shown(run).clipped(width, height))
        for run in runs
        for start in range(0, len(run[0]), _LONGEST)
    ]
    return TextLayer(in_reading_order(words), width, height, turn, broken=False)


def merged(layer: TextLayer, words: list[Word]) -> TextLayer:
    """The same page with words of another reader."""
    return replace(layer, words=in_reading_order(words), broken=False)
