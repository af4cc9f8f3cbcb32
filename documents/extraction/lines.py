"""Line items: the table found by its header words, its rows read column by column, also over page breaks.

A table without a heading, as on till receipts, is left to `bare_lines.py`.

A row begins where an amount stands in the amount column; text rows below or above without numbers belong to it. Carry-over
and subtotal rows are skipped, the table ends at the first row of totals. quantity x unit price = amount is evidence.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import permutations

from documents.extraction.bare_lines import find_bare_rows
from documents.extraction.candidates.candidate import Candidate
from documents.extraction.content import Content, TextLine, plain
from documents.extraction.geometry import Box
from documents.extraction.goods_row import Row, words_beside
from documents.extraction.labels import Hit
from documents.extraction.layout import Word
from documents.extraction.own_columns import are_own, read_own
from documents.extraction.profiles import Column
from documents.extraction.table_header import NUMERIC, Header, apart, find_headers
from documents.extraction.values import Evidence, FieldValue, LineValue, Place
from documents.extraction.vocabulary import one_of

_CARRY = re.compile(rf"(?<!\w)(?:{one_of('carry_over')})(?!\w)")
_TOTALS = ("subtotal", "total_amount", "tax", "amount_due", "paid_amount", "line_sum", "tax_base", "amount_before_tax")
_TAX_TABLE = ("tax_base", "tax_rate", "tax", "vendor_vat_id")
_DEDUCTION = re.compile(rf"^\W*(?:{one_of('deductions')})(?!\w)")
_STANDS = Evidence("column", "Stands in the description column", 1.0)
_ADDS_UP = Evidence("sum", "Its row and those beside it add up to a sum below", 1.0)
_WORDS = re.compile(r"[^\W\d_]{3,}")
MOST = 1_000


@dataclass(frozen=True)
class Table:
    """The rows of goods, the numbers of the text rows they cover, and whether there are more rows than are kept."""

    items: tuple[LineValue, ...]
    rows: frozenset[int]
    is_cut: bool = False

    @property
    def total(self) -> Decimal | None:
        """The sum of all amounts, None unless every row has one."""
        amounts = [_value(item, "amount") for item in self.items]
        known = [amount for amount in amounts if amount is not None]
        return sum(known, Decimal(0)) if known and len(known) == len(amounts) else None


def _value(item: LineValue, key: str) -> Decimal | None:
    cell = item.cells.get(key)
    try:
        return Decimal(cell.value) if cell is not None and isinstance(cell.value, str) else None
    except InvalidOperation:  # a custom column of that key may hold text
        return None


def find_lines(
    content: Content, candidates: Mapping[str, Sequence[Candidate]], hits: Sequence[Hit], columns: Sequence[Column]
) -> Table:
    """The table of goods under a heading with at least two known columns; without one, rows that add up to a sum."""
    if not columns:
        return Table((), frozenset())
    numbers = _numbers_by_row(content, candidates)
    if are_own(columns):
        return Table(*read_own(content, candidates, _stop_rows(content, hits, numbers), columns, MOST))
    headers = find_headers(content, columns)
    stops = _stop_rows(content, hits, numbers)
    rows = list(_read(content, headers, numbers, stops)) if headers else []
    if not rows and any(column.key == "amount" for column in columns):
        rows, headers = find_bare_rows(content, numbers, stops), []
    items = tuple(_line(content, row) for row in rows[:MOST])
    covered = frozenset(row.row for row in rows) | {number for header in headers for number in header.rows}
    if not headers and len(rows) == 1:  # a single item says the sum itself: it stays a witness for it
        covered = frozenset()
    return Table(items, covered, is_cut=len(rows) > MOST)


def _numbers_by_row(content: Content, candidates: Mapping[str, Sequence[Candidate]]) -> dict[int, list[Candidate]]:
    grouped: dict[int, list[Candidate]] = {}
    for each in candidates.get("amount", ()):
        grouped.setdefault(content.lines[each.span.line].row, []).append(each)
    for found in grouped.values():
        found.sort(key=lambda each: each.span.box.x0)
    return grouped


def _stop_rows(content: Content, hits: Sequence[Hit], numbers: Mapping[int, list[Candidate]]) -> frozenset[int]:
    """Rows of totals: a label of money begins a line, few other words stand in it, and a number follows. And headings of
    the table of taxes, or of totals that stand beside each other."""
    stops, taxes, totals = set(), Counter[int](), dict[int, set[str]]()
    for hit in hits:
        line = content.lines[hit.span.line]
        if line.row not in numbers:
            taxes[line.row] += any(hit.strength(concept) >= 0.9 for concept in _TAX_TABLE)
            totals.setdefault(line.row, set()).update(name for name in _TOTALS if hit.strength(name) >= 0.9)
            continue
        if not any(hit.strength(concept) >= 0.9 for concept in _TOTALS):
            continue
        others = _WORDS.findall(line.text[: hit.span.start] + " " + line.text[hit.span.end :])
        begins = not _WORDS.search(line.text[: hit.span.start])
        if begins and len(others) <= 3:
            stops.add(line.row)
    beside = {row for row, names in totals.items() if len(names) >= 2 and _sums_only(content, row + 1, numbers)}
    return frozenset(stops | beside | {row for row, count in taxes.items() if count >= 2})


def _sums_only(content: Content, row: int, numbers: Mapping[int, list[Candidate]]) -> bool:
    """Whether two amounts and more, and no words, stand in that row."""
    return len(numbers.get(row, ())) >= 2 and not any(_WORDS.search(line.text) for line in content.rows_of(row))


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
        cells = _multiplied(_cells(header, numbers.get(number, ())), numbers.get(number, ()))
        if _CARRY.search(plain(text)) and not {"quantity", "unit_price"} & cells.keys():
            if found:  # below the last item of a page: what follows is its foot
                return found, "zwischensumme" in plain(text)
            continue
        if number in stops and not {"quantity", "unit_price"} <= cells.keys():
            return found, True
        top, height = min(line.box.top for line in row), row[0].height
        if bottom is not None and top - bottom > 7 * height:
            return found, bool(found)
        texts = _texts(row, cells, left, right)
        if cells and _DEDUCTION.match(plain(text)) and "quantity" not in cells:
            continue
        if _is_item(cells, texts, header):
            found.append(Row(row[0].page, number, header.keys, cells, texts or list(waiting)))
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
            if apart(cell.box, each.span.box) >= apart(cell.box, found[key].span.box):
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
    found = []
    for line in row:
        words = [word for word in words_beside(line, cells.values()) if left - 2 <= word.box.x0 and word.box.center < right]
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
    cells = {key: _number(row, key, candidate, proved) for key, candidate in row.numbers.items()}
    counted = _counted(row)
    if counted is not None:
        cells["quantity"] = counted
    text = " ".join(" ".join(word.text for word in words) for _, words in row.texts)
    if text:
        places = tuple(Place(line.page, _around(words)) for line, words in row.texts)
        certainty = min(word.confidence for _, words in row.texts for word in words)
        reason = _STANDS if row.columns else _ADDS_UP
        cells["description"] = FieldValue("description", text, text, places, min(90, certainty), evidence=(reason,))
    order = ("description", "quantity", "unit_price", "amount")
    ordered = {key: cells[key] for key in (*order, *cells) if key in cells}
    return LineValue(row.page, ordered, min(cell.confidence for cell in ordered.values()))


def _counted(row: Row) -> FieldValue | None:
    """A quantity that was not read under its heading, proposed by arithmetic: how often the price goes into the amount."""
    price, amount = row.numbers.get("unit_price"), row.numbers.get("amount")
    if "quantity" in row.numbers or "quantity" not in row.columns or price is None or amount is None:
        return None
    if not Decimal(price.value) or Decimal(amount.value) % Decimal(price.value):
        return None
    times = Decimal(amount.value) / Decimal(price.value)
    if not 1 <= times <= 1000:
        return None
    reason = Evidence("arithmetic", f"Not read; {amount.value} is {times:f} x {price.value}", 0.5)
    return FieldValue("quantity", f"{times.normalize():f}", "", (), 60, evidence=(reason,))


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


def _number(row: Row, key: str, candidate: Candidate, proved: bool) -> FieldValue:
    value = candidate.value
    if key == "quantity":
        value = f"{Decimal(value).normalize():f}"
    evidence = [_ADDS_UP]
    if row.columns:
        evidence = [Evidence("column", f"Stands in the column of the {key.replace('_', ' ')}", 1.0)]
    if proved:
        evidence.append(Evidence("arithmetic", "Quantity x unit price is the amount", 2.0))
    confidence = min(96 if proved else 78, candidate.certainty)
    return FieldValue(key, value, candidate.raw, candidate.places, confidence, evidence=tuple(evidence))
