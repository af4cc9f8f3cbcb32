"""Where a value that the model returned stands on the pages. What stands nowhere was made up, or is written otherwise there.

Typed values (dates, amounts, IBANs ...) must equal a candidate of their type in normal form; names, addresses and texts must
stand among the words, letters and digits alone being compared. On recognized pages letters that are taken for digits and a
few wrong letters are forgiven, a wrong digit never.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property

from rapidfuzz import fuzz

from documents.extraction.candidates import Candidate, Style, collect, decide_style
from documents.extraction.candidates.amounts import currency_of, decimal_text, parse
from documents.extraction.candidates.dates import read_date
from documents.extraction.comparison import same
from documents.extraction.content import Content, Span, TextLine
from documents.extraction.layout import OCR
from documents.extraction.llm.answer import Said
from documents.extraction.profiles import ProfileField
from documents.extraction.values import Place

NUMBERS = ("amount", "number", "percent")
_TYPED = frozenset((*NUMBERS, "date", "iban", "currency"))  # count in normal form only
_LIKE_DIGITS = str.maketrans("oOlIi|sSbBzZ", "001111558822")
_LIKENESS = 88.0
_LEAST_FUZZY = 6
_LINES_BELOW = 12  # how far below a value that breaks off its next line is looked for


@dataclass(frozen=True, slots=True)
class Grounded:
    """A value as it stands on the pages, in normal form, and its places on the pages set straight."""

    value: str | list[str]
    raw: str
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Ground:
    """The words of a document, ready to be searched."""

    content: Content

    @cached_property
    def style(self) -> Style:
        return decide_style(self.content)

    @cached_property
    def _lines(self) -> tuple[_Packed, ...]:
        return tuple(map(_Packed.of, self.content.lines))

    @cached_property
    def candidates(self) -> Mapping[str, Sequence[Candidate]]:
        return collect(self.content, self.style)

    def find(self, field: ProfileField, said: Said) -> Grounded | None:
        """Where the value said of a field stands, nearest to the row it was said to stand in; None when it does not."""
        if isinstance(said.value, list):
            return self._all_of(said.value)
        wanted = normal(field.type, said.value, self.style)
        if wanted is None:
            return None
        return self._candidate(field.type, wanted, said.row) or self._otherwise(field.type, wanted, said.row)

    def _all_of(self, entries: Sequence[str]) -> Grounded | None:
        """The entries of a list that stand on the pages."""
        found = [(entry, runs[0]) for entry in entries if (runs := list(self._runs(entry)))]
        if not found:
            return None
        places = tuple(span.place for _, spans in found for span in spans)
        return Grounded([entry for entry, _ in found], "; ".join(entry for entry, _ in found), places)

    def _candidate(self, kind: str, wanted: str, row: int | None) -> Grounded | None:
        fitting = [each for each in self.candidates.get(kind, ()) if same(each.value, wanted, kind)]
        if not fitting:
            return None
        best = min(fitting, key=lambda each: self._distance(each.span, row))
        return Grounded(re.sub(r"\s+", " ", best.value).strip(), best.raw, best.places)

    def _otherwise(self, kind: str, wanted: str, row: int | None) -> Grounded | None:
        """Among the words: typed values only as a recognized page may have misread them, others letter by letter."""
        if kind in _TYPED:
            spans = self._misread(kind, wanted)
            return Grounded(wanted, *self._told(spans)) if spans else None
        runs = list(self._runs(wanted)) or list(filter(None, [self._by_parts(wanted)]))
        if not runs:
            return None
        raw, places = self._told(min(runs, key=lambda spans: self._distance(spans[0], row)))
        return Grounded(raw, raw, places)

    def _told(self, spans: Sequence[Span]) -> tuple[str, tuple[Place, ...]]:
        texts = [self.content.lines[span.line].text[span.start : span.end].strip(" ,;:") for span in spans]
        return ", ".join(texts), tuple(span.place for span in spans)

    def _distance(self, span: Span, row: int | None) -> tuple[int, int]:
        here = self.content.lines[span.line].row
        return (abs(here - row) if row is not None else 0, here)

    def _misread(self, kind: str, wanted: str) -> list[Span]:
        """The first place on a recognized page that reads like `wanted` once letters like digits are digits."""
        for line in self.content.lines:
            if line.source != OCR:
                continue
            text = line.text.translate(_LIKE_DIGITS)
            if kind == "date":
                found = next(((start, end) for start, end, value, _ in read_date(text, self.style) if value == wanted), None)
            elif kind in NUMBERS:
                found = next((each.span() for each in re.finditer(r"\d[\d.,']*", text) if self._is(each[0], wanted)), None)
            else:
                return []
            if found:
                return [self.content.span(line, *found)]
        return []

    def _is(self, number: str, wanted: str) -> bool:
        read = parse(number.rstrip(".,'"), self.style.decimal)
        return read is not None and read == abs(Decimal(wanted))

    def _runs(self, wanted: str) -> Iterator[list[Span]]:
        """Every place where the letters and digits of `wanted` stand one after the other, over lines of one column if need."""
        letters = _packed(wanted)
        for packed in self._lines if letters else ():
            line = packed.line
            sought = letters.translate(_LIKE_DIGITS) if line.source == OCR else letters
            at = packed.letters.find(sought)
            if at >= 0 and packed.is_whole(at, at + len(sought)):
                yield [packed.span(self.content, at, at + len(sought))]
            elif at < 0 and (begun := self._begun(line, packed, sought)):
                yield begun

    def _begun(self, line: TextLine, packed: _Packed, sought: str) -> list[Span] | None:
        """A value that begins at the end of this line and goes on below."""
        for start in packed.word_starts:
            tail = packed.letters[start:]
            if len(tail) >= 2 and sought.startswith(tail):
                rest = self._rest(line, sought[len(tail) :])
                if rest:
                    return [packed.span(self.content, start, len(packed.letters)), *rest]
        return None

    def _rest(self, above: TextLine, sought: str) -> list[Span] | None:
        for line in self.content.lines[above.index + 1 : above.index + 1 + _LINES_BELOW]:
            if line.page != above.page or line.box.overlap_x(above.box) <= 0:
                continue
            packed = self._lines[line.index]
            if packed.letters and packed.letters.startswith(sought) and packed.is_whole(0, len(sought)):
                return [packed.span(self.content, 0, len(sought))]
            if packed.letters and sought.startswith(packed.letters):
                rest = self._rest(line, sought[len(packed.letters) :])
                return [packed.span(self.content, 0, len(packed.letters)), *rest] if rest else None
        return None

    def _by_parts(self, wanted: str) -> list[Span] | None:
        """Parts between commas, each at its own place, not far below the one before; on recognized pages nearly so."""
        spans: list[Span] = []
        for part in re.split(r"[\n,;]+", wanted):
            if not _packed(part):
                continue
            found = [runs[0] for runs in self._runs(part) if len(runs) == 1] or self._nearly(part)
            near = [span for span in found if not spans or self._follows(spans[-1], span)]
            if not near:
                return None
            spans.append(near[0])
        return spans or None

    def _follows(self, above: Span, span: Span) -> bool:
        return span.page == above.page and -2 < span.box.top - above.box.top < 6 * max(above.box.height, 8.0)

    def _nearly(self, part: str) -> list[Span]:
        """Lines of recognized pages that read nearly like it, with the same digits."""
        sought = _packed(part)
        if len(sought) < _LEAST_FUZZY:
            return []
        found = []
        for line in self.content.lines:
            if line.source != OCR:
                continue
            packed = _Packed.of(line, as_printed=True)
            hit = fuzz.partial_ratio_alignment(sought, packed.letters, score_cutoff=_LIKENESS)
            if hit is None or len(packed.letters) < len(sought) - 2:
                continue
            if _digits(packed.letters[hit.dest_start : hit.dest_end]) == _digits(sought):
                found.append(packed.span(self.content, hit.dest_start, hit.dest_end))
        return found


@dataclass(frozen=True)
class _Packed:
    """A line by its letters and digits alone; `at` says which character of the line each of them is.

    On a recognized page letters that look like digits are digits, unless it is wanted `as_printed`.
    """

    line: TextLine
    letters: str
    at: tuple[int, ...]

    @classmethod
    def of(cls, line: TextLine, *, as_printed: bool = False) -> _Packed:
        pairs = [(small, at) for at, sign in enumerate(line.text) if sign.isalnum() for small in sign.casefold()]
        letters = "".join(small for small, _ in pairs)
        if line.source == OCR and not as_printed:
            letters = letters.translate(_LIKE_DIGITS)
        return cls(line, letters, tuple(at for _, at in pairs))

    @property
    def word_starts(self) -> list[int]:
        return [number for number in range(len(self.letters)) if self._begins(number)]

    def _begins(self, number: int) -> bool:
        return number == 0 or self.at[number] > self.at[number - 1] + 1

    def is_whole(self, start: int, end: int) -> bool:
        """Whether it begins where a word begins and ends where one ends: 119 does not stand in 1190."""
        return self._begins(start) and (end == len(self.letters) or self._begins(end))

    def span(self, content: Content, start: int, end: int) -> Span:
        return content.span(self.line, self.at[start], self.at[end - 1] + 1)


def normal(kind: str, text: str, style: Style) -> str | None:
    """The normal form of what was said for a field of that type; None when it is no such value."""
    text = re.sub(r"[ \t]+", " ", text).strip()
    if kind in NUMBERS:
        return _number(kind, text, style)
    if kind == "date":
        return _date(text, style)
    if kind == "currency":
        return currency_of(text.upper()) or currency_of(text) or None
    if kind == "iban":
        return re.sub(r"\s", "", text).upper() or None
    return text or None


def _number(kind: str, text: str, style: Style) -> str | None:
    bare = re.sub(r"[^\d.,'\-]", "", text)
    if not re.search(r"\d", bare):
        return None
    try:
        value = Decimal(bare)
    except InvalidOperation:
        read = parse(bare.strip("-"), style.decimal)
        if read is None:
            return None
        value = -read if bare.startswith("-") else read
    if abs(value) >= Decimal(10) ** 12:
        return None
    return decimal_text(value) if kind == "amount" else f"{value.normalize():f}"


def _date(text: str, style: Style) -> str | None:
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        return next((value for _, _, value, _ in read_date(text, style)), None)


def _packed(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
