"""Where text stands: the detector's map of likely text -> leaning rectangles in pixels of the picture."""

from __future__ import annotations

import cv2
import numpy as np

from documents.extraction.ocr import models

# Four corners (4 x 2), in the order upper left, upper right, lower right, lower left.
Corners = np.ndarray

# measured: with 960, 1120 and 1280 are found 97.3, 97.8 and 97.7 % of the words of A4 invoices, and 91, 93 and 93 % of the
# dates of receipts; each step costs a tenth more processor time.
# Bare margins and bands, a sixth of an invoice and a fortieth of a receipt, are looked at too: without them around it a figure
# that stood alone was lost with its row (line items of scans 76.8 to 72.6).
_LONG_SIDE = 1120
_STRIDE = 32
_LIKELY = 0.3
_SURE = 0.4
_LEAST_SIDE = 2  # a figure one alone in its column
# The map shows the middles of lines; a box is as much wider as the detector was taught.
_UNCLIP = 1.6


def text_boxes(grey: np.ndarray, long_side: int = _LONG_SIDE) -> list[Corners]:
    """Rectangles of lines or parts of lines, in any order. Raises FileError engine_missing."""
    height, width = grey.shape
    factor = min(1.0, long_side / max(height, width))
    across, down = (max(_STRIDE, round(side * factor / _STRIDE) * _STRIDE) for side in (width, height))
    small = cv2.resize(grey, (across, down), interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR)
    pixels = small.astype(np.float32) * (2 / 255) - 1
    fed = np.ascontiguousarray(np.broadcast_to(pixels, (1, 3, down, across)))
    session = models.detector()
    likely = session.run(None, {session.get_inputs()[0].name: fed})[0][0, 0]
    scale = np.array([width / across, height / down], dtype=np.float32)
    return [corners * scale for corners in _rectangles(likely)]


def _rectangles(likely: np.ndarray) -> list[Corners]:
    mask = cv2.dilate((likely > _LIKELY).astype(np.uint8), np.ones((2, 2), np.uint8))
    outlines, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for outline in outlines:
        middle, (across, down), angle = cv2.minAreaRect(outline)
        if min(across, down) < _LEAST_SIDE or _sureness(likely, cv2.boxPoints((middle, (across, down), angle))) < _SURE:
            continue
        more = _UNCLIP * across * down / (across + down)  # twice area * ratio / circumference, on both sides
        found.append(_ordered(cv2.boxPoints((middle, (across + more, down + more), angle))))
    return found


def _sureness(likely: np.ndarray, points: np.ndarray) -> float:
    """The mean of the map within four corners."""
    height, width = likely.shape
    left, top = np.clip(np.floor(points.min(axis=0)).astype(int), 0, (width - 1, height - 1))
    right, bottom = np.clip(np.ceil(points.max(axis=0)).astype(int), 0, (width - 1, height - 1))
    inside = np.zeros((bottom - top + 1, right - left + 1), np.uint8)
    cv2.fillPoly(inside, [(points - (left, top)).astype(np.int32)], 1)
    return float(cv2.mean(likely[top : bottom + 1, left : right + 1], inside)[0])


def _ordered(points: np.ndarray) -> Corners:
    """Corners from the upper left, clockwise."""
    by_x = points[np.argsort(points[:, 0], kind="stable")]
    left, right = by_x[:2], by_x[2:]
    upper_left, lower_left = left[np.argsort(left[:, 1])]
    upper_right, lower_right = right[np.argsort(right[:, 1])]
    return np.array([upper_left, upper_right, lower_right, lower_left], dtype=np.float32)
