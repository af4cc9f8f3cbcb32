"""Names of parties: lines that read like the name of a company or a person, with what speaks for each being one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.extraction.candidates import addresses
from documents.extraction.candidates.candidate import Candidate, Style, cut
from documents.extraction.candidates.legal_forms import LEGAL_FORM
from documents.extraction.content import Content, TextLine, plain

_TITLE_WORDS = frozenset(
    [
        "invoice",
        "rechnung",
        "facture",
        "factuur",
        "fattura",
        "factura",
        "receipt",
        "quittung",
        "beleg",
        "avoir",
        "gutschrift",
        "credit",
        "note",
        "tax",
        "bill",
        "statement",
        "order",
        "bestellung",
        "lieferschein",
        "page",
        "seite",
        "datum",
        "date",
        "total",
        "summe",
        "tel",
        "fax",
        "phone",
        "email",
        "www",
        "http",
        "iban",
        "bic",
        "copy",
        "kopie",
        "original",
        "customer",
        "kunde",
        "address",
        "adresse",
        "to",
        "from",
        "number",
        "nummer",
        "nr",
        "no",
        "thank",
        "you",
        "please",
        "terms",
        "conditions",
        "cash",
        "change",
        "qty",
        "quantity",
        "price",
        "amount",
        "description",
        "item",
        "due",
        "payment",
        "subtotal",
    ]
)
_PERSON = re.compile(
    r"^(?:herrn?|frau|mr|mrs|ms|m\.|mme|monsieur|madame|dhr|mevr|attn|z\.?\s?hd|t\.a\.v|c/o)\b", re.IGNORECASE
)
# The number of registration that follows a company's name is no part of it.
_REGISTERED = re.compile(r"\s*[(\[{]?\b[A-Z]{0,2}\d[\d ]{4,}[- ]*[A-Z]?[)\]}]?(?:\s*\(.*\)?)?$")
_WORD = re.compile(r"[^\W\d_]{2,}")
_SENTENCE = re.compile(r"[.!?]\s+[A-ZÄÖÜ]|[.!?]$")


def find(content: Content, style: Style) -> list[Candidate]:
    """Every line, and every first part of a sender line, that could be a name."""
    found: list[Candidate] = []
    for line in content.outer_lines:
        found += _on_line(content, line)
    return found + list(_joined(content))


def _joined(content: Content) -> Iterator[Candidate]:
    """A name over two lines: the first ends with "&" or the second with a legal form."""
    for upper in content.outer_lines:
        breaks_off = upper.text.rstrip().endswith(("&", " AND"))
        whole = addresses.looks_like_street(upper.text) or LEGAL_FORM.search(upper.text)
        if (whole or not _could_be_name(upper.text)) and not breaks_off:
            continue
        lower = _next_below(content, upper)
        if lower is None or not (breaks_off or LEGAL_FORM.search(lower.text)):
            continue
        named = _could_be_name(lower.text) or LEGAL_FORM.fullmatch(lower.text.strip())
        if not named or re.search(r"\d|:", upper.text + lower.text) or len(lower.text.split()) > 6:
            continue
        value = f"{upper.text.strip()} {lower.text.strip()}"
        spans = (content.span(upper, 0, len(upper.text)), content.span(lower, 0, len(lower.text)))
        if any(word in _TITLE_WORDS for word in plain(value).split()) or _PERSON.match(upper.text):
            continue
        marks = {"joined"} | ({"company suffix"} if LEGAL_FORM.search(lower.text) else set())
        certainty = min(upper.certainty(0, len(upper.text)), lower.certainty(0, len(lower.text)))
        yield Candidate("party", value, value, spans, frozenset(marks), certainty)


def _next_below(content: Content, line: TextLine) -> TextLine | None:
    for other in content.on_page(line.page):
        gap = other.box.middle - line.box.middle
        near = 0.5 * line.height < gap < 1.9 * line.height and 0.7 < other.height / line.height < 1.4
        beside = abs(other.box.x0 - line.box.x0) < line.height or abs(other.box.center - line.box.center) < 2 * line.height
        if near and beside:
            return other
    return None


def _on_line(content: Content, line: TextLine) -> Iterator[Candidate]:
    for start, end, marks in _pieces(line.text):
        text = _REGISTERED.sub("", line.text[start:end].strip(" ,;:-•●|*_'\"")).strip()
        if not _could_be_name(text):
            continue
        start = line.text.index(text, start)
        marks = set(marks)
        if LEGAL_FORM.search(text):
            marks.add("company suffix")
        if _PERSON.match(text):
            marks.add("person")
        if re.search(r"\d", text):
            marks.add("digits")
        if text.isupper():
            marks.add("capitals")
        if any(word in _TITLE_WORDS for word in plain(text).split()):
            marks.add("title word")
        if addresses.looks_like_street(text) or addresses.postal(text):
            marks.add("street")
        if addresses.is_country(text):
            marks.add("country")
        yield cut(content, line, "party", text, start, start + len(text), frozenset(marks))


def _pieces(text: str) -> Iterator[tuple[int, int, set[str]]]:
    """The whole line, or the first part of a sender line `Name - Street - Town`, or what follows `Label: `."""
    parted = re.match(r"^(.{3,60}?)\s*(?:[•●|·]|\s[-–]\s|,\s)\s*(.{3,})$", text)
    if parted and (addresses.postal(parted[2]) or re.search(r"@|www\.", parted[2])):
        yield 0, parted.end(1), {"sender line"}
        return
    suffixed = re.match(
        rf"^(?:.*?[:]\s)?((?:[\w&.'-]+ ){{1,5}}?{LEGAL_FORM.pattern})(?=\s[-–(]|\s(?:au|mit|with|capital|Company)\b)",
        text,
        re.IGNORECASE,
    )
    if suffixed:
        yield suffixed.start(1), suffixed.end(1), set()
        return
    colon = re.match(r"^[^:]{2,30}:\s+(?=\S)", text)
    if colon:
        yield colon.end(), len(text), {"after colon"}
        return
    tail = re.search(r"(?:sold by|provided by|favou?r of|titulaire du compte|kontoinhaber)\W+(.{3,50})$", text, re.IGNORECASE)
    if tail:
        yield tail.start(1), tail.end(1), {"named by text"}
        return
    yield 0, len(text), set()


def _could_be_name(text: str) -> bool:
    if not 3 <= len(text) <= 70 or not _WORD.search(text):
        return False
    letters = sum(letter.isalpha() for letter in text)
    if letters < 0.5 * len(text.replace(" ", "")):
        return False
    if all(word in _TITLE_WORDS for word in plain(text).split()):
        return False
    sentence = _SENTENCE.search(text) and not LEGAL_FORM.search(text)
    return not sentence and len(text.split()) <= 9 and "@" not in text and "://" not in text and not text.startswith("www.")
