"""Barcodes and QR codes: found in the pixels of a page, placed on it in points as it is shown.

Pixels are looked at in the child only; `Code` is what everybody else knows of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from documents.extraction.geometry import Box

if TYPE_CHECKING:
    import zxingcpp
    from PIL import Image

MOST = 200  # of one page; a sheet of stickers has up to 189
LONGEST = 7_100  # the digits that the largest QR code holds
# What stands on invoices and on separator sheets. Each further kind costs time on every page: Data Matrix trebles it.
FORMATS = {"QRCode": "QR code", "Code128": "Code 128", "Code39": "Code 39", "EAN13": "EAN-13"}
_EPC_CHARSETS = dict(zip("12345678", ("utf-8", *(f"iso-8859-{part}" for part in (1, 2, 4, 5, 7, 10, 15))), strict=True))
_SEPARATOR = re.compile(r"PATCH[ -]?T", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Code:
    """One code: its kind as people call it, what it says, and its box."""

    format: str
    text: str
    box: Box

    @property
    def separates(self) -> bool:
        """Whether it says PATCHT: the sheet with it only parts two documents."""
        return _SEPARATOR.fullmatch(self.text.strip().strip("*")) is not None

    def as_json(self) -> list[Any]:
        return [self.format, self.text, *self.box.as_list()]

    @classmethod
    def from_json(cls, raw: Iterable[Any]) -> Code:
        """Raises TypeError or ValueError when `raw` has another shape."""
        kind, text, x0, top, x1, bottom = raw
        return cls(str(kind), str(text), Box(float(x0), float(top), float(x1), float(bottom)))


def find_codes(grey: Image.Image) -> tuple[Code, ...]:
    """All codes of a grey picture (the first 255), at any angle, boxes in its pixels. About 10 ms for A4 at 200 dpi.

    Light codes on dark ground are left out: looking for them costs a quarter more, and nobody prints them on paper.
    """
    import numpy as np
    import zxingcpp

    formats = zxingcpp.BarcodeFormats([getattr(zxingcpp.BarcodeFormat, name) for name in FORMATS])
    found = zxingcpp.read_barcodes(np.asarray(grey), formats=formats, try_invert=False, text_mode=zxingcpp.TextMode.Plain)
    codes = [Code(FORMATS[each.format.name], _said(each)[:LONGEST], _box_of(each)) for each in found]
    return tuple(code for code in codes if code.text)


def placed(
    codes: Iterable[Code], pixels: tuple[float, float], size: tuple[float, float], rotation: int = 0
) -> tuple[Code, ...]:
    """The codes of a picture of `pixels` on its page of `size` points, which is then turned upright by `rotation`."""
    across, down = size[0] / pixels[0], size[1] / pixels[1]
    return tuple(replace(code, box=_scaled(code.box, across, down).clipped(*size).turned(*size, rotation)) for code in codes)


def _scaled(box: Box, across: float, down: float) -> Box:
    return Box(box.x0 * across, box.top * down, box.x1 * across, box.bottom * down)


def _box_of(barcode: zxingcpp.Barcode) -> Box:
    place = barcode.position
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    across, down = sorted(corner.x for corner in corners), sorted(corner.y for corner in corners)
    return Box(across[0], down[0], across[-1], down[-1])


def _said(barcode: zxingcpp.Barcode) -> str:
    """A payment code names its character set in its third line, where that is true; else zxing's guess is the better one."""
    raw, text = bytes(barcode.bytes), barcode.text
    head = raw[:20].split()
    if head[:1] == [b"BCD"] and len(head) > 2:
        with suppress(UnicodeDecodeError):
            text = raw.decode(_EPC_CHARSETS.get(head[2].decode("ascii", "replace"), "utf-8"))
    return text.replace("\x00", "")
