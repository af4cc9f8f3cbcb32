"""A sheet of A4 to draw on: points from the top left corner, one font family, one accent colour."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path

import reportlab
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

A4 = (595.28, 841.89)
INK = "#1d2329"
GREY = "#66707a"
PALE = "#d9dee3"

# The 14 standard fonts need no file; Vera comes with reportlab and is embedded, as PDF/A wants it.
FAMILIES = {
    "sans": ("Helvetica", "Helvetica-Bold"),
    "serif": ("Times-Roman", "Times-Bold"),
    "till": ("Courier", "Courier-Bold"),
    "vera": ("Vera", "VeraBd"),
}


@dataclass
class Paper:
    """The sheets of one document. `pages` is how many there will be, where the caller knows it already (0: not yet).

    With a `password` nobody opens the PDF without it.
    """

    family: str = "sans"
    accent: str = "#1f5f8b"
    size: tuple[float, float] = A4
    title: str = ""
    author: str = ""
    pages: int = 0
    password: str = ""
    page: int = 1
    _buffer: io.BytesIO = field(default_factory=io.BytesIO)
    canvas: Canvas = field(init=False)

    def __post_init__(self) -> None:
        if self.family == "vera":
            _register_vera()
        self.canvas = Canvas(self._buffer, pagesize=self.size, invariant=1, pageCompression=1, encrypt=self.password or None)
        self.canvas.setTitle(self.title)
        self.canvas.setAuthor(self.author)
        self.canvas.setCreator("docflow sample documents")

    @property
    def width(self) -> float:
        return self.size[0]

    @property
    def height(self) -> float:
        return self.size[1]

    def text(
        self, x: float, y: float, text: str, size: float = 9, *, bold: bool = False, color: str = INK, align: str = "left"
    ) -> None:
        """One line of text; `y` is its baseline, `x` its left end, right end or middle as `align` says."""
        font = self._font(bold)
        wide = pdfmetrics.stringWidth(text, font, size)
        start = x - {"left": 0.0, "right": wide, "center": wide / 2}[align]
        self.canvas.setFont(font, size)
        self.canvas.setFillColor(HexColor(color))
        self.canvas.drawString(start, self.height - y, text)

    def paragraph(self, x: float, y: float, lines: list[str], size: float = 9, *, lead: float = 0, color: str = INK) -> float:
        """Lines below each other; returns the baseline that a next line would have."""
        for line in lines:
            self.text(x, y, line, size, color=color)
            y += lead or size * 1.4
        return y

    def split(self, text: str, width: float, size: float = 9, *, bold: bool = False) -> list[str]:
        """`text` in lines of at most `width` points."""
        return list(simpleSplit(text, self._font(bold), size, width))

    def wide(self, text: str, size: float = 9, *, bold: bool = False) -> float:
        """How many points `text` takes."""
        return float(pdfmetrics.stringWidth(text, self._font(bold), size))

    def rule(self, x0: float, y0: float, x1: float, y1: float, *, weight: float = 0.5, color: str = PALE) -> None:
        self.canvas.setStrokeColor(HexColor(color))
        self.canvas.setLineWidth(weight)
        self.canvas.line(x0, self.height - y0, x1, self.height - y1)

    def block(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str | None = None,
        edge: str | None = None,
        round_: float = 0,
    ) -> None:
        """A rectangle whose top left corner is (x, y), filled and edged with colours where given."""
        if fill:
            self.canvas.setFillColor(HexColor(fill))
        if edge:
            self.canvas.setStrokeColor(HexColor(edge))
            self.canvas.setLineWidth(0.6)
        self.canvas.roundRect(x, self.height - y - height, width, height, round_, stroke=int(bool(edge)), fill=int(bool(fill)))

    def tint(self, strength: float) -> str:
        """The accent colour thinned with white; 0 is white, 1 the accent itself."""
        full = HexColor(self.accent)
        mixed = Color(*(1 - strength * (1 - part) for part in (full.red, full.green, full.blue)))
        return "#" + mixed.hexval()[2:]

    def logo(self, x: float, y: float, size: float, shape: int, *, color: str = "") -> None:
        """One of four simple marks in the square whose top left corner is (x, y)."""
        color = color or self.accent
        third = size / 3
        if shape % 4 == 0:
            for step, strength in enumerate((0.45, 0.7, 1.0)):
                self.block(
                    x + step * third,
                    y + (2 - step) * third,
                    third * 0.8,
                    third * (step + 1),
                    fill=self._toned(color, strength),
                )
        elif shape % 4 == 1:
            self.block(x, y, size, size, fill=color, round_=size / 2)
            hole = self.accent if color == "#ffffff" else "#ffffff"
            self.block(x + size * 0.28, y + size * 0.28, size * 0.44, size * 0.44, fill=hole, round_=size * 0.22)
        elif shape % 4 == 2:
            self.block(x, y, size * 0.62, size * 0.62, fill=self._toned(color, 0.5), round_=3)
            self.block(x + size * 0.38, y + size * 0.38, size * 0.62, size * 0.62, fill=color, round_=3)
        else:
            for row in range(3):
                self.block(x, y + row * third * 1.05, size * (1 - row * 0.22), third * 0.62, fill=color, round_=third * 0.3)

    def next_page(self) -> None:
        self.canvas.showPage()
        self.page += 1

    def finish(self) -> bytes:
        """The PDF; the sheet cannot be drawn on afterwards."""
        self.canvas.showPage()
        self.canvas.save()
        return self._buffer.getvalue()

    def _font(self, bold: bool) -> str:
        return FAMILIES[self.family][bold]

    def _toned(self, color: str, strength: float) -> str:
        return self.tint(strength) if color == self.accent else color


def _register_vera() -> None:
    folder = Path(reportlab.__file__).parent / "fonts"
    for name in FAMILIES["vera"]:
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(folder / f"{name}.ttf")))
