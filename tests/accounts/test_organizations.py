"""Organizations, people and their roles."""

from __future__ import annotations

import pytest

from docflow.accounts import licences, operations
from docflow.accounts.actors import COMMAND
from docflow.accounts.lookup import organization_named
from docflow.accounts.models import Event, Organization, User
from docflow.errors import (
    InputError,
    LicenceExpiredError,
    LicenceMissingError,
    NameTakenError,
    NotFoundError,
    StateConflictError,
)
from documents.models import Contact, Folder
from tests import make
from uploads.models import Project


def test_a_new_organization_has_its_built_in_contact_folder_and_project(acme: Organization) -> None:
    contact = Contact.objects.of(acme).get()
    folder = Folder.objects.of(acme).get()
    project = Project.objects.of(acme).get()
    assert (contact.name, contact.is_system) == ("System", True)
    assert (folder.name, folder.contact) == ("Inbox", contact)
    assert (project.name, project.is_default, project.contact, project.folder) == ("Default", True, contact, folder)


def test_names_of_organizations_are_taken_once_and_slugs_differ(acme: Organization) -> None:
    with pytest.raises(NameTakenError):
        operations.create_organization("Acme Books", COMMAND)
    twin = operations.create_organization("Acme  Books!", COMMAND)
    assert (acme.slug, twin.slug) == ("acme-books", "acme-books-2")
    with pytest.raises(InputError):
        operations.create_organization("  ", COMMAND)
    with pytest.raises(InputError, match="no plan"):
        operations.create_organization("Third", COMMAND, plan="gold")


def test_an_organization_is_found_by_name_slug_and_uuid(acme: Organization) -> None:
    assert organization_named("Acme Books") == organization_named("acme-books") == organization_named(str(acme.uuid)) == acme
    with pytest.raises(NotFoundError):
        organization_named("Nobody")


def test_the_last_admin_can_be_neither_lowered_nor_removed(acme: Organization, alice: User, bob: User) -> None:
    with pytest.raises(StateConflictError):
        operations.set_membership(alice, acme, "viewer", COMMAND)
    with pytest.raises(StateConflictError):
        operations.remove_member(alice, acme, COMMAND)
    operations.set_membership(bob, acme, "admin", COMMAND)
    operations.remove_member(alice, acme, COMMAND)
    assert list(User.objects.filter(memberships__organization=acme)) == [bob]
    assert Event.objects.of(acme).filter(event_type="user.removed", detail=alice.email).exists()
    with pytest.raises(InputError):
        operations.set_membership(bob, acme, "emperor", COMMAND)


def test_people_are_known_by_their_address_however_it_is_typed(acme: Organization, alice: User) -> None:
    with pytest.raises(NameTakenError):
        operations.create_user("ALICE@acme.example", make.PASSWORD)
    with pytest.raises(InputError, match="no e-mail address"):
        operations.create_user("alice", make.PASSWORD)
    with pytest.raises(InputError) as caught:
        operations.create_user("new@acme.example", "password")
    assert {fault.field for fault in caught.value.faults} == {"password"}


def test_an_organization_without_a_plan_or_past_its_licence_takes_nothing_new_in(acme: Organization) -> None:
    licences.check(acme)
    acme.license_expires_at = acme.created_at
    with pytest.raises(LicenceExpiredError):
        licences.check(acme)
    acme.plan = None
    with pytest.raises(LicenceMissingError):
        licences.check(acme)
