"""Plain text and CSV, set in a typewriter face on A4 sheets. HTML that comes as a file is text like any other."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from charset_normalizer import from_bytes
from PIL import Image

from docflow.errors import FileError, FileRefusedError
from documents.extraction.layout import Page
from documents.extraction.readers import sheet, too_many_pages

MAX_BYTES = 5 * 1024 * 1024
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufeff]")


def look(path: Path, max_pages: int) -> int | None:
    """The number of sheets. Raises FileRefusedError for text that is too long or none at all."""
    return _pages(path, max_pages)


def open_file(path: Path, folder: Path, max_pages: int) -> dict[str, object]:
    return {"pages": _pages(path, max_pages), "einvoice": None, "attachments": []}


def read_page(path: Path, number: int, dpi: int | None) -> Page:
    return sheet.page(_rows(path), number, "is plain text")


def draw_page(path: Path, number: int, dpi: int, rotation: int) -> Image.Image:
    return sheet.drawn(read_page(path, number, None), dpi)


def decoded(content: bytes) -> str:
    """UTF-8, else what a byte order mark says, else the likeliest encoding. Raises FileError `damaged_file` on NUL."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    if b"\x00" in content:
        raise FileError("damaged_file", "The text holds NUL bytes, so it is none. Export it again as UTF-8.", page=1)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        # Western European Windows text is what remains in practice; the detector decides for everything else.
        best = from_bytes(content[:200_000]).best()
        return content.decode(best.encoding if best else "cp1252", errors="replace")


def cleaned(text: str) -> str:
    """Without control characters and without the marks that turn the direction of writing, which only serve to deceive."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n"))


def _pages(path: Path, max_pages: int) -> int:
    pages = sheet.pages_needed(len(_rows(path)))
    if pages > max_pages:
        raise too_many_pages("The text", max_pages)
    return pages


def _rows(path: Path) -> list[str]:
    if path.stat().st_size > MAX_BYTES:
        raise FileRefusedError("file_too_large", "The text has more than 5 MB, which is the limit for text. Split it.")
    text = decoded(path.read_bytes())
    if re.match(r"\s*<(?:!doctype html|html)", text[:2000], re.IGNORECASE):
        text = plain_text(text)
    return list(sheet.wrapped(cleaned(text).split("\n")))


def plain_text(html: str) -> str:
    """What a person would read of an HTML page: no scripts, no styles, blocks and rows as lines. Nothing is fetched."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = (re.sub(r"[ \t\xa0]+", " ", line).strip() for line in "".join(reader.parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    _SILENT = frozenset({"script", "style", "head", "title", "template", "noscript"})
    _BLOCKS = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "hr",
                         "blockquote", "section", "article", "header", "footer", "pre", "dt", "dd"})  # fmt: skip

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in self._SILENT
        if tag in self._BLOCKS:
            self.parts.append("\n")
        elif tag in ("td", "th"):
            self.parts.append("   ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._SILENT and self._silent:
            self._silent -= 1
        if tag in self._BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(re.sub(r"\s+", " ", data))
