"""Values with a form of their own: IBAN, tax numbers, e-mail, web address, telephone. Check digits by python-stdnum."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from stdnum import iban as iban_number
from stdnum import util
from stdnum.br import cnpj
from stdnum.exceptions import ValidationError

from documents.extraction.candidates.candidate import Candidate, Style, cut
from documents.extraction.content import Content, TextLine

# Each is asked twice for a document: for its own candidates, and by the identifiers, which keep clear of them.
_once = lru_cache(maxsize=1)

_IBAN = re.compile(r"(?<![A-Za-z0-9])([A-Z]{2})\s?([0-9OIl]{2})(?=(?:\s?[0-9A-Z]){6})")
_IBAN_LENGTHS = {
    "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24, "FI": 18, "FR": 27,
    "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27,
    "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TR": 26, "AE": 23,
    "SA": 24, "IL": 23,
}  # fmt: skip
_VAT_FORMS = (
    ("AT", r"ATU\d{8}"), ("BE", r"BE[01]\d{9}"), ("BG", r"BG\d{9,10}"), ("CY", r"CY\d{8}[A-Z]"), ("CZ", r"CZ\d{8,10}"),
    ("DE", r"DE\d{9}"), ("DK", r"DK\d{8}"), ("EE", r"EE\d{9}"), ("EL", r"EL\d{9}"), ("ES", r"ES[A-Z0-9]\d{7}[A-Z0-9]"),
    ("FI", r"FI\d{8}"), ("FR", r"FR[A-Z0-9]{2}\d{9}"), ("GB", r"GB\d{9}(?:\d{3})?"), ("HR", r"HR\d{11}"), ("HU", r"HU\d{8}"),
    ("IE", r"IE\d[A-Z0-9]\d{5}[A-Z]{1,2}"), ("IT", r"IT\d{11}"), ("LT", r"LT(?:\d{9}|\d{12})"), ("LU", r"LU\d{8}"),
    ("LV", r"LV\d{11}"), ("MT", r"MT\d{8}"), ("NL", r"NL\d{9}B\d{2}"), ("PL", r"PL\d{10}"), ("PT", r"PT\d{9}"),
    ("RO", r"RO\d{2,10}"), ("SE", r"SE\d{12}"), ("SI", r"SI\d{8}"), ("SK", r"SK\d{10}"), ("CH", r"CHE\d{9}(?:MWST|TVA|IVA)?"),
    ("NO", r"NO\d{9}(?:MVA)?"),
)  # fmt: skip
_VAT = tuple((country, re.compile(form)) for country, form in _VAT_FORMS)
_VAT_START = re.compile(
    r"(?<![A-Za-z0-9])(?:AT|BE|BG|CHE|CY|CZ|DE|DK|EE|EL|ES|FI|FR|GB|HR|HU|IE|IT|LT|LU|LV|MT|NL|NO|PL|PT|RO|SE|SI|SK)"
)
_PLAIN_TAX = re.compile(
    r"(?<![\w./-])(?:\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2}|\d{2,4}[ /-]?\d{3,8}(?:[ /-]?\d{2,6}){0,3}|"
    r"\d{2}[A-Z]{5}\d{4}[A-Z]\d[A-Z]\w|[A-Z]\d{8})(?![\w/])"
)
_WRITTEN_BARE = {"pl": "PL", "pt": "PT", "it": "IT", "es": "ES"}  # VAT ids that usually stand without their country
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(
    r"(?:https?://|www\.)[\w.-]+\.[a-z]{2,}[\w/.-]*"
    r"|(?<![\w@.-])[a-z0-9][a-z0-9-]{2,}\.(?:com|org|net|info|biz|eu|co\.uk|de|at|ch|fr|be|nl|it|es|pt|uk|ie|us|io|my|example)(?![\w.-])",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![\w./-])(?:\+\d{1,3}|\(?0\d{1,5}\)?|\(\d{3}\))[\s/.()-]?(?:\d[\s/.()-]{0,2}){4,12}\d(?!\w)")


def iban_is_valid(number: str) -> bool:
    """Whether length and check digits hold (mod 97)."""
    return bool(iban_number.is_valid(number, check_country=False)) and _IBAN_LENGTHS.get(number[:2], len(number)) == len(
        number
    )


def vat_is_valid(number: str) -> bool:
    """Whether the check digits of a VAT id hold; by the country's own rule, also of countries outside the union."""
    country = util.get_cc_module(number[:2].lower(), "vat")
    if country is None:
        return False
    try:
        country.validate(number)
    except ValidationError:
        return False
    return True


@_once
def find_ibans(content: Content, style: Style) -> tuple[Candidate, ...]:
    """Account numbers in IBAN form; one that goes on below in the same column is put together."""
    return tuple(candidate for line in content.outer_lines for candidate in _ibans_on(content, line))


def _ibans_on(content: Content, line: TextLine) -> Iterator[Candidate]:
    for match in _IBAN.finditer(line.text):
        length = _IBAN_LENGTHS.get(match[1])
        if length is None:
            continue
        number, end = _take(line.text, match.start(), length)
        if len(number) == length:
            number = number[:2] + number[2:4].replace("O", "0").replace("I", "1").replace("l", "1") + number[4:]
            if iban_is_valid(number):
                yield cut(content, line, "iban", number, match.start(), end, frozenset({"checked"}))
            elif _grouped(line.text[match.start() : end]):
                yield cut(content, line, "iban", number, match.start(), end, frozenset({"unchecked"}))
        else:
            yield from _continued(content, line, match, number, length)


def _grouped(text: str) -> bool:
    """Whether a number that fails its check digits is at least written like an IBAN: in one piece or in fours."""
    return bool(re.fullmatch(r"[0-9A-Z]+|[0-9A-Z]{4}(?: [0-9A-Z]{4})+(?: [0-9A-Z]{1,3})?", text.strip()))


def _take(text: str, start: int, length: int) -> tuple[str, int]:
    """The first `length` letters and digits from `start`, and where they end."""
    number, at = "", start
    while at < len(text) and len(number) < length and (text[at].isalnum() or text[at] == " "):
        number += text[at].strip()
        at += 1
    return number, at


def _continued(content: Content, line: TextLine, match: re.Match[str], number: str, length: int) -> Iterator[Candidate]:
    box = line.span_box(match.start(), match.end())
    for below in content.on_page(line.page):
        near = 0 < below.box.top - box.top < 2.5 * line.height
        if not near or abs(below.box.x0 - box.x0) > line.height:
            continue
        rest, end = _take(below.text, 0, length - len(number))
        whole = number + rest
        if len(whole) == length and iban_is_valid(whole):
            spans = (content.span(line, match.start(), len(line.text)), content.span(below, 0, end))
            raw = f"{line.text[match.start() :].strip()} {below.text[:end].strip()}"
            yield Candidate("iban", whole, raw, spans, frozenset({"checked"}), line.certainty(match.start(), match.end()))
            return


@_once
def find_tax_ids(content: Content, style: Style) -> tuple[Candidate, ...]:
    """European VAT ids by form and check digits, and other numbers that a label may call a tax number."""
    found: list[Candidate] = []
    for line in content.outer_lines:
        ids = list(_vat_ids(content, line))
        found += ids
        for match in _PLAIN_TAX.finditer(line.text):
            digits = re.sub(r"[^0-9A-Z]", "", match[0])
            apart = all(match.end() <= each.span.start or match.start() >= each.span.end for each in ids)
            if apart and 8 <= len(digits) <= 15:
                country = _WRITTEN_BARE.get(content.language, "")
                checked = cnpj.is_valid(digits) if "/" in match[0] else country and vat_is_valid(country + digits)
                marks = {"bare", "checked"} if checked else {"bare"}
                found.append(cut(content, line, "tax_id", digits, match.start(), match.end(), frozenset(marks)))
    return tuple(found)


def _vat_ids(content: Content, line: TextLine) -> Iterator[Candidate]:
    upper = line.text.upper() if line.source == "ocr" else line.text
    for start in _VAT_START.finditer(upper):
        packed, ends = "", []
        for at in range(start.start(), min(len(upper), start.start() + 24)):
            if upper[at].isalnum():
                packed += upper[at]
                ends.append(at + 1)
            elif upper[at] not in " .-":
                break
        for _, form in _VAT:
            match = form.match(packed)
            if match is None:
                continue
            end = ends[match.end() - 1]
            if end < len(upper) and upper[end].isalnum():
                continue
            marks = {"vat form", "checked" if vat_is_valid(match[0]) else "unchecked", f"country:{match[0][:2]}"}
            yield cut(content, line, "tax_id", match[0], start.start(), end, frozenset(marks))
            break


def _plain(content: Content, kind: str, pattern: re.Pattern[str]) -> tuple[Candidate, ...]:
    return tuple(
        cut(content, line, kind, match[0].strip(), match.start(), match.end())
        for line in content.outer_lines
        for match in pattern.finditer(line.text)
    )


@_once
def find_emails(content: Content, style: Style) -> tuple[Candidate, ...]:
    return _plain(content, "email", _EMAIL)


@_once
def find_urls(content: Content, style: Style) -> tuple[Candidate, ...]:
    return _plain(content, "url", _URL)


@_once
def find_phones(content: Content, style: Style) -> tuple[Candidate, ...]:
    return _plain(content, "phone", _PHONE)
