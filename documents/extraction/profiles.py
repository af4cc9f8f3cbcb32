"""What to look for: profiles as plain values, and the seven that are built in (surfaces/documents.md section 10)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

TYPES = (
    "text", "identifier", "party", "address", "iban", "tax_id", "date", "amount",
    "currency", "number", "percent", "boolean", "choice", "list",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ProfileField:
    """One wanted value. `synonyms` are labels to look for beside `label`, in any language."""

    key: str
    label: str
    type: str = "text"
    required: bool = False
    synonyms: tuple[str, ...] = ()
    description: str = ""
    pattern: str = ""
    threshold: int = 80
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table of goods."""

    key: str
    label: str
    type: str = "text"
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """The values wanted from one kind of document. `doc_type` is what such a document is called, e.g. "Invoice"."""

    key: str
    name: str
    doc_type: str
    fields: tuple[ProfileField, ...]
    columns: tuple[Column, ...] = ()
    description: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> Profile:
        return cls(
            **{
                **raw,
                "fields": tuple(
                    ProfileField(**{**each, "synonyms": tuple(each["synonyms"]), "choices": tuple(each["choices"])})
                    for each in raw["fields"]
                ),
                "columns": tuple(Column(**{**each, "synonyms": tuple(each["synonyms"])}) for each in raw["columns"]),
            }
        )


def _field(
    key: str, type: str = "text", *synonyms: str, required: bool = False, label: str = "", choices: tuple[str, ...] = ()
) -> ProfileField:
    return ProfileField(key, label or key.replace("_", " ").title(), type, required, synonyms, choices=choices)


GOODS = (
    Column("description", "Description"),
    Column("quantity", "Quantity", "number"),
    Column("unit_price", "Unit Price", "amount"),
    Column("amount", "Amount", "amount"),
)

BUILT_IN: tuple[Profile, ...] = (
    Profile("default", "Default", "Other", (
        _field("title", required=True), _field("date", "date"), _field("parties", "list"), _field("amounts", "list"),
        _field("currency", "currency"), _field("total_amount", "amount"),
    )),
    Profile("standard-invoice", "Standard Invoice", "Invoice", (
        _field("vendor", "party", required=True), _field("vendor_address", "address"),
        _field("vendor_vat_id", "tax_id", label="Vendor VAT ID"), _field("iban", "iban", label="IBAN"),
        _field("invoice_number", "identifier", required=True), _field("invoice_date", "date", required=True),
        _field("due_date", "date"), _field("po_number", "identifier", label="PO Number"),
        _field("currency", "currency", required=True), _field("subtotal", "amount"), _field("tax", "amount"),
        _field("total_amount", "amount", required=True), _field("payment_terms"),
    ), GOODS),
    Profile("universal-invoices-receipts", "Universal Invoices & Receipts", "Receipt", (
        _field("vendor", "party", required=True), _field("vendor_address", "address"),
        _field("vendor_vat_id", "tax_id", label="Vendor VAT ID"), _field("iban", "iban", label="IBAN"),
        _field("po_number", "identifier", label="PO Number"),
        _field("document_kind", "choice", choices=("Invoice", "Receipt", "Credit Note")),
        _field("invoice_number", "identifier"), _field("invoice_date", "date"), _field("due_date", "date"),
        _field("currency", "currency"), _field("subtotal", "amount"), _field("tax", "amount"),
        _field("total_amount", "amount", required=True), _field("payment_method"),
    ), GOODS),
    Profile("meeting-notes", "Meeting Notes", "Meeting Notes", (
        _field("meeting_date", "date", required=True), _field("attendees", "list"), _field("agenda", "list"),
        _field("decisions_made", "list"), _field("action_items", "list"), _field("follow_up_date", "date"),
    )),
    Profile("chinese-fapiao", "Chinese Fapiao 发票", "Fapiao", (
        _field("seller_name", "party", required=True), _field("seller_tax_number", "identifier"),
        _field("buyer_name", "party"), _field("buyer_tax_number", "identifier"),
        _field("fapiao_number", "identifier", required=True), _field("fapiao_code", "identifier"),
        _field("issue_date", "date", required=True), _field("amount_before_tax", "amount"),
        _field("tax_rate", "percent"), _field("tax_amount", "amount"), _field("total_amount", "amount", required=True),
    ), GOODS),
    Profile("chinese-business-license", "Chinese Business License 营业执照", "Business License", (
        _field("company_name_zh", "party", required=True), _field("company_name_en", "party"),
        _field("unified_social_credit_code", "identifier", required=True), _field("legal_representative"),
        _field("registered_capital"), _field("business_scope"), _field("registration_date", "date"),
        _field("registered_address"),
    )),
    Profile("extraction-profile-drafter", "Extraction Profile Drafter", "Other", (
        _field("suggested_name"), _field("suggested_fields", "list"),
    )),
)  # fmt: skip


def built_in(key: str) -> Profile:
    """The built-in profile with that key. Raises KeyError with the known ones."""
    for profile in BUILT_IN:
        if profile.key == key:
            return profile
    raise KeyError(f"no built-in profile {key!r}; there are {', '.join(profile.key for profile in BUILT_IN)}")
