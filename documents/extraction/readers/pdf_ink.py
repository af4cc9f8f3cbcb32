"""What a page shows in pixels, held against words that should stand there. Asked only about doubtful text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pypdfium2 as pdfium

from documents.extraction.geometry import Box
from documents.extraction.layout import Word

_SCALE = 2.0
_LONGEST_SIDE = 2_000
# How much darker than the paper ink is, of 255.
_DARKER = 60
# Measured with the layers that Tesseract laid over dev scans: 0.94 to 1.0, 0.87 to 0.98, 0.56 to 0.86; on uneven paper
# (photographs) the last falls to 0.1 to 0.3, so those are recognized anew.
_INKED = 0.05
_WORDS_ON_INK = 0.9
_INK_UNDER_WORDS = 0.55
_WORDS_APART = 0.6


class Ink:
    """The dark spots of a page on light paper. `there` is False for dark paper: nothing can be said then."""

    def __init__(self, page: pdfium.PdfPage) -> None:
        self.scale = min(_SCALE, _LONGEST_SIDE / max(*page.get_size(), 1.0))
        bitmap = page.render(scale=self.scale, grayscale=True)
        pixels = bitmap.to_numpy().reshape(bitmap.height, bitmap.width).copy()
        bitmap.close()
        paper = int(np.median(pixels))
        self._dark = pixels < paper - _DARKER
        self.there = paper > 2 * _DARKER and bool(self._dark.any())

    def under(self, box: Box) -> float:
        """The share of a box that is dark, 0-1."""
        spot = self._dark[self._spot(box)]
        return float(spot.mean()) if spot.size else 0.0

    def bears_out(self, words: Sequence[Word]) -> bool:
        """Whether words and ink stand at the same places: nearly each word has ink in the middle third of its height and
        most have none right before them, and most of the ink lies under words.
        """
        if not (self.there and words):
            return False
        covered = np.zeros_like(self._dark)
        for word in words:
            covered[self._spot(word.box)] = True
        on_ink = sum(self.under(_middle(word.box)) > _INKED for word in words) / len(words)
        apart = sum(self.under(_before(word.box)) < _INKED for word in words) / len(words)
        under = float(covered[self._dark].mean())
        return on_ink >= _WORDS_ON_INK and apart >= _WORDS_APART and under >= _INK_UNDER_WORDS

    def _spot(self, box: Box) -> tuple[slice, slice]:
        down = slice(max(0, int(box.top * self.scale)), int(box.bottom * self.scale) + 1)
        return down, slice(max(0, int(box.x0 * self.scale)), int(box.x1 * self.scale) + 1)


def _middle(box: Box) -> Box:
    return Box(box.x0, box.top + box.height / 3, box.x1, box.bottom - box.height / 3)


def _before(box: Box) -> Box:
    return Box(box.x0 - 1.5, box.top, box.x0 - 1, box.bottom)
