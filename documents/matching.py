"""Which contacts a document's vendor may be, and which bank accounts of theirs are known. Reads only; the checks that follow
from it are in operations/contact_checks.py."""

from __future__ import annotations

from dataclasses import dataclass

from documents.extraction.party_match import Match, Party, best_matches, compare
from documents.extraction.profiles import Profile
from documents.extraction.roles import roles_of
from documents.models import Annotation, Contact, Document

_EARLIER = 200  # confirmed documents of a contact whose accounts count as known


@dataclass(frozen=True, slots=True)
class ContactMatch:
    """A contact with the chance (0-100) that it is the vendor, and why, in words."""

    contact: Contact
    score: int
    why: tuple[str, ...]


def vendor_of(document: Document, profile: Profile) -> Party:
    """What the document says of its vendor now, whatever the fields are called; an empty Party where it says nothing."""
    roles = roles_of(profile)
    values = {row.key: row.value for row in document.annotations.all()}
    said = {role: values.get(key) for key, role in roles.items() if role and isinstance(values.get(key), str)}
    one = {role: ((str(said[role]),) if said.get(role) else ()) for role in ("vendor", "vendor_vat_id", "iban")}
    return Party(0, one["vendor"], one["vendor_vat_id"], one["iban"], str(said.get("vendor_address") or ""))


def party_of(contact: Contact) -> Party:
    names = tuple(name for name in (contact.name, contact.company) if name)
    return Party(contact.pk, names, tuple(contact.vat_ids), tuple(contact.bank_accounts), contact.address)


def matches_of(document: Document, profile: Profile, most: int = 5) -> list[ContactMatch]:
    """The contacts of the document's organization that its vendor may be, best first."""
    vendor = vendor_of(document, profile)
    if not (vendor.names or vendor.vat_ids or vendor.accounts or vendor.address):
        return []
    rows = {row.pk: row for row in Contact.objects.of(document.organization).filter(is_system=False)}
    found: list[Match] = best_matches(vendor, (party_of(row) for row in rows.values()), most)
    return [ContactMatch(rows[match.id], match.score, match.why) for match in found]


def is_vendor(contact: Contact, vendor: Party, least: int) -> bool:
    """Whether a contact is the vendor by what is not its bank account."""
    known = party_of(contact)
    return compare(vendor, Party(known.id, known.names, known.vat_ids, (), known.address)).score >= least


def known_accounts(contact: Contact, iban_key: str, but: Document) -> list[str]:
    """The bank accounts that stand at the contact, and those of its confirmed documents, newest first; no IBAN twice."""
    seen = (
        Annotation.objects.filter(document__organization_id=but.organization_id, document__contact=contact)
        .filter(document__is_verified=True, key__in={"iban", iban_key})
        .exclude(document=but)
        .order_by("-document_id")
        .values_list("value", flat=True)[:_EARLIER]
    )
    return list(dict.fromkeys([*contact.bank_accounts, *(str(value) for value in seen if value)]))
