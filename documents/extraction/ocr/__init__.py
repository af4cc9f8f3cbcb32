"""Recognition: a picture of a page -> words with boxes. One protocol (`engine.py`), one file per engine.

`recognize_page` is what the readers call. Boxes are pixels inside this package and points outside of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PIL import Image

from docflow.recognition import LANGUAGES, code_of
from documents.extraction.geometry import Box
from documents.extraction.layout import OCR, Page, Word
from documents.extraction.ocr.choice import AUTO, ENGINES, chosen
from documents.extraction.ocr.engine import Engine, Reading

_SAMPLED_ROWS = 500


def recognize_page(
    image: Image.Image,
    *,
    number: int,
    width: float,
    height: float,
    languages: Sequence[str],
    engine: str = AUTO,
    may_be_turned: bool = True,
) -> Page:
    """Page `number`, `width` x `height` points as the picture shows it, read from `image` (any mode, whole page).

    The page given back stands upright: `rotation` says by how many degrees clockwise the picture was turned.
    `engine` is a name of ENGINES, or "auto" for the best one. `may_be_turned` is False for pages that were typeset and
    not scanned: their top is not looked for. `reason` stays empty unless there was nothing to recognize or a language is
    missing: why a picture was read is known to who asks. Raises FileError as the engine does, and for an unknown one.
    """
    reader = chosen(engine, languages)
    return read_by(reader, image, number, (width, height), languages, may_be_turned=may_be_turned)


def read_by(
    reader: Engine,
    image: Image.Image,
    number: int,
    size: tuple[float, float],
    languages: Sequence[str],
    *,
    may_be_turned: bool = True,
) -> Page:
    """The same by an engine that was chosen; `size` is (width, height) in points."""
    width, height = size
    grey = image if image.mode == "L" else image.convert("L")
    if is_blank(grey) or _is_noise(grey):
        return Page(number, width, height, 0, OCR, reason="is empty" if is_blank(grey) else "shows noise and no print")
    reading = reader.read(grey, languages, may_be_turned=may_be_turned)
    across, down = grey.size
    if reading.rotation in (90, 270):
        width, height, across, down = height, width, down, across
    found = tuple(_in_points(word, width / across, height / down, width, height) for word in reading.words)
    return Page(number, width, height, reading.rotation, OCR, found, _lack_of(reader, reading), reader.name).within_limits()


def _lack_of(reader: Engine, reading: Reading) -> str:
    """A sentence about languages that are not installed, "" when none is missing."""
    names = [LANGUAGES[code][0] if (code := code_of(each)) else each for each in reading.lacks]
    if not names:
        return ""
    return f"{reader.name} has no data for {' and '.join(names) if len(names) < 3 else f'{len(names)} of its languages'}"


def is_blank(grey: Image.Image) -> bool:
    """Whether nothing stands out on the picture but the grain of its paper, at which engines work for a minute."""
    darkest, lightest = grey.reduce(3).getextrema()
    return lightest - darkest < 16  # type: ignore[operator]


def _is_noise(grey: Image.Image) -> bool:
    """Printed pages change from dark to light at an eighth of their pixels at most; engines work on noise for minutes."""
    pixels = np.asarray(grey)[:: max(2, grey.height // _SAMPLED_ROWS)]
    if pixels.shape[1] < 2:
        return False
    return bool((np.abs(np.diff(pixels.astype(np.int16), axis=1)) > 24).mean() > 0.4)


def _in_points(word: Word, scale_x: float, scale_y: float, width: float, height: float) -> Word:
    box = word.box
    points = Box(box.x0 * scale_x, box.top * scale_y, box.x1 * scale_x, box.bottom * scale_y)
    return replace(word, box=points.clipped(width, height))


__all__ = ["AUTO", "ENGINES", "Engine", "Reading", "is_blank", "read_by", "recognize_page"]
