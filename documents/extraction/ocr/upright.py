"""Skew: how far the lines of a page lean, and the same page made level. Plain numpy, a few milliseconds a page."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from PIL import Image

from documents.extraction.geometry import Box, moved

_SIDE = 800
_LIMIT = 6.0
_LEAST = 0.25


def skew_of(grey: Image.Image) -> float:
    """Degrees by which lines fall to the right (clockwise), within 6; 0 where no angle stands out.

    The sharpest row profile wins: ink summed along the lines is piled up in peaks when the angle is right.
    """
    factor = min(1.0, _SIDE / max(grey.size))
    small = grey.resize((max(1, round(grey.width * factor)), max(1, round(grey.height * factor))), Image.Resampling.BOX)
    pixels = np.asarray(small, dtype=np.float32)
    # Ink against its surroundings: shadows of a photograph have no sharp vertical edges, lines of text do.
    ink = np.abs(np.diff(pixels, axis=0)) > 24
    rows, columns = np.nonzero(ink)
    if len(rows) < 200:
        return 0.0
    level_peak = _sharpness(rows, columns, 0.0)
    coarse = max(np.arange(-_LIMIT, _LIMIT + 0.01, 0.5), key=lambda angle: _sharpness(rows, columns, angle))
    fine = max(np.arange(coarse - 0.4, coarse + 0.41, 0.1), key=lambda angle: _sharpness(rows, columns, angle))
    if abs(fine) < _LEAST or abs(coarse) >= _LIMIT or _sharpness(rows, columns, fine) < 1.05 * level_peak:
        return 0.0
    return round(float(fine), 2)


def _sharpness(rows: np.ndarray, columns: np.ndarray, angle: float) -> float:
    leaned = rows - columns * math.tan(math.radians(angle))
    counts = np.bincount((leaned - leaned.min()).astype(np.int32)).astype(np.float64)
    return float(np.square(np.diff(counts)).sum())


def level(grey: Image.Image, angle: float) -> tuple[Image.Image, Callable[[Box], Box]]:
    """The picture turned back by `angle` degrees, same size, and what carries a box of it back to `grey`.

    A box keeps its size and moves with its middle: within 6 degrees that stays on the word.
    """
    if not angle:
        return grey, lambda box: box
    straight = grey.rotate(angle, Image.Resampling.BICUBIC, fillcolor=int(np.median(np.asarray(grey)[::16, ::16])))
    return straight, lambda box: moved(box, angle, (grey.width / 2, grey.height / 2))
