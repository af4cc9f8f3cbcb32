"""Amounts, plain numbers, percentages and currencies. Normal form: decimal text with a point, at least two decimals."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from documents.extraction.candidates.candidate import Candidate, Style, cut
from documents.extraction.candidates.dates import read_date
from documents.extraction.content import Content, TextLine
from documents.extraction.layout import OCR

SYMBOLS = {
    "€": "EUR", "£": "GBP", "$": "USD", "¥": "JPY", "₹": "INR", "zł": "PLN", "Kč": "CZK", "₺": "TRY", "₽": "RUB",
    "₩": "KRW", "US$": "USD", "A$": "AUD", "C$": "CAD", "S$": "SGD", "RM": "MYR", "Rs": "INR", "Rs.": "INR",
    "CN¥": "CNY", "R$": "BRL", "元": "CNY", "Ft": "HUF", "EURO": "EUR", "Euro": "EUR", "Euros": "EUR", "SFr.": "CHF",
    "Fr.": "CHF", "HK$": "HKD", "NT$": "TWD",
}  # fmt: skip
CODES = frozenset(
    [
        "EUR",
        "USD",
        "GBP",
        "CHF",
        "JPY",
        "CNY",
        "INR",
        "MYR",
        "SGD",
        "AUD",
        "CAD",
        "NZD",
        "HKD",
        "TWD",
        "KRW",
        "SEK",
        "NOK",
        "DKK",
        "PLN",
        "CZK",
        "HUF",
        "RON",
        "BGN",
        "TRY",
        "BRL",
        "MXN",
        "ZAR",
        "AED",
        "SAR",
        "THB",
        "IDR",
        "PHP",
        "VND",
        "ILS",
        "RUB",
        "UAH",
        "ISK",
    ]
)
_SYMBOL = "|".join(re.escape(each) for each in sorted(SYMBOLS, key=len, reverse=True))
_CODE = "|".join(sorted(CODES))
_MONEY = (
    rf"(?:(?<![A-Za-z])(?:{_CODE})(?![A-Za-z])|(?<![A-Za-z])(?:{_SYMBOL})(?![a-z])|"
    rf"(?<=[a-z])(?:{_CODE}|RM)(?=-?\d+[.,]\d\d(?!\d)))"
)
_NUMBER = (
    r"\d{1,3}(?:[.,']\d{3})+(?:[.,]\d{1,4})?|\d{1,3}(?: \d{3})+[.,]\d{2}(?!\d)|\d+[.,]\d{1,5}|\d+|"
    r"(?<![\w.,])\.\d\d(?!\d)"
)
_AMOUNT = re.compile(
    rf"(?P<open>\()?(?P<sign>[-+])?\s?(?:(?P<before>{_MONEY})\s?(?P<minus>-)?\s?|(?<![\w.,'/]))(?P<number>{_NUMBER})(?P<dash>[.,]-{{1,2}})?"
    rf"(?![\w'])(?![.,/]\d)\s?(?P<percent>%)?(?P<trailing>-(?![\w\d]))?\s?(?P<after>{_MONEY})?"
)
_CURRENCY = re.compile(_MONEY)
# Letters that recognition takes for one another where a currency is joined with its amount: PM1.00, RMO.06.
_RINGGIT = re.compile(r"(?<![A-Za-z])RM\d+[.,]\d\d(?!\d)")
_MISREAD = re.compile(r"(?<![A-Za-z])(RM|[BFHKP]M|R[HKNW])(O|\d+)(?=[.,]\d\d(?!\d))")
_FAR = 0.6  # of the height of a line: the blank that groups thousands is narrower


def decimal_text(value: Decimal) -> str:
    """At least two decimals, no grouping, no exponent."""
    places = max(2, -int(value.normalize().as_tuple().exponent))
    return f"{value:.{places}f}"


def parse(number: str, decimal: str) -> Decimal | None:
    """The number as written with that decimal sign; a lone separator before one, two or four digits is one in any style."""
    digits = number.replace(" ", "").replace("'", "")
    last = max(digits.rfind("."), digits.rfind(","))
    if last >= 0:
        tail = len(digits) - last - 1
        both = "." in digits and "," in digits
        repeated = digits.count(digits[last]) > 1 and not both
        grouping = repeated or (tail == 3 and digits[last] != decimal and not both)
        whole, rest = re.sub(r"[.,]", "", digits[:last]), digits[last + 1 :]
        digits = whole + rest if grouping else f"{whole or '0'}.{rest}"
    try:
        return Decimal(digits)
    except InvalidOperation:
        return None


def number_style(content: Content) -> tuple[str, int]:
    """The decimal sign most numbers vote for and how many did, else that of the language."""
    votes: Counter[str] = Counter()
    for line in content.lines:
        for match in re.finditer(_NUMBER, line.text):
            number = match[0]
            last = max(number.rfind("."), number.rfind(","))
            if last < 0 or re.match(r"[./\-]\d", line.text[match.end() : match.end() + 2]):
                continue
            tail, both = len(number) - last - 1, "." in number and "," in number
            if tail == 2 or both:
                votes[number[last]] += 3 if both else 2
            elif tail == 3:
                votes["," if number[last] == "." else "."] += 1
    if votes[","] == votes["."]:
        return ("." if content.language in {"en", "zh", ""} else ","), 0
    best = max(votes, key=lambda sign: votes[sign])
    return best, votes[best]


def currency_of(text: str, language: str = "") -> str:
    """The ISO code of a symbol or code, "" for none. The sign ¥ is that of the yuan on a Chinese paper, else of the yen."""
    word = text.strip()
    if word == "¥" and language == "zh":
        return "CNY"
    return word if word in CODES else SYMBOLS.get(word, "")


def find(content: Content, style: Style) -> list[Candidate]:
    """Every number that could be an amount of money."""
    return [each for each in _all_numbers(content, style) if "percent" not in each.marks]


def find_numbers(content: Content, style: Style) -> list[Candidate]:
    """Every plain number: quantities and custom number fields."""
    return [
        replace(each, type="number", value=f"{Decimal(each.value).normalize():f}")
        for each in find(content, style)
        if each.span.page in content.outer_pages
    ]


def find_percents(content: Content, style: Style) -> list[Candidate]:
    """Every percentage, without the sign."""
    return [
        replace(each, type="percent", value=f"{Decimal(each.value).normalize():f}")
        for each in _all_numbers(content, style)
        if "percent" in each.marks
    ]


@lru_cache(maxsize=1)
def _all_numbers(content: Content, style: Style) -> tuple[Candidate, ...]:
    glued = len(_RINGGIT.findall(content.text)) > 1
    return tuple(each for line in content.lines for each in _numbers(content, line, style, glued))


def _numbers(content: Content, line: TextLine, style: Style, glued: bool) -> Iterator[Candidate]:
    """The numbers of a line; `glued`: the document joins its currency with amounts ("RM1.00"), so that it may be misread."""
    taken = [(start, end) for start, end, _, _ in read_date(line.text, style)]
    text = _parted(line)
    if glued and line.source == OCR:
        text = _MISREAD.sub(lambda match: "RM" + match[2].replace("O", "0"), text)
    for match in _AMOUNT.finditer(text):
        start, end = match.span("number")
        if any(start < last and first < end for first, last in taken):
            continue
        value = parse(match["number"], style.decimal)
        if value is None or abs(value) >= Decimal(10) ** 12 or _names_something(match, value):
            continue
        yield _candidate(content, line, match, value)


def _parted(line: TextLine) -> str:
    """The text of the line, with a bar for the blank between two figures too far apart to be one number: `1 | 297,72`."""
    text = line.text
    for after, start in zip(line.words[1:], line.starts[1:], strict=True):
        if text[start - 2].isdigit() and text[start].isdigit():
            before = line.words[line.starts.index(start) - 1]
            if after.box.x0 - before.box.x1 > _FAR * line.height:
                text = f"{text[: start - 1]}|{text[start:]}"
    return text


def _names_something(match: re.Match[str], value: Decimal) -> bool:
    """Six digits in one piece without currency are a number of something, not an amount."""
    return value >= 100_000 and match["number"].isdigit() and not (match["before"] or match["after"])


def _candidate(content: Content, line: TextLine, match: re.Match[str], value: Decimal) -> Candidate:
    closed = match["open"] and line.text[match.end() : match.end() + 1] == ")"
    negative = bool(match["sign"] == "-" or match["minus"] or match["trailing"] or closed)
    before, after = match["before"], match["after"]
    currency = currency_of(before or "", content.language) or currency_of(after or "", content.language)
    number = match["number"]
    marks = {"negative"} if negative else set()
    if re.search(r"[.,]\d{2}$", number) or match["dash"]:
        marks.add("decimals")
    elif not re.search(r"[.,']", number):
        marks.add("plain")
    else:
        marks.add("decimals" if re.search(r"[.,]\d{3}[.,]|[.,]\d{1,5}$", number) else "plain")
    if currency:
        marks.add(f"currency:{currency}")
    if match["percent"]:
        marks.add("percent")
    start, end = match.start("number"), match.end("number")
    if before:
        start = match.start("before")
    if after and not match["percent"]:
        end = match.end("after")
    if negative and match["sign"]:
        start = match.start("sign")
    return cut(content, line, "amount", decimal_text(-value if negative else value), start, end, frozenset(marks))


def find_currencies(content: Content, style: Style) -> list[Candidate]:
    """One candidate for each place a currency is named."""
    found = []
    for line in content.lines:
        for match in _CURRENCY.finditer(line.text):
            code = currency_of(match[0], content.language)
            near = line.text[max(0, match.start() - 2) : match.start()] + line.text[match.end() : match.end() + 2]
            marks = {"code"} if match[0] in CODES else set()
            if re.search(r"\d", near):
                marks.add("beside number")
            elif match[0] in {"RM", "Rs", "Fr.", "Ft"}:
                continue
            found.append(cut(content, line, "currency", code, match.start(), match.end(), frozenset(marks)))
    return found
