"""Which lines belong to the seller and which to the buyer, from headings, contact data and the sender line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from documents.extraction.candidates.legal_forms import has_legal_form
from documents.extraction.candidates.places import is_country
from documents.extraction.candidates.trades import names_trade
from documents.extraction.content import Content, TextLine, plain
from documents.extraction.geometry import Box
from documents.extraction.labels import Hit, tokens

_CONTACT = re.compile(
    r"@|www\.|https?://|\b(?:tel|fax|phone|telefon|telefax|fon|mobil|siret|siren|kvk|btw|hrb|hra|handelsreg|ust|"
    r"vat|tva|gst|iban|bic|reg no|roc|abn|"
    r"capital|co reg|company no|gln|steuernr|geschaftsf\w*|nif|cif|p iva|partita iva)\b"
)
_PERSON = re.compile(
    r"^(?:herrn?|frau|firma|mr\.?|mrs\.?|ms\.?|mme|monsieur|madame|dhr\.?|mevr\.?|sr\.|sra\.|egr\.?|spett\.?(?:le)?)(?:\s|$)",
    re.IGNORECASE,
)
_LONGEST_BLOCK = 9


@dataclass(frozen=True)
class Sides:
    """Seller or buyer, line by line; what no heading claims has no side."""

    content: Content
    hits: tuple[Hit, ...]

    @cached_property
    def _claims(self) -> dict[int, tuple[str, int]]:
        found: dict[int, tuple[str, int]] = {}
        headings = [
            (self.content.lines[hit.span.line], hit.span.box.x0, side) for hit in self.hits if (side := self._heading(hit))
        ]
        headings += [(line, line.box.x0, "buyer") for line in self._salutations]
        lines = {start.index for start, _, _ in headings}
        for start, left, side in headings:
            for distance, line in enumerate(self.column_below(start, left), 1):
                if line.index in lines:
                    break
                if line.index not in found or distance < found[line.index][1]:
                    found[line.index] = (side, distance)
        return found

    @cached_property
    def _salutations(self) -> list[TextLine]:
        """Lines with which the address of a person begins."""
        first = self.content.pages[0]
        return [
            line for line in self.content.on_page(first.number)
            if _PERSON.match(line.text) and not (has_legal_form(line.text) or names_trade(line.text))
            and line.box.middle < 0.45 * first.height and len(line.text) < 60
        ]  # fmt: skip

    def _heading(self, hit: Hit) -> str:
        """ "seller" or "buyer" when the label heads a block: it begins its line, and ends it or is followed by a colon."""
        side = "seller" if hit.strength("vendor") >= 0.8 else "buyer" if hit.strength("customer") >= 0.8 else ""
        text = self.content.lines[hit.span.line].text
        if not side or tokens(text[: hit.span.start]):
            return ""
        rest = text[hit.span.end :].strip(" .")
        return side if not rest or rest.startswith(":") or len(rest) <= 3 else ""

    def column_below(self, start: TextLine, left: float, loose: bool = False) -> Iterator[TextLine]:
        """The lines below in the same column, until a gap that is wide, or (not `loose`) wider than those within the block."""
        height = max(start.height, self.content.line_height)
        last_middle, last_bottom, center = start.box.middle, start.box.bottom, start.box.center
        count, leading = 0, 0.0
        for middle, box, its_center, line in self._places(start.page):
            if middle <= last_middle + 0.3 * height or count >= _LONGEST_BLOCK:
                continue
            centred = abs(its_center - center) < 1.5 * height
            if not (abs(box.x0 - left) < 2.5 * height or box.x0 <= left <= box.x1 or centred):
                continue
            step = middle - last_middle
            if box.top - last_bottom > 2.2 * height or (not loose and leading and step > 1.7 * leading):
                return
            leading = min(leading or step, step) if count else 0.0
            last_middle, last_bottom, count = middle, box.bottom, count + 1
            yield line

    def _places(self, page: int) -> list[tuple[float, Box, float, TextLine]]:
        """The lines of a page with their middle, box and centre."""
        known = self._by_page.get(page)
        if known is None:
            known = [(line.box.middle, line.box, line.box.center, line) for line in self.content.on_page(page)]
            self._by_page[page] = known
        return known

    @cached_property
    def _by_page(self) -> dict[int, list[tuple[float, Box, float, TextLine]]]:
        return {}

    def of(self, line: TextLine) -> str:
        """ "seller", "buyer" or "" for a line."""
        return self._claims.get(line.index, ("", 0))[0]

    def in_heading(self, line: TextLine, start: int) -> str:
        """The side named by a heading in front of character `start` of the line itself: "Invoice for: Contoso"."""
        for hit in self.hits:
            if (
                hit.span.line == line.index
                and hit.span.end <= start
                and len(line.text[hit.span.end : start].strip(" :.#")) == 0
            ):
                if hit.strength("vendor") >= 0.8:
                    return "seller"
                if hit.strength("customer") >= 0.8:
                    return "buyer"
        return ""

    def contact_near(self, line: TextLine) -> bool:
        """Whether telephone, tax number, web address or the like stand in the line or in the block below it."""
        if self.is_contact(line):
            return True
        below = list(self.column_below(line, line.box.x0, loose=True))[:7]
        for each in below:
            if self.of(each) != self.of(line):
                return False
            if self.is_contact(each):
                return True
        return False

    def is_contact(self, line: TextLine) -> bool:
        return bool(_CONTACT.search(plain(line.text)))

    def is_country(self, line: TextLine) -> bool:
        return is_country(line.text)
