"""A document as the value search sees it: all lines of all pages, their text with places, rows, language.

A `Span` is a piece of one line by character; its box is cut out of the words in proportion, so that a value glued to its
label by OCR ("Date:12/05/2018") still has a box of its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from documents.extraction.geometry import Box, around
from documents.extraction.layout import OCR, Line, Page, Word
from documents.extraction.plain import plain as plain
from documents.extraction.values import Place
from documents.extraction.vocabulary import SMALL_WORDS

_SAME_LENGTH = str.maketrans(
    "\u00a0\u202f\u2007\u2009\u3000\u2012\u2013\u2014\u2212\u2019\u00b4\uffe5\uff1a\uff05", "     ----''¥:%"
)
# So many accented words of a page are a slip of recognition, if it was no surer than that of any.
_STRAY, _SURE = 2, 90
_FAR = 10
HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


@dataclass(frozen=True)
class TextLine:
    """One line of words with its number in the document (`index`), in its row (`row`), and its text by character."""

    index: int
    row: int
    page: int
    words: tuple[Word, ...]
    source: str

    @cached_property
    def text(self) -> str:
        return " ".join(word.text for word in self.words).translate(_SAME_LENGTH)

    @cached_property
    def starts(self) -> tuple[int, ...]:
        found, at = [], 0
        for word in self.words:
            found.append(at)
            at += len(word.text) + 1
        return tuple(found)

    @cached_property
    def box(self) -> Box:
        return around(word.box for word in self.words)

    @cached_property
    def height(self) -> float:
        heights = sorted(word.box.height for word in self.words)
        return max(heights[len(heights) // 2], 1.0)

    def span_box(self, start: int, end: int) -> Box:
        """The box of the characters from `start` to before `end`."""
        boxes = []
        for word, first in zip(self.words, self.starts, strict=True):
            last = first + len(word.text)
            if last <= start or first >= end:
                continue
            if start <= first and last <= end:
                boxes.append(word.box)
                continue
            size = max(len(word.text), 1)
            left, right = max(start - first, 0) / size, min(end - first, size) / size
            width = word.box.width
            boxes.append(Box(word.box.x0 + left * width, word.box.top, word.box.x0 + right * width, word.box.bottom))
        return around(boxes) if boxes else self.box

    def certainty(self, start: int, end: int) -> int:
        """The lowest certainty of the words in that span, 0-100."""
        return min(
            (
                word.confidence
                for word, first in zip(self.words, self.starts, strict=True)
                if first < end and first + len(word.text) > start
            ),
            default=100,
        )


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to before `end` of line number `line`."""

    line: int
    start: int
    end: int
    page: int
    box: Box

    @property
    def place(self) -> Place:
        return Place(self.page, self.box)


@dataclass(frozen=True, eq=False)
class Content:
    """All lines of a document in reading order, and what was found out about its writing."""

    pages: tuple[Page, ...]
    lines: tuple[TextLine, ...]
    filename: str = ""

    @cached_property
    def rows(self) -> tuple[tuple[TextLine, ...], ...]:
        """Lines that stand at one height of one page, left to right."""
        grouped: dict[int, list[TextLine]] = {}
        for line in self.lines:
            grouped.setdefault(line.row, []).append(line)
        return tuple(tuple(sorted(row, key=lambda line: line.box.x0)) for _, row in sorted(grouped.items()))

    @cached_property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)

    @cached_property
    def outer_pages(self) -> frozenset[int]:
        """The first three pages and the last three: where everything stands that is said of a document as a whole."""
        numbers = [page.number for page in self.pages]
        return frozenset((*numbers[:3], *numbers[-3:]))

    @cached_property
    def outer_lines(self) -> tuple[TextLine, ...]:
        return tuple(line for line in self.lines if line.page in self.outer_pages)

    @cached_property
    def plain_text(self) -> str:
        return plain(self.text)

    @cached_property
    def recognized(self) -> bool:
        """Whether any page came from OCR."""
        return any(page.source == OCR for page in self.pages)

    @cached_property
    def line_height(self) -> float:
        """The usual height of a line in points."""
        heights = sorted(line.height for line in self.lines)
        return heights[len(heights) // 2] if heights else 10.0

    @cached_property
    def language(self) -> str:
        """The language with most of its small words on the pages, "" when there are too few; Chinese by its letters."""
        letters = [letter for letter in self.text if letter.isalpha()]
        if sum(1 for letter in letters if HAN.match(letter)) > len(letters) / 5:
            return "zh"
        words = re.findall(r"[^\W\d_]+", self.text.casefold())[:3000]
        counts = {language: sum(word in known for word in words) for language, known in SMALL_WORDS.items()}
        best = max(counts, key=lambda language: counts[language])
        return best if counts[best] >= 2 else ""

    def page(self, number: int) -> Page:
        return next(page for page in self.pages if page.number == number)

    def span(self, line: TextLine, start: int, end: int) -> Span:
        return Span(line.index, start, end, line.page, line.span_box(start, end))

    def rows_of(self, row: int) -> tuple[TextLine, ...]:
        """The lines that stand at the height of that row."""
        return self._by_row.get(row, ())

    @cached_property
    def _by_row(self) -> dict[int, tuple[TextLine, ...]]:
        return {row[0].row: row for row in self.rows}

    def near(self, line: TextLine, step: int) -> Iterator[TextLine]:
        """The lines below (`step` 1) or above (-1) on its page, nearest first, within ten heights of it."""
        at = line.index + step
        while 0 <= at < len(self.lines) and self.lines[at].page == line.page:
            other = self.lines[at]
            if abs(other.box.middle - line.box.middle) > _FAR * line.height:
                return
            yield other
            at += step

    def on_page(self, number: int) -> tuple[TextLine, ...]:
        return self._by_page.get(number, ())

    @cached_property
    def _by_page(self) -> dict[int, tuple[TextLine, ...]]:
        grouped: dict[int, list[TextLine]] = {}
        for line in self.lines:
            grouped.setdefault(line.page, []).append(line)
        return {number: tuple(lines) for number, lines in grouped.items()}


def read_content(pages: tuple[Page, ...], filename: str = "") -> Content:
    """The lines of all pages, numbered, with the row each stands in."""
    lines: list[TextLine] = []
    row = -1
    for page in pages:
        row += 1
        bottom: list[tuple[Box, int]] = []
        for line in sorted(_without_stray_accents(page), key=lambda each: (each.box.middle, each.box.x0)):
            number = _row_beside(line, bottom)
            if number is None:
                row += 1
                number = row
            bottom.append((line.box, number))
            lines.append(TextLine(len(lines), number, page.number, line.words, page.source))
    return Content(pages, tuple(lines), filename)


def _without_stray_accents(page: Page) -> tuple[Line, ...]:
    """The lines of a page. Where recognition put accents on one or two doubtful words and on no others, without them."""
    accented = [word for word in page.words if not word.text.isascii() and plain(word.text) != word.text.casefold()]
    if page.source != OCR or not 0 < len(accented) <= _STRAY or any(word.confidence >= _SURE for word in accented):
        return page.lines
    bare = {id(word): replace(word, text=_bare(word.text)) for word in accented}
    return tuple(replace(line, words=tuple(bare.get(id(word), word) for word in line.words)) for line in page.lines)


def _bare(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def _row_beside(line: Line, earlier: list[tuple[Box, int]]) -> int | None:
    box = line.box
    for other, number in reversed(earlier[-8:]):
        close = abs(other.middle - box.middle) < 0.4 * min(other.height, box.height) + 0.5
        if close and other.overlap_x(box) < 1.0:
            return number
    return None
