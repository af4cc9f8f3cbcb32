"""Line items: the table found by its header words, its rows read column by column, also over page breaks.

A row begins where an amount stands in the amount column; text rows below or above without numbers belong to it. Carry-over
and subtotal rows are skipped, the table ends at the first row of totals. quantity x unit price = amount is evidence.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise, permutations

from documents.extraction.candidates.candidate import Candidate
from documents.extraction.content import Content, TextLine, plain
from documents.extraction.geometry import Box
from documents.extraction.labels import Hit, key_of, tokens
from documents.extraction.layout import Word
from documents.extraction.profiles import Column
from documents.extraction.values import Evidence, FieldValue, LineValue, Place
from documents.extraction.vocabulary import COLUMNS

NUMERIC = ("quantity", "unit_price", "amount")
_CARRY = re.compile(
    r"ubertrag|carried forward|brought forward|carry over|report(?:er)?\b|a reporter|zwischensumme|suma y sigue|riporto|transport\b"
)
_TOTALS = ("subtotal", "total_amount", "tax", "amount_due", "paid_amount", "line_sum", "tax_base")
_TAX_TABLE = ("tax_base", "tax_rate", "tax", "vendor_vat_id")
_DEDUCTION = re.compile(
    r"^\W*(?:abzgl|zzgl|abzuglich|zuzuglich|rabatt|less|discount|remise|dont|descuento|sconto|korting|skonto|bruttopreis)\b"
)
_WORDS = re.compile(r"[^\W\d_]{3,}")
_MOST = 1_000


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

    def has(self, key: str) -> bool:
        return any(cell.key == key for cell in self.cells)

    def column_at(self, box: Box) -> str:
        """The column a number belongs to: the one it overlaps most, else the nearest."""
        best = max(self.cells, key=lambda cell: (cell.box.overlap_x(box), -_apart(cell.box, box)))
        return best.key

    def text_range(self, width: float) -> tuple[float, float]:
        """From where to where descriptions may stand."""
        index = next((number for number, cell in enumerate(self.cells) if cell.key == "description"), None)
        if index is None:
            return 0.0, min((cell.box.x0 for cell in self.cells if cell.key in NUMERIC), default=width)
        left = self.cells[index - 1].box.center if index else 0.0
        right = self.cells[index + 1].box.x0 if index + 1 < len(self.cells) else width
        return left, right


@dataclass
class Row:
    """One item while it is being read."""

    page: int
    row: int
    numbers: dict[str, Candidate] = field(default_factory=dict)
    texts: list[tuple[TextLine, list[Word]]] = field(default_factory=list)


@dataclass(frozen=True)
class Table:
    """The rows of goods, and the numbers of the text rows they cover."""

    items: tuple[LineValue, ...]
    rows: frozenset[int]

    @property
    def total(self) -> Decimal | None:
        """The sum of all amounts, None unless every row has one."""
        amounts = [_value(item, "amount") for item in self.items]
        known = [amount for amount in amounts if amount is not None]
        return sum(known, Decimal(0)) if known and len(known) == len(amounts) else None


def _value(item: LineValue, key: str) -> Decimal | None:
    cell = item.cells.get(key)
    return Decimal(cell.value) if cell is not None and isinstance(cell.value, str) else None


def _apart(one: Box, other: Box) -> float:
    return max(0.0, max(one.x0, other.x0) - min(one.x1, other.x1))


@lru_cache(maxsize=1)
def _column_words() -> dict[str, str]:
    known: dict[str, str] = {}
    for key, wordings in COLUMNS.items():
        for wording in wordings:
            known.setdefault(key_of(wording) or wording, key)
    return known


def find_lines(
    content: Content, candidates: Mapping[str, Sequence[Candidate]], hits: Sequence[Hit], columns: Sequence[Column]
) -> Table:
    """The table of goods; empty when there is no header row with at least two known columns."""
    if not columns:
        return Table((), frozenset())
    words = dict(_column_words())
    for column in columns:
        for wording in (column.label, *column.synonyms):
            words.setdefault(key_of(wording), column.key)
    headers = _headers(content, words)
    if not headers:
        return Table((), frozenset())
    numbers = _numbers_by_row(content, candidates)
    stops = _stop_rows(content, hits, numbers)
    rows = list(_read(content, headers, numbers, stops))
    items = tuple(_line(content, row) for row in rows[:_MOST])
    covered = frozenset(row.row for row in rows) | {number for header in headers for number in header.rows}
    return Table(items, covered)


def _numbers_by_row(content: Content, candidates: Mapping[str, Sequence[Candidate]]) -> dict[int, list[Candidate]]:
    grouped: dict[int, list[Candidate]] = {}
    for each in candidates.get("amount", ()):
        grouped.setdefault(content.lines[each.span.line].row, []).append(each)
    for found in grouped.values():
        found.sort(key=lambda each: each.span.box.x0)
    return grouped


def _headers(content: Content, words: Mapping[str, str]) -> list[Header]:
    """The best header row of each page; pages whose header is poorer than the first table's are left out."""
    best: dict[int, tuple[int, Header]] = {}
    cells_by_row = {row[0].row: _row_cells(row, words) for row in content.rows}
    for row in content.rows:
        cells = cells_by_row[row[0].row]
        keys = {cell.key for cell in cells}
        if len(keys & {*NUMERIC, "description"}) < 2 or not keys & {"amount", "unit_price"}:
            continue
        if any(re.search(r"\d+[.,]\d{2}", line.text) for line in row):
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
    return [cell for line in row for cell in _line_cells(line, words)]


def _line_cells(line: TextLine, words: Mapping[str, str]) -> Iterator[Cell]:
    """The known column names on a line. Words of one name stand close; unknown words close behind widen the cell."""
    parts = tokens(line.text)
    boxes = [line.span_box(start, end) for _, start, end in parts]
    close = [after.x0 - before.x1 < 0.6 * line.height for before, after in pairwise(boxes)]
    at = 0
    while at < len(parts):
        size = next((n for n in range(min(4, len(parts) - at), 0, -1) if _one_name(parts, close, at, n) in words), 0)
        if not size:
            at += 1
            continue
        last = at + size - 1
        while last + 1 < len(parts) and close[last] and parts[last + 1][0] not in words:
            last += 1
        key = words[_one_name(parts, close, at, size)]
        yield Cell(key, line.span_box(parts[at][1], parts[last][2]))
        at = last + 1


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
            if re.search(r"\d+[.,]\d{2}", line.text):
                continue
            for cell in by_row[number]:
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


def _stop_rows(content: Content, hits: Sequence[Hit], numbers: Mapping[int, list[Candidate]]) -> frozenset[int]:
    """Rows of totals: a label of money begins a line, few other words stand in it, and a number follows. And headings of
    the table of taxes."""
    stops, taxes = set(), Counter[int]()
    for hit in hits:
        line = content.lines[hit.span.line]
        if line.row not in numbers:
            taxes[line.row] += any(hit.strength(concept) >= 0.9 for concept in _TAX_TABLE)
            continue
        if not any(hit.strength(concept) >= 0.9 for concept in _TOTALS):
            continue
        others = _WORDS.findall(line.text[: hit.span.start] + " " + line.text[hit.span.end :])
        begins = not _WORDS.search(line.text[: hit.span.start])
        if begins and len(others) <= 3:
            stops.add(line.row)
    return frozenset(stops | {row for row, count in taxes.items() if count >= 2})


def _read(
    content: Content, headers: Sequence[Header], numbers: Mapping[int, list[Candidate]], stops: frozenset[int]
) -> Iterator[Row]:
    """All items under all headers; a page without header goes on with the columns of the page before."""
    header = headers[0]
    by_page = {each.page: each for each in headers}
    ended = False
    for page in content.pages:
        if page.number < header.page or ended:
            continue
        own = by_page.get(page.number)
        header = own or header
        first = max(header.rows) if own else -1
        rows = [row for row in content.rows if row[0].page == page.number and row[0].row > first]
        found, ended = _page_rows(rows, header, numbers, stops, page.width)
        yield from found
        if not own and not found:
            return


def _page_rows(
    rows: Sequence[tuple[TextLine, ...]],
    header: Header,
    numbers: Mapping[int, list[Candidate]],
    stops: frozenset[int],
    width: float,
) -> tuple[list[Row], bool]:
    found: list[Row] = []
    waiting: list[tuple[TextLine, list[Word]]] = []
    left, right = header.text_range(width)
    bottom = None
    for row in rows:
        number, text = row[0].row, " ".join(line.text for line in row)
        if _CARRY.search(plain(text)):
            if "zwischensumme" in plain(text) and found:
                return found, True
            continue
        cells = _multiplied(_cells(header, numbers.get(number, ())), numbers.get(number, ()))
        if number in stops and not {"quantity", "unit_price"} <= cells.keys():
            return found, True
        top, height = min(line.box.top for line in row), row[0].height
        if bottom is not None and top - bottom > 7 * height:
            return found, bool(found)
        texts = _texts(row, cells, left, right)
        if cells and _DEDUCTION.match(plain(text)) and "quantity" not in cells:
            continue
        if _is_item(cells, texts, header):
            found.append(Row(row[0].page, number, cells, [*waiting, *texts] if not texts else texts))
            waiting = []
        elif not cells and texts and not text.rstrip().endswith(":"):
            (found[-1].texts if found and _close(found[-1], texts) else waiting).extend(texts)
        bottom = max(line.box.bottom for line in row)
    return found, False


def _close(row: Row, texts: list[tuple[TextLine, list[Word]]]) -> bool:
    if not row.texts:
        return True
    last, line = row.texts[-1][0], texts[0][0]
    return line.box.top - last.box.bottom < 1.2 * max(line.height, last.height) and len(row.texts) < 12


def _cells(header: Header, numbers: Sequence[Candidate]) -> dict[str, Candidate]:
    """The numbers of a row by column; in one column the one nearest to its heading."""
    found: dict[str, Candidate] = {}
    for each in numbers:
        key = header.column_at(each.span.box)
        if key not in NUMERIC:
            continue
        if key in found:
            cell = next(cell for cell in header.cells if cell.key == key)
            if _apart(cell.box, each.span.box) >= _apart(cell.box, found[key].span.box):
                continue
        found[key] = each
    return found


def _multiplied(cells: dict[str, Candidate], numbers: Sequence[Candidate]) -> dict[str, Candidate]:
    """Quantity, price and amount as the product proves them, where the columns alone do not give them."""
    first = cells.get("amount")
    if first is None or len(numbers) < 3 or _product(cells.get("quantity"), cells.get("unit_price"), first):
        return cells
    further = [each for each in numbers if each.span.box.x0 > first.span.box.x0]
    for amount in (first, *reversed(further)):
        others = [each for each in numbers if each is not amount and Decimal(each.value) != 0]
        for quantity, price in permutations(others, 2):
            if quantity.span.box.x0 > price.span.box.x0 and cells.get("quantity") is not quantity:
                continue
            if _product(quantity, price, amount) and (cells.get("unit_price") in (None, quantity, price)):
                return {**cells, "quantity": quantity, "unit_price": price, "amount": amount}
    return cells


def _product(quantity: Candidate | None, price: Candidate | None, amount: Candidate) -> bool:
    if quantity is None or price is None:
        return False
    one, two, three = Decimal(quantity.value), Decimal(price.value), Decimal(amount.value)
    return abs(abs(one * two) - abs(three)) <= max(Decimal("0.02"), abs(one) * Decimal("0.005"))


def _texts(
    row: tuple[TextLine, ...], cells: Mapping[str, Candidate], left: float, right: float
) -> list[tuple[TextLine, list[Word]]]:
    """The words of the row that stand where descriptions stand and are no cell."""
    taken = [each.span for each in cells.values()]
    found = []
    for line in row:
        words = [
            word
            for word, start in zip(line.words, line.starts, strict=True)
            if left - 2 <= word.box.x0
            and word.box.center < right
            and not any(span.line == line.index and span.start < start + len(word.text) and start < span.end for span in taken)
        ]
        if words and any(re.search(r"\w", word.text) for word in words):
            found.append((line, words))
    return found


def _is_item(cells: Mapping[str, Candidate], texts: Sequence[object], header: Header) -> bool:
    if header.has("amount"):
        return "amount" in cells and (bool(texts) or len(cells) >= 2) and _money(cells["amount"])
    return "unit_price" in cells and "quantity" in cells


def _money(candidate: Candidate) -> bool:
    return "decimals" in candidate.marks or bool(candidate.marked("currency")) or Decimal(candidate.value) < 10_000_000


def _line(content: Content, row: Row) -> LineValue:
    proved = _multiplies(row)
    cells = {key: _number(key, candidate, proved) for key, candidate in row.numbers.items()}
    text = " ".join(" ".join(word.text for word in words) for _, words in row.texts)
    if text:
        places = tuple(Place(line.page, _around(words)) for line, words in row.texts)
        certainty = min(word.confidence for _, words in row.texts for word in words)
        reason = Evidence("column", "Stands in the description column", 1.0)
        cells["description"] = FieldValue("description", text, text, places, min(90, certainty), evidence=(reason,))
    order = ("description", "quantity", "unit_price", "amount")
    ordered = {key: cells[key] for key in (*order, *cells) if key in cells}
    return LineValue(row.page, ordered, min(cell.confidence for cell in ordered.values()))


def _around(words: Sequence[Word]) -> Box:
    return Box(
        min(word.box.x0 for word in words),
        min(word.box.top for word in words),
        max(word.box.x1 for word in words),
        max(word.box.bottom for word in words),
    )


def _multiplies(row: Row) -> bool:
    amount = row.numbers.get("amount")
    return amount is not None and _product(row.numbers.get("quantity"), row.numbers.get("unit_price"), amount)


def _number(key: str, candidate: Candidate, proved: bool) -> FieldValue:
    value = candidate.value
    if key == "quantity":
        value = f"{Decimal(value).normalize():f}"
    evidence = [Evidence("column", f"Stands in the column of the {key.replace('_', ' ')}", 1.0)]
    if proved:
        evidence.append(Evidence("arithmetic", "Quantity x unit price is the amount", 2.0))
    confidence = min(96 if proved else 78, candidate.certainty)
    return FieldValue(key, value, candidate.raw, candidate.places, confidence, evidence=tuple(evidence))
