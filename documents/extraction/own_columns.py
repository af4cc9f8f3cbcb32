"""Line items of a custom profile: the table under the labels of its own columns, cell by cell, whatever the columns are.

The heading is the row with most of the labels. A row of items has a value in one of the columns of numbers or dates (in the
first column, where all are text); text rows close below belong to the item above. Totals end the table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from documents.extraction.candidates.candidate import Candidate
from documents.extraction.content import Content, TextLine
from documents.extraction.geometry import Box
from documents.extraction.labels import key_of
from documents.extraction.layout import Word
from documents.extraction.profiles import GOODS, Column
from documents.extraction.table_header import apart, line_cells
from documents.extraction.values import Evidence, FieldValue, LineValue, Place
from documents.extraction.vocabulary import COLUMNS

_TYPED = {"amount": "amount", "number": "amount", "percent": "percent", "date": "date"}  # column type -> type of candidate
_OTHER = ""
_SURE = 75
_FARTHEST = 7.0  # line heights without a row after which a table has ended


@dataclass
class _Item:
    page: int
    row: int
    typed: dict[str, Candidate] = field(default_factory=dict)
    texts: dict[str, list[tuple[TextLine, Word]]] = field(default_factory=dict)
    bottom: float = 0.0


def are_own(columns: Sequence[Column]) -> bool:
    """Whether a profile asks for other columns than those of goods."""
    return {column.key for column in columns} != {column.key for column in GOODS}


def read_own(
    content: Content,
    candidates: Mapping[str, Sequence[Candidate]],
    stops: frozenset[int],
    columns: Sequence[Column],
    most: int,
) -> tuple[tuple[LineValue, ...], frozenset[int], bool]:
    """-> rows in order, the numbers of the text rows that they and their heading cover, whether there are more than `most`."""
    words = _words(columns)
    heads = {row[0].row: cells for row in content.rows if (cells := _heading(row, words, columns))}
    if not heads:
        return (), frozenset(), False
    most_labels = max(_labels(cells) for cells in heads.values())
    heads = {row: cells for row, cells in heads.items() if _labels(cells) == most_labels}
    items = _items(content, candidates, heads, stops, columns)
    lines = tuple(_line(item, columns) for item in items[:most])
    return lines, frozenset({item.row for item in items} | heads.keys()), len(items) > most


def _words(columns: Sequence[Column]) -> dict[str, str]:
    """Wording (as `key_of`) -> column: its label and synonyms, and what the languages call a column of that key or label."""
    found: dict[str, str] = {}
    for column in columns:
        own = {key_of(wording) for wording in (column.label, *column.synonyms)}
        for key, wordings in COLUMNS.items():
            if key == column.key or own & {key_of(wording) for wording in wordings}:
                own |= {key_of(wording) for wording in wordings}
        for wording in own - {""}:
            found.setdefault(wording, column.key)
    for column in columns:  # a column's own words go before those of a language
        found |= {key: column.key for wording in (column.label, *column.synonyms) if (key := key_of(wording))}
    return found


def _heading(row: Sequence[TextLine], words: Mapping[str, str], columns: Sequence[Column]) -> list[tuple[str, Box]]:
    """The cells of a row that names two of the columns and more (or the only one), with those of no column between."""
    cells: list[tuple[str, Box]] = []
    for line in row:
        known = [(cell.key, cell.box) for cell in line_cells(line, words)]
        cells += known or [(_OTHER, line.box)]
    return cells if _labels(cells) >= min(2, len(columns)) else []


def _labels(cells: Sequence[tuple[str, Box]]) -> int:
    return len({key for key, _ in cells} - {_OTHER})


def _items(
    content: Content,
    candidates: Mapping[str, Sequence[Candidate]],
    heads: Mapping[int, list[tuple[str, Box]]],
    stops: frozenset[int],
    columns: Sequence[Column],
) -> list[_Item]:
    kinds = {column.key: column.type for column in columns}
    by_row = _by_row(content, candidates)
    found: list[_Item] = []
    cells: list[tuple[str, Box]] = []
    ended, bottom, page = False, 0.0, 0
    for row in content.rows:
        number = row[0].row
        if number in heads:
            cells, ended, bottom, page = heads[number], False, max(line.box.bottom for line in row), row[0].page
            continue
        top, height = min(line.box.top for line in row), row[0].height
        if row[0].page != page:
            page, bottom = row[0].page, top
        if not cells or ended:
            continue
        if number in stops or top - bottom > _FARTHEST * height:
            ended = True
            continue
        item = _Item(
            row[0].page, number, *_cut(row, cells, kinds, by_row.get(number, {})), max(line.box.bottom for line in row)
        )
        if _is_item(item, cells, kinds):
            found.append(item)
        elif found and item.texts and not item.typed and item.page == found[-1].page and top - found[-1].bottom < 0.9 * height:
            for key, more in item.texts.items():
                found[-1].texts.setdefault(key, []).extend(more)
            found[-1].bottom = item.bottom
        bottom = item.bottom
    return found


def _by_row(content: Content, candidates: Mapping[str, Sequence[Candidate]]) -> dict[int, dict[str, list[Candidate]]]:
    grouped: dict[int, dict[str, list[Candidate]]] = {}
    for kind in set(_TYPED.values()):
        for each in candidates.get(kind, ()):
            grouped.setdefault(content.lines[each.span.line].row, {}).setdefault(kind, []).append(each)
    return grouped


def _cut(
    row: Sequence[TextLine],
    cells: Sequence[tuple[str, Box]],
    kinds: Mapping[str, str],
    candidates: Mapping[str, Sequence[Candidate]],
) -> tuple[dict[str, Candidate], dict[str, list[tuple[TextLine, Word]]]]:
    """What stands under each heading: candidates of its type, or words."""
    typed: dict[str, Candidate] = {}
    for kind, found in candidates.items():
        for each in found:
            key = _under(each.span.box, cells)
            if key and _TYPED.get(kinds[key]) == kind and key not in typed:
                typed[key] = each
    texts: dict[str, list[tuple[TextLine, Word]]] = {}
    for line in row:
        key = ""
        for before, word in zip((None, *line.words), line.words, strict=False):
            apart_from = before is None or word.box.x0 - before.box.x1 > 0.6 * line.height
            over = _over(word.box, cells)
            key = over if over is not None else (_under(word.box, cells) if apart_from else key)
            if key and kinds[key] not in _TYPED:
                texts.setdefault(key, []).append((line, word))
    return typed, texts


def _over(box: Box, cells: Sequence[tuple[str, Box]]) -> str | None:
    """The column whose heading stands above the box, None for a place between headings."""
    best = max(cells, key=lambda cell: cell[1].overlap_x(box))
    return best[0] if best[1].overlap_x(box) > 0 else None


def _under(box: Box, cells: Sequence[tuple[str, Box]]) -> str:
    return max(cells, key=lambda cell: (cell[1].overlap_x(box), -apart(cell[1], box)))[0]


def _is_item(item: _Item, cells: Sequence[tuple[str, Box]], kinds: Mapping[str, str]) -> bool:
    headed = [key for key, _ in cells if key]
    if any(kinds[key] in _TYPED for key in headed):
        return bool(item.typed)
    return headed[0] in item.texts


def _line(item: _Item, columns: Sequence[Column]) -> LineValue:
    cells: dict[str, FieldValue] = {}
    for column in columns:
        reason = Evidence("column", f'Stands in the column "{column.label}"', 1.0)
        typed, words = item.typed.get(column.key), item.texts.get(column.key)
        if typed is not None:
            value = f"{Decimal(typed.value).normalize():f}" if column.type in ("number", "percent") else typed.value
            sure = min(_SURE, typed.certainty)
            cells[column.key] = FieldValue(column.key, value, typed.raw, typed.places, sure, evidence=(reason,))
        elif words and re.search(r"\w", text := " ".join(word.text for _, word in words)):
            places = tuple(Place(line.page, word.box) for line, word in words)
            sure = min(_SURE, *(word.confidence for _, word in words))
            cells[column.key] = FieldValue(column.key, text, text, places, sure, evidence=(reason,))
    return LineValue(item.page, cells, min((cell.confidence for cell in cells.values()), default=0))
