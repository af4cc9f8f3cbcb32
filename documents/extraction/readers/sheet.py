"""Pages of our own making for input that has none: lines of text on A4 sheets, with boxes, and the same sheets drawn."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from documents.extraction.geometry import Box
from documents.extraction.layout import TEXT_LAYER, Page, Word

WIDTH, HEIGHT = 595.28, 841.89
_MARGIN = 42.0
_PITCH = 12.0
_LETTER = 5.4
_SIZE = 9.0

COLUMNS = int((WIDTH - 2 * _MARGIN) / _LETTER)
ROWS = int((HEIGHT - 2 * _MARGIN) / _PITCH)
_FONTS = ("DejaVuSansMono.ttf", "LiberationMono-Regular.ttf")


def wrapped(lines: Iterable[str]) -> Iterator[str]:
    """Lines no longer than a sheet is wide, broken between words where possible; tabs to stops of eight."""
    for line in lines:
        rest = line.expandtabs(8).rstrip()
        while len(rest) > COLUMNS:
            cut = rest.rfind(" ", COLUMNS // 2, COLUMNS + 1)
            cut = cut if cut > 0 else COLUMNS
            yield rest[:cut].rstrip()
            rest = rest[cut:].lstrip(" ")
        yield rest


def pages_needed(rows: int) -> int:
    return max(1, -(-rows // ROWS))


def page(rows: list[str], number: int, reason: str) -> Page:
    """Sheet `number` of the wrapped `rows`: each word at its column, one line of the page for each row that has words.

    `reason` is what the input was.
    """
    words: list[Word] = []
    line = 0
    for index, row in enumerate(rows[(number - 1) * ROWS : number * ROWS]):
        top = _MARGIN + index * _PITCH
        for match in re.finditer(r"\S+", row):
            x0, x1 = (_MARGIN + place * _LETTER for place in match.span())
            words.append(Word(match.group(), Box(x0, top + 1.5, x1, top + 10.5), 100, line))
        line += bool(row.strip())
    return Page(number, WIDTH, HEIGHT, 0, TEXT_LAYER, tuple(words), reason)


def drawn(sheet: Page, dpi: int) -> Image.Image:
    """The sheet in black on white, each word in its box."""
    scale = dpi / 72
    image = Image.new("RGB", (round(sheet.width * scale), round(sheet.height * scale)), "white")
    pen = ImageDraw.Draw(image)
    font = _font(_SIZE * scale)
    for word in sheet.words:
        for offset, letter in enumerate(word.text):
            # Letter by letter, so that letters of another width (CJK, combining marks) stay within the word's box.
            pen.text(((word.box.x0 + offset * _LETTER) * scale, (word.box.top - 1) * scale), letter, "black", font)
    return image


@lru_cache(maxsize=8)
def _font(pixels: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    for name in _FONTS:
        try:
            return ImageFont.truetype(name, pixels)
        except OSError:
            continue
    return ImageFont.load_default(pixels)
