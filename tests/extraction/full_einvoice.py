"""An e-invoice in which every value of the table has its element, built from the table itself."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from documents.extraction.readers import einvoice_terms as terms
from documents.extraction.readers.einvoice_xml import all_at

ROOTS = {
    "CII": "{urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100}CrossIndustryInvoice",
    "UBL": "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice",
    "FatturaPA": "{http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2}FatturaElettronica",
}
_STEP = re.compile(r"([^/\[]+)(\[(@?)([\w/]+)(!?)=([\w-]+)\])?")
_PARTS = {
    "pair": (("Description", "Colour"), ("Value", "red"), "Colour: red"),
    "italian_vat": (("IdPaese", "IT"), ("IdCodice", "01666890155"), "IT01666890155"),
    "italian_name": (("Nome", "Anna"), ("Cognome", "Rossi"), "Anna Rossi"),
    "italian_street": (("Indirizzo", "Via Roma"), ("NumeroCivico", "7"), "Via Roma 7"),
    "italian_code": (("CodiceTipo", "EAN"), ("CodiceValore", "4711"), "EAN 4711"),
}
_ATTRIBUTES = {"unit": "unitCode", "means": "name", "file_name": "filename"}

Expected = dict[str, dict[str, str]]


class _Builder:
    def __init__(self, syntax: str) -> None:
        self.syntax, self.count = syntax, 0
        self.root = etree.Element(ROOTS[syntax])
        self.written: dict[tuple[str, str], str] = {}  # by element and kind: what it says already

    def group(self, start: Any, group: terms.Group) -> dict[str, str]:
        """Fills one node of the group -> what should be found in it."""
        base = group.base(self.syntax)
        assert base is not None
        node = self.at(start, base) if base else start
        said: dict[str, str] = {}
        for term in group.terms:
            for path in term.paths(self.syntax)[:1]:
                value = self.value(self.at(node, path), term)
                if value:
                    said.setdefault(terms.SAME_AS.get(term.key, term.key), value)
        return said

    def at(self, node: Any, path: str) -> Any:
        """The element at that path, made where it is not there."""
        for names, condition, *said in _STEP.findall(path):
            found = all_at(node, names + condition)
            node = found[0] if found else self.made(node, names.split("|")[0], *said)
        return node

    def made(self, node: Any, name: str, marked: str, place: str, negated: str, wanted: str) -> Any:
        made = etree.SubElement(node, name)
        if wanted and not negated:
            if marked:
                made.set(place, wanted)
            else:
                self.at(made, place).text = wanted
        return made

    def value(self, node: Any, term: terms.Term) -> str:
        """Writes a value that is its own into the element -> its normal form, "" where another term has taken it."""
        kind = term.read.__name__
        self.count += 1
        written = {
            "amount": f"{self.count}.50", "price": f"{self.count}.125", "quantity": str(self.count), "currency": "EUR",
            "date": f"2025-{self.count % 12 + 1:02}-{self.count % 28 + 1:02}", "direction": "true",
            "iban": f"DE{self.count:020}", "packed": f"P{self.count}", "unit": "KGM", "file_name": f"{self.count}.pdf",
        }.get(kind, f"{term.key} no. {self.count}")  # fmt: skip
        if kind in _ATTRIBUTES:
            node.set(_ATTRIBUTES[kind], written)
            return written
        place = (node.getroottree().getpath(node), kind)
        if node.text or len(node):
            return self.written.get(place, "")
        if kind in _PARTS:
            *parts, whole = _PARTS[kind]
            for name, text in parts:
                etree.SubElement(node, name).text = text
            return str(whole)
        self.written[place] = written
        node.text = "SC" if kind == "direction" and self.syntax == "FatturaPA" else written
        return {"SC": "allowance", "true": "charge"}.get(node.text, written)


def full_einvoice(syntax: str) -> tuple[bytes, Expected]:
    """(the XML, what should be found in each group; the adjustments of the line as "line_adjustments")."""
    builder = _Builder(syntax)
    expected = {
        name: builder.group(builder.root, group)
        for name, group in terms.GROUPS.items()
        if group.base(syntax) is not None and name != "line_adjustments"
    }
    line = builder.at(builder.root, terms.GROUPS["lines"].base(syntax) or "")
    expected["line_adjustments"] = builder.group(line, terms.GROUPS["line_adjustments"])
    return bytes(etree.tostring(builder.root)), expected
