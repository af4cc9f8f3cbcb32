"""Dates: numeric in any order, ISO, and with month names of the languages we read. Normal form ISO 8601."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from babel.dates import get_month_names

from documents.extraction.candidates.candidate import Candidate, Style, cut
from documents.extraction.content import Content, TextLine, plain
from documents.extraction.vocabulary import LANGUAGES, MONTHS

EARLIEST, LATEST = 1970, 2099

_SEP = r"\s?[./\-]\s?"
_YEAR_FIRST = re.compile(rf"(?<![\d.,/\-])(\d{{4}})(?:{_SEP}|\s)(\d{{1,2}})(?:{_SEP}|\s)(\d{{1,2}})(?![\d/])")
# A year may be joined with the time behind it: "16-03-201812:07", "16/03/2018/12:07", "16-03-1812:07".
_JOINED_YEAR = r"\d{4}(?=[/\-]?\d{1,2}:\d\d)|(?!(?:19|20)\d\d:)\d{2}(?=\d{2}:\d\d)"
_NUMERIC = re.compile(
    rf"(?<![\d,/\-])(?<!\d\.)(\d{{1,2}}){_SEP}(\d{{1,2}}){_SEP}({_JOINED_YEAR}|\d{{4}}(?!\d|[.,/\-]\d)|\d{{2}}(?!\d|[.,/\-]\d))"
)
# Day, month and year without anything between; believed only where a document shows no other date.
_PACKED = (
    re.compile(r"(?<![\w.,/-])(?P<day>0[1-9]|[12]\d|3[01])(?P<month>0[1-9]|1[0-2])(?P<year>20\d\d)(?![\w.,/-])"),
    re.compile(r"(?<![\w.,/-])(?P<year>20\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?= \d\d:\d\d|$)"),
)
_CHINESE = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_LOOKALIKE = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1"})
_SMEARED = re.compile(r"(?<!\w)[\dOolI]{1,2}([./\-])[\dOolI]{1,2}\1[\dOolI]{2,4}(?!\w)")


@lru_cache(maxsize=1)
def month_numbers() -> dict[str, int]:
    """Plain month name or its abbreviation -> 1-12."""
    names: dict[str, int] = dict(MONTHS)
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, language).items():
                    names.setdefault(plain(name).strip("."), number)
    return {name: number for name, number in names.items() if len(name) >= 3 and name.isalpha()}


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    names = "|".join(sorted((re.escape(name) for name in month_numbers()), key=len, reverse=True))
    between = r"(?:\s*[.,\-/]?\s*|\s+(?:de|del|of|di)\s+)"
    day_first = re.compile(
        rf"(?<![\d.,])(\d{{1,2}})(?:st|nd|rd|th|er|\.|º|°)?{between}({names})\.?{between}'?(\d{{4}}|\d{{2}})(?![\d.,]\d|\d)"
    )
    month_first = re.compile(rf"(?<![a-z])({names})\.?\s*(\d{{1,2}})(?:st|nd|rd|th)?\s*[.,]?\s*'?(\d{{4}})(?!\d)")
    return day_first, month_first


def iso(year: int, month: int, day: int) -> str | None:
    """The ISO form, or None when there is no such day in our window."""
    if year < 100:
        year += 2000 if year < 70 else 1900
    if not EARLIEST <= year <= LATEST:
        return None
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _numeric(text: str) -> Iterator[tuple[int, int, int, int, int]]:
    for match in _NUMERIC.finditer(text):
        first, second, third = (int(part) for part in match.groups())
        yield match.start(), match.end(), first, second, third


def date_order(content: Content) -> str:
    """Whether day or month comes first, from dates that can be read in one way only, else from language and currency."""
    day_first = month_first = year_first = 0
    for line in content.lines:
        year_first += len(_YEAR_FIRST.findall(line.text))
        for _, _, first, second, _ in _numeric(line.text):
            day_first += first > 12 >= second
            month_first += second > 12 >= first
    if not (day_first or month_first):
        day_first, month_first = _told_by_names(content)
    if day_first or month_first:
        return "dmy" if day_first >= month_first else "mdy"
    if year_first and not any(True for line in content.lines for _ in _numeric(line.text)):
        return "ymd"
    american = bool(re.search(r"[a-z]{2},? [A-Z]{2},?\s+\d{5}(?:-\d{4})?\b", content.text)) or "US$" in content.text
    dollars = "$" in content.text and not re.search(r"\b(?:ABN|GST|RM|CAD|AUD|SGD|NZD)\b", content.text)
    return "mdy" if content.language in {"en", ""} and (american or dollars) else "dmy"


def _told_by_names(content: Content) -> tuple[int, int]:
    """How many numeric dates are a date with the name of its month elsewhere, read day first and month first."""
    named = {
        (int(match[3]), month_numbers()[match[2 if day else 1]], int(match[1 if day else 2]))
        for line in content.lines
        for day, pattern in zip((True, False), _patterns(), strict=True)
        for match in pattern.finditer(plain(line.text))
    }
    numeric = [numbers for line in content.lines for _, _, *numbers in _numeric(line.text)] if named else []
    days = sum((year, second, first) in named for first, second, year in numeric if first != second)
    months = sum((year, first, second) in named for first, second, year in numeric if first != second)
    return days, months


def _by_order(first: int, second: int, third: int, order: str) -> tuple[str | None, bool]:
    """ISO form and whether the date can be read in one way only."""
    as_dmy, as_mdy = iso(third, second, first), iso(third, first, second)
    if as_dmy is None or as_mdy is None:
        return as_dmy or as_mdy, True
    return (as_mdy if order == "mdy" else as_dmy), first == second


_DIGIT = re.compile(r"\d")


def read_date(text: str, style: Style) -> tuple[tuple[int, int, str, bool], ...]:
    """(start, end, ISO, plain) of every date in `text`; `plain` is False when day and month could be swapped."""
    return dates_in(text, style.order) if _DIGIT.search(text) else ()


@lru_cache(maxsize=4_096)  # dates, amounts and identifiers ask for each line
def dates_in(text: str, order: str) -> tuple[tuple[int, int, str, bool], ...]:
    """The same for a text that holds a figure, in a document that writes days in that `order` ("dmy", "mdy", "ymd")."""
    found: list[tuple[int, int, str, bool]] = []

    def add(start: int, end: int, value: str | None, sure: bool) -> None:
        if value and not any(start < other_end and other_start < end for other_start, other_end, _, _ in found):
            found.append((start, end, value, sure))

    lowered = plain(text)
    same_length = lowered if len(lowered) == len(text) else text.casefold()
    day_first, month_first = _patterns()
    for match in (*_YEAR_FIRST.finditer(text), *_CHINESE.finditer(text)):
        add(match.start(), match.end(), iso(*(int(part) for part in match.groups())), True)
    for match in day_first.finditer(same_length):
        add(match.start(), match.end(), iso(int(match[3]), month_numbers()[match[2]], int(match[1])), True)
    for match in month_first.finditer(same_length):
        add(match.start(), match.end(), iso(int(match[3]), month_numbers()[match[1]], int(match[2])), True)
    for start, end, first, second, third in _numeric(text):
        value, sure = _by_order(first, second, third, order)
        add(start, end, value, sure)
    return tuple(found)


def find(content: Content, style: Style) -> list[Candidate]:
    """Every date of the document."""
    found = [candidate for line in content.outer_lines for candidate in _on_line(content, line, style)]
    return found or [each for line in content.outer_lines for each in _packed(content, line)]


def _packed(content: Content, line: TextLine) -> Iterator[Candidate]:
    for match in (match for pattern in _PACKED for match in pattern.finditer(line.text)):
        value = iso(int(match["year"]), int(match["month"]), int(match["day"]))
        if value:
            yield cut(content, line, "date", value, match.start(), match.end(), frozenset({"unambiguous", "packed"}))


def _on_line(content: Content, line: TextLine, style: Style) -> Iterator[Candidate]:
    text = line.text
    if line.source == "ocr":
        text = _SMEARED.sub(lambda match: match[0].translate(_LOOKALIKE), text)
    dates = read_date(text, style)
    for start, end, value, sure in dates:
        marks = {"unambiguous"} if sure else set()
        before, after = text[:start].rstrip(), text[end:].lstrip()
        ends_range = before.endswith("-") and (len(dates) > 1 or not before.strip("- "))
        begins_range = after.startswith("-") and (len(dates) > 1 or not after.strip("- "))
        if ends_range or begins_range:
            marks.add("range")
        if re.match(r"\s*\d{1,2}:\d{2}", text[end : end + 8]):
            marks.add("with time")
        yield cut(content, line, "date", value, start, end, frozenset(marks))
