"""Rules at work: once for each event, in order, each on what the ones before it left; failures stay where they belong."""

from __future__ import annotations

from typing import Any

import pytest

from docflow.accounts.actors import COMMAND, Actor
from docflow.accounts.models import Event, Organization, User
from docflow.errors import InputError, NameTakenError, NotBuiltError
from documents.models import Contact, Folder
from documents.operations import contacts, lifecycle
from documents.statuses import Status
from rules import jobs
from rules.facts import facts_of
from rules.models import Delivery, Notification, Reaction, Rule, RuleRun
from rules.operations import schedules
from rules.operations.rules import change_rule, create_rule, delete_rule, dry_run, order_rules
from rules.records import rule_record, run_record
from tests.rules import made

READY = {"type": "document", "event": "document_ready"}
SURE = {"field": "confidence_score", "operator": ">=", "value": 90}


def rule(organization: Organization, name: str, *actions: dict[str, Any], **keys: Any) -> Rule:
    return create_rule(organization, {"name": name, "trigger": READY, "actions": list(actions), **keys}, COMMAND)


def approve(organization: Organization, **keys: Any) -> Rule:
    action = {"type": "set_status", "status": "Approved"}
    return rule(organization, "Approve the certain ones", action, **{"conditions": [SURE], **keys})


def test_a_score_of_90_is_approved_and_89_waits_and_the_log_says_why(acme: Organization) -> None:
    asked = approve(acme)
    sure, unsure = made.read(acme, 90), made.read(acme, 89)
    made.work()
    sure.refresh_from_db()
    unsure.refresh_from_db()
    assert (sure.status, unsure.status) == (Status.APPROVED, Status.NEEDS_REVIEW)
    held, not_held = (RuleRun.objects.get(document=each) for each in (sure, unsure))
    assert run_record(held) == {
        "id": held.pk,
        "rule_id": asked.pk,
        "rule_name": "Approve the certain ones",
        "document_id": sure.pk,
        "trigger": "document_ready",
        "matched": True,
        "conditions": [{**SURE, "actual": 90, "held": True}],
        "actions": [{"type": "set_status", "ok": True, "result": "Needs Review to Approved", "error": None}],
        "ok": True,
        "duration_ms": held.duration_ms,
        "created_at": run_record(held)["created_at"],
    }
    assert (not_held.matched, not_held.conditions[0]["actual"], not_held.actions) == (False, 89, [])
    last = sure.transitions.last()
    assert last is not None
    assert (last.actor_kind, last.actor_name, last.is_reading) == ("rule", "Approve the certain ones", False)
    assert not sure.is_verified


def test_bells_may_come_often_and_a_rule_runs_once_for_each_reading(acme: Organization) -> None:
    approve(acme)
    document = made.read(acme, 90)
    order = Reaction.objects.get()
    for _ in range(5):
        jobs.react(order.pk)
    assert RuleRun.objects.count() == 1
    lifecycle.change_status(document, Status.PROCESSING, actor=COMMAND)
    made.end_reading(document, 95)
    made.work()
    assert RuleRun.objects.count() == 2


def test_without_a_rule_for_the_event_no_work_is_ordered(acme: Organization, other: Organization) -> None:
    approve(other)
    approve(acme, is_active=False)
    rule(acme, "On failure", {"type": "notify", "message": "failed"}, trigger={"type": "document", "event": "document_failed"})
    made.read(acme, 95)
    assert not Reaction.objects.exists()
    made.end_reading(made.unread(acme), 0, Status.EXCEPTION)
    made.work()
    assert RuleRun.objects.get().trigger == "document_failed"


def test_rules_run_in_order_and_each_sees_what_the_one_before_it_left(acme: Organization) -> None:
    approved = {"field": "status", "operator": "=", "value": "approved"}
    late = rule(acme, "Then archive", {"type": "set_status", "status": "Archived"}, conditions=[approved], position=20)
    first = approve(acme, position=10)
    document = made.read(acme, 95)
    made.work()
    document.refresh_from_db()
    assert document.status == Status.ARCHIVED
    assert [each.rule_id for each in RuleRun.objects.order_by("id")] == [first.pk, late.pk]


def test_a_failing_action_ends_its_rule_and_not_the_others(acme: Organization) -> None:
    contact = contacts.create_contact(acme, {"name": "Gone"}, COMMAND)
    folder = contact.folders.get(name="Review")
    tell = {"type": "notify", "message": "look"}
    rule(acme, "Move", tell, {"type": "move_folder", "folder_id": folder.pk}, {"type": "set_status", "status": "Archived"})
    approve(acme)
    folder.delete()
    document = made.read(acme, 95)
    made.work()
    document.refresh_from_db()
    assert document.status == Status.APPROVED
    moved, approved = RuleRun.objects.order_by("id")
    assert [(each["type"], each["ok"]) for each in moved.actions] == [("notify", True), ("move_folder", False)]
    assert "no folder" in moved.actions[1]["error"]
    assert (moved.ok, approved.ok) == (False, True)


def test_a_document_that_a_person_moved_on_is_left_alone(acme: Organization, alice: User) -> None:
    rule(acme, "Archive all", {"type": "set_status", "status": "Archived"})
    document = made.read(acme, 95)
    lifecycle.change_status(document, Status.MISSING_INFO, actor=Actor.of_user(alice))
    made.work()
    document.refresh_from_db()
    assert document.status == Status.MISSING_INFO
    assert Reaction.objects.get().state == "done"


def test_a_rule_of_one_profile_looks_at_its_documents_only_and_may_ask_for_its_fields(acme: Organization) -> None:
    condition = {"field": "invoice_number", "operator": "contains", "value": "r-"}
    invoice = made.unread(acme)
    approve(acme, conditions=[condition], profile_id=invoice.profile_id)
    made.end_reading(invoice)
    other = made.read(acme, profile="meeting-notes")
    made.work()
    assert [each.document_id for each in RuleRun.objects.all()] == [invoice.pk]
    other.refresh_from_db()
    assert other.status == Status.NEEDS_REVIEW


def test_move_folder_takes_the_document_to_the_folders_contact(acme: Organization) -> None:
    folder = contacts.create_contact(acme, {"name": "Nordwind"}, COMMAND).folders.get(name="Documents")
    rule(acme, "File it", {"type": "set_status", "status": "Approved"}, {"type": "move_folder", "folder_id": folder.pk})
    document = made.read(acme)
    before = document.version
    made.work()
    document.refresh_from_db()
    assert (document.folder, document.contact.name, document.status) == (folder, "Nordwind", Status.APPROVED)
    assert document.version > before
    assert Event.objects.filter(event_type="document.moved", actor_kind="rule").exists()


def test_notify_tells_all_reviewers_or_those_named(acme: Organization, alice: User, bob: User) -> None:
    rule(acme, "All", {"type": "notify", "message": "A big one"})
    rule(acme, "Bob", {"type": "notify", "message": "For Bob", "user_ids": [bob.pk]})
    document = made.read(acme)
    made.work()
    told = {each.message: each for each in Notification.objects.all()}
    assert told["A big one"].person is None
    assert told["For Bob"].person == bob
    assert {each.document_id for each in told.values()} == {document.pk}
    assert {each.kind for each in told.values()} == {"rule"}


def test_flag_review_puts_the_reason_on_the_document(acme: Organization) -> None:
    rule(acme, "Flag", {"type": "set_status", "status": "Ready"}, {"type": "flag_review", "reason": "New bank account"})
    document = made.read(acme)
    made.work()
    document.refresh_from_db()
    assert document.status == Status.NEEDS_REVIEW
    assert document.problems == [{"code": "flagged", "text": "New bank account", "blocks": False}]


def test_each_run_stands_in_the_audit_log(acme: Organization) -> None:
    approve(acme)
    document = made.read(acme, 95)
    made.work()
    event = Event.objects.get(event_type="rule.evaluated")
    assert (event.document_id, event.actor_kind, event.detail) == (document.pk, "rule", "Approve the certain ones held")
    assert event.after is not None
    assert event.after["conditions"][0]["actual"] == 95


def test_facts_are_plain_and_name_the_sender(acme: Organization) -> None:
    facts = facts_of(made.read(acme, 87))
    assert (facts["confidence_score"], facts["total_amount"], facts["vendor_name"]) == (87, "119.00", "Acme Corporation")
    assert facts_of(made.read(acme, 87, vendor=None, seller_name="北风"))["vendor_name"] == "北风"


# --- Schedules --------------------------------------------------------------------------------------------------------


def test_a_schedule_fires_once_for_each_document_and_stay_in_a_status(acme: Organization) -> None:
    waits = {"field": "status", "operator": "=", "value": "Needs Review"}
    hourly = rule(
        acme, "Remind", {"type": "notify", "message": "Still here"}, conditions=[waits], trigger={"type": "schedule"}
    )
    document = made.read(acme)
    jobs.look_again(hourly.pk)
    jobs.look_again(hourly.pk)
    assert Notification.objects.count() == 1
    lifecycle.change_status(document, Status.MISSING_INFO, actor=COMMAND)
    jobs.look_again(hourly.pk)
    lifecycle.change_status(document, Status.NEEDS_REVIEW, actor=COMMAND)
    jobs.look_again(hourly.pk)
    assert Notification.objects.count() == 2


def test_a_beat_is_claimed_once_in_its_interval(acme: Organization) -> None:
    rule(acme, "Hourly", {"type": "notify", "message": "x"}, trigger={"type": "schedule", "interval_minutes": 60})
    assert [schedules.ring_due() for _ in range(3)] == [1, 0, 0]


# --- Writing rules ----------------------------------------------------------------------------------------------------


def test_a_rule_is_shown_as_the_contract_says(acme: Organization) -> None:
    made_rule = approve(acme, conditions=[{"field": "confidence_score", "operator": "greater_or_equal", "value": 90}])
    shown = rule_record(made_rule)
    assert {
        key: shown[key] for key in ("name", "is_active", "position", "profile_id", "trigger", "conditions", "actions")
    } == {
        "name": "Approve the certain ones",
        "is_active": True,
        "position": 10,
        "profile_id": None,
        "trigger": READY,
        "conditions": [SURE],
        "actions": [{"type": "set_status", "status": "Approved"}],
    }
    assert (shown["last_run_at"], shown["runs"]) == (None, 0)


@pytest.mark.parametrize(
    ("action", "field", "code"),
    [
        ({"type": "dance"}, "type", "invalid_value"),
        ({}, "type", "field_required"),
        ({"type": ["x"]}, "type", "invalid_value"),
        ({"type": "set_status"}, "status", "field_required"),
        ({"type": "set_status", "status": "New"}, "status", "invalid_value"),
        ({"type": "set_status", "status": "approved"}, "status", "invalid_value"),
        ({"type": "move_folder", "folder_id": 99999}, "folder_id", "unknown_reference"),
        ({"type": "move_folder", "folder_id": "x"}, "folder_id", "unknown_reference"),
        ({"type": "notify", "message": "x" * 501}, "message", "invalid_value"),
        ({"type": "notify", "message": "x", "user_ids": [99999]}, "user_ids", "unknown_reference"),
        ({"type": "webhook"}, "url", "field_required"),
        ({"type": "webhook", "url": "http://10.0.0.5/"}, "url", "url_refused"),
        ({"type": "webhook", "url": "http://8.8.8.8/", "bearer_token": "a\r\nb"}, "bearer_token", "invalid_value"),
        ({"type": "webhook", "webhook_id": 99999}, "webhook_id", "unknown_reference"),
        ({"type": "flag_review"}, "reason", "field_required"),
    ],
)
def test_an_action_that_cannot_work_is_refused(acme: Organization, action: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(InputError) as refused:
        rule(acme, "Wrong", action)
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [(f"actions.0.{field}", code)]


def test_nothing_of_another_organization_can_be_named(acme: Organization, other: Organization, charlie: User) -> None:
    folder, contact = Folder.objects.of(other).first(), Contact.objects.of(other).first()
    assert folder is not None
    assert contact is not None
    with pytest.raises(InputError) as refused:
        rule(
            acme,
            "Theirs",
            {"type": "move_folder", "folder_id": folder.pk},
            {"type": "notify", "message": "x", "user_ids": [charlie.pk]},
            conditions=[{"field": "contact_id", "operator": "=", "value": contact.pk}],
        )
    assert {fault.code for fault in refused.value.faults} == {"unknown_reference"}
    assert len(refused.value.faults) == 3


def test_a_name_is_taken_once_and_cases_are_not_built(acme: Organization, other: Organization) -> None:
    approve(acme)
    approve(other)
    with pytest.raises(NameTakenError):
        approve(acme)
    with pytest.raises(NotBuiltError):
        rule(acme, "Case", {"type": "create_case", "title": "x"})


def test_rules_can_be_changed_ordered_and_deleted_and_runs_stay(acme: Organization) -> None:
    first, second = approve(acme), rule(acme, "Tell", {"type": "notify", "message": "x"})
    assert (first.position, second.position) == (10, 20)
    assert list(order_rules(acme, [second.pk, first.pk], COMMAND)) == [second, first]
    with pytest.raises(InputError):
        order_rules(acme, [second.pk], COMMAND)
    change_rule(first, {"conditions": [{**SURE, "value": 95}], "is_active": False}, COMMAND)
    first.refresh_from_db()
    assert (first.conditions[0]["value"], first.is_active, first.name) == (95, False, "Approve the certain ones")
    made.read(acme)
    made.work()
    delete_rule(second, COMMAND)
    run = RuleRun.objects.get()
    assert (run.rule_id, run.rule_name) == (None, "Tell")


def test_a_dry_run_tells_and_changes_nothing(acme: Organization) -> None:
    document = made.read(acme, 94)
    made.read(acme, 50)
    events = Event.objects.count()
    actions = [{"type": "set_status", "status": "Export"}, {"type": "webhook", "url": "http://8.8.8.8/hook"}]
    found = dry_run(acme, acme.documents.order_by("id"), raw={"trigger": READY, "conditions": [SURE], "actions": actions})
    assert (found["checked"], found["matched"]) == (2, 1)
    assert found["results"][0]["effects"] == ["status Needs Review to Export", "webhook to 8.8.8.8"]
    assert found["results"][0]["conditions"][0]["actual"] == 94
    document.refresh_from_db()
    assert (document.status, RuleRun.objects.count(), Delivery.objects.count()) == (Status.NEEDS_REVIEW, 0, 0)
    assert Event.objects.count() == events
    stored = approve(acme)
    assert dry_run(acme, acme.documents.all(), rule=stored, limit=1)["checked"] == 1
    with pytest.raises(InputError):
        dry_run(acme, acme.documents.all(), rule=stored, limit=501)
