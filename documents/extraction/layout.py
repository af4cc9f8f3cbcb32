"""Words, lines and pages: what the readers give and everything after them uses. Points, top-left origin, as shown."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import itemgetter
from typing import Any

from documents.extraction.codes import MOST as MAX_CODES
from documents.extraction.codes import Code
from documents.extraction.geometry import Box, around, value

TEXT_LAYER = "text layer"
OCR = "ocr"
SECOND_READER = "its letters are known to the second reader only"  # a reason that more than people look at
OWN_SHEET = "is written from the e-invoice"  # the page of a bare e-invoice, which we write ourselves
LONGEST_REASON = 120
MAX_WORDS = 20_000  # of one page
_LEFT_OUT = "; left out: "


@value
class Word:
    """The smallest located text. `confidence` 0-100 (100 for a text layer); `line` counts from 0 in reading order."""

    text: str
    box: Box
    confidence: int = 100
    line: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """Words that stand beside each other without a wide gap, left to right."""

    page: int
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def box(self) -> Box:
        return around(word.box for word in self.words)


@dataclass(frozen=True)
class Page:
    """One sheet, counted from 1. `source` is TEXT_LAYER or OCR; `rotation` what was undone, in degrees clockwise.

    `words` stand in reading order and carry the number of their line. `reason` says in a plain sentence of at most
    LONGEST_REASON letters why that source was chosen ("has a sound text layer"), `engine` which one recognized it:
    "tesseract", "paddle", "" for a text layer and for an empty page.
    """

    number: int
    width: float
    height: float
    rotation: int
    source: str
    words: tuple[Word, ...] = field(default=())
    reason: str = ""
    engine: str = ""
    codes: tuple[Code, ...] = ()

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        by_line: dict[int, list[Word]] = {}
        for word in self.words:
            by_line.setdefault(word.line, []).append(word)
        return tuple(Line(self.number, tuple(words)) for _, words in sorted(by_line.items()))

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)

    @property
    def why(self) -> str:
        """The reason without what was left out."""
        return self.reason.partition(_LEFT_OUT)[0]

    @property
    def left_out(self) -> str:
        """What of the page was not read because there is too much of it, such as "words beyond 20,000"; "" for nothing."""
        return self.reason.partition(_LEFT_OUT)[2]

    def without(self, what: str) -> Page:
        """The page whose reason ends in saying that `what` was left out."""
        told = f"{_LEFT_OUT}{', '.join(filter(None, (self.left_out, what)))}"
        return replace(self, reason=self.why[: LONGEST_REASON - len(told)] + told)

    def within_limits(self) -> Page:
        """The page with as many words and codes as one may have; its reason tells what is left out."""
        page = self
        if len(page.words) > MAX_WORDS:
            page = replace(page, words=page.words[:MAX_WORDS]).without(f"words beyond {MAX_WORDS:,}")
        if len(page.codes) > MAX_CODES:
            page = replace(page, codes=page.codes[:MAX_CODES]).without(f"codes beyond {MAX_CODES:,}")
        return page

    def as_json(self) -> dict[str, Any]:
        """As it is stored, a list for each word; from a child to the parent pages go as `handover` says."""
        return {
            "number": self.number,
            "width": round(self.width, 2),
            "height": round(self.height, 2),
            "rotation": self.rotation,
            "source": self.source,
            "reason": self.reason,
            "engine": self.engine,
            "words": [
                [
                    word.text,
                    round(box.x0, 2),
                    round(box.top, 2),
                    round(box.x1, 2),
                    round(box.bottom, 2),
                    word.confidence,
                    word.line,
                ]
                for word in self.words
                for box in (word.box,)
            ],
            "codes": [code.as_json() for code in self.codes],
        }

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> Page:
        """Raises KeyError, TypeError or ValueError when `raw` has another shape."""
        words = tuple(
            Word(str(text), Box(float(x0), float(top), float(x1), float(bottom)), int(confidence), int(line))
            for text, x0, top, x1, bottom, confidence, line in raw["words"]
        )
        return cls(
            int(raw["number"]),
            float(raw["width"]),
            float(raw["height"]),
            int(raw["rotation"]),
            str(raw["source"]),
            words,
            str(raw["reason"]),
            str(raw["engine"]),
            tuple(Code.from_json(code) for code in raw["codes"]),
        )


def in_reading_order(words: list[Word]) -> tuple[Word, ...]:
    """Words sorted into lines, top to bottom and left to right, each with the number of its line.

    Two words share a line when their middles are less than half a word height apart and no gap wider than three
    heights parts them; columns therefore become lines of their own. Words that run up or down the page, as in a
    margin, come last, a line for each column of them.
    """
    upright: list[Word] = []
    margins: list[Word] = []
    for word in words:
        (margins if _runs_upwards(word) else upright).append(word)
    lines = [part for row in _rows(upright) for part in _parted(row)] + _margins(margins)
    return tuple(Word(word.text, word.box, word.confidence, number) for number, line in enumerate(lines) for word in line)


def _runs_upwards(word: Word) -> bool:
    """Three letters and more in a box twice as high as wide."""
    box = word.box
    return box.bottom - box.top > 2 * (box.x1 - box.x0) and len(word.text) >= 3


# A word while rows are made: its middle, its left edge, its height, itself. Looked up many times, computed once.
_Standing = tuple[float, float, float, Word]


def _rows(words: list[Word]) -> list[list[Word]]:
    """Words whose middles lie at the same height. A row is measured by its last word, so it may lean a little.

    Lines that are printed closer than that stay two: words above one another share none.
    """
    rows: list[list[_Standing]] = []
    standing = [((box.top + box.bottom) / 2, box.x0, box.bottom - box.top, word) for word in words for box in (word.box,)]
    for each in sorted(standing, key=itemgetter(0, 1)):
        middle, _, own, word = each
        for row in reversed(rows[-6:]):
            last = row[-1]
            apart, height = abs(last[0] - middle), min(last[2], own)
            if apart < 0.5 * height + 0.5 and not (apart > 0.15 * height and _stands_over(row, word)):
                row.append(each)
                break
        else:
            rows.append([each])
    return [[word for *_, word in row] for row in rows]


def _stands_over(row: list[_Standing], word: Word) -> bool:
    """Whether a word of the row takes more than a third of the width that `word` takes."""
    width = word.box.width
    return any(word.box.overlap_x(other.box) > 0.34 * min(width, other.box.width) + 0.5 for *_, other in row)


def _parted(row: list[Word]) -> list[list[Word]]:
    """A row parted where the gap is wider than three heights."""
    row.sort(key=lambda each: each.box.x0)
    parts = [[row[0]]]
    edge = row[0].box.x1
    for word in row[1:]:
        box = word.box
        if box.x0 - edge > 3 * max(box.bottom - box.top, 4.0):
            parts.append([])
        parts[-1].append(word)
        edge = box.x1
    return parts


def _margins(words: list[Word]) -> list[list[Word]]:
    """Words that run upwards, left to right by column, each column from the bottom to the top."""
    columns: list[list[Word]] = []
    for word in sorted(words, key=lambda each: each.box.center):
        if columns and abs(columns[-1][-1].box.center - word.box.center) < word.box.width / 2:
            columns[-1].append(word)
        else:
            columns.append([word])
    return [sorted(column, key=lambda each: -each.box.bottom) for column in columns]
