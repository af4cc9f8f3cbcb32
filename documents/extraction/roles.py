"""What part a field plays on a document, whatever it is called: the vendor may be `vendor`, `seller_name` or "Supplier".

A custom field whose key or label is known plays the part of the built-in one; an unknown one has none and lives by its label.
"""

from __future__ import annotations

from documents.extraction.labels import key_of, known_concepts
from documents.extraction.profiles import Profile, ProfileField

ALIASES = {
    "seller_name": "vendor",
    "supplier": "vendor",
    "company_name_zh": "vendor",
    "buyer_name": "customer",
    "seller_tax_number": "vendor_vat_id",
    "buyer_tax_number": "customer_vat_id",
    "fapiao_number": "invoice_number",
    "issue_date": "invoice_date",
    "date": "invoice_date",
    "amount_before_tax": "subtotal",
    "tax_amount": "tax",
    "registered_address": "vendor_address",
    "meeting_date": "invoice_date",
    "total": "total_amount",
    "supplier_address": "vendor_address",
    "vat_id": "vendor_vat_id",
}
TYPES = {
    "vendor": "party",
    "customer": "party",
    "vendor_address": "address",
    "vendor_vat_id": "tax_id",
    "customer_vat_id": "tax_id",
    "iban": "iban",
    "invoice_number": "identifier",
    "po_number": "identifier",
    "customer_number": "identifier",
    "delivery_number": "identifier",
    "invoice_date": "date",
    "due_date": "date",
    "delivery_date": "date",
    "order_date": "date",
    "currency": "currency",
    "subtotal": "amount",
    "tax": "amount",
    "total_amount": "amount",
    "amount_due": "amount",
    "payment_terms": "text",
    "payment_method": "text",
}


def role_of(field: ProfileField) -> str:
    """The part this field plays, "" for one of its own."""
    role = ALIASES.get(field.key, field.key)
    if TYPES.get(role) == field.type:
        return role
    for wording in (field.label, *field.synonyms):
        for concept in known_concepts(key_of(wording)):
            if TYPES.get(concept) == field.type:
                return concept
    return ""


def roles_of(profile: Profile) -> dict[str, str]:
    """Role by field key; the first field of the profile that plays a part keeps it."""
    found: dict[str, str] = {}
    for field in profile.fields:
        role = role_of(field)
        found[field.key] = role if role not in found.values() else ""
    return found
