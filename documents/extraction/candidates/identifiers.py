"""Numbers that name something: invoice, order, customer, contract numbers. Normal form: as printed, without the sign #."""

from __future__ import annotations

import re

from documents.extraction.candidates.candidate import Candidate, Style, cut
from documents.extraction.candidates.codes import find_emails, find_ibans, find_phones, find_tax_ids, find_urls
from documents.extraction.candidates.dates import read_date
from documents.extraction.content import Content, TextLine

_TOKEN = re.compile(r"(?<![\w@])#?\s?((?=[\w./\\-]*\d)[A-Za-z0-9À-ÿ](?:[\w./\\\-]*[A-Za-z0-9])?)(?![\w@])")
_SPACED = re.compile(r"(?<![\w@./-])[A-Z]{1,4}\d{0,4}(?: ?[-/] ?| )\d{2,}(?:[ ./-]\d{2,}){0,3}(?![\w@])")
_COUNT = re.compile(r"\d{1,2}")
_DIGIT = re.compile(r"\d")
_AMOUNT = re.compile(r"\d{1,3}(?:[.,']\d{3})*[.,]\d{2}")
_MEASURE = re.compile(r"\d+(?:[.,]\d+)?(?:st|nd|rd|th|er|x|kg|g|mm|cm|m|l|ml|pcs|gb|mb|w|v|%)", re.IGNORECASE)


def find(content: Content, style: Style) -> list[Candidate]:
    """Every token with a digit that is no date, amount, account, tax number, telephone or address of the net."""
    taken: dict[int, list[tuple[int, int]]] = {}
    for known in (*find_ibans(content, style), *find_emails(content, style), *find_urls(content, style)):
        for span in known.spans:
            taken.setdefault(span.line, []).append((span.start, span.end))
    for known in find_tax_ids(content, style):
        if "vat form" in known.marks:
            taken.setdefault(known.span.line, []).append((known.span.start, known.span.end))
    for known in find_phones(content, style):
        if known.raw.startswith(("+", "(")):
            taken.setdefault(known.span.line, []).append((known.span.start, known.span.end))
    found = []
    priced = {line.row for line in content.outer_lines if _AMOUNT.search(line.text)}
    for line in content.outer_lines:
        if not _DIGIT.search(line.text):
            continue
        blocked = taken.get(line.index, []) + [(start, end) for start, end, _, _ in read_date(line.text, style)]
        named = _on_line(content, line, blocked)
        if line.row in priced:  # beside an amount one or two figures alone count or measure something
            named = [each for each in named if not _COUNT.fullmatch(each.value)]
        found += named
    return found


def _on_line(content: Content, line: TextLine, blocked: list[tuple[int, int]]) -> list[Candidate]:
    found = []
    text = line.text
    for pattern in (_TOKEN, _SPACED):
        for match in pattern.finditer(text):
            group = 1 if pattern is _TOKEN else 0
            start, end = match.span(group)
            token = match[group]
            if any(start < last and first < end for first, last in blocked) or not _could_name(token):
                continue
            marks = _marks(text, token, start, end) | ({"spaced"} if pattern is _SPACED else set())
            found.append(cut(content, line, "identifier", token, start, end, frozenset(marks)))
    return found


def _could_name(token: str) -> bool:
    if not 1 <= len(token) <= 40 or _AMOUNT.fullmatch(token) or _MEASURE.fullmatch(token):
        return False
    return bool(_DIGIT.search(token))


def _marks(text: str, token: str, start: int, end: int) -> set[str]:
    marks = set()
    if re.search(r"[A-Za-z]", token):
        marks.add("letters")
    digits = sum(letter.isdigit() for letter in token)
    if digits >= 4:
        marks.add("long")
    if digits <= 1 and len(token) <= 2:
        marks.add("short")
    if re.search(r"[-/_.]", token):
        marks.add("parted")
    if re.fullmatch(r"(?:19|20)\d{2}", token):
        marks.add("year")
    if text[max(0, start - 1) : start] == "(" and text[end : end + 1] == ")":
        marks.add("in parentheses")
    if re.match(r"\s?(?:€|EUR|\$|%|£)", text[end : end + 4]) or re.search(r"[€$£]\s?$", text[max(0, start - 2) : start]):
        marks.add("money")
    return marks
