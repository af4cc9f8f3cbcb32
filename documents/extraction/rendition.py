"""The image of a page as the browser gets it, and its thumbnail: small files that are made once (ui.md 5.5)."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image

MOST_BYTES, MOST_THUMB_BYTES = 300_000, 8_000
THUMB_WIDTH = 144  # twice the 72 pixels of the strip, for dense screens
_TALLEST_THUMB = 576
_WEBP_SIDE = 16_383
_QUALITIES = (60, 45, 30, 15, 5)
_FEW_COLOURS = 256


def write(drawn: Image.Image, image: Path, thumb: Path) -> tuple[int, int]:
    """Writes both as WebP -> (width, height) of the image in pixels."""
    if max(drawn.size) > _WEBP_SIDE:
        drawn.thumbnail((_WEBP_SIDE, _WEBP_SIDE))
    image.write_bytes(_encoded(drawn, MOST_BYTES))
    small = drawn.reduce(max(1, drawn.width // (2 * THUMB_WIDTH)))
    small.thumbnail((THUMB_WIDTH, _TALLEST_THUMB))
    thumb.write_bytes(_encoded(small, MOST_THUMB_BYTES))
    return drawn.width, drawn.height


def _encoded(picture: Image.Image, most: int) -> bytes:
    """Quality 60, or without loss where that is smaller; coarser only where the page is too busy for `most` bytes."""
    content = _webp(picture, quality=_QUALITIES[0], method=2)  # method 3 takes twice the time for 3 % less
    if picture.getcolors(_FEW_COLOURS) is not None:
        exact = _webp(picture, lossless=True, quality=20, method=1)
        content = exact if len(exact) < len(content) else content
    for quality in _QUALITIES[1:]:
        if len(content) <= most:
            break
        content = _webp(picture, quality=quality, method=2)
    return content


def _webp(picture: Image.Image, **options: int | bool) -> bytes:
    file = BytesIO()
    picture.save(file, "WEBP", **options)
    return file.getvalue()
