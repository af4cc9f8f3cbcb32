"""Pictures: PNG, JPEG, TIFF (each frame a page), WEBP. Normalized once on entry; every page has to be recognized."""

from __future__ import annotations

import math
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from docflow.errors import FileError
from documents.extraction.codes import find_codes, placed
from documents.extraction.layout import OCR, Page
from documents.extraction.readers import MAX_PIXELS, MAX_SIDE, damaged, too_many_pages
from documents.extraction.readers.unrecognized import Unrecognized

FORMATS = ("PNG", "JPEG", "TIFF", "WEBP")
_MOVING = ("PNG", "WEBP")
Image.MAX_IMAGE_PIXELS = MAX_PIXELS

# An A4 sheet at 400 dots an inch has fifteen million; nothing is printed so small that it needs more.
_OCR_MOST = 16_000_000
_MOST_BITS = (255, 1023, 4095, 16_383, 65_535)

A4 = (595.28, 841.89)
_TILL_ROLL = 227.0
_EXIF_ORIENTATION = 0x0112
_ON_ITS_SIDE = (5, 6, 7, 8)
# Cameras and editors write 72 or 96 whatever they took; a fax has 98 dots an inch downwards.
_LEAST_DPI = 97

# What Pillow raises on broken pictures; the list is its own practice, there is no common class.
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    struct.error,
    zlib.error,
)


def look(path: Path, max_pages: int) -> int | None:
    """The number of frames of a TIFF, counted up to the limit; 1 for everything else, moving or not."""
    try:
        with _opened(path, 1) as picture:
            pages = _frames(picture, max_pages)
    except FileError:
        return None
    if pages > max_pages:
        raise too_many_pages("The picture", max_pages)
    return pages


def open_file(path: Path, folder: Path, max_pages: int) -> dict[str, object]:
    with _opened(path, 1) as picture:
        pages = _frames(picture, max_pages)
    if pages > max_pages:
        raise too_many_pages("The picture", max_pages)
    return {"pages": pages, "einvoice": None, "attachments": []}


def read_page(path: Path, number: int, dpi: int | None) -> Unrecognized:
    """`dpi` has no meaning here: a picture is read in the pixels it has."""
    image, resolution, further = _frame(path, number)
    width, height = page_size(image.width, image.height, resolution)
    grey = image.convert("L")
    if grey.width * grey.height > _OCR_MOST:
        grey.thumbnail(_shrunk(grey.size, _OCR_MOST), Image.Resampling.BOX)
    codes = placed(find_codes(grey), grey.size, (width, height))
    page = Page(number, width, height, 0, OCR, reason="is a picture", codes=codes)
    return Unrecognized(grey, page.without(f"{further} further pictures of a moving one") if further else page)


def draw_page(path: Path, number: int, dpi: int, rotation: int) -> Image.Image:
    """At `dpi` of the page's assumed size, never larger than the picture itself."""
    image, resolution, _ = _frame(path, number)
    width, _ = page_size(image.width, image.height, resolution)
    turns = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}
    upright = image.transpose(turns[rotation]) if rotation in turns else image
    factor = width / 72 * dpi / image.width
    if factor >= 1:
        return upright
    size = max(1, round(upright.width * factor)), max(1, round(upright.height * factor))
    return upright.resize(size, Image.Resampling.LANCZOS)


def page_size(across: int, down: int, resolution: tuple[float, float]) -> tuple[float, float]:
    """Points of a page from its pixels: by its dots per inch where those are believable, else as a usual sheet.

    Long narrow pictures are till rolls of 80 mm, all others
    fill an A4 sheet.
    """
    if _is_believable(resolution):
        width, height = across / resolution[0] * 72, down / resolution[1] * 72
        if 100 <= max(width, height) <= 2400 and min(width, height) >= 30:
            return width, height
    if down > 2 * across:
        width = min(_TILL_ROLL, MAX_SIDE * across / down)
        return width, width * down / across
    sheet = A4 if down >= across else (A4[1], A4[0])
    factor = min(sheet[0] / across, sheet[1] / down)
    return across * factor, down * factor


def normalized(picture: Image.Image) -> Image.Image:
    """RGB or grey, 8 bits, upright by EXIF, on white paper, without metadata."""
    upright = _by_exif(picture)
    if upright.mode.startswith(("I", "F")):
        return _eight_bits(upright)
    if upright.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in upright.info:
        layers = upright.convert("RGBA")
        paper = Image.new("RGB", layers.size, "white")
        paper.paste(layers, mask=layers.getchannel("A"))
        return paper
    return upright.convert("L" if upright.mode in ("1", "L") else "RGB")


def _by_exif(picture: Image.Image) -> Image.Image:
    try:
        if picture.getexif().get(_EXIF_ORIENTATION, 1) == 1:
            return picture
        return ImageOps.exif_transpose(picture)
    except _BROKEN:
        return picture


def _eight_bits(picture: Image.Image) -> Image.Image:
    """16 bits a pixel by the bits that are used of them; 32 and more so that the darkest is black and the lightest white."""
    pixels = np.asarray(picture, dtype=np.float32)
    low, high = float(np.nanmin(pixels)), float(np.nanmax(pixels))
    if picture.mode.startswith("I;16"):
        low, high = 0.0, float(next(most for most in _MOST_BITS if high <= most))
    scaled = (np.nan_to_num(pixels) - low) * (255 / max(high - low, 1e-6))
    return Image.fromarray(scaled.clip(0, 255).astype(np.uint8))


def _frame(path: Path, number: int) -> tuple[Image.Image, tuple[float, float], int]:
    """(normalized picture, dots per inch across and down, 0 when unknown; how many further ones a moving picture has)."""
    with _opened(path, number) as picture:
        if number > 1:
            picture.seek(number - 1)
            _refuse_giants(picture, number)
        picture.load()
        resolution = _resolution(picture)
        image = normalized(picture)
        turned = picture.getexif().get(_EXIF_ORIENTATION, 1) in _ON_ITS_SIDE
        further = int(getattr(picture, "n_frames", 1)) - 1 if picture.format in _MOVING else 0
    return *_squared(image, (resolution[1], resolution[0]) if turned else resolution), further


def _squared(image: Image.Image, resolution: tuple[float, float]) -> tuple[Image.Image, tuple[float, float]]:
    """The picture with as many dots an inch across as down, where both are believable: a fax has twice as many across."""
    across, down = resolution
    if not _is_believable(resolution) or 0.95 < across / down < 1.05:
        return image, resolution
    most = max(resolution)
    size = round(image.width * most / across), round(image.height * most / down)
    return image.convert("RGB" if image.mode == "RGB" else "L").resize(size, Image.Resampling.BICUBIC), (most, most)


def _is_believable(resolution: tuple[float, float]) -> bool:
    return all(_LEAST_DPI <= each <= 1300 for each in resolution) and max(resolution) <= 2.1 * min(resolution)


def _shrunk(size: tuple[int, int], pixels: int) -> tuple[int, int]:
    """That size with at most so many pixels."""
    factor = math.sqrt(pixels / (size[0] * size[1]))
    return max(1, int(size[0] * factor)), max(1, int(size[1] * factor))


def _resolution(picture: Image.Image) -> tuple[float, float]:
    try:
        across, down = picture.info.get("dpi", (0, 0))
        return float(across), float(down)
    except (TypeError, ValueError, ZeroDivisionError):
        return 0.0, 0.0


def _frames(picture: Image.Image, limit: int) -> int:
    """Counted one by one and never past the limit: what a file claims about itself costs seconds to check."""
    if picture.format != "TIFF":
        return 1
    count = 1
    try:
        while count <= limit:
            picture.seek(count)
            count += 1
    except EOFError:
        pass
    return count


@contextmanager
def _opened(path: Path, number: int) -> Iterator[Image.Image]:
    """The picture with none but our four formats reachable. All that Pillow raises becomes a FileError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=FORMATS) as picture:
                _refuse_giants(picture, number)
                yield picture
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(number) from error
    except _BROKEN as error:
        raise damaged(number) from error


def _refuse_giants(picture: Image.Image, number: int) -> None:
    if picture.width * picture.height > MAX_PIXELS:
        raise _too_large(number, picture.width * picture.height)


def _too_large(number: int, pixels: int = 0) -> FileError:
    has = f"has {pixels / 1e6:,.0f} megapixels" if pixels else "has too many pixels"
    return FileError(
        "reading_failed",
        f"Page {number} {has}; the limit is {MAX_PIXELS / 1e6:.0f} megapixels. Scan it at 300 dpi.",
        reason="picture_too_large",
        page=number,
    )


def scaled(path: Path, width: int) -> Image.Image:
    """The picture `width` pixels wide, in RGB."""
    with _opened(path, 1) as picture:
        image = normalized(picture).convert("RGB")
    return image.resize((width, max(1, round(image.height * width / image.width))), Image.Resampling.LANCZOS)


def measured(content: bytes) -> tuple[int, int]:
    """(across, down) in pixels as the header says, (0, 0) for what is no picture. Nothing is decoded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(content), formats=FORMATS) as picture:
                return picture.size
    except (*_BROKEN, Image.DecompressionBombError):
        return 0, 0
