"""Contacts and vendors: who it may be, a new bank account, a stranger; each organization by itself."""

from __future__ import annotations

import pytest
from django.test import Client

from docflow.accounts.actors import COMMAND, Actor
from docflow.accounts.models import Organization
from documents import states
from documents.matching import matches_of
from documents.models import Contact, Document
from documents.operations import changes, contacts, reading, reviews
from documents.operations.values import profile_of
from documents.statuses import Status
from tests import make
from uploads.models import Project

OLD, NEW = "DE89370400440532013000", "DE88200800000970375700"


def invoice(number: str, iban: str) -> bytes:
    return make.invoice_text(number) + f"\nPlease pay to IBAN {iban}\n".encode()


def vendor(organization: Organization, **more: object) -> Contact:
    return contacts.create_contact(organization, {"name": "Nordwind Handels", "type": "Vendor", **more}, COMMAND)


def codes(document: Document) -> list[str]:
    return [problem["code"] for problem in document.problems]


@pytest.fixture
def known(acme: Organization) -> Contact:
    return vendor(acme, bank_accounts=[OLD], vat_ids=["DE136695976"])


def test_contacts_that_the_vendor_may_be_come_with_score_and_reasons(acme: Organization, known: Contact) -> None:
    vendor(acme, name="Nordwind Handels und Service")
    document = make.document(acme, invoice("R-1", OLD))
    found = matches_of(document, profile_of(document))
    assert (found[0].contact, found[0].why) == (known, ("Same VAT id", "Same bank account", "Same name"))
    assert found[0].score == 99
    assert found[1].contact.name == "Nordwind Handels und Service"


def test_contacts_of_another_organization_are_nobody(acme: Organization, other: Organization) -> None:
    vendor(other, bank_accounts=[OLD], vat_ids=["DE136695976"])
    document = make.document(acme, invoice("R-1", NEW))
    assert matches_of(document, profile_of(document)) == []
    assert codes(document) == []


def test_a_new_bank_account_stops_automation(acme: Organization, known: Contact) -> None:
    Project.objects.of(acme).update(automation_level="review problems")
    same = make.document(acme, invoice("R-1", OLD), contact=known)
    other = make.document(acme, invoice("R-2", NEW), contact=known)
    assert codes(same) == []
    assert codes(other) == ["bank_changed"]
    assert other.problems[0]["blocks"]
    assert NEW in other.problems[0]["text"]
    assert states.states(other, profile_of(other))["iban"] == states.WRONG
    assert other.status == Status.NEEDS_REVIEW
    found = make.document(acme, invoice("R-3", NEW))  # lies with nobody: the contact is found by its VAT id
    assert codes(found) == ["bank_changed"]


def test_an_account_that_somebody_confirmed_is_known_from_then_on(acme: Organization) -> None:
    contact = vendor(acme)
    first = make.document(acme, invoice("R-1", OLD), contact=contact)
    assert codes(first) == []  # nothing is known of this vendor's accounts
    clerk = Actor.of_user(make.user("a@acme.example", acme))
    reviews.decide(first, "confirm", actor=clerk, force=True)
    second = make.document(acme, invoice("R-2", NEW), contact=contact)
    assert codes(second) == ["bank_changed"]
    changes.change_field(second, "iban", {"accept": True}, clerk)
    assert codes(second) == []
    assert reading.read_again(second, actor=clerk)
    assert codes(make.read(second)) == []
    reviews.decide(second, "confirm", actor=clerk, force=True)
    assert codes(make.document(acme, invoice("R-3", NEW), contact=contact)) == []


def test_another_vendor_at_the_same_contact_may_have_its_own_account(acme: Organization) -> None:
    client = contacts.create_contact(acme, {"name": "Client Ltd", "bank_accounts": [OLD]}, COMMAND)
    assert codes(make.document(acme, invoice("R-1", NEW), contact=client)) == []


def test_a_vendor_nobody_knows_is_told_until_there_is_a_contact(acme: Organization) -> None:
    assert codes(make.document(acme, invoice("R-0", OLD))) == []  # who keeps no contacts is not asked for one
    contacts.create_contact(acme, {"name": "Somebody Else"}, COMMAND)
    document = make.document(acme, invoice("R-1", OLD))
    assert document.problems == [
        {"code": "unknown_contact", "text": 'No contact matches "Nordwind Handels GmbH"', "blocks": False}
    ]
    contact = vendor(acme)
    changes.change(document, {"contact_id": contact.pk, "folder_id": contact.folders.all()[0].pk}, COMMAND)
    assert codes(document) == []


def test_the_review_page_offers_the_contacts_and_gives_the_document_to_one(
    acme: Organization, known: Contact, other: Organization, collected: None
) -> None:
    document = make.document(acme, invoice("R-1", OLD))
    browser = Client()
    browser.force_login(make.user("clerk@acme.example", acme, "reviewer"))
    path = f"/o/{acme.slug}/documents/{document.uuid}"
    assert f'value="{known.pk}"' in browser.get(path).content.decode()
    foreign = contacts.create_contact(other, {"name": "Theirs"}, COMMAND)
    assert browser.post(f"{path}/contact", {"contact_id": foreign.pk}).status_code == 404
    assert browser.post(f"{path}/contact", {"contact_id": known.pk}).status_code == 302
    document.refresh_from_db()
    assert (document.contact, document.folder.name) == (known, "Documents")
    assert 'form="whose"' not in browser.get(path).content.decode()


def test_the_api_lists_the_contacts_a_vendor_may_be(acme: Organization, known: Contact, other: Organization) -> None:
    document = make.document(acme, invoice("R-1", OLD))
    path = f"/api/documents/{document.pk}/contact-matches"
    answer = Client(headers={"Authorization": f"Bearer {make.key(acme)}"}).get(path)
    assert answer.json()["matches"] == [
        {"contact_id": known.pk, "contact_name": known.name, "score": 99,
         "reasons": ["Same VAT id", "Same bank account", "Same name"]},
    ]  # fmt: skip
    assert Client(headers={"Authorization": f"Bearer {make.key(other)}"}).get(path).status_code == 404
