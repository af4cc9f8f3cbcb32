"""What can be said of a candidate without knowing the field: place, size, form, neighbours. Each feature is 0-1.

`FEATURE_WORDS` says each in the words of a clerk, {noun} being what a value of that type is called; weights.json says how
much it counts for a value type or a role.
"""

from __future__ import annotations

import re
from decimal import Decimal

from documents.extraction.candidates.amounts import CODES, SYMBOLS
from documents.extraction.candidates.candidate import Candidate
from documents.extraction.content import Content, TextLine, plain
from documents.extraction.surroundings import Surroundings
from documents.extraction.vocabulary import TITLES, one_of, pattern_of

FEATURE_WORDS = {
    "top": "Stands in the upper part of the first page",
    "head": "Stands at the very top of the first page",
    "bottom": "Stands at the foot of the page",
    "last page": "Stands on the last page",
    "first of its kind": "Is the first {noun} on the document",
    "largest": "Is the largest amount",
    "latest": "Is the latest date",
    "earliest": "Is the earliest date",
    "big": "Is printed larger than the rest",
    "checked": "Its check digits hold",
    "unchecked": "Its check digits fail",
    "vat form": "Has the form of a VAT id",
    "bare": "Is a bare number",
    "unambiguous": "Can be read in one way only",
    "range": "Is part of a period",
    "with time": "A time of day follows",
    "decimals": "Is written with decimals",
    "plain": "Is written without decimals",
    "currency": "A currency stands beside it",
    "negative": "Is negative",
    "zero": "Is zero",
    "right": "Stands in the right half",
    "letters": "Has letters and digits",
    "long": "Has four digits or more",
    "short": "Is very short",
    "spaced": "Is written with a space in it",
    "parted": "Is written in parts",
    "packed": "Is written without signs between its parts",
    "capitals": "Is written in capitals",
    "year": "Looks like a year",
    "in parentheses": "Stands in parentheses",
    "money": "A currency stands beside it",
    "in table": "Stands in the table of goods",
    "seller side": "Stands in the seller's block",
    "buyer side": "Stands in the buyer's block",
    "contact near": "Telephone, tax number or web address stand with it",
    "company suffix": "Has the legal form of a company",
    "sender line": "Stands in the sender line above the address",
    "inline": "Is written in one line",
    "named": "Follows a name in the same line",
    "block": "Is a block of lines",
    "before address": "An address follows",
    "over address": "Stands right over the first address",
    "short for": "The same name stands elsewhere with its legal form",
    "aside": "Is a former name or another company's",
    "web name": "The web or mail address has the same name",
    "again": "Stands on the document more than once",
    "title word": "Holds a word that names a kind of document or a value",
    "label word": "Stands among labels",
    "person": "Addresses a person",
    "digits": "Holds digits, as names seldom do",
    "street": "Looks like a street",
    "country": "Is the name of a country",
    "after colon": "Follows a colon",
    "named by text": "A sentence names it",
    "joined": "Goes on in the next line",
    "heading line": "Stands in the heading, after the word for the document",
    "only one": "Is the only {noun} on the document",
    "alone": "Stands alone in its line",
    "code": "Is written as a currency code",
    "beside number": "Stands beside an amount",
    "usual": "Is the currency of most amounts",
    "running text": "Stands in running text",
    "tax base": "Is the amount that the tax is reckoned from",
    "after tax base": "Follows the rate and what it is reckoned from",
    "asked until": "The text asks for payment by this day",
    "debit near": "Direct debit or the payer's account is mentioned",
}
_TITLES = pattern_of(tuple(title for kind in ("invoice", "credit_note", "receipt") for title in TITLES[kind]))
_TITLE = re.compile(rf"^\W{{0,2}}(?:statement|{_TITLES})(?!\w)")
_SMALL = re.compile(rf"(?:\S*\d\S*|{one_of('numbers')}|{one_of('before_number')})")
_BREAKS_OFF = re.compile(rf"(?:(?<!\w)(?:{one_of('numbers')}|{one_of('before_number')})|[:#])\W*$")
_DEBIT = re.compile(one_of("direct_debit"))
_CURRENCY = pattern_of((*CODES, *filter(str.isalpha, SYMBOLS)))
_RATE_OF = rf"%\)?\W{{0,2}}(?:{one_of('rate_of')})\s[^\w%]*(?:{_CURRENCY})?"
_BASE = re.compile(rf"{_RATE_OF}[^\w%]*$")
_AFTER_BASE = re.compile(rf"{_RATE_OF}\s?[\d.,' ]+[^\w%]*(?:{_CURRENCY})?[^\w%]*$")
# "Please pay by", "bis zum", "avant le" ... right before a day, a word for paying in the same sentence.
_PAY = re.compile(rf"\b(?:{one_of('pay')})\b")
_UNTIL = re.compile(rf"\b(?:{one_of('until')})\W*$")
_CASH_DISCOUNT = re.compile(one_of("cash_discount"))


def features_of(candidate: Candidate, around: Surroundings) -> dict[str, float]:
    """All features of a candidate that are not 0."""
    found = {mark: 1.0 for mark in candidate.marks if ":" not in mark}
    found.update(_placed(candidate, around))
    extra = _BY_TYPE.get(candidate.type)
    if extra is not None:
        found.update(extra(candidate, around))
    return {name: amount for name, amount in found.items() if amount}


def _placed(candidate: Candidate, around: Surroundings) -> dict[str, float]:
    span, content = candidate.span, around.content
    page = content.page(span.page)
    depth = span.box.middle / max(page.height, 1.0)
    first = span.page == content.pages[0].number
    line = content.lines[span.line]
    return {
        "top": float(first and depth < 0.4),
        "head": max(0.0, 1 - depth / 0.25) if first else 0.0,
        "bottom": float(depth > 0.8),
        "last page": float(span.page == content.pages[-1].number and len(content.pages) > 1),
        "right": float(span.box.center > page.width / 2),
        "big": min(1.0, max(0.0, span.box.height / content.line_height - 1.15)),
        "first of its kind": float(around.first_lines.get(candidate.type) == id(candidate)),
        "in table": float(line.row in around.table_rows),
        "heading line": float(candidate.type in {"identifier", "date"} and _in_heading(content, line, span.start)),
        "alone": float(candidate.span.end - candidate.span.start >= len(line.text) - 2),
        "running text": float(len(line.text) > 70 and around.label_share(line) < 0.4),
    }


def _in_heading(content: Content, line: TextLine, start: int) -> bool:
    """In a heading line, or at the start of the line below one that breaks off: "Invoice 12 dated / 1 May 2024"."""
    if _follows_title(line.text, start):
        return True
    if start > 0 or line.index == 0:
        return False
    above = content.lines[line.index - 1]
    broken = _BREAKS_OFF.search(plain(above.text))
    near = above.page == line.page and -2 < line.box.top - above.box.bottom < line.height
    return bool(broken and near and _follows_title(above.text, len(above.text)))


def _follows_title(text: str, start: int) -> bool:
    """Whether the line begins with the kind of document, and only numbers and small words stand before the candidate."""
    title = _TITLE.match(plain(text[:start]))
    if title is None:
        return False
    between = re.findall(r"[^\W_][^\s:]*", plain(text[:start])[title.end() :])
    return all(_SMALL.fullmatch(word.strip("().,:#-")) for word in between if word.strip("().,:#-"))


def _of_amount(candidate: Candidate, around: Surroundings) -> dict[str, float]:
    value = abs(Decimal(candidate.value))
    return {
        "currency": float(bool(candidate.marked("currency"))),
        "largest": float(value == around.largest and value > 0),
        "zero": float(value == 0),
        "plain": float("plain" in candidate.marks and not candidate.marked("currency")),
        "only one": float(value == around.only_money),
        **_about_rates(candidate, around.content),
    }


def _about_rates(candidate: Candidate, content: Content) -> dict[str, float]:
    """Base or tax in a row such as "VAT 20 % on 100.00  20.00"."""
    line = content.lines[candidate.span.line]
    left = [each.text for each in content.rows_of(line.row) if each.box.x1 <= line.box.x0]
    before = plain(" ".join((*left, line.text[: candidate.span.start])))
    if "%" not in before:
        return {}
    return {"tax base": float(bool(_BASE.search(before))), "after tax base": float(bool(_AFTER_BASE.search(before)))}


def _of_date(candidate: Candidate, around: Surroundings) -> dict[str, float]:
    earliest, latest = around.date_range
    only = earliest == latest
    return {
        "only one": float(only),
        "earliest": float(candidate.value == earliest),
        "latest": float(candidate.value == latest != earliest),
        "asked until": float(_asked_until(candidate, around.content)),
    }


def _asked_until(candidate: Candidate, content: Content) -> bool:
    """Whether the sentence around the date asks for payment by then; it may have begun on the line above."""
    line = content.lines[candidate.span.line]
    before, after = plain(line.text[: candidate.span.start]), plain(line.text[candidate.span.end :])
    if not _UNTIL.search(before) or _gives_discount(re.split(r"[.!?,;](?:\s|$)", after)[0]):
        return False
    if _PAY.search(re.split(r"[.!?](?:\s|$)|\d", after)[0]) and not _CASH_DISCOUNT.search(before):
        return True
    if line.index and content.lines[line.index - 1].page == line.page:
        before = f"{plain(content.lines[line.index - 1].text)} {before}"
    sentence = re.split(r"[.!?]\s", before)[-1]
    return bool(_PAY.search(sentence)) and not _CASH_DISCOUNT.search(re.split(r"[,;]\s", sentence)[-1])


def _gives_discount(clause: str) -> bool:
    """`less 3 % discount`, but not `without discount`."""
    return "%" in clause and bool(_CASH_DISCOUNT.search(clause))


def _side(candidate: Candidate, around: Surroundings) -> dict[str, float]:
    line = around.content.lines[candidate.span.line]
    side = around.sides.in_heading(line, candidate.span.start) or around.sides.of(line)
    return {"seller side": float(side == "seller"), "buyer side": float(side == "buyer")}


def _of_address(candidate: Candidate, around: Surroundings) -> dict[str, float]:
    line = around.content.lines[candidate.span.line]
    last = around.content.lines[candidate.spans[-1].line]
    near = around.sides.contact_near(line) or around.sides.contact_near(last)
    return {**_side(candidate, around), "contact near": float(near)}


def _of_party(candidate: Candidate, around: Surroundings) -> dict[str, float]:
    line = around.content.lines[candidate.span.line]
    words = re.sub(r"\W+", " ", plain(candidate.value)).strip()
    packed = words.replace(" ", "")
    times = around.times(words) if len(words) > 3 else 1
    below = next(iter(around.sides.column_below(around.content.lines[candidate.spans[-1].line], line.box.x0)), None)
    share = around.label_share(line) if "after colon" not in candidate.marks else 0.0
    return {
        **_side(candidate, around),
        "contact near": float(around.sides.contact_near(line)),
        "before address": float(below is not None and below.index in around.address_lines),
        "short for": float(
            "company suffix" not in candidate.marks and any(full.startswith(f"{words} ") for full in around.companies)
        ),
        "over address": 0.0 if around.sides.of(line) else around.over_address.get(candidate.spans[-1].line, 0.0),
        "web name": float(any(name in packed or (packed in name and len(packed) > 4) for name in around.web_names)),
        "again": min(1.0, (times - 1) / 2),
        "label word": share,
    }


def _of_iban(candidate: Candidate, around: Surroundings) -> dict[str, float]:
    line = around.content.lines[candidate.span.line]
    row = " ".join(each.text for each in around.content.rows_of(line.row))
    return {**_side(candidate, around), "debit near": float(bool(_DEBIT.search(plain(row))))}


def _of_currency(candidate: Candidate, around: Surroundings) -> dict[str, float]:
    return {"usual": float(candidate.value == around.usual_currency)}


_BY_TYPE = {
    "amount": _of_amount,
    "date": _of_date,
    "address": _of_address,
    "party": _of_party,
    "iban": _of_iban,
    "tax_id": _side,
    "currency": _of_currency,
}
