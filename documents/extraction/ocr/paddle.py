"""PP-OCR on the models of the wheel `rapidocr`: finds boxes of text, reads them line by line. Numpy, OpenCV, onnxruntime.

Turned pages are found by the shapes of the boxes (lines lie or stand) and, where what was read is doubtful, by reading a
few of them upside down; they are then set upright and looked at anew. Upright pages pay nothing for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from operator import itemgetter

import numpy as np
from PIL import Image

from documents.extraction.ocr.boxes import Corners, text_boxes
from documents.extraction.ocr.engine import Reading
from documents.extraction.ocr.letters import Letters, crop, read
from documents.extraction.ocr.order import in_order
from documents.extraction.ocr.upright import level
from documents.extraction.ocr.words import words_of

EAST_ASIAN = frozenset({"zh", "ja", "chi_sim", "chi_tra", "jpn"})
MEGABYTE = 1024 * 1024

# A line below is no text: a logo, a stain, a photograph.
_READABLE = 0.5
# measured on the probes of 55 pages: upright ones were read with 0.97 and more, those upside down with 0.72 and less.
_DOUBTFUL = 0.85
_PROBES, _PROBE_WIDTH = 6, 240
_TALL = 1.5
# Degrees. Below, crops that lean are read as well as level ones, and above it is no page that leans.
_LEANS, _MOST_LEAN = 2.5, 12.0


class Paddle:
    """Implements `documents.extraction.ocr.engine.Engine`."""

    name = "paddle"
    # measured: 1.46 GB reserved and 0.69 GB held at most over fifty pages up to 16 megapixels, 0.56 GB in between.
    address_space = 1792 * MEGABYTE

    def read(self, grey: Image.Image, languages: Sequence[str], *, may_be_turned: bool) -> Reading:
        pixels, rotation = np.asarray(grey), 0
        east_asian = not EAST_ASIAN.isdisjoint(languages)
        boxes = text_boxes(pixels)
        # A page that is set upright or level is looked at anew, so that it is read as if it had always been so.
        if may_be_turned and _lies(boxes):
            pixels, rotation = np.ascontiguousarray(np.rot90(pixels)), 90
            boxes = text_boxes(pixels)
        angle = _angle(boxes)
        leans = _LEANS <= abs(angle) <= _MOST_LEAN
        straight, back = level(Image.fromarray(pixels), angle if leans else 0.0)
        if leans:
            pixels = np.asarray(straight)
            boxes = text_boxes(pixels)
        lines = _read(pixels, boxes, east_asian, may_be_turned=may_be_turned)
        if lines is None:
            pixels, rotation = np.ascontiguousarray(np.rot90(pixels, 2)), rotation + 180
            boxes = text_boxes(pixels)
            lines = _read(pixels, boxes, east_asian, may_be_turned=False) or []
        words = [word for line in lines if line[1].certainty >= _READABLE for word in words_of(line[1], line[2], line[0])]
        found = in_order(words, _angle(boxes), (pixels.shape[1], pixels.shape[0]))
        return Reading(tuple(replace(word, box=back(word.box)) for word in found), rotation)


Line = tuple[Corners, Letters, np.ndarray]


def _read(pixels: np.ndarray, boxes: Sequence[Corners], east_asian: bool, *, may_be_turned: bool) -> list[Line] | None:
    """The boxes, what stands in them, and their crops; None when the page stands on its head.

    Boxes that stand are read upwards and downwards: the better counts.
    """
    ways = [way for box in boxes for way in ((np.roll(box, 1, 0), np.roll(box, -1, 0)) if _is_tall(box) else (box,))]
    crops = [crop(pixels, way) for way in ways]
    # The probes first: a page that stands on its head is not read to its end.
    order = sorted(range(len(crops)), key=lambda index: abs(crops[index].shape[1] - _PROBE_WIDTH))
    probes = order[:_PROBES] if may_be_turned else []
    told = read([crops[index] for index in probes], east_asian=east_asian)
    if _certainty(told) < _DOUBTFUL and _is_upside_down([crops[index] for index in probes], told, east_asian):
        return None
    told += read([crops[index] for index in order[len(probes) :]], east_asian=east_asian)
    best: dict[tuple[float, float], Line] = {}
    for index, letters in sorted(zip(order, told, strict=True), key=itemgetter(0)):
        place = tuple(np.round(ways[index].mean(axis=0), 1).tolist())
        if place not in best or letters.certainty > best[place][1].certainty:
            best[place] = ways[index], letters, crops[index]
    return list(best.values())


def _is_upside_down(crops: Sequence[np.ndarray], told: Sequence[Letters], east_asian: bool) -> bool:
    """Whether the crops are read with more certainty from the other side than what they told."""
    flipped = read([np.ascontiguousarray(each[::-1, ::-1]) for each in crops], east_asian=east_asian)
    return float(np.mean([other.certainty - one.certainty for one, other in zip(told, flipped, strict=True)])) > 0.05


def _certainty(lines: Sequence[Letters]) -> float:
    """The mean over all characters, 1 where nothing is read."""
    certainties = [line.certainties for line in lines]
    return float(np.concatenate(certainties).mean()) if sum(map(len, certainties)) else 1.0


def _is_tall(box: Corners) -> bool:
    return float(np.hypot(*(box[3] - box[0]))) > _TALL * float(np.hypot(*(box[1] - box[0])))


def _lies(boxes: Sequence[Corners]) -> bool:
    """Whether more text stands than lies, by length."""
    across = sum(float(np.hypot(*(box[1] - box[0]))) for box in boxes if not _is_tall(box))
    down = sum(float(np.hypot(*(box[3] - box[0]))) for box in boxes if _is_tall(box))
    return down > across


def _angle(boxes: Sequence[Corners]) -> float:
    """Degrees by which lines fall to the right: the median of the boxes, long ones counting more."""
    longest = sorted((box[1] - box[0] for box in boxes if not _is_tall(box)), key=lambda along: -float(np.hypot(*along)))
    angles = [float(np.degrees(np.arctan2(along[1], along[0]))) for along in longest[: max(5, len(longest) // 2)]]
    return float(np.median(angles)) if angles else 0.0
