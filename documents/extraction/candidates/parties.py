"""Names of parties: lines that read like the name of a company or a person, with what speaks for each being one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from documents.extraction.candidates import places, streets
from documents.extraction.candidates.candidate import Candidate, Style, cut
from documents.extraction.candidates.legal_forms import LEGAL_FORM, has_legal_form, mended
from documents.extraction.candidates.trades import is_trade, names_trade, parted
from documents.extraction.content import Content, TextLine, plain
from documents.extraction.layout import OCR

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
_MOST_LINES = 3
# Below this certainty a legal form that is spelled as none is taken for misread, else for printed so.
_DOUBTFUL = 90
_ASIDE = re.compile(
    r"^\W*(?:formerly|f\.?k\.?a\b|previously known|licen[sc]ee of|franchisee of|(?:a )?(?:member|subsidiary|division) of|"
    r"vormals|ehemals|anciennement)",
    re.IGNORECASE,
)
_FORMER = re.compile(r"^\W*(?:formerly|previously)(?: known)?(?: as)?\W*$", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{2,}")
_AT_A_PLACE = re.compile(r"\w\s(?:am|an|zum|zur|im|at|by|on|de la|du|del|aan|bij)\s\w", re.IGNORECASE)
_SENTENCE = re.compile(r"[.!?]\s+[A-ZÄÖÜ]|[.!?]$")


def find(content: Content, style: Style) -> list[Candidate]:
    """Every line, and every first part of a sender line, that could be a name."""
    joined = list(_joined(content))
    parts = {span.line for each in joined if "broken" in each.marks for span in each.spans}
    found: list[Candidate] = []
    for line in content.outer_lines:
        if line.index not in parts:
            found += _on_line(content, line)
    return found + joined


def _joined(content: Content) -> Iterator[Candidate]:
    """A name over two or three lines: one breaks off, or the next one brings the legal form."""
    continued: set[int] = set()
    for upper in content.outer_lines:
        if upper.index in continued:
            continue
        lines = [upper]
        while len(lines) < _MOST_LINES and (lower := _continuation(content, lines)) is not None:
            lines.append(lower)
        if len(lines) == 1 or breaks_off(" ".join(line.text for line in lines)):
            continue
        texts = [lines[0].text, *(line.text for line in lines[1:-1]), _REGISTERED.sub("", lines[-1].text)]
        value = " ".join(text.strip() for text in texts)
        if any(word in _TITLE_WORDS for word in plain(value).split()) or _is_person(value) or is_aside(value):
            continue
        spans = tuple(content.span(line, 0, len(text)) for line, text in zip(lines, texts, strict=True))
        continued.update(line.index for line in lines)
        broken = any(
            breaks_off(" ".join(texts[:count])) or texts[count].startswith("&") or is_trade(texts[count])
            for count in range(1, len(texts))
        )
        marks = {"joined"} | ({"company suffix"} if has_legal_form(value) else set()) | ({"broken"} if broken else set())
        certainty = min(line.certainty(0, len(line.text)) for line in lines)
        value = _as_meant(value, certainty, upper.source)
        yield Candidate("party", value, value, spans, frozenset(marks), certainty)


def breaks_off(text: str) -> bool:
    """Whether a name must go on: it ends with "&" or "and", or within parentheses."""
    return text.rstrip().endswith(("&", " AND")) or text.count("(") > text.count(")")


def _continuation(content: Content, lines: list[TextLine]) -> TextLine | None:
    """The line below, if the name over `lines` goes on there."""
    last, so_far = lines[-1], " ".join(line.text for line in lines)
    open_end = breaks_off(so_far)
    whole = streets.looks_like_street(last.text) or has_legal_form(so_far) or last.text.startswith("(")
    if not open_end and (whole or not _could_be_name(last.text)):
        return None
    lower = _next_below(content, last)
    if lower is None or re.search(r"\d|:", last.text + _REGISTERED.sub("", lower.text)) or len(lower.text.split()) > 6:
        return None
    if not (_could_be_name(lower.text) or has_legal_form(lower.text)):
        return None
    if plain(lower.text).split()[:1] == plain(so_far).split()[:1]:
        return None  # begins anew: the whole name below its logo
    return lower if open_end or lower.text.startswith("&") or is_trade(lower.text) or _is_rest(last, lower) else None


def _is_rest(upper: TextLine, lower: TextLine) -> bool:
    """Whether a line with a legal form may be the rest of the name above: written alike."""
    return has_legal_form(lower.text) and upper.text.isupper() == lower.text.isupper()


def _next_below(content: Content, line: TextLine) -> TextLine | None:
    for other in content.near(line, 1):
        gap = other.box.middle - line.box.middle
        near = 0.5 * line.height < gap < 1.9 * line.height and 0.6 < other.height / line.height < 1.6
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
        before = content.lines[line.index - 1].text if line.index else ""
        aside = {"aside"} if is_aside(line.text) or _FORMER.search(before) else set()
        found = cut(content, line, "party", text, start, start + len(text), frozenset(marks | aside | _marks(text)))
        meant = _as_meant(text, found.certainty, line.source)
        yield replace(found, value=meant, raw=meant) if meant != text else found


def _marks(text: str) -> set[str]:
    """What the words of a name say for and against it."""
    formed = has_legal_form(text)
    place = _has_street(text) if formed else _is_street(text)
    found = {
        "company suffix": formed,
        "person": _is_person(text),
        "digits": not formed and bool(re.search(r"\d", text)),
        "capitals": text.isupper(),
        "title word": any(word in _TITLE_WORDS for word in plain(text).split()),
        "street": place or bool(streets.postal(text)),
        "country": places.is_country(text),
    }
    return {mark for mark, holds in found.items() if holds}


def _has_street(text: str) -> bool:
    """Whether a company's name goes over into its street: "Blue Ltd, 5 Park Lane", but not "Park Lane Books Ltd"."""
    return bool(re.search(r"\d", text)) and streets.names_street(re.sub(r"\(.*?\)", "", text))


def _is_street(text: str) -> bool:
    """A street with its number, or nothing but a street: "Hafenweg 3", "Jalan Besar", but not "Kiosk am Seeufer"."""
    if streets.begins_with_house(text) or streets.is_numbered(text):
        return True
    return streets.names_street(text) and not _AT_A_PLACE.search(text)


def is_aside(text: str) -> bool:
    """Whether a line tells of another company than the one named: its former name, its licensor."""
    return bool(_ASIDE.search(text))


def _is_person(text: str) -> bool:
    """`Mr John Smith`, but no company whose name begins so."""
    return bool(_PERSON.match(text) and not has_legal_form(text) and not names_trade(text))


def _as_meant(name: str, certainty: int, source: str) -> str:
    """A recognized name with its legal form as it is spelled and the spaces that were lost between words of trade."""
    if source != OCR:
        return name
    return parted(mended(name) if certainty < _DOUBTFUL else name)


def _pieces(text: str) -> Iterator[tuple[int, int, set[str]]]:
    """The whole line, or the first part of a sender line `Name - Street - Town`, or what follows `Label: `."""
    parted = re.match(r"^(.{3,60}?)\s*(?:[•●|·]|\s[-–]\s|,\s)\s*(.{3,})$", text)
    if parted and (streets.postal(parted[2]) or re.search(r"@|www\.", parted[2])):
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
