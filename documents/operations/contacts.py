"""Every write to contacts and folders."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from stdnum import iban, util
from stdnum.exceptions import ValidationError as NumberError

from docflow import jobs
from docflow.accounts import audit
from docflow.accounts.actors import Actor
from docflow.accounts.models import Organization
from docflow.errors import BuiltInReadOnlyError, Fault, InputError, InUseError, NameTakenError, invalid, missing, unknown
from documents.models import Contact, ContactType, Folder, Profile

TEXTS = {"name": 255, "phone": 100, "company": 255, "address": 1_000, "notes": 10_000, "ai_chat_instructions": 10_000}


def create_system(organization: Organization) -> tuple[Contact, Folder]:
    """The built-in contact System with its folder Inbox, made with the organization."""
    contact = Contact.objects.create(organization=organization, name="System", type=ContactType.INTERNAL, is_system=True)
    folder = Folder.objects.create(organization=organization, contact=contact, name="Inbox", is_system=True)
    return contact, folder


def create_contact(organization: Organization, values: dict[str, Any], actor: Actor) -> Contact:
    """A contact with its folders Documents and Review. Raises InputError with all faults at once."""
    faults, clean = _checked(organization, values, None)
    if not str(values.get("name") or "").strip() and not any(fault.field == "name" for fault in faults):
        faults.insert(0, missing("name"))
    if faults:
        raise InputError(*faults)
    with transaction.atomic():
        contact = Contact.objects.create(organization=organization, **clean)
        audit.record(organization, actor, "contact.created", contact.name, contact_id=contact.pk, after={"name": contact.name})
        folders = [
            Folder.objects.create(organization=organization, contact=contact, name=name) for name in ("Documents", "Review")
        ]
        jobs.call("ON_RECORD_CREATED", "contact", contact)
        for folder in folders:
            jobs.call("ON_RECORD_CREATED", "folder", folder)
    return contact


def change_contact(contact: Contact, values: dict[str, Any], actor: Actor) -> Contact:
    """Raises BuiltInReadOnlyError for System, InputError."""
    if contact.is_system:
        raise BuiltInReadOnlyError("The contact System is built in and cannot be changed.")
    faults, clean = _checked(contact.organization, values, contact)
    if "name" in values and not str(values["name"] or "").strip():
        faults.insert(0, missing("name"))
    if faults:
        raise InputError(*faults)
    before = {key: _plain(getattr(contact, key)) for key in clean}
    with transaction.atomic():
        for key, value in clean.items():
            setattr(contact, key, value)
        contact.updated_at = timezone.now()
        contact.save()
        after = {key: _plain(value) for key, value in clean.items()}
        audit.record(
            contact.organization, actor, "contact.changed", contact.name, contact_id=contact.pk, before=before, after=after
        )
    return contact


def _plain(value: Any) -> Any:
    return value.pk if hasattr(value, "pk") else value


def delete_contact(contact: Contact, actor: Actor) -> None:
    """Its empty folders go with it. Raises BuiltInReadOnlyError, InUseError."""
    if contact.is_system:
        raise BuiltInReadOnlyError("The contact System is built in and cannot be deleted.")
    with transaction.atomic():
        documents, children = contact.documents.count(), contact.children.count()
        if documents or children:
            raise InUseError(f"Contact {contact.pk} still holds {documents} documents and {children} contacts.")
        audit.record(contact.organization, actor, "contact.deleted", contact.name, contact_id=contact.pk)
        contact.delete()


def _checked(
    organization: Organization, values: dict[str, Any], contact: Contact | None
) -> tuple[list[Fault], dict[str, Any]]:
    """-> all faults, and the values as they will be stored."""
    faults: list[Fault] = []
    clean: dict[str, Any] = {}
    for key, most in TEXTS.items():
        if key in values:
            _check_text(key, values[key], most, faults, clean)
    if "email" in values:
        _check_email(values["email"], faults, clean)
    if "type" in values:
        if values["type"] in ContactType.values:
            clean["type"] = values["type"]
        else:
            faults.append(invalid("type", f"type must be one of {', '.join(ContactType.values)}."))
    _check_numbers("bank_accounts", values, iban.validate, faults, clean)
    _check_numbers("vat_ids", values, _vat_id, faults, clean)
    _check_parent(organization, values, contact, faults, clean)
    _check_profile(organization, values, faults, clean)
    return faults, clean


def _check_text(key: str, value: Any, most: int, faults: list[Fault], clean: dict[str, Any]) -> None:
    if value is None and key != "name":
        value = ""
    if not isinstance(value, str):
        faults.append(invalid(key, f"{key} must be text."))
    elif len(value) > most:
        faults.append(invalid(key, f"{key} has {len(value)} characters, the limit is {most}."))
    else:
        clean[key] = value.strip() if key == "name" else value


def _check_email(value: Any, faults: list[Fault], clean: dict[str, Any]) -> None:
    try:
        if value:
            validate_email(value)
        clean["email"] = value or ""
    except (ValidationError, TypeError):
        faults.append(invalid("email", f"{value!r} is no e-mail address."))


def _check_numbers(
    key: str, values: dict[str, Any], validate: Callable[[str], str], faults: list[Fault], clean: dict[str, Any]
) -> None:
    if key not in values:
        return
    given = values[key] or []
    if not isinstance(given, list):
        faults.append(invalid(key, f"{key} must be a list of text."))
        return
    kept = []
    for each in given:
        try:
            kept.append(validate(each))
        except (NumberError, TypeError, AttributeError):
            faults.append(invalid(key, f"{each!r} is not valid: its check digits are wrong or its form is unknown."))
    clean[key] = kept


def _vat_id(text: str) -> str:
    """The VAT id of any country that python-stdnum knows, without white space. Raises NumberError."""
    country = util.get_cc_module(text.strip()[:2].lower(), "vat")
    if country is None:
        raise NumberError
    return text.strip()[:2].upper() + str(country.validate(text)).removeprefix(text.strip()[:2].upper())


def _check_parent(
    organization: Organization, values: dict[str, Any], contact: Contact | None, faults: list[Fault], clean: dict[str, Any]
) -> None:
    if "parent_id" not in values:
        return
    if values["parent_id"] is None:
        clean["parent"] = None
        return
    parent = by_id(Contact.objects.of(organization), values["parent_id"])
    if parent is None:
        faults.append(unknown("parent_id", f"There is no contact {values['parent_id']}."))
        return
    above: Contact | None = parent
    while above is not None:
        if contact is not None and above.pk == contact.pk:
            faults.append(Fault("parent_id", "circular_parent", "A contact cannot stand below itself."))
            return
        above = above.parent
    clean["parent"] = parent


def _check_profile(organization: Organization, values: dict[str, Any], faults: list[Fault], clean: dict[str, Any]) -> None:
    given = values.get("default_profile_id")
    if "default_profile_id" not in values:
        return
    profile = None if given is None else by_id(Profile.objects.of(organization), given)
    if given is not None and profile is None:
        faults.append(unknown("default_profile_id", f"There is no profile {given}."))
    clean["default_profile"] = profile


def by_id(rows: Any, value: Any) -> Any:
    """The row with that integer id, or None; anything that is no whole number is nobody's id."""
    if isinstance(value, bool) or not str(value).isascii() or not str(value).isdigit() or len(str(value)) > 18:
        return None
    return rows.filter(pk=int(value)).first()


def create_folder(organization: Organization, name: Any, contact_id: Any, actor: Actor) -> Folder:
    """Raises InputError, NameTakenError, BuiltInReadOnlyError for a folder of System."""
    faults: list[Fault] = []
    clean: dict[str, Any] = {}
    if not str(name or "").strip():
        faults.append(missing("name"))
    else:
        _check_text("name", name, 255, faults, clean)
    contact = by_id(Contact.objects.of(organization), contact_id)
    if contact_id in (None, ""):
        faults.append(missing("contact_id"))
    elif contact is None:
        faults.append(unknown("contact_id", f"There is no contact {contact_id}."))
    if faults:
        raise InputError(*faults)
    with transaction.atomic():
        _free_name(contact, clean["name"])
        folder = Folder.objects.create(organization=organization, contact=contact, name=clean["name"])
        audit.record(organization, actor, "folder.created", folder.name, contact_id=contact.pk)
        jobs.call("ON_RECORD_CREATED", "folder", folder)
    return folder


def rename_folder(folder: Folder, values: dict[str, Any], actor: Actor) -> Folder:
    """Raises BuiltInReadOnlyError, InputError (a folder stays with its contact), NameTakenError."""
    if folder.is_system:
        raise BuiltInReadOnlyError("The folder Inbox is built in and cannot be changed.")
    faults: list[Fault] = []
    clean: dict[str, Any] = {"name": folder.name}
    if "contact_id" in values and str(values["contact_id"]) != str(folder.contact_id):
        faults.append(invalid("contact_id", "A folder stays with its contact."))
    if "name" in values:
        _check_text("name", values["name"], 255, faults, clean)
        if not faults and not clean["name"]:
            faults.append(missing("name"))
    if faults:
        raise InputError(*faults)
    with transaction.atomic():
        before = folder.name
        if clean["name"] != before:
            _free_name(folder.contact, clean["name"])
            folder.name, folder.updated_at = clean["name"], timezone.now()
            folder.save()
            audit.record(
                folder.organization, actor, "folder.changed", f"{before} to {folder.name}", contact_id=folder.contact_id
            )
    return folder


def delete_folder(folder: Folder, actor: Actor) -> None:
    """Raises BuiltInReadOnlyError, InUseError."""
    if folder.is_system:
        raise BuiltInReadOnlyError("The folder Inbox is built in and cannot be deleted.")
    with transaction.atomic():
        documents = folder.documents.count()
        if documents:
            raise InUseError(f"Folder {folder.pk} still holds {documents} documents.")
        audit.record(folder.organization, actor, "folder.deleted", folder.name, contact_id=folder.contact_id)
        folder.delete()


def _free_name(contact: Contact, name: str) -> None:
    if contact.folders.filter(name=name).exists():
        raise NameTakenError(f'{contact.name} already has a folder "{name}".')
