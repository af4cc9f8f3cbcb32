"""The page of an e-invoice that has none: every value of it as a person would want to see it, line by line."""

from __future__ import annotations

from collections.abc import Iterator

from documents.extraction.einvoice_content import InvoiceContent
from documents.extraction.einvoice_shown import Row, Section, ShownLine, shown
from documents.extraction.readers import sheet

_LABEL, _NAME = 32, 34
_WIDTHS = (10, 8, 15, 11, 15)


def readable(content: InvoiceContent, doc_type: str) -> Iterator[str]:
    """A heading, the parts that concern the whole, the table of lines with what else each says, sums and payment."""
    told = shown(content, doc_type)
    yield told.title
    for section in told.before:
        yield from _section(section)
    if told.lines:
        yield from ("", told.lines_title)
        yield f"{told.columns[0]:<{_NAME}}" + "".join(
            f"{column:>{width}}" for column, width in zip(told.columns[1:], _WIDTHS, strict=True)
        )
        for line in told.lines:
            yield from _line(line)
    for section in told.after:
        yield from _section(section)


def _section(section: Section) -> Iterator[str]:
    yield ""
    if section.title:
        yield section.title
    for index, row in enumerate(section.rows):
        yield from _row(row, 2 if section.title or index else 0, _LABEL)


def _line(line: ShownLine) -> Iterator[str]:
    name, *cells = line.cells
    first, *rest = _parts(name, _NAME - 2) or [""]
    yield f"{first:<{_NAME}}" + "".join(f"{cell:>{width}}" for cell, width in zip(cells, _WIDTHS, strict=True))
    yield from (f"{each}" for each in rest)
    for row in line.further:
        yield from _row(row, 4, _LABEL)


def _row(row: Row, indent: int, width: int) -> Iterator[str]:
    first, *rest = _parts(row[1], sheet.COLUMNS - width - 1) or [""]
    yield f"{' ' * indent + row[0]:<{width}} {first}".rstrip()
    yield from (f"{'':<{width}} {each}" for each in rest)


def _parts(text: str, width: int) -> list[str]:
    """Text in lines of at most `width`, broken between words, long words cut."""
    lines: list[str] = []
    for word in text.split():
        pieces = [word[at : at + width] for at in range(0, len(word), width)]
        for piece in pieces:
            if lines and len(lines[-1]) + 1 + len(piece) <= width:
                lines[-1] = f"{lines[-1]} {piece}"
            else:
                lines.append(piece)
    return lines
