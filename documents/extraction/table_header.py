"""The heading of a table of goods: its cells by column, found by the words for them, also over two or three rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from documents.extraction.content import Content, TextLine
from documents.extraction.geometry import Box
from documents.extraction.labels import key_of, tokens
from documents.extraction.profiles import Column
from documents.extraction.vocabulary import COLUMNS

_AMOUNT = re.compile(r"\d[.,]\d{2}")
NUMERIC = ("quantity", "unit_price", "amount")


@dataclass(frozen=True, slots=True)
class Cell:
    """A header cell: which column it heads and where it stands."""

    key: str
    box: Box


@dataclass(frozen=True)
class Header:
    """The heading row of a table, all its cells left to right."""

    rows: tuple[int, ...]
    page: int
    cells: tuple[Cell, ...]

    @property
    def keys(self) -> frozenset[str]:
        """The columns it heads."""
        return frozenset(cell.key for cell in self.cells)

    def has(self, key: str) -> bool:
        return key in self.keys

    def column_at(self, box: Box) -> str:
        """The column a number belongs to: the one it overlaps most, else the nearest."""
        best = max(self.cells, key=lambda cell: (cell.box.overlap_x(box), -apart(cell.box, box)))
        return best.key

    def text_range(self, width: float) -> tuple[float, float]:
        """From where to where descriptions may stand."""
        index = next((number for number, cell in enumerate(self.cells) if cell.key == "description"), None)
        if index is None:
            return 0.0, min((cell.box.x0 for cell in self.cells if cell.key in NUMERIC), default=width)
        left = self.cells[index - 1].box.center if index else 0.0
        right = self.cells[index + 1].box.x0 if index + 1 < len(self.cells) else width
        return left, right


def apart(one: Box, other: Box) -> float:
    return max(0.0, max(one.x0, other.x0) - min(one.x1, other.x1))


@lru_cache(maxsize=1)
def _column_words() -> dict[str, str]:
    known: dict[str, str] = {}
    for key, wordings in COLUMNS.items():
        for wording in wordings:
            known.setdefault(key_of(wording) or wording, key)
    return known


def find_headers(content: Content, columns: Sequence[Column]) -> list[Header]:
    """The best header row of each page; pages whose header is poorer than the first table's are left out."""
    words = dict(_column_words())
    for column in columns:
        for wording in (column.label, *column.synonyms):
            words.setdefault(key_of(wording), column.key)
    best: dict[int, tuple[int, Header]] = {}
    # A row with an amount is one of goods: "Stück" is no heading there.
    bare = [row for row in content.rows if not any(_AMOUNT.search(line.text) for line in row)]
    cells_by_row = {row[0].row: _row_cells(row, words) for row in bare}
    for row in bare:
        cells = cells_by_row[row[0].row]
        keys = {cell.key for cell in cells}
        if len(keys & {*NUMERIC, "description"}) < 2 or not keys & {"amount", "unit_price"}:
            continue
        header = _widened(content, row, cells, cells_by_row)
        score = 2 * len({cell.key for cell in header.cells} & {*NUMERIC, "description"}) + len(header.cells)
        if row[0].page not in best or score > best[row[0].page][0]:
            best[row[0].page] = (score, header)
    if not best:
        return []
    top = max(score for score, _ in best.values())
    return [header for _, (score, header) in sorted(best.items()) if score >= top - 2]


def _row_cells(row: Sequence[TextLine], words: Mapping[str, str]) -> list[Cell]:
    return [cell for line in row for cell in line_cells(line, words)]


def line_cells(line: TextLine, words: Mapping[str, str]) -> Iterator[Cell]:
    """The known column names on a line. Words of one name stand close; unknown words close behind widen the cell."""
    parts = tokens(line.text)
    boxes = [line.span_box(start, end) for _, start, end in parts]
    close = [after.x0 - before.x1 < 0.6 * line.height for before, after in pairwise(boxes)]
    at, begun, last = 0, 0, 0
    found: Cell | None = None
    while at < len(parts):
        size = next((n for n in range(min(4, len(parts) - at), 0, -1) if _one_name(parts, close, at, n) in words), 0)
        if not size:
            at += 1
            continue
        key = words[_one_name(parts, close, at, size)]
        one = found is not None and found.key == key and all(close[last:at])  # "Product or service"
        if found is not None and not one:
            yield found
        begun, last = begun if one else at, at + size - 1
        while last + 1 < len(parts) and close[last] and parts[last + 1][0] not in words:
            last += 1
        found = Cell(key, line.span_box(parts[begun][1], parts[last][2]))
        at = last + 1
    if found is not None:
        yield found


def _one_name(parts: list[tuple[str, int, int]], close: list[bool], at: int, size: int) -> str:
    return "".join(token for token, _, _ in parts[at : at + size]) if all(close[at : at + size - 1]) else ""


def _widened(content: Content, row: Sequence[TextLine], cells: list[Cell], by_row: Mapping[int, list[Cell]]) -> Header:
    """The header with the cells of the rows directly above and below it that head further columns."""
    height = row[0].height
    middle = sum(line.box.middle for line in row) / len(row)
    all_cells, rows = list(cells), {row[0].row}
    for number in (row[0].row - 2, row[0].row - 1, row[0].row + 1, row[0].row + 2):
        for line in content.rows_of(number):
            if line.page != row[0].page or abs(line.box.middle - middle) > 1.6 * max(height, line.height):
                continue
            for cell in by_row.get(number, ()):
                if line.box.contains(cell.box, 1.0) and all(cell.box.overlap_x(other.box) < 1 for other in all_cells):
                    all_cells.append(cell)
                    rows.add(number)
    all_cells.sort(key=lambda cell: cell.box.x0)
    return Header(tuple(sorted(rows)), row[0].page, tuple(_one_of_each(all_cells)))


def _one_of_each(cells: list[Cell]) -> Iterator[Cell]:
    """Of two columns with one name the last is kept for amounts and descriptions, the first for others; without a column
    of amounts the last one that is no other number becomes it."""
    last = {cell.key: cell for cell in cells}
    first: dict[str, Cell] = {}
    for cell in cells:
        first.setdefault(cell.key, cell)
    amount = last.get("amount")
    if amount is None and all(cells[-1] is not first.get(key) for key in ("quantity", "unit_price", "description")):
        amount = cells[-1]
    for cell in cells:
        if cell is amount:
            yield Cell("amount", cell.box)
            continue
        keep = last[cell.key] if cell.key in ("amount", "description") else first[cell.key]
        yield cell if cell is keep else Cell("other", cell.box)
