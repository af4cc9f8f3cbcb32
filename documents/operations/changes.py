"""Changes of a document by programs and people: any subset of its keys, one field, or all rows. All or nothing."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.db import transaction

from docflow.accounts import audit
from docflow.accounts.actors import Actor
from docflow.errors import DocumentBusyError, DocumentLockedError, Fault, InputError, invalid, unknown
from documents import normal
from documents.models import Contact, Document, Folder, Review
from documents.operations import layouts, lifecycle
from documents.operations.contacts import by_id
from documents.operations.values import (
    accept,
    machine_boxes,
    profile_of,
    restore_machine_value,
    set_rows,
    set_value,
    settle,
    take_alternative,
)
from documents.statuses import LOCKED, UNREAD

GUARDED = ("extracted_fields", "line_items", "doc_type", "doc_date", "contact_id")  # not while locked or being read
MOST_JSON = 16_384


def change(document: Document, values: dict[str, Any], actor: Actor, *, expected_version: int | None = None) -> Document:
    """Any subset of the keys of surfaces/documents.md section 7; one bad key refuses the whole call.

    Raises InputError, DocumentLockedError, DocumentBusyError, VersionMismatchError.
    """
    with transaction.atomic():
        held = lifecycle.lock(document, expected_version)
        _check_state(held, [key for key in GUARDED if key in values])
        faults: list[Fault] = []
        plan = _Plan(held, faults)
        for key, step in _STEPS.items():
            if key in values:
                step(plan, values[key], values)
        if faults:
            raise InputError(*faults)
        plan.carry_out(actor)
    document.refresh_from_db()
    return document


def _check_state(held: Document, guarded: list[str]) -> None:
    if guarded and held.status in LOCKED:
        raise DocumentLockedError(held.pk, held.status)
    if guarded and held.status in UNREAD:
        raise DocumentBusyError(held.pk)


class _Plan:
    """What a change will do, gathered before anything is written."""

    def __init__(self, held: Document, faults: list[Fault]) -> None:
        self.held, self.faults = held, faults
        self.profile = profile_of(held)
        self.columns: dict[str, Any] = {}
        self.fields: dict[str, Any] = {}
        self.rows: list[dict[str, Any]] | None = None

    def text(self, key: str, value: Any, most: int, *, empty: bool = True) -> None:
        if not isinstance(value, str) or len(value) > most or (not empty and not value.strip()):
            self.faults.append(
                invalid(
                    key, f"{key} must be text of {'' if empty else '1 to '}{most} characters{' at most' if empty else ''}."
                )
            )
        else:
            self.columns[key] = value

    def take_fields(self, value: Any, _: dict[str, Any]) -> None:
        if not isinstance(value, dict):
            self.faults.append(invalid("extracted_fields", "extracted_fields must be an object."))
            return
        kinds = {field.key: field.type for field in self.profile.fields}
        for key, each in value.items():
            if key not in kinds:
                self.faults.append(
                    Fault(f"extracted_fields.{key}", "unknown_field", f"{key} is no field of the profile {self.profile.name}.")
                )
                continue
            try:
                self.fields[key] = normal.strict(kinds[key], each)
            except ValueError as error:
                self.faults.append(invalid(f"extracted_fields.{key}", f"{key}: {error}."))

    def take_rows(self, value: Any, _: dict[str, Any]) -> None:
        if not isinstance(value, list) or len(value) > 2_000 or not all(isinstance(row, dict) for row in value):
            self.faults.append(invalid("line_items", "line_items must be a list of at most 2000 objects."))
            return
        kinds = {column.key: column.type for column in self.profile.columns}
        self.rows = []
        for number, row in enumerate(value):
            clean: dict[str, Any] = {}
            for key, each in row.items():
                if key not in kinds:
                    self.faults.append(
                        Fault(
                            f"line_items[{number}].{key}",
                            "unknown_field",
                            f"{key} is no column of the profile {self.profile.name}.",
                        )
                    )
                    continue
                try:
                    clean[key] = normal.strict(kinds[key], each)
                except ValueError as error:
                    self.faults.append(invalid(f"line_items[{number}].{key}", f"{key}: {error}."))
            self.rows.append(clean)

    def take_doc_date(self, value: Any, _: dict[str, Any]) -> None:
        try:
            self.columns["doc_date"] = None if value is None else date.fromisoformat(normal.strict("date", value) or "")
        except ValueError as error:
            self.faults.append(invalid("doc_date", f"doc_date: {error}."))

    def take_doc_type(self, value: Any, _: dict[str, Any]) -> None:
        self.text("doc_type", value, 255, empty=False)

    def take_filename(self, value: Any, _: dict[str, Any]) -> None:
        self.text("filename", value, 255, empty=False)

    def take_notes(self, value: Any, _: dict[str, Any]) -> None:
        self.text("notes", value, 10_000)

    def take_folder(self, value: Any, values: dict[str, Any]) -> None:
        folder = by_id(Folder.objects.of(self.held.organization), value)
        contact_id = values.get("contact_id", self.held.contact_id)
        if folder is None:
            self.faults.append(unknown("folder_id", f"There is no folder {value}."))
        elif str(folder.contact_id) != str(contact_id):
            self.faults.append(unknown("folder_id", f"Folder {value} belongs to another contact."))
        else:
            self.columns["folder"] = folder

    def take_contact(self, value: Any, values: dict[str, Any]) -> None:
        contact = by_id(Contact.objects.of(self.held.organization), value)
        if contact is None:
            self.faults.append(unknown("contact_id", f"There is no contact {value}."))
            return
        if contact.pk != self.held.contact_id and "folder_id" not in values:
            self.faults.append(Fault("folder_id", "field_required", "A new contact needs a folder_id of it."))
        self.columns["contact"] = contact

    def take_object(self, key: str, value: Any) -> None:
        merged = check_object(key, value, self.faults)
        if merged is not None:
            now = {**getattr(self.held, key), **merged}
            self.columns[key] = {name: each for name, each in now.items() if each is not None}

    def carry_out(self, actor: Actor) -> None:
        before, after = self._write_columns()
        if self.columns:
            audit.record(
                self.held.organization, actor, "document.changed", ", ".join(after), document_id=self.held.pk,
                contact_id=self.held.contact_id, before=before, after=after,
            )  # fmt: skip
        for key, value in self.fields.items():
            boxes = machine_boxes(self.held, key)
            set_value(self.held, key, value, actor)
            layouts.teach_correction(self.held, key, self.profile, boxes, actor)
        if self.rows is not None:
            set_rows(self.held, self.rows, actor)
        if self.columns or self.fields or self.rows is not None:
            settle(self.held, self.profile)

    def _write_columns(self) -> tuple[dict[str, Any], dict[str, Any]]:
        before, after = {}, {}
        for key, value in self.columns.items():
            before[key], after[key] = _shown(getattr(self.held, key)), _shown(value)
            setattr(self.held, key, value)
        if self.columns:
            self.held.save(update_fields=list(self.columns))
        return before, after


def _shown(value: Any) -> Any:
    return value.pk if hasattr(value, "pk") else value.isoformat() if isinstance(value, date) else value


_STEPS: dict[str, Any] = {
    "extracted_fields": _Plan.take_fields,
    "line_items": _Plan.take_rows,
    "doc_type": _Plan.take_doc_type,
    "doc_date": _Plan.take_doc_date,
    "contact_id": _Plan.take_contact,
    "folder_id": _Plan.take_folder,
    "filename": _Plan.take_filename,
    "notes": _Plan.take_notes,
    "external_refs": lambda plan, value, _: plan.take_object("external_refs", value),
    "metadata": lambda plan, value, _: plan.take_object("metadata", value),
}


def check_object(key: str, value: Any, faults: list[Fault]) -> dict[str, Any] | None:
    """`value` if it is an object of at most 16 kB as JSON, else a fault."""
    if not isinstance(value, dict):
        faults.append(invalid(key, f"{key} must be a JSON object."))
        return None
    if len(json.dumps(value, ensure_ascii=False).encode()) > MOST_JSON:
        faults.append(invalid(key, f"{key} is larger than 16 kB."))
        return None
    return value


def change_field(
    document: Document, key: str, patch: dict[str, Any], actor: Actor, *, expected_version: int | None = None
) -> Document:
    """One field as the review screen changes it: value, accept, candidate, absent, unreadable or restore (ui.md 5.4).

    Raises InputError, DocumentLockedError, DocumentBusyError, VersionMismatchError, StateConflictError.
    """
    with transaction.atomic():
        held = lifecycle.lock(document, expected_version)
        _check_state(held, ["extracted_fields"])
        profile = profile_of(held)
        kinds = {field.key: field.type for field in profile.fields}
        if key not in kinds:
            raise InputError(Fault(key, "unknown_field", f"{key} is no field of the profile {profile.name}."))
        boxes = machine_boxes(held, key)
        _apply(held, key, kinds[key], patch, actor)
        layouts.teach_correction(held, key, profile, boxes, actor)
        settle(held, profile)
        Review.objects.filter(document=held, ended_at=None).update(corrections=_corrections(held))
    document.refresh_from_db()
    return document


def _corrections(held: Document) -> int:
    return sum(1 for row in held.annotations.all() if row.is_confirmed and row.value != row.machine_value)


def _apply(held: Document, key: str, kind: str, patch: dict[str, Any], actor: Actor) -> None:
    if "value" in patch:
        try:
            value = normal.lenient(kind, str(patch["value"] if patch["value"] is not None else ""))
        except ValueError as error:
            raise InputError(invalid(key, f"{error}.")) from None
        set_value(held, key, value, actor)
    elif patch.get("accept"):
        accept(held, key, actor)
    elif patch.get("absent"):
        set_value(held, key, None, actor)
    elif patch.get("unreadable"):
        set_value(held, key, None, actor, is_unreadable=True)
    elif "candidate" in patch:
        number = patch["candidate"]
        take_alternative(held, key, number if isinstance(number, int) else -1, actor)
    elif patch.get("restore"):
        restore_machine_value(held, key, actor)
    else:
        raise InputError(invalid(key, "Say what to do: value, accept, absent, unreadable, candidate or restore."))


def change_rows(
    document: Document, rows: list[dict[str, Any]], actor: Actor, *, expected_version: int | None = None
) -> Document:
    """All rows as typed on the review screen (1.234,50 is understood). Raises as `change_field`."""
    kinds = {column.key: column.type for column in profile_of(document).columns}
    faults: list[Fault] = []
    clean: list[dict[str, Any]] = []
    for number, row in enumerate(rows):
        clean.append({})
        for key, text in row.items():
            try:
                clean[-1][key] = normal.lenient(kinds.get(key, "text"), "" if text is None else str(text))
            except ValueError as error:
                faults.append(invalid(f"line_items[{number}].{key}", f"{error}."))
    if faults:
        raise InputError(*faults)
    return change(document, {"line_items": clean}, actor, expected_version=expected_version)
