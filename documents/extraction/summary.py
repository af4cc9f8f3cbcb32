"""One sentence about a document, from its values, without an LLM."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from documents.extraction.values import FieldValue

NAMES = {
    "invoice": "Invoice",
    "credit_note": "Credit note",
    "receipt": "Receipt",
    "order": "Order",
    "delivery_note": "Delivery note",
    "statement": "Statement",
    "letter": "Letter",
    "fapiao": "Fapiao",
    "business_license": "Business license",
    "meeting_notes": "Meeting notes",
    "other": "Document",
}


def summarize(doc_type: str, fields: Sequence[FieldValue], roles: Mapping[str, str]) -> str:
    """E.g. "Invoice INV-2025-1147 of Acme Corporation over 18500.00 CNY, dated 2025-11-15, due 2025-12-15."

    "" without values.
    """
    values = {roles[each.key]: each.value for each in fields if roles.get(each.key) and isinstance(each.value, str)}
    if not values:
        title = next((each.value for each in fields if each.key == "title" and isinstance(each.value, str)), "")
        return f"{NAMES[doc_type]}: {title}." if title else ""
    parts = [NAMES[doc_type]]
    if "invoice_number" in values:
        parts.append(values["invoice_number"])
    if "vendor" in values:
        parts.append(f"of {values['vendor']}")
    if "total_amount" in values:
        parts.append(f"over {values['total_amount']} {values.get('currency', '')}".rstrip())
    dated = [f"dated {values['invoice_date']}"] if "invoice_date" in values else []
    due = [f"due {values['due_date']}"] if "due_date" in values else []
    return ", ".join([" ".join(parts), *dated, *due]) + "."
