"""Address blocks: a line with post code and town, and the lines above it in the same column. Normal form: one line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.extraction.candidates.candidate import Candidate, Style
from documents.extraction.candidates.legal_forms import LEGAL_FORM
from documents.extraction.content import Content, Span, TextLine, plain

COUNTRIES = frozenset(
    [
        "deutschland",
        "germany",
        "allemagne",
        "duitsland",
        "osterreich",
        "austria",
        "schweiz",
        "switzerland",
        "suisse",
        "france",
        "frankreich",
        "spain",
        "espana",
        "spanien",
        "italia",
        "italy",
        "italien",
        "nederland",
        "netherlands",
        "niederlande",
        "belgium",
        "belgique",
        "belgien",
        "luxembourg",
        "luxemburg",
        "portugal",
        "poland",
        "polska",
        "polen",
        "usa",
        "us",
        "uk",
        "ireland",
        "malaysia",
        "singapore",
        "india",
        "china",
        "canada",
        "australia",
        "denmark",
        "sweden",
        "norway",
        "finland",
        "united",
        "kingdom",
        "united",
        "states",
        "great",
        "britain",
        "de",
        "fr",
        "es",
        "it",
        "nl",
        "be",
        "at",
        "ch",
        "gb",
        "lu",
        "pt",
    ]
)
# States and provinces that stand below the town on receipts and letters.
REGIONS = frozenset((
    "selangor", "johor", "pahang", "perak", "kedah", "kelantan", "terengganu", "melaka", "penang", "pinang", "sabah",
    "sarawak", "perlis", "putrajaya", "labuan", "sembilan", "ehsan", "takzim", "malaysia", "england", "scotland", "wales",
    "yorkshire", "lancashire", "surrey", "kent", "essex", "ontario", "quebec", "bavaria", "bayern", "hessen", "queensland",
    "victoria", "nsw", "tasmania", "maharashtra", "karnataka", "delhi",
))  # fmt: skip
_LETTER = r"[A-Za-zÀ-ÖØ-öø-ÿĀ-ž]"
_CAPITAL = r"[A-ZÀ-ÖØ-ÞĄĆĘŁŃŚŹŻČĐŠŽŐŰ]"
_TOWN = rf"{_CAPITAL}[\w'’.À-ÿ-]*(?:[ -]{_LETTER}[\w'’.À-ÿ-]*){{0,4}}"
_POSTAL = (
    re.compile(rf"(?<![\w/.-])(?:(?:[A-Z]{{1,2}})[- ])?\d{{4,6}}[,]? ?{_TOWN}(?: \d{{1,2}})?(?![\w@])"),
    re.compile(rf"(?<![\w/.-])\d{{4}} ?[A-Z]{{2}}[,]? {_TOWN}"),
    re.compile(rf"(?<![\w/.-])(?:\d{{2}}-\d{{3}}|\d{{4}}-\d{{3}}|\d{{5}}-\d{{3}})[,]? {_TOWN}(?![\w@])"),
    re.compile(rf"{_TOWN},? [A-Z]{{2}}\.?,? \d{{5}}(?:-\d{{4}})?(?!\d)"),
    re.compile(r"(?<![A-Z0-9])[A-Z]{1,2}\d[A-Z0-9]? ?\d[A-Z]{2}(?![A-Z0-9])"),
    re.compile(r"(?<![A-Z0-9])[AC-FHKNPRTV-Y]\d[\dW] ?[0-9AC-FHKNPRTV-Y]{4}(?![A-Z0-9])"),
    re.compile(rf"{_LETTER}{{3,}},? \d{{5,6}}[,.]?(?: {_TOWN})?$"),
)
_STREET = re.compile(
    r"\b(?:\w+(?:str|strasse|straße|weg|platz|allee|gasse|ring|damm|ufer|straat|laan|plein|gracht|kade)\.?|street|st|avenue|ave|road|rd|"
    r"lane|ln|drive|dr|blvd|boulevard|way|suite|floor|rue|chemin|place|impasse|route|quai|calle|camino|avenida|plaza|paseo|via|viale|"
    r"piazza|corso|rua|travessa|largo|praça|estrada|ul\.?|ulica|aleja|al\.|plac|osiedle|"
    r"jalan|jln|lot|no|taman|block|blk|unit|level|building|park|square|court|p\.?o\.? box|postfach)\b",
    re.IGNORECASE,
)
_INLINE = re.compile(r"\s*[•●|·*,]\s*|\s+[-–]\s+")
_CONTACT = re.compile(
    r"@|www\.|http|\b(?:tel|fax|phone|telefon|telefax|fon|mobile|mobil|e-?mail|gst|tax|vat|ust|iban|bic|swift|invoice|date|datum|reg|"
    r"co\.? ?reg|(?:co|company|conpany|roc)\.? ?(?:reg\.? ?)?n[o0]\b|kvk|siret|hrb|hra|bill no|receipt|cashier|"
    r"gln|customer|kunden)\b",
    re.IGNORECASE,
)


_STATE_END = re.compile(rf"{_TOWN},? [A-Z]{{2}}\.?$")
_ZIP = re.compile(r"^\d{5}(?:-\d{4})?$")


def postal(text: str) -> tuple[int, int] | None:
    """Where post code and town stand in `text`."""
    if _STATE_END.search(text):
        return None
    for pattern in (_ZIP, *_POSTAL):
        match = pattern.search(text)
        if match and not re.search(r"(?:19|20)\d{2}$", match[0]):
            return match.start(), match.end()
    return None


def looks_like_street(text: str) -> bool:
    """A house number with words, or a word for a street."""
    if _CONTACT.search(text) or not re.search(_LETTER, text):
        return False
    numbered = re.search(rf"{_LETTER}{{2,}}[.,]? \d{{1,4}} ?[a-zA-Z]?\b|^\W?\d{{1,5}}[a-zA-Z]?,? {_LETTER}", text)
    return bool(numbered or _STREET.search(text))


def is_country(text: str) -> bool:
    words = plain(re.sub(r"[^\w\s]", " ", text)).split()
    return bool(words) and all(word in COUNTRIES or len(word) == 1 for word in words)


def find(content: Content, style: Style) -> list[Candidate]:
    """Every address of the document, as blocks and as parts of one line."""
    found: list[Candidate] = []
    used: set[int] = set()
    for line in content.outer_lines:
        where = postal(line.text)
        if where is None or line.index in used or len(line.text) > 140:
            continue
        if _ZIP.match(line.text):
            above = _above(content, line)
            if above is None or not _STATE_END.search(above.text):
                continue
        inline = _inline(content, line, where)
        if inline is not None:
            found.append(inline)
            continue
        block = list(_block(content, line))
        if len(block) == 1 and not looks_like_street(line.text[: where[0]] or line.text):
            continue
        used.update(each.index for each in block)
        found.append(_candidate(content, block, line, where))
    return found


def _inline(content: Content, line: TextLine, where: tuple[int, int]) -> Candidate | None:
    """`Name - Street 1 - 12345 Town` in one line: the parts from the street to the town."""
    parts, at = [], 0
    for gap in (*_INLINE.finditer(line.text), None):
        end = gap.start() if gap else len(line.text)
        if end > at:
            parts.append((at, end))
        at = gap.end() if gap else end
    town = next((number for number, (start, end) in enumerate(parts) if start < where[1] and where[0] < end), None)
    if town is None or town == 0:
        return None
    first = town
    while first > 0 and town - first < 3 and looks_like_street(line.text[slice(*parts[first - 1])]):
        first -= 1
    if first == town:
        return None
    start, end = parts[first][0], min(parts[town][1], max(where[1], parts[town][0] + 1))
    text = ", ".join(line.text[a:b].strip(" ,:") for a, b in parts[first : town + 1])
    colon = text.rfind(": ")
    if colon >= 0:
        start, text = start + line.text[start:end].rfind(": ") + 2, text[colon + 2 :]
    marks = {"inline"} | ({"named"} if first > 0 else set())
    raw = line.text[start:end].strip()
    span = content.span(line, start, end)
    return Candidate("address", _tidy(text), raw, (span,), frozenset(marks), line.certainty(start, end))


def _above(content: Content, line: TextLine) -> TextLine | None:
    """The next line up in the same column at normal leading."""
    best = None
    for other in content.on_page(line.page):
        gap = line.box.middle - other.box.middle
        if not 0.4 * line.height < gap < 2.6 * max(line.height, other.height):
            continue
        aligned = abs(other.box.x0 - line.box.x0) < 1.2 * line.height
        right = abs(other.box.x1 - line.box.x1) < 0.6 * line.height
        middle = abs(other.box.center - line.box.center) < 1.5 * line.height
        if (aligned or right or middle) and (best is None or other.box.middle > best.box.middle):
            best = other
    return best


def _block(content: Content, line: TextLine) -> Iterator[TextLine]:
    """Lines of the address, top to bottom: from its street to the line with the town, and a region below it."""
    lines = [line]
    alone = looks_like_street(re.sub(r"\d{4,6}.*$", "", line.text)) and line.text[:1].isalnum() and "," in line.text
    current = line
    for _ in range(4):
        above = _above(content, current)
        if above is None or _is_other(above):
            break
        parted = current is line and _STATE_END.search(above.text)
        if not (looks_like_street(above.text) or above.text.rstrip().endswith(",") or parted):
            break
        lines.append(above)
        current = above
    if len(lines) == 1 and not alone:
        above = _above(content, line)
        if above is not None and _above(content, above) is not None and not _is_other(above):
            lines.append(above)
    yield from reversed(lines)
    below = _below(content, line)
    if below is not None and _is_region(below.text):
        yield below


def _is_other(line: TextLine) -> bool:
    """A heading, contact data or a company: no line of an address."""
    return bool(line.text.rstrip().endswith(":") or _CONTACT.search(line.text) or LEGAL_FORM.search(line.text))


def _below(content: Content, line: TextLine) -> TextLine | None:
    for other in content.on_page(line.page):
        gap = other.box.middle - line.box.middle
        near = 0.4 * line.height < gap < 1.9 * max(line.height, other.height)
        if near and (
            abs(other.box.x0 - line.box.x0) < line.height or abs(other.box.center - line.box.center) < 1.5 * line.height
        ):
            return other
    return None


def _is_region(text: str) -> bool:
    words = re.sub(r"[^a-z ]", " ", plain(text)).split()
    return bool(words) and len(words) <= 5 and any(word in REGIONS for word in words) and not re.search(r"\d", text)


def _candidate(content: Content, block: list[TextLine], last: TextLine, where: tuple[int, int]) -> Candidate:
    spans: list[Span] = []
    texts = []
    for line in block:
        end = where[1] if line is last and where[1] > len(line.text) - 30 else len(line.text)
        start = 0
        label = re.match(r"[^\d,]{3,25}: ", line.text)
        if label:
            start = label.end()
        spans.append(content.span(line, start, end))
        texts.append(line.text[start:end].strip(" ,;"))
    raw = " ".join(text for text in texts)
    marks = frozenset({"block", f"lines:{len(block)}"})
    certainty = min(line.certainty(0, len(line.text)) for line in block)
    return Candidate("address", _tidy(_written(texts)), raw, tuple(spans), marks, certainty)


def _written(texts: list[str]) -> str:
    """The lines with commas between; a zip code that stands alone follows its state."""
    if len(texts) > 1 and _ZIP.match(texts[-1]):
        texts = [*texts[:-2], f"{texts[-2]} {texts[-1]}"]
    return ", ".join(texts)


def _tidy(text: str) -> str:
    text = re.sub(r"\b(?:[A-Z]{1,2})[- ](?=\d{4,5} )", "", text)
    parts = [part.strip() for part in text.split(",") if part.strip(" .")]
    while len(parts) > 1 and is_country(parts[-1]):
        parts.pop()
    return re.sub(r"\s+", " ", ", ".join(parts))
