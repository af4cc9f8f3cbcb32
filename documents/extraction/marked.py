"""A page's picture with the boxes of its words and values drawn in, for developers to look at."""

from __future__ import annotations

from collections.abc import Iterable

from PIL import Image, ImageDraw

from documents.extraction.geometry import Box
from documents.extraction.layout import Page

_SURE, _DOUBTFUL, _VALUE = "#2f6fde", "#e08600", "#d00030"
_DOUBT = 60


def marked(picture: Image.Image, page: Page, values: Iterable[tuple[str, Box]]) -> Image.Image:
    """`picture` shows the whole page. Words are framed thinly, blue or, below 60, orange; values red, with their key."""
    shown = picture.convert("RGB")
    pen = ImageDraw.Draw(shown)
    across, down = shown.width / page.width, shown.height / page.height

    def frame(box: Box, color: str, width: int) -> None:
        pen.rectangle((box.x0 * across, box.top * down, box.x1 * across, box.bottom * down), outline=color, width=width)

    for word in page.words:
        frame(word.box, _SURE if word.confidence >= _DOUBT else _DOUBTFUL, 1)
    for key, box in values:
        frame(Box(box.x0 - 1.5, box.top - 1.5, box.x1 + 1.5, box.bottom + 1.5), _VALUE, 2)
        pen.text((box.x0 * across, max(0.0, box.top * down - 12)), key, fill=_VALUE)
    return shown
