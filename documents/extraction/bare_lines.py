"""Line items without a heading, as till receipts print them: amounts under each other that add up to a sum below.

Nothing but arithmetic makes such rows a table: above a row of totals, rows with an amount at the same right edge are taken
upwards until they add up to one of the sums that follow. Rows that add up to none are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import permutations

from documents.extraction.candidates.candidate import Candidate
from documents.extraction.content import Content, TextLine
from documents.extraction.goods_row import Row, words_beside
from documents.extraction.layout import Word

_WORD = re.compile(r"[^\W\d_]{2,}")
_LEADING = re.compile(r"^\W*(\d{1,3})\s*[xX×*]?\s+(?=[^\W\d_])")
_MOST = 200  # rows looked at above a row of totals
_SUMS_BELOW = 5  # rows from a row of totals on in which its sum may stand


def find_bare_rows(content: Content, numbers: Mapping[int, Sequence[Candidate]], stops: frozenset[int]) -> list[Row]:
    """The rows above the first row of totals whose amounts add up to it; empty where none do.

    `numbers` are the candidates of type amount by row, left to right; `stops` the numbers of the rows of totals.
    """
    rows = content.rows
    for at, row in enumerate(rows):
        if row[0].row not in stops:
            continue
        below = [each for each in rows[at : at + _SUMS_BELOW] if each[0].page == row[0].page and each[0].row in stops]
        sums = {abs(Decimal(each.value)) for other in below for each in numbers.get(other[0].row, ()) if _is_money(each)}
        taken = _adding_up(content, rows[max(0, at - _MOST) : at], numbers, stops, sums - {Decimal(0)})
        if taken:
            return taken
    return []


def _adding_up(
    content: Content,
    rows: Sequence[tuple[TextLine, ...]],
    numbers: Mapping[int, Sequence[Candidate]],
    stops: frozenset[int],
    sums: set[Decimal],
) -> list[Row]:
    """The items at the end of `rows` whose sum is one of `sums`."""
    found: list[tuple[int, Candidate]] = []
    total = Decimal(0)
    for at in range(len(rows) - 1, -1, -1):
        number, page = rows[at][0].row, rows[at][0].page
        amount = _last_money(numbers.get(number, ()))
        if number in stops or page != rows[-1][0].page:
            break
        if amount is None or (found and abs(amount.span.box.x1 - found[0][1].span.box.x1) > 0.8 * rows[at][0].height):
            continue
        found.append((at, amount))
        total += Decimal(amount.value)
        if total in sums:
            items = [_item(content, rows, at, amount, numbers) for at, amount in reversed(found)]
            return items if _are_goods(items) else []
    return []


def _are_goods(items: Sequence[Row]) -> bool:
    """Whether every row has a name, and a single one also how many at what price: one amount equals a sum all too easily."""
    several = sum(bool(Decimal(item.numbers["amount"].value)) for item in items) > 1
    return all(item.texts for item in items) and (several or all("unit_price" in item.numbers for item in items))


def _is_money(candidate: Candidate) -> bool:
    return "decimals" in candidate.marks


def _last_money(found: Sequence[Candidate]) -> Candidate | None:
    """The amount that ends the row."""
    return found[-1] if found and _is_money(found[-1]) else None


def _item(
    content: Content,
    rows: Sequence[tuple[TextLine, ...]],
    at: int,
    amount: Candidate,
    numbers: Mapping[int, Sequence[Candidate]],
) -> Row:
    """The item of the amount in `rows[at]`: its name stands beside it or above it, how many and at what price nearby."""
    row = rows[at]
    item = Row(row[0].page, row[0].row, numbers={"amount": amount})
    above = rows[at - 1] if at and _last_money(numbers.get(rows[at - 1][0].row, ())) is None else ()
    below = rows[at + 1] if at + 1 < len(rows) and not _named(rows[at + 1], numbers) else ()
    item.texts = list(_texts(row, [amount]))
    near = [each for each in numbers.get(row[0].row, ()) if each is not amount]
    if not item.texts and above:
        near += numbers.get(above[0].row, ())
        item.numbers |= _multiplied(near, amount)
        item.texts = list(_texts(above, item.numbers.values()))
        return item
    item.numbers |= _multiplied(near, amount) or _multiplied(list(numbers.get(below[0].row, ())) if below else [], amount)
    if "quantity" not in item.numbers:
        counted = _leading(row, near)
        item.numbers |= {"quantity": counted} if counted else {}
    item.texts = list(_texts(row, item.numbers.values()))
    return item


def _named(row: Sequence[TextLine], numbers: Mapping[int, Sequence[Candidate]]) -> bool:
    """Whether a row is an item or the name of one: it has words of its own, or ends with an amount of its own."""
    return any(_WORD.search(line.text) for line in row) or len(numbers.get(row[0].row, ())) < 2


def _multiplied(near: Sequence[Candidate], amount: Candidate) -> dict[str, Candidate]:
    """Quantity and price among `near`, where their product is the amount."""
    for quantity, price in permutations(near, 2):
        count, each = Decimal(quantity.value), Decimal(price.value)
        if _is_money(price) and count > 0 and abs(count * each - Decimal(amount.value)) <= Decimal("0.005"):
            return {"quantity": quantity, "unit_price": price}
    return {}


def _leading(row: Sequence[TextLine], near: Sequence[Candidate]) -> Candidate | None:
    """A small number before the name: `2 Flat white`."""
    if not _LEADING.match(row[0].text):
        return None
    return next((each for each in near if each.span.line == row[0].index and each.span.start <= 1), None)


def _texts(row: Sequence[TextLine], cells: Collection[Candidate]) -> Iterator[tuple[TextLine, list[Word]]]:
    """The words of a row that are no cell, line by line where any of them is a word."""
    for line in row:
        words = words_beside(line, cells)
        if any(_WORD.search(word.text) for word in words):
            yield line, words
