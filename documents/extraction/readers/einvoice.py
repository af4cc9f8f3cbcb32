"""E-invoices: CII (Factur-X, ZUGFeRD 1 and 2, XRechnung) and UBL (Peppol, XRechnung), alone or out of a PDF.

A bare file has no page; it gets a readable one, so that its values have places like all others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from docflow.errors import FileError, FileRefusedError
from documents.extraction.layout import Page
from documents.extraction.readers import einvoice_fields as fields
from documents.extraction.readers import sheet, too_many_pages
from documents.extraction.readers.einvoice_xml import MAX_BYTES, Element, all_at, parsed, text_of

# UNTDID 1001 codes that take money back; all other codes ask for it.
_CREDITS = frozenset({"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532"})
_MAX_LINES = 5_000

_LABELS = {
    "vendor": "Seller",
    "vendor_address": "Address of the seller",
    "vendor_vat_id": "VAT ID of the seller",
    "buyer": "Buyer",
    "invoice_number": "Invoice number",
    "invoice_date": "Invoice date",
    "due_date": "Due date",
    "po_number": "Order number",
    "currency": "Currency",
    "subtotal": "Net amount",
    "tax": "Tax",
    "total_amount": "Total amount",
    "amount_due": "Amount due",
    "iban": "IBAN",
    "payment_terms": "Payment terms",
}


@dataclass(frozen=True, slots=True)
class EInvoice:
    """What an e-invoice says, in docflow's normal forms.

    `fields` by key of the standard-invoice profile (absent ones are left out); `line_items` with description, quantity,
    unit_price, amount; `further` holds buyer and amount_due. `xpaths` names the element of each value by field key, for
    cells by "line_items.0.amount". `doc_type` is invoice or credit_note, `syntax` CII, CII1 (ZUGFeRD 1) or UBL.
    """

    syntax: str
    profile: str
    doc_type: str
    type_code: str
    fields: dict[str, str]
    line_items: tuple[dict[str, str], ...]
    further: dict[str, str]
    xpaths: dict[str, str]


def read_einvoice(content: bytes) -> EInvoice:
    """Everything docflow knows of in an e-invoice.

    Raises FileRefusedError `file_type_not_supported` (reason xml_dtd, xml_too_complex, xml_unknown_root) for XML that is
    none, FileError `damaged_file` for XML that is broken.
    """
    root, syntax = parsed(content)
    header, line_rows, lines_at = (
        (fields.UBL, fields.UBL_LINE, fields.UBL_LINES) if syntax == "UBL" else (fields.CII, fields.CII_LINE, fields.CII_LINES)
    )
    found = fields.read_rows(root, header) | _composed(root, syntax)
    rows = [fields.read_rows(line, line_rows) for line in all_at(root, lines_at)[:_MAX_LINES]]
    further: dict[str, str] = {key: found.pop(key)[0] for key in ("buyer", "amount_due") if key in found}
    type_code, profile = (
        _first(root, syntax, fields.UBL_TYPE, fields.CII_TYPE),
        _first(root, syntax, fields.UBL_PROFILE, fields.CII_PROFILE),
    )
    credit = type_code in _CREDITS or root.tag.endswith("}CreditNote")
    return EInvoice(
        syntax=syntax,
        profile=profile,
        doc_type="credit_note" if credit else "invoice",
        type_code=type_code,
        fields={key: value for key, (value, _) in found.items()},
        line_items=tuple({key: value for key, (value, _) in row.items()} for row in rows if row),
        further=further,
        xpaths={key: place for key, (_, place) in found.items()}
        | {
            f"line_items.{index}.{key}": place
            for index, row in enumerate(filter(None, rows))
            for key, (_, place) in row.items()
        },
    )


def _composed(root: Element, syntax: str) -> dict[str, fields.Found]:
    """The values that no single path gives."""
    currency = fields.read_rows(root, (row for row in (*fields.UBL, *fields.CII) if row.key == "currency")).get("currency")
    values = {
        "vendor_address": fields.address(root, syntax),
        "vendor_vat_id": fields.vat_id(root, syntax),
        "tax": fields.tax(root, syntax, currency[0] if currency else ""),
    }
    return {key: value for key, value in values.items() if value}


def _first(root: Element, syntax: str, in_ubl: str, in_cii: str) -> str:
    return next((text_of(each) for each in all_at(root, in_ubl if syntax == "UBL" else in_cii)), "")


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
    return sheet.page(_rows(path), number, "is written from the e-invoice")


def draw_page(path: Path, number: int, dpi: int, rotation: int) -> Image.Image:
    return sheet.drawn(read_page(path, number, None), dpi)


def _pages(path: Path, max_pages: int) -> int:
    pages = sheet.pages_needed(len(_rows(path)))
    if pages > max_pages:
        raise too_many_pages("The e-invoice", max_pages)
    return pages


def _rows(path: Path) -> list[str]:
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    return list(sheet.wrapped(_readable(read_einvoice(content))))


def _readable(invoice: EInvoice) -> Iterator[str]:
    """The invoice as a person would want to see it: a heading, what concerns the whole, then the table of goods."""
    values = invoice.fields | invoice.further
    yield "CREDIT NOTE" if invoice.doc_type == "credit_note" else "INVOICE"
    yield ""
    for key, label in _LABELS.items():
        if key in values:
            yield from _entry(label, values[key])
    if not invoice.line_items:
        return
    yield ""
    yield f"{'Description':<46}{'Quantity':>12}{'Unit price':>16}{'Amount':>16}"
    for item in invoice.line_items:
        first, *rest = _parts(item.get("description", ""), 44) or [""]
        yield f"{first:<46}{item.get('quantity', ''):>12}{item.get('unit_price', ''):>16}{item.get('amount', ''):>16}"
        yield from rest


def _entry(label: str, value: str) -> Iterator[str]:
    first, *rest = _parts(value, sheet.COLUMNS - 26) or [""]
    yield f"{label:<26}{first}"
    yield from (f"{'':<26}{each}" for each in rest)


def _parts(text: str, width: int) -> list[str]:
    """Text in lines of at most `width`, broken between words, long words cut."""
    lines: list[str] = []
    for word in text.split():
        pieces = [word[at : at + width] for at in range(0, len(word), width)]
        for piece in pieces:
            if lines and len(lines[-1]) + 1 + len(piece) <= width:
                lines[-1] = f"{lines[-1]} {piece}"
            else:
                lines.append(piece)
    return lines
