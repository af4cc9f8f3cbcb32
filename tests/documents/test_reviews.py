"""Corrections and decisions: documents.md section 7, ui.md 3.2 and 3.8."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from docflow.accounts.actors import COMMAND, Actor
from docflow.accounts.models import Event, Organization, User
from docflow.errors import (
    DocumentBusyError,
    DocumentLockedError,
    InputError,
    OpenFieldsError,
    ReviewLockedError,
    StateConflictError,
    VersionMismatchError,
)
from documents import states
from documents.models import Document, Review
from documents.operations import changes, contacts, lifecycle, profiles, reading, reviews, values
from documents.statuses import Status
from tests import make


@pytest.fixture
def document(acme: Organization) -> Document:
    return make.document(acme)


def value(document: Document, key: str) -> object:
    return document.annotations.get(key=key).value


def test_a_changed_value_is_a_persons_and_keeps_the_machines_beside_it(document: Document) -> None:
    before = document.version
    changes.change(
        document, {"extracted_fields": {"po_number": "PO-2026-099", "total_amount": 119, "payment_terms": None}}, COMMAND
    )
    row = document.annotations.get(key="po_number")
    assert (row.value, row.source, row.confidence, row.machine_value, row.is_confirmed) == (
        "PO-2026-099",
        "person",
        100,
        None,
        True,
    )
    assert value(document, "total_amount") == "119.00"
    assert document.annotations.get(key="payment_terms").is_absent
    assert document.version == before + 1
    event = (
        Event.objects.of(document.organization)
        .filter(event_type="document.value_changed", after={"po_number": "PO-2026-099"})
        .get()
    )
    assert event.before == {"po_number": None}


def test_one_bad_key_refuses_the_whole_call(document: Document) -> None:
    bad = {"invoice_date": "15.11.2025", "total_amount": "abc", "nonsense": 1, "currency": "XYZ1", "vendor": ["a"]}
    with pytest.raises(InputError) as caught:
        changes.change(
            document,
            {
                "extracted_fields": bad,
                "notes": "fine",
                "doc_date": "tomorrow",
                "filename": " ",
                "line_items": [{"amount": "x", "colour": 1}],
            },
            COMMAND,
        )
    assert {(fault.field, fault.code) for fault in caught.value.faults} == {
        ("extracted_fields.invoice_date", "invalid_value"),
        ("extracted_fields.total_amount", "invalid_value"),
        ("extracted_fields.nonsense", "unknown_field"),
        ("extracted_fields.currency", "invalid_value"),
        ("extracted_fields.vendor", "invalid_value"),
        ("doc_date", "invalid_value"),
        ("filename", "invalid_value"),
        ("line_items[0].amount", "invalid_value"),
        ("line_items[0].colour", "unknown_field"),
    }
    document.refresh_from_db()
    assert document.notes == ""
    for wrong in ({"extracted_fields": 1}, {"line_items": 1}, {"external_refs": [1]}, {"metadata": {"x": "y" * 17_000}}):
        with pytest.raises(InputError):
            changes.change(document, wrong, COMMAND)


def test_objects_are_merged_and_null_removes_a_key(document: Document) -> None:
    changes.change(document, {"external_refs": {"erp": {"record_id": "4711"}, "crm": {"a": 1}}, "metadata": {"x": 1}}, COMMAND)
    changes.change(
        document,
        {"external_refs": {"crm": None}, "doc_type": "Letter", "doc_date": "2024-01-02", "filename": "new.pdf", "notes": "n"},
        COMMAND,
    )
    assert (document.external_refs, document.metadata) == ({"erp": {"record_id": "4711"}}, {"x": 1})
    assert (document.doc_type, document.filename, document.notes) == ("Letter", "new.pdf", "n")


def test_a_new_contact_needs_a_folder_of_it(document: Document, other: Organization) -> None:
    contact = contacts.create_contact(document.organization, {"name": "Acme Corporation"}, COMMAND)
    foreign = contacts.create_contact(other, {"name": "Foreign"}, COMMAND)
    for wrong in (
        {"contact_id": contact.pk},
        {"contact_id": foreign.pk},
        {"folder_id": foreign.folders.all()[0].pk},
        {"folder_id": contact.folders.all()[0].pk},
    ):
        with pytest.raises(InputError):
            changes.change(document, wrong, COMMAND)
    folder = contact.folders.get(name="Review")
    changes.change(document, {"contact_id": contact.pk, "folder_id": folder.pk}, COMMAND)
    assert (document.contact, document.folder) == (contact, folder)


def test_values_are_guarded_while_locked_and_while_being_read(document: Document) -> None:
    lifecycle.change_status(document, Status.APPROVED, actor=COMMAND)
    with pytest.raises(DocumentLockedError):
        changes.change(document, {"extracted_fields": {"vendor": "x"}}, COMMAND)
    changes.change(document, {"notes": "still possible"}, COMMAND)
    lifecycle.change_status(document, Status.NEW, actor=COMMAND)
    with pytest.raises(DocumentBusyError):
        changes.change(document, {"line_items": []}, COMMAND)
    with pytest.raises(VersionMismatchError):
        changes.change(document, {"notes": "x"}, COMMAND, expected_version=1)


def test_a_later_reading_keeps_what_a_person_decided(document: Document) -> None:
    changes.change(
        document,
        {"extracted_fields": {"vendor": "Acme Corporation"}, "line_items": [{"description": "Mine", "amount": 100}]},
        COMMAND,
    )
    standard = profiles.Profile.objects.get(pk=3)
    reading.read_again(document, actor=COMMAND, profile=standard)
    document = make.read(document)
    row = document.annotations.get(key="vendor")
    assert (row.value, row.source) == ("Acme Corporation", "person")
    assert row.machine_value != "Acme Corporation"
    assert document.profile == standard
    assert [each.cells["description"]["value"] for each in document.line_items.all()] == ["Mine"]
    assert value(document, "total_amount") == "119.00"


def test_a_field_is_accepted_replaced_emptied_and_restored(document: Document) -> None:
    def change(**patch: object) -> Document:
        return changes.change_field(document, "total_amount", patch, COMMAND)

    machine = value(document, "total_amount")
    change(accept=True)
    assert states.states(document, values.profile_of(document))["total_amount"] == "seen"
    change(value="1.234,50 €")
    assert value(document, "total_amount") == "1234.50"
    change(absent=True)
    assert states.states(document, values.profile_of(document))["total_amount"] == "absent"
    change(unreadable=True)
    assert states.states(document, values.profile_of(document))["total_amount"] == "unreadable"
    with pytest.raises(StateConflictError):
        change(accept=True)
    change(restore=True)
    assert value(document, "total_amount") == machine
    for wrong in ({"value": "no number"}, {"candidate": 99}, {"candidate": "x"}, {}):
        with pytest.raises(InputError):
            change(**wrong)
    with pytest.raises(InputError):
        changes.change_field(document, "nonsense", {"accept": True}, COMMAND)
    with pytest.raises(InputError):
        changes.change_field(document, "payment_terms_x", {"restore": True}, COMMAND)


def test_a_typed_value_that_stands_on_the_page_gets_its_box(document: Document) -> None:
    changes.change_field(document, "vendor", {"value": "Steel bolt M8"}, COMMAND)
    row = document.annotations.get(key="vendor")
    assert row.page == 1
    assert len(row.boxes) == 3
    changes.change_field(document, "vendor", {"value": "Stands nowhere"}, COMMAND)
    assert document.annotations.get(key="vendor").boxes == []


def test_another_candidate_brings_its_place(document: Document) -> None:
    row = document.annotations.get(key="due_date")
    row.alternatives = [
        {
            "value": "2025-11-15",
            "raw": "2025-11-15",
            "places": [{"page": 1, "box": {"x0": 1, "top": 2, "x1": 3, "bottom": 4}}],
            "confidence": 40,
            "why": "",
        }
    ]
    row.save()
    changes.change_field(document, "due_date", {"candidate": 0}, COMMAND)
    row.refresh_from_db()
    assert (row.value, row.page, row.boxes) == ("2025-11-15", 1, [{"page": 1, "x0": 1, "top": 2, "x1": 3, "bottom": 4}])


def test_rows_are_typed_in_the_readers_style_and_keep_their_places(document: Document) -> None:
    first = document.line_items.all()[0]
    typed = [
        {"description": first.cells["description"]["value"], "quantity": "10", "amount": "1.100,50"},
        {"description": "Extra", "amount": "2"},
    ]
    changes.change_rows(document, typed, COMMAND)
    rows = list(document.line_items.all())
    assert [row.cells["amount"]["value"] for row in rows] == ["1100.50", "2.00"]
    assert rows[0].cells["description"]["boxes"] == first.cells["description"]["boxes"]
    assert any(problem["code"] == "lines_mismatch" for problem in document.problems)
    with pytest.raises(InputError) as caught:
        changes.change_rows(document, [{"amount": "many"}], COMMAND)
    assert caught.value.faults[0].field == "line_items[0].amount"


def test_confirming_waits_for_open_values_unless_forced(document: Document, alice: User) -> None:
    actor = Actor.of_user(alice)
    changes.change_field(document, "vendor", {"restore": True}, actor)
    row = document.annotations.get(key="total_amount")
    row.confidence, row.confirmed_at = 10, None
    row.save()
    with pytest.raises(OpenFieldsError) as caught:
        reviews.decide(document, "confirm", actor=actor)
    assert "total_amount" in caught.value.keys
    reviews.decide(document, "confirm", actor=actor, force=True)
    assert (document.status, document.is_verified) == (Status.READY, True)


def test_decisions_lead_where_they_say(document: Document) -> None:
    for decision, status in (
        ("missing_info", Status.MISSING_INFO),
        ("reopen", Status.NEEDS_REVIEW),
        ("exception", Status.EXCEPTION),
        ("reopen", Status.NEEDS_REVIEW),
    ):
        reviews.decide(document, decision, actor=COMMAND, reason="why")
        assert document.status == status
    for key in states.open_keys(document, values.profile_of(document)):
        changes.change_field(document, key, {"value": "2025-01-01" if "date" in key else "x"}, COMMAND)
    for decision, status in (
        ("approve", Status.APPROVED),
        ("export", Status.EXPORT),
        ("archive", Status.ARCHIVED),
        ("reopen", Status.NEEDS_REVIEW),
    ):
        reviews.decide(document, decision, actor=COMMAND)
        assert document.status == status
    reviews.decide(document, "discard", actor=COMMAND)
    assert document.task.refresh_from_db() is None
    assert document.task.word == "DISCARDED"
    with pytest.raises(InputError):
        reviews.decide(document, "dance", actor=COMMAND)


def test_confirming_goes_on_to_where_the_profile_leads(acme: Organization) -> None:
    profile = profiles.create_profile(
        acme, {"name": "Own", "after_confirming": "Approved", "fields": [{"key": "total", "type": "amount"}]}, COMMAND
    )
    document = make.document(acme, profile=profile)
    reviews.decide(document, "confirm", actor=COMMAND, force=True)
    assert document.status == Status.APPROVED


def test_a_document_is_open_to_one_person_at_a_time(document: Document, alice: User, bob: User) -> None:
    first = reviews.open_review(document, alice)
    assert reviews.open_review(document, alice).pk == first.pk
    with pytest.raises(ReviewLockedError, match="Alice"):
        reviews.open_review(document, bob)
    Review.objects.filter(pk=first.pk).update(locked_until=timezone.now() - timedelta(seconds=1))
    assert reviews.open_review(document, bob).person == bob
    reviews.end_review(document, bob, "confirmed")
    assert set(Review.objects.values_list("outcome", flat=True)) == {"expired", "confirmed"}


def test_the_automation_level_decides_where_a_reading_leads(acme: Organization) -> None:
    project = acme.projects.get()
    for level, status in (("review nothing", Status.APPROVED), ("review everything", Status.NEEDS_REVIEW)):
        type(project).objects.filter(pk=project.pk).update(automation_level=level)
        assert make.document(acme).status == status
    type(project).objects.filter(pk=project.pk).update(automation_level="review problems")
    document = make.document(acme)
    clean = not states.open_keys(document, values.profile_of(document)) and not any(p["blocks"] for p in document.problems)
    assert document.status == (Status.APPROVED if clean else Status.NEEDS_REVIEW)
    assert make.document(acme, make.invoice_text(total="120.00")).status == Status.NEEDS_REVIEW
