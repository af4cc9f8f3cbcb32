"""Where a given value stands on the pages, as exactly as its type allows: the characters of one or more lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation

from rapidfuzz import fuzz

from documents.extraction.candidates.amounts import parse
from documents.extraction.candidates.candidate import Style
from documents.extraction.candidates.dates import read_date
from documents.extraction.content import Content, Span, TextLine, plain
from documents.extraction.values import Place

Spans = tuple[Span, ...]

NUMBERS = frozenset({"amount", "number", "percent"})
FUZZY = frozenset({"party", "address"})  # as OCR reads them
CLOSE = 86.0
_MOST_LINES, _LONGEST_LINE = 1_500, 300
_TALLEST = 6  # lines of an address
_NUMBER = re.compile(r"(?<![\w.,])\d[\d.,' ]{0,24}(?:(?<=\d)|(?<=,)|(?<=\.))(?!\w)")


def spans_at(content: Content, places: Sequence[Place]) -> Spans:
    """The words whose middles lie in those places, one span for each line."""
    found = []
    for line in content.lines:
        boxes = [place.box for place in places if place.page == line.page]
        inside = [
            number
            for number, word in enumerate(line.words)
            if any(
                box.x0 - 1 <= word.box.center <= box.x1 + 1 and box.top - 1 <= word.box.middle <= box.bottom + 1
                for box in boxes
            )
        ]
        if inside:
            start = line.starts[inside[0]]
            end = line.starts[inside[-1]] + len(line.words[inside[-1]].text)
            found.append(content.span(line, start, end))
        elif part := next((box for box in boxes if _within(line, box)), None):
            found.append(content.span(line, *_characters(line, part.x0, part.x1)))
    return tuple(found)


def _within(line: TextLine, box: object) -> bool:
    middle, left, right = (box.top + box.bottom) / 2, box.x0, box.x1  # type: ignore[attr-defined]
    return bool(line.box.top <= middle <= line.box.bottom and line.box.x0 - 1 <= left and right <= line.box.x1 + 1)


def _characters(line: TextLine, x0: float, x1: float) -> tuple[int, int]:
    """The characters of a line between two places across: a value may be glued to its label in one word."""
    inside = []
    for word, first in zip(line.words, line.starts, strict=True):
        wide = word.box.width / max(len(word.text), 1)
        inside += [first + at for at in range(len(word.text)) if x0 <= word.box.x0 + (at + 0.5) * wide <= x1]
    return (inside[0], inside[-1] + 1) if inside else (0, len(line.text))


def locate(content: Content, kind: str, value: str) -> tuple[Spans, ...]:
    """Every place of the first and last pages where a value of that type stands, in reading order, at most eight."""
    lines = [line for line in content.outer_lines[:_MOST_LINES] if len(line.text) <= _LONGEST_LINE]
    if kind == "date":
        found = _dates(content, lines, value)
    elif kind in NUMBERS:
        found = _numbers(content, lines, value)
    else:
        found = _texts(content, lines, value, close=CLOSE if kind in FUZZY else 100.0)
    return tuple(spans for _, spans in zip(range(8), found, strict=False))


def _dates(content: Content, lines: Sequence[TextLine], value: str) -> Iterator[Spans]:
    for line in lines:
        seen = set()
        for order in ("dmy", "mdy"):
            for start, end, read, _ in read_date(line.text, Style(".", order)):
                if read == value and (start, end) not in seen:
                    seen.add((start, end))
                    yield (content.span(line, start, end),)


def _numbers(content: Content, lines: Sequence[TextLine], value: str) -> Iterator[Spans]:
    try:
        wanted = abs(Decimal(value))
    except InvalidOperation:
        return
    for line in lines:
        for match in _NUMBER.finditer(line.text):
            if any(parse(match[0].strip(), sign) == wanted for sign in ".,"):
                yield (content.span(line, match.start(), match.start() + len(match[0].rstrip())),)


def squashed(text: str) -> tuple[str, list[int]]:
    """The letters and digits of a text without case and accents, and the place of each in it."""
    letters, places = [], []
    for at, each in enumerate(text):
        for letter in plain(each):
            if letter.isalnum():
                letters.append(letter)
                places.append(at)
    return "".join(letters), places


def _texts(content: Content, lines: Sequence[TextLine], value: str, close: float) -> Iterator[Spans]:
    wanted = squashed(value)[0]
    if not wanted:
        return
    whole = {line.index: squashed(line.text) for line in lines}
    found = False
    for line in lines:
        span = _in_line(content, line, whole[line.index], wanted, close)
        if span is not None:
            found = True
            yield (span,)
    if found or len(wanted) < 8:
        return
    for line in lines:
        spans = _in_column(content, line, whole, wanted, min(close, 97.0))
        if spans:
            yield spans


def _in_line(content: Content, line: TextLine, own: tuple[str, list[int]], wanted: str, close: float) -> Span | None:
    text, places = own
    if len(text) < 0.8 * len(wanted):
        return None
    at = text.find(wanted)
    if at >= 0:
        start, end = places[at], places[at + len(wanted) - 1] + 1
        whole_words = not (line.text[start - 1 : start].isalnum() or line.text[end : end + 1].isalnum())
        return content.span(line, start, end) if whole_words or len(wanted) >= 8 else None
    if close >= 100 or len(wanted) < 5:
        return None
    best = fuzz.partial_ratio_alignment(wanted, text, score_cutoff=close)
    if best is None or best.dest_end - best.dest_start < 0.8 * len(wanted):
        return None
    return content.span(line, places[best.dest_start], places[best.dest_end - 1] + 1)


def _in_column(content: Content, line: TextLine, whole: dict[int, tuple[str, list[int]]], wanted: str, close: float) -> Spans:
    """The lines from `line` downwards that together say it."""
    said, taken = whole[line.index][0], [line]
    if not said or fuzz.partial_ratio(said, wanted) < close - 10:
        return ()
    for below in column_below(content, line)[: _TALLEST - 1]:
        if below.index not in whole or len(said) >= len(wanted):
            break
        said += whole[below.index][0]
        taken.append(below)
    best = max(
        (fuzz.ratio("".join(whole[each.index][0] for each in taken[:count]), wanted), count)
        for count in range(1, len(taken) + 1)
    )
    if best[0] < close:
        return ()
    return tuple(content.span(each, 0, len(each.text)) for each in taken[: best[1]])


def column_below(content: Content, line: TextLine) -> list[TextLine]:
    """The lines below it, one after the other, that begin, end or are centred with it, without a gap of two lines."""
    found, last = [], line
    for other in content.on_page(line.page):
        if other.box.middle <= last.box.middle + 0.3 * last.height:
            continue
        if other.box.top - last.box.bottom > 2.2 * last.height:
            break
        edges = (
            abs(other.box.x0 - line.box.x0),
            abs(other.box.x1 - line.box.x1),
            0.75 * abs(other.box.center - line.box.center),
        )
        if min(edges) < 3 * line.height:
            found.append(other)
            last = other
    return found
