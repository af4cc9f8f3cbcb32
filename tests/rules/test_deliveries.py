"""Deliveries to real receivers: signed, sent once for each move to Export, tried again, held while offline."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from docflow import leases
from docflow.accounts.actors import COMMAND
from docflow.accounts.models import Event, Organization
from docflow.errors import OfflineModeError, StateConflictError
from docflow.outbound import Answer
from documents import record
from documents.models import Document
from documents.operations import lifecycle
from documents.operations.profiles import create_profile
from documents.statuses import Status
from rules import jobs
from rules.models import Attempt, Delivery, Notification
from rules.operations import deliveries, endpoints, sending
from rules.records import delivery_record
from tests.fakes.receivers import Receiver, answers, receiver
from tests.rules import made
from tests.rules.made import endpoint, export, verified


def test_only_the_move_to_export_sends_and_it_sends_once(acme: Organization, listener: Receiver) -> None:
    receiving, secret = endpoint(acme, listener, bearer_token="receiver-secret")
    document = made.read(acme, 87)
    for status in (Status.READY, Status.APPROVED):
        lifecycle.change_status(document, status, actor=COMMAND)
    assert not Delivery.objects.exists()
    export(document)
    export(document)
    made.work()
    made.work()
    (got,) = listener.requests
    assert got.line == "POST /hook HTTP/1.1"
    assert got.headers["content-type"] == "application/json"
    assert got.headers["authorization"] == "Bearer receiver-secret"
    body = verified(got, secret)
    assert (body["event"], body["id"], body["status"]) == ("document.exported", document.pk, "Export")
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.endpoint, delivery.message_id) == ("delivered", receiving, got.headers["webhook-id"])
    assert deliveries.export_state(document) == "delivered"
    assert Event.objects.get(event_type="webhook.sent").detail.endswith("try 1: 200")


def test_the_body_has_the_keys_of_the_contract_and_the_values_of_the_record(acme: Organization, listener: Receiver) -> None:
    endpoint(acme, listener)
    refs = {"salesforce": {"record_id": "001Qy"}, "x": {"ü": [1, 2.50, None]}}
    document = made.read(acme, 87)
    made.add_line(document, description="Consulting", quantity="10", unit_price="1500.00", amount="15000.00")
    Document.objects.filter(pk=document.pk).update(
        external_refs=refs, metadata={"custom-key": "the custom value"}, notes="Checked"
    )
    export(document)
    made.work()
    raw = listener.requests[0].body.decode()
    body = json.loads(raw)
    assert list(body)[:3] == ["schema_version", "event", "timestamp"]
    assert body["schema_version"] == "2.0"
    assert set(body) == {
        "schema_version", "event", "timestamp", "id", "filename", "original_filename", "status", "source", "doc_type",
        "doc_date", "contact_id", "contact_name", "folder_id", "folder_name", "ai_summary", "confidence_score",
        "confidence_label", "confidence_reasoning", "extracted_fields", "custom_fields", "line_items", "external_refs",
        "notes", "doc_url", "created_at", "updated_at", "uuid", "profile_id", "metadata", "organization_id",
    }  # fmt: skip
    shown = record.core(Document.objects.with_relations().get(pk=document.pk))
    assert {key: body[key] for key in shown if key != "line_items"} == {
        key: shown[key] for key in shown if key != "line_items"
    }
    assert '"unit_price": 1500.00' in raw
    assert (body["external_refs"], body["confidence_label"], body["custom_fields"]) == (refs, "Good", {})
    assert body["organization_id"] == str(acme.uuid)


def test_fields_of_a_custom_profile_stand_under_their_labels_too(acme: Organization, listener: Receiver) -> None:
    fields = [{"key": "po_number", "label": "PO Number", "type": "identifier"}]
    profile = create_profile(acme, {"name": "Customs form", "fields": fields}, COMMAND)
    endpoint(acme, listener)
    document = made.read(acme, profile=profile.key, po_number="PO-2026-099")
    export(document)
    made.work()
    body = json.loads(listener.requests[0].body)
    assert body["custom_fields"] == {"PO Number": "PO-2026-099"}
    assert body["extracted_fields"] == {"po_number": "PO-2026-099"}


def test_each_active_endpoint_of_the_channel_gets_one_and_nobody_elses(
    acme: Organization, other: Organization, listener: Receiver
) -> None:
    first, _ = endpoint(acme, listener)
    second, _ = endpoint(acme, listener)
    endpoint(acme, listener, is_active=False)
    endpoint(acme, listener, channel="contacts")
    endpoint(other, listener)
    export(made.read(acme))
    assert {each.endpoint_id for each in Delivery.objects.all()} == {first.pk, second.pk}


def test_with_nobody_to_send_to_an_export_counts_as_delivered(acme: Organization) -> None:
    document = made.read(acme)
    assert deliveries.export_state(document) is None
    export(document)
    assert deliveries.export_state(document) == "delivered"


def test_503_twice_then_200_then_replay_is_one_message(acme: Organization) -> None:
    with receiver(answers(503, 503, 200, body="starting up")) as busy:
        _, secret = endpoint(acme, busy)
        document = made.read(acme)
        export(document)
        waits = []
        for _ in range(3):
            before = timezone.now()
            made.deliver_due()
            waits.append((Delivery.objects.get().next_at - before).total_seconds())
            made.deliver_due()  # not due: nothing goes out
            Delivery.objects.filter(state="pending").update(next_at=timezone.now())
        delivery = Delivery.objects.get()
        assert (delivery.state, deliveries.export_state(document)) == ("delivered", "delivered")
        assert 4 <= waits[0] <= 7
        assert 240 <= waits[1] <= 361
        deliveries.replay(delivery, COMMAND)
        assert delivery.state == "pending"
        made.deliver_due()
    assert len(busy.requests) == 4
    assert len({got.headers["webhook-id"] for got in busy.requests}) == 1
    assert len({got.body for got in busy.requests}) == 1
    for got in busy.requests:
        verified(got, secret)
    assert [(each.number, each.status) for each in Attempt.objects.all()] == [(1, 503), (2, 503), (3, 200), (4, 200)]


def test_the_receivers_wish_for_a_longer_pause_is_honoured(acme: Organization) -> None:
    with receiver(answers(429, headers="Retry-After: 7200\r\n")) as busy:
        endpoint(acme, busy)
        export(made.read(acme))
        made.work()
    assert Delivery.objects.get().next_at > timezone.now() + timedelta(minutes=119)


def test_410_fails_at_once_and_switches_the_endpoint_off(acme: Organization) -> None:
    with receiver(answers(410, 200)) as gone:
        receiving, _ = endpoint(acme, gone)
        document = made.read(acme)
        export(document)
        made.work()
        receiving.refresh_from_db()
        delivery = Delivery.objects.get()
        assert (delivery.state, receiving.is_active, deliveries.export_state(document)) == ("failed", False, "failed")
        assert "410" in str(receiving.disabled_reason)
        assert Notification.objects.get().message == f"document.exported for {document.filename} was refused once (410)."
        with pytest.raises(StateConflictError):
            deliveries.replay(delivery, COMMAND)
        endpoints.change_endpoint(receiving, {"is_active": True}, COMMAND)
        assert receiving.disabled_reason is None
        assert deliveries.replay_failed_exports(document, COMMAND) == 1
        made.deliver_due()
    assert deliveries.export_state(document) == "delivered"
    assert gone.connections == 2


def test_after_the_tenth_try_it_has_failed_and_people_are_told(acme: Organization) -> None:
    with receiver(answers(503)) as down:
        endpoint(acme, down)
        document = made.read(acme)
        export(document)
        for _ in range(12):
            made.make_due()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.tries.count(), down.connections) == ("failed", 10, 10)
    assert delivery.error is not None
    assert delivery.error["message"] == "503"
    assert Notification.objects.get().message.endswith("was refused 10 times (503).")


def test_a_redirect_and_a_hidden_inner_address_are_failed_tries(
    acme: Organization, listener: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiver(answers(302, headers=f"Location: {listener.url}\r\n")) as sly:
        endpoint(acme, sly)
        document = made.read(acme)
        export(document)
        made.work()
    assert (Attempt.objects.get().status, listener.connections) == (302, 0)
    monkeypatch.setenv("DOCFLOW_OUTBOUND_ALLOW", "")
    made.make_due()
    assert Attempt.objects.latest("id").error == "127.0.0.1 is a loopback address; an operator can allow it."


def test_the_job_may_ring_often_and_one_call_goes_out(acme: Organization, listener: Receiver) -> None:
    endpoint(acme, listener)
    export(made.read(acme))
    delivery = Delivery.objects.get()
    for _ in range(3):
        jobs.deliver(delivery.pk)
    jobs.deliver(999_999)
    assert listener.connections == 1


def test_an_answer_that_comes_after_the_lease_was_lost_writes_nothing(acme: Organization, listener: Receiver) -> None:
    receiving, _ = endpoint(acme, listener)
    delivery = deliveries.try_endpoint(receiving, COMMAND)
    mine = leases.claim(delivery)
    assert mine is not None
    Delivery.objects.update(lease_token=acme.uuid)
    assert not sending.record(delivery, mine, Answer(200), timezone.now())
    assert (Delivery.objects.get().state, Attempt.objects.count()) == ("pending", 0)


def test_a_claim_reads_its_row_only_in_the_statement_that_changes_it(acme: Organization, listener: Receiver) -> None:
    """Reading it again in a subquery lets two workers of PostgreSQL have the same row."""
    receiving, _ = endpoint(acme, listener)
    delivery = deliveries.try_endpoint(receiving, COMMAND)
    with CaptureQueriesContext(connection) as statements:
        assert leases.claim(delivery) is not None
    (update,) = (each["sql"] for each in statements if each["sql"].startswith("UPDATE"))
    assert not re.search(r'(FROM|JOIN) "rules_delivery"', update)


def test_at_most_four_tries_at_once_go_to_one_receiver_and_one_after_a_failure(acme: Organization, listener: Receiver) -> None:
    receiving, _ = endpoint(acme, listener)
    rows = [deliveries.try_endpoint(receiving, COMMAND) for _ in range(6)]
    later = timezone.now() + timedelta(minutes=2)
    Delivery.objects.filter(pk__in=[row.pk for row in rows[:4]]).update(lease_token=acme.uuid, lease_until=later)
    jobs.deliver(rows[4].pk)
    assert listener.connections == 0
    postponed = Delivery.objects.get(pk=rows[4].pk)
    assert (postponed.attempts, postponed.state) == (0, "pending")
    Delivery.objects.filter(pk=rows[3].pk).update(lease_token=None, lease_until=None)
    Attempt.objects.create(delivery=rows[3], number=1, status=503)
    jobs.deliver(rows[5].pk)
    assert listener.connections == 0
    Delivery.objects.update(lease_token=None, lease_until=None, next_at=timezone.now())
    jobs.deliver(rows[5].pk)
    assert listener.connections == 1


def test_receivers_that_failed_have_half_of_the_workers_and_a_healthy_one_goes_past(
    acme: Organization, listener: Receiver, settings: Settings
) -> None:
    """P6, counted: two dead receivers and one healthy one share two workers."""
    settings.WORKERS = 2
    dead = [
        endpoints.create_endpoint(acme, {"channel": "rules", "url": f"http://127.0.0.1:1234/{n}"}, COMMAND)[0] for n in (1, 2)
    ]
    first, second = (deliveries.try_endpoint(each, COMMAND) for each in dead)
    for row in (first, second):
        Attempt.objects.create(delivery=row, number=1, status=None, error="No answer within 15 s.")
    assert leases.claim(first) is not None
    jobs.deliver(second.pk)
    second.refresh_from_db()
    assert (second.attempts, second.lease_token) == (0, None)
    healthy, _ = endpoint(acme, listener)
    jobs.deliver(deliveries.try_endpoint(healthy, COMMAND).pk)
    assert listener.connections == 1


def test_an_endpoint_that_is_off_keeps_its_messages_and_nobody_else_waiting(
    acme: Organization, listener: Receiver, settings: Settings
) -> None:
    settings.BELLS_AHEAD = 2
    receiving, _ = endpoint(acme, listener)
    waiting = [deliveries.try_endpoint(receiving, COMMAND) for _ in range(3)]
    endpoints.change_endpoint(receiving, {"is_active": False}, COMMAND)
    for row in waiting:
        jobs.deliver(row.pk)
    assert listener.connections == 0
    working, _ = endpoint(acme, listener)
    document = made.read(acme)
    export(document)
    assert Delivery.objects.get(endpoint=working).bell_at is not None
    made.deliver_due()
    endpoints.change_endpoint(receiving, {"is_active": True}, COMMAND)
    made.deliver_due()
    assert listener.connections == 4


# --- Offline Mode -----------------------------------------------------------------------------------------------------


def test_offline_deliveries_wait_and_go_oldest_first_when_it_ends(acme: Organization, listener: Receiver) -> None:
    receiving, secret = endpoint(acme, listener)
    acme.is_offline = True
    acme.save()
    documents = [made.read(acme), made.read(acme), made.read(acme)]
    for document in documents:
        export(document)
    made.work()
    made.make_due()
    assert listener.connections == 0
    assert {(each.state, each.is_held, each.attempts) for each in Delivery.objects.all()} == {("pending", True, 0)}
    shown = delivery_record(Delivery.objects.latest("id"))
    assert (shown["state"], shown["held"], shown["next_attempt_at"]) == ("pending", True, None)
    with pytest.raises(OfflineModeError):
        deliveries.try_endpoint(receiving, COMMAND)
    with pytest.raises(OfflineModeError):
        deliveries.replay(Delivery.objects.latest("id"), COMMAND)
    deliveries.drop(Delivery.objects.latest("id"), COMMAND)
    acme.is_offline = False
    acme.save()
    assert deliveries.follow_offline_mode() == (0, 2)
    made.deliver_due()
    assert [verified(got, secret)["id"] for got in listener.requests] == [document.pk for document in documents[:2]]


def test_what_was_written_before_the_switch_is_held_too(acme: Organization, listener: Receiver, settings: Settings) -> None:
    endpoint(acme, listener)
    export(made.read(acme))
    settings.OFFLINE = True
    made.deliver_due()
    held = Delivery.objects.get()
    assert (held.is_held, held.attempts, listener.connections) == (True, 0, 0)
    settings.OFFLINE = False
    deliveries.follow_offline_mode()
    made.deliver_due()
    assert listener.connections == 1


def test_only_a_pending_delivery_can_be_dropped_and_only_an_ended_one_replayed(acme: Organization, listener: Receiver) -> None:
    receiving, _ = endpoint(acme, listener)
    pending = deliveries.try_endpoint(receiving, COMMAND)
    with pytest.raises(StateConflictError):
        deliveries.replay(pending, COMMAND)
    made.deliver_due()
    pending.refresh_from_db()
    with pytest.raises(StateConflictError):
        deliveries.drop(pending, COMMAND)
