"""What a line of an address looks like: post code and town, a street, and what is certainly none of it."""

from __future__ import annotations

import re

from documents.extraction.candidates.legal_forms import LEGAL_FORM
from documents.extraction.candidates.places import is_country, names_region

_LETTER = r"[A-Za-zÀ-ÖØ-öø-ÿĀ-ž]"
_CAPITAL = r"[A-ZÀ-ÖØ-ÞĄĆĘŁŃŚŹŻČĐŠŽŐŰ]"
TOWN = rf"{_CAPITAL}[\w'’.À-ÿ-]*(?:[ -]{_LETTER}[\w'’.À-ÿ-]*){{0,4}}"
_POSTAL = (
    re.compile(rf"(?<![\w/-])(?<!\d\.)(?:(?:[A-Z]{{1,2}})[- ])?\d{{4,6}}[,]? ?{TOWN}(?: \d{{1,2}})?(?![\w@])"),
    re.compile(rf"(?<![\w/.-])\d{{4}} ?[A-Z]{{2}}[,]? {TOWN}"),
    re.compile(rf"(?<![\w/.-])(?:\d{{2}}-\d{{3}}|\d{{4}}-\d{{3}}|\d{{5}}-\d{{3}})[,]? {TOWN}(?![\w@])"),
    re.compile(rf"{TOWN},? [A-Z]{{2}}\.?,? \d{{5}}(?:-\d{{4}})?(?!\d)"),
    re.compile(r"(?<![A-Z0-9])[A-Z]{1,2}\d[A-Z0-9]? ?\d[A-Z]{2}(?![A-Z0-9])"),
    re.compile(r"(?<![A-Z0-9])[AC-FHKNPRTV-Y]\d[\dW] ?[0-9AC-FHKNPRTV-Y]{4}(?![A-Z0-9])"),
    re.compile(rf"{_LETTER}{{3,}},? \d{{5,6}}[,.]?(?: {TOWN})?$"),
)
# Words for a street that stand before its name; the English ones stand behind it.
_BEFORE = (
    r"avenue|boulevard|rue|chemin|impasse|route|quai|calle|camino|avenida|"
    r"paseo|via|viale|piazza|corso|rua|travessa|largo|praça|estrada|ul|ulica|aleja|al|plac|osiedle|jalan|jln|lorong|lrg|lebuh|lebuhraya|persiaran"
)
_NAMED = rf"street|st|ave|road|rd|lane|ln|drive|dr|blvd|way|{_BEFORE}"
_STREET = re.compile(
    rf"\b(?:\w+(?:str|strasse|straße|weg|platz|allee|gasse|damm|ufer|straat|laan|plein|gracht|kade)\.?|\w{{2,}}[^\Waeiou]ring|{_NAMED}|suite|floor|"
    r"place|plaza|lot|no|taman|block|blk|unit|level|building|park|square|court|p\.?o\.? box|postfach)\b",
    re.IGNORECASE,
)
# Words that name a house, a quarter or an estate; a company may bear them, too, so they count within an address only.
_QUARTER = re.compile(
    r"\b(?:bandar|bdr|kampung|kawasan|perindustrian|seksyen|sek|tmn|desa|batu|bangunan|wisma|menara|kompleks|complex|mall|"
    r"cent(?:re|er)|shopping|industrial|estate|flr|fl|gnd|ground|lower|basement|room|tower|office|arcade|heights)\b",
    re.IGNORECASE,
)
_HOUSE = re.compile(
    rf"^\W{{0,2}}(?:(?:(?:no|lot|unit|suite|level|blk|block|shop|stall|gerai|booth|kiosk|pt)\b[\s.:]*)+[A-Z-]{{0,3}}\d|"
    rf"[LUG]?GK?\d+|[A-Z]{{1,2}}\d{{0,2}}-\d+[\w-]*,? |\d+[\w/-]*,? {_LETTER})",
    re.IGNORECASE,
)
CONTACT = re.compile(
    r"@|www\.|http|\b(?:tel|te[1l]|fax|faks|phone|telefon|telefax|telephone|fon|mobile|mobil|h/p|hotline|e-?mail|gst|sst|tax|vat|"
    r"ust|iban|bic|swift|invoice|date|datum|reg|co\.? ?reg|(?:co|company|conpany|roc)\.? ?(?:reg\.? ?)?n[o0]\b|kvk|siret|hrb|"
    r"hra|bill no|receipt|cashier|gln|customer|kunden)\b",
    re.IGNORECASE,
)
_STATE_END = re.compile(rf"{TOWN},? [A-Z]{{2}}\.?$")
ZIP = re.compile(r"^\d{5}(?:-\d{4})?$")
# "(65351-M)", "002043319 -W", "JM0517726": the number under which a company is registered.
REGISTRATION = re.compile(
    r"^\W*[A-Z]{0,3}\d[\d:. ]{4,}\W{0,3}[A-Z]{0,2}\W*$|\([A-Z]{0,3}\d[\d:. ]{4,}[- ]{0,3}[A-Z]{0,2}\)\W*$"
)
_LABEL = re.compile(
    r"^\W*(?!(?:no|lot|unit|block|level|suite)\b\W*\w?\d)[^\W\d_]{2,}\.?(?: [^\W\d_]+\.?){0,2} ?:", re.IGNORECASE
)
_TIME_OR_PRICE = re.compile(r"\d{1,2}:\d{2}|\d[.,]\d{2} ?[A-Z]{0,2}\W*$")


def ends_with_state(text: str) -> bool:
    """`Springfield, IL`: the zip code follows elsewhere."""
    return bool(_STATE_END.search(text))


def postal(text: str) -> tuple[int, int] | None:
    """Where post code and town stand in `text`."""
    if ends_with_state(text):
        return None
    for pattern in (ZIP, *_POSTAL):
        for match in pattern.finditer(text):
            if re.search(r"(?:19|20)\d{2}$", match[0]) or _is_house_number(text, match):
                continue
            return match.start(), match.end()
    return None


def _is_house_number(text: str, match: re.Match[str]) -> bool:
    """`LOT 2811, JALAN ANGSA`: the number of a house, before a street or behind the word for a plot."""
    if not match[0][0].isdigit():
        return False
    before = re.search(r"\b(?:no|lot|unit|p\.?t|ptd|blk|block)\b[.: ]*$", text[: match.start()], re.IGNORECASE)
    return bool(before or re.match(rf"\d+,? ?(?:{_BEFORE})\b", match[0], re.IGNORECASE))


def looks_like_street(text: str) -> bool:
    """A house number with words, or a word for a street."""
    return names_street(text) or is_numbered(text)


def names_street(text: str) -> bool:
    """A word for a street, a floor or a building."""
    return bool(re.search(_LETTER, text) and not CONTACT.search(text) and _STREET.search(text))


def is_numbered(text: str) -> bool:
    """A number before or behind a word, as of a house: "Hafenweg 12", "12 Harbour Way", but also "7 Wonders"."""
    if CONTACT.search(text):
        return False
    return bool(re.search(rf"{_LETTER}{{2,}}[.,]? \d{{1,4}} ?[a-zA-Z]?\b|^\W?\d{{1,5}}[a-zA-Z]?,? {_LETTER}", text))


def begins_address(text: str) -> bool:
    """The first line of an address could read like this."""
    return looks_like_street(text) or bool(_HOUSE.search(text)) or text.rstrip().endswith(",")


def names_quarter(text: str) -> bool:
    """A word for a quarter, an estate or a large building."""
    return bool(_QUARTER.search(text))


def begins_with_house(text: str) -> bool:
    """A house number or the number of a plot at its start."""
    return bool(_HOUSE.search(text) and not is_no_part(text))


def names_place(text: str) -> bool:
    """A word that only places bear: for a street, a quarter, a state."""
    return bool(re.search(rf"\b(?:{_NAMED})\b", text, re.IGNORECASE)) or names_quarter(text) or names_region(text)


def is_no_part(text: str) -> bool:
    """A heading, contact data, a company, its number, a time or a price: certainly no line of an address."""
    if CONTACT.search(text) or REGISTRATION.search(text) or not re.search(rf"{_LETTER}{{2}}", text):
        return True
    if text.rstrip().endswith(":") or _LABEL.match(text) or _TIME_OR_PRICE.search(text) or re.fullmatch(r"\W*\(.*\)\W*", text):
        return True
    return bool(LEGAL_FORM.search(text) and not _STREET.search(text))


def end_of_town(text: str, end: int) -> int:
    """Where the address ends in the line of its town, which itself ends at `end`: behind a state or country that follows,
    before a telephone number or any other matter."""
    stop = CONTACT.search(text, end)
    rest = text[end : stop.start() if stop else len(text)]
    other = re.search(r"\d|:|\||\s[-–•·]\s", rest)
    kept = (rest[: other.start()] if other else rest).rstrip(" -–(|/")
    words = re.findall(rf"{_LETTER}+", kept)
    if not words:
        return end + len(kept)
    if len(words) <= 6 and (kept.lstrip().startswith((",", ".")) or names_region(" ".join(words[:5])) or is_country(kept)):
        return end + len(kept)
    if end > len(text) - 30:
        return end
    return stop.start() if stop else len(text)
