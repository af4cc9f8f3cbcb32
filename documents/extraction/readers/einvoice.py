"""E-invoices: CII (Factur-X, ZUGFeRD 1 and 2, XRechnung), UBL (Peppol, XRechnung) and FatturaPA, alone or out of a PDF.

A bare file has no page; it gets a readable one, so that its values have places like all others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from PIL import Image

from docflow.errors import FileError, FileRefusedError
from documents.extraction.einvoice_content import LISTED, SINGLE, InvoiceContent, InvoiceLine
from documents.extraction.layout import OWN_SHEET, Page
from documents.extraction.readers import einvoice_terms as terms
from documents.extraction.readers import sheet, too_many_pages
from documents.extraction.readers.einvoice_sheet import readable
from documents.extraction.readers.einvoice_values import amount, decimal
from documents.extraction.readers.einvoice_xml import MAX_BYTES, Element, all_at, parsed, place_of, refused, text_of

# UNTDID 1001 codes that take money back, and those of FatturaPA; all other codes ask for it.
_CREDITS = frozenset({"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532", "TD04", "TD08"})
_MAX_LINES, _MAX_LETTERS = 2_000, 20_000
# Of invoices within one country: the language they are written in.
_LANGUAGES = {"DE": "de", "AT": "de", "FR": "fr", "IT": "it"}
_SPOKEN = {
    "de": "de",
    "deu": "de",
    "ger": "de",
    "fr": "fr",
    "fra": "fr",
    "fre": "fr",
    "it": "it",
    "ita": "it",
    "en": "en",
    "eng": "en",
}

Found = dict[str, tuple[str, str]]
"""By key: (value in docflow's normal form, XPath it came from)."""


@dataclass(frozen=True, slots=True)
class EInvoice:
    """What an e-invoice says, in docflow's normal forms.

    `content` is all of it. `fields` by key of the standard-invoice profile (absent ones are left out); `line_items` with
    description, quantity, unit_price, amount; `further` holds buyer and amount_due. `xpaths` names the element of each
    value by field key, for cells by "line_items.0.amount". `doc_type` is invoice or credit_note.
    """

    doc_type: str
    content: InvoiceContent
    fields: dict[str, str]
    line_items: tuple[dict[str, str], ...]
    further: dict[str, str]
    xpaths: dict[str, str]


def read_einvoice(content: bytes) -> EInvoice:
    """All of an e-invoice.

    Raises FileRefusedError `file_type_not_supported` (reason xml_dtd, xml_too_complex, xml_unknown_root) for XML that is
    none, FileError `damaged_file` for XML that is broken.
    """
    root, syntax = parsed(content)
    _check_size(root, syntax)
    single = {name: _first(_sets(root, terms.GROUPS[name], syntax)) for name in SINGLE}
    listed = {name: _sets(root, terms.GROUPS[name], syntax) for name in LISTED}
    lines = [
        (found, _sets(node, terms.GROUPS["line_adjustments"], syntax))
        for node in _nodes(root, terms.GROUPS["lines"], syntax)
        if (found := _found(node, terms.TERMS["line"], syntax))
    ]
    _add_sums(root, syntax, single["document"], single["totals"])
    groups: dict[str, Any] = {name: _values(found) for name, found in single.items()}
    groups |= {name: tuple(map(_values, rows)) for name, rows in listed.items()}
    groups["lines"] = tuple(InvoiceLine(_values(found), tuple(map(_values, rows))) for found, rows in lines)
    whole = InvoiceContent(syntax=syntax, language=_language(root, syntax, single), **groups)
    header = _header(single, listed)
    cells = ({cell: found[key] for cell, key in terms.CELLS.items() if key in found} for found, _ in lines)
    rows = [row for row in cells if row]  # a line may be a remark only
    values = _values(header)
    credit = whole.document.get("type_code") in _CREDITS or root.tag.endswith("}CreditNote")
    return EInvoice(
        doc_type="credit_note" if credit else "invoice",
        content=whole,
        fields={key: value for key, value in values.items() if key not in terms.FURTHER},
        line_items=tuple(map(_values, rows)),
        further={key: value for key, value in values.items() if key in terms.FURTHER},
        xpaths={key: place for key, (_, place) in header.items()}
        | {f"line_items.{index}.{key}": place for index, row in enumerate(rows) for key, (_, place) in row.items()},
    )


def _check_size(root: Element, syntax: str) -> None:
    if len(_nodes(root, terms.GROUPS["lines"], syntax)) > _MAX_LINES:
        raise refused(f"The e-invoice has more than {_MAX_LINES} lines, which is the limit. Split it.", "xml_too_complex")
    if syntax == "FatturaPA" and len(all_at(root, "FatturaElettronicaBody")) > 1:
        raise refused("The file holds several invoices in one lot. Send each as a file of its own.", "xml_too_complex")


def _nodes(node: Element, group: terms.Group, syntax: str) -> list[Element]:
    base = group.base(syntax)
    if base is None:
        return []
    return all_at(node, base) if base else [node]


def _sets(node: Element, group: terms.Group, syntax: str) -> list[Found]:
    """The values of a group, one set for each of its nodes that holds any."""
    return [found for each in _nodes(node, group, syntax) if (found := _found(each, group.terms, syntax))]


def _found(node: Element, wanted: Sequence[terms.Term], syntax: str) -> Found:
    """The first usable value of each term, or all where there may be many; terms without one are left out."""
    found: Found = {}
    for term in wanted:
        said: dict[str, str] = {}
        for each in (each for path in term.paths(syntax) for each in all_at(node, path)):
            value = term.read(each)
            if value:
                said.setdefault(value, place_of(each))
                if not term.many:
                    break
        if said:
            value = "\n".join(said)
            if len(value) > _MAX_LETTERS:
                raise refused(f"A value of the XML has more than {_MAX_LETTERS} letters.", "xml_too_complex")
            found.setdefault(terms.SAME_AS.get(term.key, term.key), (value, next(iter(said.values()))))
    return found


def _first(sets: Sequence[Found]) -> Found:
    return sets[0] if sets else {}


def _values(found: Found) -> dict[str, str]:
    return {key: value for key, (value, _) in found.items()}


def _add_sums(root: Element, syntax: str, document: Found, totals: Found) -> None:
    """BT-110 is the tax in the invoice's own currency, BT-111 that in another. FatturaPA gives sums by rate only."""
    if syntax == "FatturaPA":
        for key, path in (("net", "ImponibileImporto"), ("tax", "Imposta")):
            nodes = all_at(root, f"FatturaElettronicaBody/DatiBeniServizi/DatiRiepilogo/{path}")
            numbers = [number for each in nodes if (number := decimal(text_of(each))) is not None]
            if numbers:
                totals[key] = (f"{sum(numbers, Decimal()):.2f}", place_of(nodes[0]))
        if "gross" not in totals and "net" in totals and "tax" in totals:
            totals["gross"] = (f"{Decimal(totals['net'][0]) + Decimal(totals['tax'][0]):.2f}", totals["net"][1])
        return
    own = document.get("currency", ("", ""))[0]
    tax = next(term for term in terms.TERMS["totals"] if term.key == "tax")
    nodes = [each for path in tax.paths(syntax) for each in all_at(root, path) if amount(each)]
    first = [each for each in nodes if each.get("currencyID") == own] or [each for each in nodes if not each.get("currencyID")]
    for each in (first or nodes)[:1]:
        totals["tax"] = (amount(each), place_of(each))
    other = [each for each in nodes if each.get("currencyID") not in (None, own)]
    for each in other[:1] if first else ():
        totals["tax_converted"] = (f"{amount(each)} {each.get('currencyID')}", place_of(each))


def _header(single: dict[str, Found], listed: dict[str, list[Found]]) -> Found:
    """The fields of the standard invoice, as FIELDS says, and the seller's address put together."""
    header: Found = {}
    for key, (group, term) in terms.FIELDS.items():
        sets = [single[group]] if group in single else listed[group]
        found = next((each[term] for each in sets if term in each), None)
        if found:
            header[key] = (found[0].replace("\n", " "), found[1])
    seller = single["seller"]
    said = [seller[key][0] for key in ("street", "street_2", "street_3") if key in seller]
    town = " ".join(seller[key][0] for key in ("postcode", "city") if key in seller)
    address = ", ".join(filter(None, (*said, town)))
    if address:  # the country is left to the VAT id
        place = next(seller[key][1] for key in ("street", "street_2", "street_3", "postcode", "city") if key in seller)
        header["vendor_address"] = (address, place)
    return header


def _language(root: Element, syntax: str, single: dict[str, Found]) -> str:
    """Said by the invoice, else that of the country that seller and buyer share."""
    if syntax == "FatturaPA":
        return "it"
    said = [text_of(each) for each in all_at(root, "ExchangedDocument|HeaderExchangedDocument/LanguageID")]
    said += [str(each.get("languageID") or "") for each in all_at(root, "Note")]
    for each in said:
        spoken = _SPOKEN.get(each.lower()[:3]) or _SPOKEN.get(each.lower()[:2])
        if spoken:
            return spoken
    countries = {single[party].get("country", ("", ""))[0] for party in ("seller", "buyer")}
    return _LANGUAGES.get(countries.pop(), "") if len(countries) == 1 else ""


def look(path: Path, max_pages: int) -> int | None:
    """None for XML that is broken: reading will say so. What is no invoice is refused."""
    try:
        return _pages(path, max_pages)
    except FileRefusedError:
        raise
    except FileError:
        return None


def open_file(path: Path, folder: Path, max_pages: int) -> dict[str, object]:
    pages = _pages(path, max_pages)
    (folder / "einvoice.xml").write_bytes(path.read_bytes())
    return {"pages": pages, "einvoice": "einvoice.xml", "attachments": []}


def read_page(path: Path, number: int, dpi: int | None) -> Page:
    return sheet.page(_rows(path), number, OWN_SHEET)


def draw_page(path: Path, number: int, dpi: int, rotation: int) -> Image.Image:
    return sheet.drawn(read_page(path, number, None), dpi)


def _pages(path: Path, max_pages: int) -> int:
    pages = sheet.pages_needed(len(_rows(path)))
    if pages > max_pages:
        raise too_many_pages("The e-invoice", max_pages)
    return pages


def _rows(path: Path) -> list[str]:
    about = path.stat()
    return _written(path, about.st_ino, about.st_mtime_ns)


@lru_cache(maxsize=1)
def _written(path: Path, inode: int, changed_at: int) -> list[str]:
    """The rows of the sheets, kept from page to page of one file."""
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    invoice = read_einvoice(content)
    return list(sheet.wrapped(readable(invoice.content, invoice.doc_type)))
