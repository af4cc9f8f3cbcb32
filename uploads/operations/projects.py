"""Every write to projects, the intake channels."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from docflow.accounts import audit
from docflow.accounts.actors import Actor
from docflow.accounts.models import Organization
from docflow.accounts.models.organization import DuplicatePolicy
from docflow.errors import Fault, InputError, InUseError, NameTakenError, invalid, missing, unknown
from docflow.recognition import checked_wishes
from documents.models import Contact, Folder, Profile
from documents.operations.contacts import by_id, create_system
from uploads.models import AutomationLevel, Project


def create_default(organization: Organization) -> Project:
    """The project that a new organization starts with, and the built-in contact and folder it points at."""
    contact, folder = create_system(organization)
    return Project.objects.create(organization=organization, name="Default", is_default=True, contact=contact, folder=folder)


def default_of(organization: Organization) -> Project:
    return Project.objects.of(organization).select_related("contact", "folder", "profile").get(is_default=True)


def create_project(organization: Organization, values: dict[str, Any], actor: Actor) -> Project:
    """Raises InputError with all faults, NameTakenError."""
    faults, clean = _checked(organization, values, default_of(organization))
    if not str(values.get("name") or "").strip():
        faults.insert(0, missing("name"))
    if faults:
        raise InputError(*faults)
    with transaction.atomic():
        _free_name(organization, clean["name"])
        standard = default_of(organization)
        project = Project.objects.create(
            organization=organization, **{"contact": standard.contact, "folder": standard.folder, **clean}
        )
        audit.record(organization, actor, "setting.project_created", project.name)
    return project


def change_project(project: Project, values: dict[str, Any], actor: Actor) -> Project:
    """Raises InputError with all faults, NameTakenError."""
    faults, clean = _checked(project.organization, values, project)
    if "name" in values and not str(values["name"] or "").strip():
        faults.insert(0, missing("name"))
    if faults:
        raise InputError(*faults)
    with transaction.atomic():
        if "name" in clean and clean["name"] != project.name:
            _free_name(project.organization, clean["name"])
        for key, value in clean.items():
            setattr(project, key, value)
        project.updated_at = timezone.now()
        project.save()
        audit.record(project.organization, actor, "setting.project_changed", f"{project.name}: {', '.join(clean)}")
    return project


def delete_project(project: Project, actor: Actor) -> None:
    """Raises InUseError for the default one and for one with uploads."""
    with transaction.atomic():
        uploads = project.uploads.count()
        if project.is_default or uploads:
            raise InUseError(
                "The default project cannot be deleted."
                if project.is_default
                else f"Project {project.pk} still holds {uploads} uploads."
            )
        audit.record(project.organization, actor, "setting.project_deleted", project.name)
        project.delete()


def _free_name(organization: Organization, name: str) -> None:
    if Project.objects.of(organization).filter(name=name).exists():
        raise NameTakenError(f'There is already a project "{name}".')


def _checked(organization: Organization, values: dict[str, Any], now: Project) -> tuple[list[Fault], dict[str, Any]]:
    faults: list[Fault] = []
    clean: dict[str, Any] = {}
    if "name" in values:
        if not isinstance(values["name"], str) or len(values["name"]) > 255:
            faults.append(invalid("name", "name must be text of at most 255 characters."))
        clean["name"] = str(values["name"]).strip()
    for key, allowed in (("automation_level", AutomationLevel.values), ("duplicate_policy", [*DuplicatePolicy.values, None])):
        if key in values:
            clean[key] = values[key]
            if values[key] not in allowed:
                faults.append(invalid(key, f"{key} must be one of {', '.join(str(each) for each in allowed if each)}."))
    if "email_body_as_task" in values:
        clean["email_body_as_task"] = values["email_body_as_task"]
        if not isinstance(values["email_body_as_task"], bool):
            faults.append(invalid("email_body_as_task", "email_body_as_task must be true or false."))
    clean |= checked_wishes(values, faults)
    _check_places(organization, values, now, faults, clean)
    return faults, clean


def _check_places(
    organization: Organization, values: dict[str, Any], now: Project, faults: list[Fault], clean: dict[str, Any]
) -> None:
    for key, rows in (
        ("contact", Contact.objects.of(organization)),
        ("folder", Folder.objects.of(organization)),
        ("profile", Profile.objects.of(organization)),
    ):
        given = values.get(f"{key}_id")
        if f"{key}_id" in values and not (key == "profile" and given is None):
            clean[key] = by_id(rows, given)
            if clean[key] is None:
                faults.append(unknown(f"{key}_id", f"There is no {key} {given}."))
        elif f"{key}_id" in values:
            clean[key] = None
    contact, folder = clean.get("contact", now.contact), clean.get("folder", now.folder)
    if contact and folder and folder.contact_id != contact.pk:
        faults.append(unknown("folder_id", f"Folder {folder.pk} belongs to another contact."))
