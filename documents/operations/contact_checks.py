"""What the contacts say about a document: a bank account that is new for its vendor stops automation, and a vendor nobody
knows is told. Within a transaction, whenever values or contact of a document change."""

from __future__ import annotations

from typing import Any

from documents import matching
from documents.extraction.party_match import SURE
from documents.extraction.profiles import Profile
from documents.extraction.roles import roles_of
from documents.models import Annotation, Contact, Document

CODES = ("bank_changed", "unknown_contact")


def check_contact(held: Document, profile: Profile) -> None:
    """Brings the problems `bank_changed` (at the account's field and the document) and `unknown_contact` up to date.

    An account that a person confirmed is not asked about again. `held` is saved.
    """
    iban_key = next((key for key, role in roles_of(profile).items() if role == "iban"), "")
    row = held.annotations.filter(key=iban_key).first()
    vendor = matching.vendor_of(held, profile)
    contact = _contact_of(held, profile, vendor)
    changed = _bank_changed(held, row, contact)
    if row is not None:
        _tell_at(row, changed)
    found = [changed] if changed else []
    if contact is None and _is_stranger(held, profile, vendor):
        text = f'No contact matches "{vendor.names[0]}"'
        found.append({"code": "unknown_contact", "text": text, "blocks": False})
    problems = [problem for problem in held.problems if problem["code"] not in CODES] + found
    if problems != held.problems:
        held.problems = problems
        held.save(update_fields=["problems"])


def _contact_of(held: Document, profile: Profile, vendor: matching.Party) -> Contact | None:
    """Its own contact where that is the vendor, else the one that surely is, by other things than the account."""
    own = held.contact
    if not own.is_system and matching.is_vendor(own, vendor, SURE):
        return own
    found = (match.contact for match in matching.matches_of(held, profile))
    return next((contact for contact in found if matching.is_vendor(contact, vendor, SURE)), None)


def _bank_changed(held: Document, row: Annotation | None, contact: Contact | None) -> dict[str, Any] | None:
    if row is None or not row.value or row.is_confirmed or contact is None:
        return None
    known = matching.known_accounts(contact, row.key, held)
    if not known or row.value in known:
        return None
    text = f"Bank account {row.value} is new for {contact.name}, which had {known[0]}"
    return {"code": "bank_changed", "text": text, "blocks": True}


def _tell_at(row: Annotation, problem: dict[str, Any] | None) -> None:
    problems = [each for each in row.problems if each["code"] != "bank_changed"] + ([problem] if problem else [])
    if problems != row.problems:
        row.problems = problems
        row.save(update_fields=["problems"])


def _is_stranger(held: Document, profile: Profile, vendor: matching.Party) -> bool:
    """Came without a contact, names a vendor, and no contact is like it, though the organization keeps contacts."""
    if not held.contact.is_system or not vendor.names or matching.matches_of(held, profile, 1):
        return False
    return Contact.objects.of(held.organization).filter(is_system=False).exists()
