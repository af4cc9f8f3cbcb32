"""Contacts and folders: surfaces/documents.md section 9."""

from __future__ import annotations

import pytest

from docflow.accounts.actors import COMMAND
from docflow.accounts.models import Organization
from docflow.errors import BuiltInReadOnlyError, InputError, InUseError, NameTakenError
from documents.models import Contact, Folder
from documents.operations import contacts
from tests import make


def fields_and_codes(caught: pytest.ExceptionInfo[InputError]) -> set[tuple[str, str]]:
    return {(fault.field, fault.code) for fault in caught.value.faults}


def test_a_contact_comes_with_two_folders(acme: Organization) -> None:
    contact = contacts.create_contact(
        acme,
        {
            "name": " Acme Corporation ",
            "type": "Vendor",
            "bank_accounts": ["DE89 3704 0044 0532 0130 00"],
            "vat_ids": ["DE136695976"],
        },
        COMMAND,
    )
    assert contact.name == "Acme Corporation"
    assert list(contact.folders.values_list("name", flat=True)) == ["Documents", "Review"]
    assert contact.bank_accounts == ["DE89370400440532013000"]


def test_all_faults_of_a_contact_are_told_at_once(acme: Organization, other: Organization) -> None:
    foreign = contacts.create_contact(other, {"name": "Theirs"}, COMMAND)
    given = {
        "type": "Friend",
        "email": "nowhere",
        "bank_accounts": ["DE00"],
        "vat_ids": ["XX1"],
        "parent_id": foreign.pk,
        "default_profile_id": 999,
        "notes": 5,
    }
    with pytest.raises(InputError) as caught:
        contacts.create_contact(acme, given, COMMAND)
    assert fields_and_codes(caught) == {
        ("name", "field_required"),
        ("type", "invalid_value"),
        ("email", "invalid_value"),
        ("bank_accounts", "invalid_value"),
        ("vat_ids", "invalid_value"),
        ("parent_id", "unknown_reference"),
        ("default_profile_id", "unknown_reference"),
        ("notes", "invalid_value"),
    }
    with pytest.raises(InputError):
        contacts.create_contact(acme, {"name": "x" * 256, "bank_accounts": "DE"}, COMMAND)


def test_a_contact_cannot_stand_below_itself(acme: Organization) -> None:
    upper = contacts.create_contact(acme, {"name": "Upper"}, COMMAND)
    lower = contacts.create_contact(acme, {"name": "Lower", "parent_id": upper.pk}, COMMAND)
    with pytest.raises(InputError) as caught:
        contacts.change_contact(upper, {"parent_id": lower.pk}, COMMAND)
    assert fields_and_codes(caught) == {("parent_id", "circular_parent")}
    assert contacts.change_contact(lower, {"parent_id": None, "default_profile_id": 2, "name": "Free"}, COMMAND).parent is None
    with pytest.raises(InputError):
        contacts.change_contact(lower, {"name": ""}, COMMAND)


def test_what_is_built_in_stays(acme: Organization) -> None:
    system, inbox = Contact.objects.of(acme).get(), Folder.objects.of(acme).get()
    for forbidden in (
        lambda: contacts.change_contact(system, {"name": "Mine"}, COMMAND),
        lambda: contacts.delete_contact(system, COMMAND),
        lambda: contacts.rename_folder(inbox, {"name": "Mine"}, COMMAND),
        lambda: contacts.delete_folder(inbox, COMMAND),
    ):
        with pytest.raises(BuiltInReadOnlyError):
            forbidden()


def test_what_holds_documents_cannot_be_deleted(acme: Organization) -> None:
    contact = contacts.create_contact(acme, {"name": "Acme Corporation"}, COMMAND)
    folder = contact.folders.get(name="Documents")
    make.upload(acme, contact=contact, folder=folder)
    with pytest.raises(InUseError):
        contacts.delete_contact(contact, COMMAND)
    with pytest.raises(InUseError):
        contacts.delete_folder(folder, COMMAND)
    empty = contacts.create_contact(acme, {"name": "Empty"}, COMMAND)
    contacts.delete_contact(empty, COMMAND)
    assert not Folder.objects.filter(contact_id=empty.pk).exists()


def test_a_folder_has_a_name_once_and_stays_with_its_contact(acme: Organization) -> None:
    contact = contacts.create_contact(acme, {"name": "Acme Corporation"}, COMMAND)
    folder = contacts.create_folder(acme, "Q4 Invoices", contact.pk, COMMAND)
    with pytest.raises(NameTakenError):
        contacts.create_folder(acme, "Q4 Invoices", contact.pk, COMMAND)
    with pytest.raises(NameTakenError):
        contacts.rename_folder(folder, {"name": "Review"}, COMMAND)
    with pytest.raises(InputError) as caught:
        contacts.rename_folder(folder, {"contact_id": 1_000}, COMMAND)
    assert fields_and_codes(caught) == {("contact_id", "invalid_value")}
    with pytest.raises(InputError):
        contacts.rename_folder(folder, {"name": " "}, COMMAND)
    assert contacts.rename_folder(folder, {"name": "Q1"}, COMMAND).name == "Q1"
    contacts.delete_folder(folder, COMMAND)
    with pytest.raises(InputError) as caught:
        contacts.create_folder(acme, "", None, COMMAND)
    assert fields_and_codes(caught) == {("name", "field_required"), ("contact_id", "field_required")}
    with pytest.raises(InputError) as caught:
        contacts.create_folder(acme, "New", "abc", COMMAND)
    assert fields_and_codes(caught) == {("contact_id", "unknown_reference")}
