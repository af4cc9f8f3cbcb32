"""What must hold between the values of a document, and what does not: arithmetic, check digits, plausibility."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation

from stdnum.cn import uscc

from documents.extraction.candidates.codes import iban_is_valid, vat_is_valid
from documents.extraction.layout import Page
from documents.extraction.profiles import ProfileField
from documents.extraction.values import FieldValue, Findings, LineValue, Problem

NOT_WHOLE = "reading_failed"
# Unified social credit codes: 18 characters, the last one a check digit modulo 31 (GB 32100). Taxpayers have the same.
CREDIT_CODES = frozenset({"unified_social_credit_code", "seller_tax_number", "buyer_tax_number"})
TOLERANCE = Decimal("0.02")
_ROUNDED = Decimal("0.05")


def money(text: str) -> str:
    """As people write it in a message: 1,190.00."""
    return f"{Decimal(text):,.2f}"


def check_fields(fields: Sequence[FieldValue], roles: Mapping[str, str]) -> tuple[FieldValue, ...]:
    """The values with the problems each has by itself."""
    return tuple(replace(each, problems=(*each.problems, *_own_problems(each, roles.get(each.key, "")))) for each in fields)


def _own_problems(field: FieldValue, role: str) -> list[Problem]:
    if (
        field.key in CREDIT_CODES
        and isinstance(field.value, str)
        and len(field.value) == 18
        and not uscc.is_valid(field.value)
    ):
        return [Problem("invalid_number", f"Credit code {field.value} fails its check digit")]
    if not isinstance(field.value, str):
        doubtful = [each.value for each in field.alternatives if role == "iban" and not iban_is_valid(each.value)]
        return [Problem("invalid_number", f"IBAN {doubtful[0]} fails its check digits")] if doubtful else []
    if role == "iban" and not iban_is_valid(field.value):
        return [Problem("invalid_number", f"IBAN {field.value} fails its check digits")]
    if role == "vendor_vat_id" and field.value[:2].isalpha() and not vat_is_valid(field.value):
        return [Problem("invalid_number", f"VAT id {field.value} fails its check digits", blocks=False)]
    return []


def _by_role(fields: Sequence[FieldValue], roles: Mapping[str, str]) -> dict[str, str]:
    return {roles[each.key]: each.value for each in fields if roles.get(each.key) and isinstance(each.value, str)}


def with_rest(findings: Findings, pages: Sequence[Page], *, rows_left_out: bool = False) -> Findings:
    """The findings that also say what was not read because there is too much of it."""
    told = [f"Page {page.number} was not read whole; left out: {page.left_out}." for page in pages if page.left_out]
    if rows_left_out:
        told.append(f"The table has more than {len(findings.line_items):,} rows; the rest is left out.")
    if not told:
        return findings
    problems = (*findings.problems, *(Problem(NOT_WHOLE, text) for text in told))
    return replace(findings, problems=problems, reasoning=" ".join((findings.reasoning, *told)))


def check_document(
    fields: Sequence[FieldValue], lines: Sequence[LineValue], roles: Mapping[str, str], wanted: Sequence[ProfileField]
) -> tuple[Problem, ...]:
    """The problems between values, and required ones that are missing."""
    values = _by_role(fields, roles)
    found = {each.key for each in fields if each.value}
    missing = [
        Problem("required_missing", f"{each.label} not found") for each in wanted if each.required and each.key not in found
    ]
    return (*_sum(values), *_lines(values, lines), *_dates(values), *missing)


def _sum(values: Mapping[str, str]) -> list[Problem]:
    if not {"subtotal", "tax", "total_amount"} <= values.keys():
        return []
    net, tax, total = (abs(Decimal(values[key])) for key in ("subtotal", "tax", "total_amount"))
    if abs(net + tax - total) <= _ROUNDED:
        return []
    text = f"Net {money(values['subtotal'])} + tax {money(values['tax'])} is not total {money(values['total_amount'])}"
    return [Problem("check_failed", text)]


def lines_total(lines: Sequence[LineValue]) -> Decimal | None:
    """The sum of the line amounts, None when there are none or one is missing."""
    amounts = [line.cells["amount"].value for line in lines if "amount" in line.cells]
    if not amounts or len(amounts) != len(lines):
        return None
    try:
        return sum((Decimal(str(amount)) for amount in amounts), Decimal(0))
    except InvalidOperation:  # a custom column of that key may hold text
        return None


def lines_close(lines: Sequence[LineValue], values: Mapping[str, str]) -> bool | None:
    """Whether the lines add up to the net amount or the total; None when that cannot be told."""
    total = lines_total(lines)
    known = [abs(Decimal(values[key])) for key in ("subtotal", "total_amount") if key in values]
    if total is None or not known:
        return None
    return any(abs(abs(total) - each) <= max(TOLERANCE, Decimal("0.005") * len(lines)) for each in known)


def _lines(values: Mapping[str, str], lines: Sequence[LineValue]) -> list[Problem]:
    if lines_close(lines, values) is not False:
        return []
    total = lines_total(lines)
    name, value = ("subtotal", values["subtotal"]) if "subtotal" in values else ("total", values["total_amount"])
    return [Problem("lines_mismatch", f"Line items add up to {total:.2f}, the {name} says {Decimal(value):.2f}.")]


def _dates(values: Mapping[str, str]) -> list[Problem]:
    issued, due = values.get("invoice_date"), values.get("due_date")
    if issued and due and date.fromisoformat(due) < date.fromisoformat(issued):
        return [Problem("check_failed", f"Due date {due} is before invoice date {issued}")]
    return []
