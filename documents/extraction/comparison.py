"""E-invoice against page: two readings, one truth. Values come from the XML; the page says where they stand, or disagrees.

A difference is told only when the page clearly shows another value for a field: the XML's value is nowhere on the pages,
and the page's own reading is strong and no other value of the e-invoice taken for this one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from documents.extraction.candidates import Candidate
from documents.extraction.checks import check_document, check_fields, money
from documents.extraction.confidence import of_document, reasoning
from documents.extraction.profiles import Profile
from documents.extraction.readers.einvoice import EInvoice
from documents.extraction.roles import roles_of
from documents.extraction.summary import summarize
from documents.extraction.values import EINVOICE, Alternative, Evidence, FieldValue, Findings, LineValue, Place, Problem

COMPARED = (
    "invoice_number",
    "invoice_date",
    "due_date",
    "total_amount",
    "subtotal",
    "tax",
    "iban",
    "currency",
    "vendor_vat_id",
)
# What e-invoices can say of a document, in our keys: a value missing there is missing.
READ = frozenset((*COMPARED, "vendor", "vendor_address", "po_number", "payment_terms"))
_CLEAR = 70
_TYPES = {
    "amount": ("amount",),
    "date": ("date",),
    "iban": ("iban",),
    "tax_id": ("tax_id",),
    "identifier": ("identifier",),
    "currency": ("currency",),
}


def compare(
    findings: Findings,
    invoice: EInvoice,
    profile: Profile,
    candidates: Mapping[str, Sequence[Candidate]],
    text: str,
    *,
    is_own_sheet: bool = False,
) -> Findings:
    """The findings of the page with the values of the e-invoice in their place, and what differs as problems.

    `text` is all that stands on the pages. What we wrote there ourselves (`is_own_sheet`) confirms nothing.
    """
    types = {field.key: field.type for field in profile.fields}
    roles = roles_of(profile)
    fields = tuple(
        _both(each, types[each.key], _said(invoice, each.key, roles), invoice, candidates, text) for each in findings.fields
    )
    if not is_own_sheet:
        fields = tuple(_confirmed(each, types[each.key], candidates) for each in fields)
    lines = _lines(invoice) or findings.line_items
    fields = check_fields(fields, roles)
    problems = check_document(fields, lines, roles, profile.fields)
    return replace(
        findings,
        doc_type=invoice.doc_type,
        doc_type_confidence=100,
        fields=fields,
        line_items=lines,
        problems=(*(problem for problem in problems if problem.code != "lines_mismatch"), *_differences(fields)),
        confidence=of_document(fields, profile.fields, (*problems, *_differences(fields))),
        reasoning=reasoning(fields, profile.fields, problems),
        summary=summarize(invoice.doc_type, fields, roles),
        einvoice=invoice.content,
    )


def _differences(fields: Sequence[FieldValue]) -> list[Problem]:
    return [problem for field in fields for problem in field.problems if problem.code == "xml_differs"]


def _said(invoice: EInvoice, key: str, roles: Mapping[str, str]) -> str | None:
    role = roles.get(key, "")
    return invoice.fields.get(key) or invoice.fields.get(role) or invoice.further.get(role)


def _both(
    page: FieldValue, kind: str, said: str | None, invoice: EInvoice, candidates: Mapping[str, Sequence[Candidate]], text: str
) -> FieldValue:
    if said is None:
        return _silent(page) if page.key in READ else page
    seen = [each for each in candidates.get(kind, ()) if same(each.value, said, kind)]
    places = seen[0].places if seen else _text_place(page, said)
    evidence = (_read_there(invoice.xpaths.get(page.key, "")),)
    raw = seen[0].raw if seen else (page.raw if places else said)
    value = FieldValue(page.key, said, raw, places, 100, EINVOICE, evidence)
    if not isinstance(page.value, str) or same(page.value, said, kind):
        return value
    other = Alternative(page.value, page.raw, page.places, page.confidence, "Read from the page")
    value = replace(value, alternatives=(other,))
    mistaken = any(same(page.value, each, kind) for each in invoice.fields.values())
    stands = seen or re.search(rf"(?<!\w){re.escape(said)}(?!\w)", text, re.IGNORECASE)
    if page.key in COMPARED and not stands and not mistaken and page.confidence >= _CLEAR:
        shown = (money(said), money(page.value)) if kind == "amount" else (said, page.value)
        problem = Problem("xml_differs", f"XML says {shown[0]}, page says {shown[1]}")
        return replace(value, problems=(problem,))
    return value


def _confirmed(field: FieldValue, kind: str, candidates: Mapping[str, Sequence[Candidate]]) -> FieldValue:
    """With the page as a second reason where it says the same."""
    if field.source != EINVOICE or not isinstance(field.value, str):
        return field
    if not any(same(each.value, field.value, kind) for each in candidates.get(kind, ())):
        return field
    return replace(field, evidence=(*field.evidence, Evidence("page", "The same stands on the page", 1.0)))


def _silent(page: FieldValue) -> FieldValue:
    """The e-invoice has no such value: what the page seems to say is a proposal only."""
    if not isinstance(page.value, str):
        return FieldValue(page.key, None, source=EINVOICE)
    proposal = Alternative(
        page.value, page.raw, page.places, min(page.confidence, 60), "Read from the page; the e-invoice has none"
    )
    return FieldValue(page.key, None, source=EINVOICE, alternatives=(proposal, *page.alternatives)[:9])


def _text_place(page: FieldValue, said: str) -> tuple[Place, ...]:
    """The page's own place of a name or address, if it reads about the same."""
    if (
        isinstance(page.value, str)
        and _packed(said)
        and (_packed(said) in _packed(page.value) or _packed(page.value) in _packed(said))
    ):
        return page.places
    return ()


def same(one: str, other: str, kind: str) -> bool:
    """Whether two values say the same: amounts by number without sign, others by letters and digits."""
    if kind in {"amount", "number"}:
        try:
            return abs(Decimal(one)) == abs(Decimal(other))
        except InvalidOperation:
            return False
    return _packed(one) == _packed(other)


def _packed(text: str) -> str:
    return re.sub(r"[\W_]", "", text.casefold())


def _lines(invoice: EInvoice) -> tuple[LineValue, ...]:
    return tuple(
        LineValue(None, {key: _cell(invoice, number, key, value) for key, value in item.items()}, 100)
        for number, item in enumerate(invoice.line_items)
    )


def _cell(invoice: EInvoice, number: int, key: str, value: str) -> FieldValue:
    evidence = (_read_there(invoice.xpaths.get(f"line_items.{number}.{key}", "")),)
    return FieldValue(key, value, value, (), 100, EINVOICE, evidence)


def _read_there(xpath: str) -> Evidence:
    """With the names of the last two elements: the way to them is the same in every e-invoice (docs/einvoices.md)."""
    names = [re.sub(r"^.*:|\[.*$", "", part) for part in xpath.split("/") if part]
    return Evidence(
        "einvoice",
        " ".join(["Read from the e-invoice:", " / ".join(names[-2:])]) if names else "Read from the e-invoice",
        10.0,
    )
