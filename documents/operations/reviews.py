"""What people and client programs decide about values: corrections, rows, locks, outcomes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from docflow.accounts import audit
from docflow.accounts.actors import Actor
from docflow.accounts.models import User
from docflow.errors import (
    DocumentBusyError,
    DocumentLockedError,
    Fault,
    InputError,
    OpenFieldsError,
    ReviewLockedError,
    StateConflictError,
    invalid,
    unknown,
)
from documents import normal, states
from documents.extraction.recheck import recheck
from documents.extraction.profiles import Profile as PureProfile
from documents.models import Annotation, Contact, Document, Folder, LineItem, Review, Transition, ValueSource
from documents.operations import lifecycle
from documents.operations.contacts import by_id
from documents.operations.reading import first_date
from documents.statuses import LOCKED, UNREAD, Status

LOCK = timedelta(minutes=3)
GUARDED = ("extracted_fields", "line_items", "doc_type", "doc_date", "contact_id")  # not while locked or being read
MOST_JSON = 16_384


def profile_of(document: Document) -> PureProfile:
    """The profile in the version that the document was read with; an empty one before that."""
    if document.profile is None:
        return PureProfile("", "", "", ())
    return document.profile.at(document.profile_version)


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
            self.faults.append(invalid(key, f"{key} must be text of {'' if empty else '1 to '}{most} characters{' at most' if empty else ''}."))
        else:
            self.columns[key] = value

    def take_fields(self, value: Any, _: dict[str, Any]) -> None:
        if not isinstance(value, dict):
            self.faults.append(invalid("extracted_fields", "extracted_fields must be an object."))
            return
        kinds = {field.key: field.type for field in self.profile.fields}
        for key, each in value.items():
            if key not in kinds:
                self.faults.append(Fault(f"extracted_fields.{key}", "unknown_field", f"{key} is no field of the profile {self.profile.name}."))
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
                    self.faults.append(Fault(f"line_items[{number}].{key}", "unknown_field", f"{key} is no column of the profile {self.profile.name}."))
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
            set_value(self.held, key, value, actor)
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
    import json

    if not isinstance(value, dict):
        faults.append(invalid(key, f"{key} must be a JSON object."))
        return None
    if len(json.dumps(value, ensure_ascii=False).encode()) > MOST_JSON:
        faults.append(invalid(key, f"{key} is larger than 16 kB."))
        return None
    return value


# --- Single values ----------------------------------------------------------------------------------------------------


def set_value(held: Document, key: str, value: Any, actor: Actor, **decided: Any) -> Annotation:
    """A value given by a person or program: confidence 100, the machine's kept beside it. Within a transaction.

    `decided` may hold raw, page, boxes (taken from the page) or is_unreadable.
    """
    row, _ = Annotation.objects.get_or_create(document=held, key=key)
    old = row.value
    row.value, row.source, row.confidence = value, ValueSource.PERSON, 100
    row.is_unreadable = decided.pop("is_unreadable", False)
    row.is_absent = value is None and not row.is_unreadable
    row.problems = []
    row.evidence = [{"kind": "person", "text": f"Set by {actor.name}.", "weight": 0}]
    if old != value and not decided:
        row.raw, row.page, row.boxes = _found_on_page(held, value)
    for name, given in decided.items():
        setattr(row, name, given)
    _confirm(row, actor)
    row.save()
    detail = f"{key}: {'none' if old is None else old} to {'none' if value is None else value}"
    audit.record(
        held.organization, actor, "document.value_changed", detail, document_id=held.pk,
        contact_id=held.contact_id, before={key: old}, after={key: value},
    )  # fmt: skip
    return row


def _found_on_page(held: Document, value: Any) -> tuple[str, int | None, list[dict[str, Any]]]:
    """Where a typed value stands word for word -> raw text, page, boxes; nothing if it stands nowhere."""
    wanted = str(value).split() if isinstance(value, str) else []
    for page in held.pages.all() if wanted else ():
        words = page.words
        for start in range(len(words) - len(wanted) + 1):
            run = words[start : start + len(wanted)]
            if [word[0] for word in run] == wanted:
                boxes = [{"page": page.number, "x0": w[1], "top": w[2], "x1": w[3], "bottom": w[4]} for w in run]
                return " ".join(wanted), page.number, boxes
    return "" if value is None else str(value), None, []


def _confirm(row: Annotation, actor: Actor) -> None:
    row.confirmed_at, row.confirmed_by, row.confirmed_name = timezone.now(), actor.user, actor.name


def accept(held: Document, key: str, actor: Actor) -> None:
    """A person looked at the value and found it right. Within a transaction."""
    row, _ = Annotation.objects.get_or_create(document=held, key=key)
    if row.value is None:
        raise StateConflictError(f"{key} holds no value to accept.")
    _confirm(row, actor)
    row.problems = []
    row.save()
    audit.record(held.organization, actor, "document.value_accepted", f"{key}: {row.value}", document_id=held.pk, contact_id=held.contact_id)


def take_alternative(held: Document, key: str, number: int, actor: Actor) -> None:
    """Another candidate, by its number from 0, with its place on the page. Within a transaction."""
    row = Annotation.objects.filter(document=held, key=key).first()
    if row is None or not 0 <= number < len(row.alternatives):
        raise InputError(invalid("candidate", f"{key} has no candidate {number}."))
    chosen = row.alternatives[number]
    boxes = [{"page": place["page"], **place["box"]} for place in chosen["places"]]
    set_value(held, key, chosen["value"], actor, raw=chosen["raw"], boxes=boxes, page=boxes[0]["page"] if boxes else None)


def restore_machine_value(held: Document, key: str, actor: Actor) -> None:
    """Takes a decision back: the machine's value holds again, unconfirmed. Within a transaction."""
    row = Annotation.objects.filter(document=held, key=key).first()
    if row is None:
        raise InputError(invalid("restore", f"{key} holds nothing to restore."))
    old = row.value
    row.value, row.confidence, row.source = row.machine_value, row.machine_confidence, ValueSource.PAGE
    row.is_absent = row.is_unreadable = False
    row.confirmed_at, row.confirmed_by, row.confirmed_name = None, None, ""
    row.raw, row.page, row.boxes = _found_on_page(held, row.value)
    row.save()
    audit.record(
        held.organization, actor, "document.value_changed", f"{key}: {old} to {row.value}", document_id=held.pk,
        contact_id=held.contact_id, before={key: old}, after={key: row.value},
    )  # fmt: skip


def change_field(document: Document, key: str, patch: dict[str, Any], actor: Actor, *, expected_version: int | None = None) -> Document:
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
        _apply(held, key, kinds[key], patch, actor)
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


# --- Rows -------------------------------------------------------------------------------------------------------------


def set_rows(held: Document, rows: list[dict[str, Any]], actor: Actor) -> None:
    """Replaces all rows; a cell that keeps its value keeps its place. Within a transaction."""
    old = list(held.line_items.all())
    before = [{key: cell["value"] for key, cell in row.cells.items()} for row in old]
    fresh = []
    for position, values in enumerate(rows, 1):
        same = old[position - 1] if position <= len(old) else None
        cells = {key: _cell(same, key, value) for key, value in values.items()}
        fresh.append(
            LineItem(document=held, position=position, page=same.page if same else None, cells=cells, confidence=100, is_confirmed=True)
        )
    held.line_items.all().delete()
    LineItem.objects.bulk_create(fresh)
    audit.record(
        held.organization, actor, "document.value_changed", f"line items: {len(before)} to {len(rows)} rows", document_id=held.pk,
        contact_id=held.contact_id, before={"line_items": before}, after={"line_items": rows},
    )  # fmt: skip


def _cell(same: LineItem | None, key: str, value: Any) -> dict[str, Any]:
    known = same.cells.get(key) if same else None
    if known is not None and known["value"] == value:
        return {**known, "confidence": 100}
    return {"value": value, "raw": "" if value is None else str(value), "confidence": 100, "source": "person", "boxes": []}


def change_rows(document: Document, rows: list[dict[str, Any]], actor: Actor, *, expected_version: int | None = None) -> Document:
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


# --- Whole document ---------------------------------------------------------------------------------------------------


def settle(held: Document, profile: PureProfile) -> None:
    """After values changed: checks, confidence, reasoning, summary and date anew; the version goes up. Within a transaction."""
    rows = {row.key: row for row in held.annotations.all()}
    result = recheck(
        profile,
        values={key: row.value for key, row in rows.items()},
        confidences={key: row.confidence for key, row in rows.items()},
        lines=[{key: cell["value"] for key, cell in row.cells.items()} for row in held.line_items.all()],
        doc_type=held.doc_type or "",
        absent=frozenset(key for key, row in rows.items() if row.is_absent),
    )
    kept = [problem for problem in held.problems if problem["code"] == "xml_differs"]
    held.problems = kept + [{"code": p.code, "text": p.text, "blocks": p.blocks} for p in result.problems]
    held.confidence, held.reasoning, held.summary = result.confidence, result.reasoning, result.summary
    day = first_date(held, profile)
    if day is not None:
        held.doc_date = day
    held.save(update_fields=["problems", "confidence", "reasoning", "summary", "doc_date"])
    lifecycle.touch(held)


def open_review(document: Document, person: User) -> Review:
    """Takes or renews the lock for a person. Raises ReviewLockedError naming the holder."""
    now = timezone.now()
    with transaction.atomic():
        current = Review.objects.select_for_update(of=("self",)).select_related("person").filter(document=document, ended_at=None).first()
        if current is not None and current.person_id != person.pk and current.locked_until > now:
            raise ReviewLockedError(f"{current.person} is reviewing this since {current.opened_at:%H:%M}.")
        if current is not None and current.person_id == person.pk:
            Review.objects.filter(pk=current.pk).update(locked_until=now + LOCK)
            current.locked_until = now + LOCK
            return current
        if current is not None:
            Review.objects.filter(pk=current.pk).update(ended_at=now, outcome="expired")
        try:
            with transaction.atomic():
                return Review.objects.create(document=document, person=person, locked_until=now + LOCK)
        except IntegrityError:
            raise ReviewLockedError("Somebody else has just opened this document.") from None


def end_review(document: Document, person: User, outcome: str) -> None:
    """Frees the document."""
    Review.objects.filter(document=document, person=person, ended_at=None).update(ended_at=timezone.now(), outcome=outcome)


DECISIONS: dict[str, str] = {
    "approve": Status.APPROVED, "missing_info": Status.MISSING_INFO, "exception": Status.EXCEPTION,
    "reopen": Status.NEEDS_REVIEW, "export": Status.EXPORT, "archive": Status.ARCHIVED, "read_again": Status.NEW,
}  # fmt: skip


def decide(
    document: Document, decision: str, *, actor: Actor, reason: str = "", force: bool = False, expected_version: int | None = None
) -> Transition | None:
    """What the buttons of the review screen do: confirm and those of DECISIONS, and discard.

    Confirm sets Ready, then goes on to where the profile leads; approve passes the same gate. Open values forbid both
    unless `force`. Raises OpenFieldsError, InputError, StateConflictError, VersionMismatchError.
    """
    if decision == "discard":
        return lifecycle.discard(document, actor=actor, reason=reason)
    if decision != "confirm" and decision not in DECISIONS:
        raise InputError(invalid("do", f"There is no decision {decision!r}."))
    with transaction.atomic():
        held = lifecycle.lock(document, expected_version)
        if decision in ("confirm", "approve") and held.status in (Status.NEEDS_REVIEW, Status.MISSING_INFO):
            _pass_gate(held, force)
        if decision != "confirm":
            return lifecycle.change_status(document, DECISIONS[decision], actor=actor, reason=reason, offered_only=not force)
        transition = lifecycle.change_status(document, Status.READY, actor=actor, reason=reason or "confirmed")
        after = held.profile.after_confirming if held.profile else Status.READY
        if after != Status.READY:
            transition = lifecycle.change_status(document, after, actor=actor, reason="as the profile says") or transition
        return transition


def _pass_gate(held: Document, force: bool) -> None:
    if force:
        return
    left = states.open_keys(held, profile_of(held))
    if left:
        raise OpenFieldsError(left)
