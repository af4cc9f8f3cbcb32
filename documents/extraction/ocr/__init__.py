"""Recognition: a picture of a page -> words with boxes. One protocol, one file per engine.

`recognize_page` is what the readers call. It turns the picture upright, levels it, lets the engine read and maps the
boxes back to the page as it is shown. Boxes are pixels inside this package and points outside of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from typing import Protocol

import numpy as np
from PIL import Image

from docflow.errors import FileError
from documents.extraction.geometry import Box
from documents.extraction.layout import OCR, Page, Word, in_reading_order
from documents.extraction.ocr.upright import level, skew_of

MAX_WORDS = 20_000

ENGINES: dict[str, str] = {"tesseract": "documents.extraction.ocr.tesseract:Tesseract"}
DEFAULT = "tesseract"

# The share of well-read letters: upright receipts and scans had 0.44 and more, turned ones 0.25 and less.
_DOUBTFUL = 0.35
_CERTAIN = 0.5
_PROBE_SIDE = 1600


class Engine(Protocol):
    """Reads one upright picture."""

    name: str

    def recognize(self, image: Image.Image, languages: Sequence[str]) -> list[Word]:
        """Words of a grey picture (mode L), boxes in its pixels, confidence 0-100, in any order.

        `languages` are ISO 639 codes of two or three letters; those that are not installed are passed over.
        Raises FileError `reading_failed` with reason `engine_missing` when the engine is not installed.
        """


def engine(name: str = DEFAULT) -> Engine:
    """The engine of that name. Raises FileError with the known ones for any other."""
    if name not in ENGINES:
        raise FileError(
            "reading_failed", f"No text recognition is called {name}. Known: {', '.join(ENGINES)}.", reason="engine_missing"
        )
    module, _, attribute = ENGINES[name].partition(":")
    made: Engine = getattr(import_module(module), attribute)()
    return made


def recognize_page(
    image: Image.Image,
    *,
    number: int,
    width: float,
    height: float,
    languages: Sequence[str],
    engine: str = "auto",
    by: Engine | None = None,
    may_be_turned: bool = True,
) -> Page:
    """Page `number`, `width` x `height` points as the picture shows it, read from `image` (any mode, whole page).

    The page given back stands upright: `rotation` says by how many degrees clockwise the picture was turned.
    `may_be_turned` is False for pages that were typeset and not scanned: looking for their top costs four readings.
    `reason` stays empty unless there was nothing to recognize: why a picture was read is known to who asks.
    Raises FileError as the engine does.
    """
    grey = image if image.mode == "L" else image.convert("L")
    if is_blank(grey) or _is_noise(grey):
        return Page(number, width, height, 0, OCR, reason="is empty" if is_blank(grey) else "shows noise and no print")
    reader = by or _chosen(engine)
    words, shown = _read(grey, languages, reader), grey
    rotation = 0
    if may_be_turned and _certainty(words) < _DOUBTFUL:
        rotation = _rotation_of(grey, languages, reader)
        if rotation:
            shown = _turned(grey, rotation)
            words = _read(shown, languages, reader)
            width, height = (height, width) if rotation in (90, 270) else (width, height)
    scale_x, scale_y = width / shown.width, height / shown.height
    found = tuple(_in_points(word, scale_x, scale_y, width, height) for word in words)
    return Page(number, width, height, rotation, OCR, found, engine=reader.name)


def _chosen(name: str) -> Engine:
    return engine(DEFAULT if name == "auto" else name)


def _read(grey: Image.Image, languages: Sequence[str], reader: Engine) -> tuple[Word, ...]:
    """Words in reading order, boxes in pixels of `grey`. Lines are found while the picture is level."""
    angle = skew_of(grey)
    straight, back = level(grey, angle)
    found = reader.recognize(straight, languages)[:MAX_WORDS]
    return tuple(replace(word, box=back(word.box)) for word in in_reading_order(found))


def _rotation_of(grey: Image.Image, languages: Sequence[str], reader: Engine) -> int:
    """By how many degrees clockwise the page is turned: the way in which most letters are read with certainty."""
    small = grey.copy()
    small.thumbnail((_PROBE_SIDE, _PROBE_SIDE))
    letters: dict[int, int] = {}
    for turn in (180, 90, 270, 0):
        words = _read(_turned(small, turn), languages, reader)
        if turn and _certainty(words) > _CERTAIN:
            return turn
        letters[turn] = _letters(words)
    best = max(letters, key=lambda turn: letters[turn])
    return best if letters[best] > 1.5 * letters[0] + 10 else 0


def _turned(image: Image.Image, rotation: int) -> Image.Image:
    turns = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}
    return image.transpose(turns[rotation]) if rotation else image


def is_blank(grey: Image.Image) -> bool:
    """Whether nothing stands out on the picture but the grain of its paper, at which engines work for a minute."""
    darkest, lightest = grey.reduce(3).getextrema()
    return lightest - darkest < 16  # type: ignore[operator]


def _is_noise(grey: Image.Image) -> bool:
    """Printed pages change from dark to light at an eighth of their pixels at most; engines work on noise for minutes."""
    pixels = np.asarray(grey, dtype=np.int16)[::2]
    return bool(pixels.shape[1] > 1 and (np.abs(np.diff(pixels, axis=1)) > 24).mean() > 0.4)


def _letters(words: Sequence[Word]) -> int:
    """Letters and digits in words that were read with certainty; short words come out of noise by chance."""
    return sum(len(word.text) for word in words if word.confidence >= 70 and sum(map(str.isalnum, word.text)) >= 3)


def _certainty(words: Sequence[Word]) -> float:
    """The share of letters that were read with certainty, 0 where there is next to nothing."""
    every = sum(len(word.text) for word in words)
    return _letters(words) / every if every >= 20 else 0.0


def _in_points(word: Word, scale_x: float, scale_y: float, width: float, height: float) -> Word:
    box = word.box
    points = Box(box.x0 * scale_x, box.top * scale_y, box.x1 * scale_x, box.bottom * scale_y)
    return replace(word, box=points.clipped(width, height))
