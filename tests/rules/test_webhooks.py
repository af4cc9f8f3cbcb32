"""Receivers and their secrets, and the events beside the export."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks import WebhookVerificationError

from docflow.accounts import audit
from docflow.accounts.actors import COMMAND
from docflow.accounts.models import Event, Organization
from docflow.errors import InputError, NotBuiltError
from documents.operations import contacts
from documents.statuses import Status
from rules.models import Delivery, Notification, RuleRun, WebhookEndpoint
from rules.operations import deliveries, endpoints
from rules.operations.rules import change_rule, create_rule
from rules.records import endpoint_record, rule_record
from rules.webhooks.payload import json_text
from tests.fakes.receivers import Receiver, answers, receiver
from tests.rules import made
from tests.rules.made import endpoint, verified

READY = {"type": "document", "event": "document_ready"}


def test_an_endpoint_shows_its_secret_once_and_never_its_token(acme: Organization, listener: Receiver) -> None:
    receiving, secret = endpoint(acme, listener, bearer_token="receiver-secret")
    once, later = endpoint_record(receiving, secret), endpoint_record(receiving)
    assert once["secret"] == secret
    assert "secret" not in later
    assert later["secret_last4"] == secret[-4:]
    assert (later["has_bearer_token"], later["events"], later["disabled_reason"]) == (True, ["document.exported"], None)
    assert "receiver-secret" not in json.dumps(later)


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"url": "http://8.8.8.8/"}, "channel", "field_required"),
        ({"channel": "weather", "url": "http://8.8.8.8/"}, "channel", "invalid_value"),
        ({"channel": "documents"}, "url", "field_required"),
        ({"channel": "documents", "url": 5}, "url", "invalid_value"),
        ({"channel": "documents", "url": "http://169.254.169.254/"}, "url", "url_refused"),
        ({"channel": "documents", "url": "http://localhost:22/"}, "url", "url_refused"),
        ({"channel": "documents", "url": "http://8.8.8.8/", "events": ["contact.created"]}, "events", "invalid_value"),
        ({"channel": "documents", "url": "http://8.8.8.8/", "is_active": "yes"}, "is_active", "invalid_value"),
        ({"channel": "documents", "url": "http://8.8.8.8/", "bearer_token": "ü"}, "bearer_token", "invalid_value"),
    ],
)
def test_an_endpoint_that_cannot_work_is_refused(acme: Organization, values: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(InputError) as refused:
        endpoints.create_endpoint(acme, values, COMMAND)
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [(field, code)]


def test_channels_of_cases_are_not_built(acme: Organization) -> None:
    with pytest.raises(NotBuiltError):
        endpoints.create_endpoint(acme, {"channel": "cases", "url": "http://8.8.8.8/"}, COMMAND)


def test_a_token_does_not_follow_an_address_to_another_host(acme: Organization, listener: Receiver) -> None:
    receiving, _ = endpoint(acme, listener, bearer_token="receiver-secret")
    endpoints.change_endpoint(receiving, {"url": f"http://{listener.place}/other"}, COMMAND)
    with pytest.raises(InputError) as refused:
        endpoints.change_endpoint(receiving, {"url": "http://8.8.8.8/"}, COMMAND)
    assert refused.value.faults[0].field == "bearer_token"
    endpoints.change_endpoint(receiving, {"url": "http://8.8.8.8/", "bearer_token": "new"}, COMMAND)


def test_while_a_secret_is_rolled_both_verify_and_a_day_later_only_the_new_one(acme: Organization, listener: Receiver) -> None:
    receiving, old = endpoint(acme, listener)
    new = endpoints.roll_secret(receiving, COMMAND)
    deliveries.try_endpoint(receiving, COMMAND)
    made.deliver_due()
    for secret in (old, new):
        verified(listener.requests[0], secret)
    WebhookEndpoint.objects.update(old_secret_until=datetime.now(UTC) - timedelta(seconds=1))
    deliveries.try_endpoint(receiving, COMMAND)
    made.deliver_due()
    verified(listener.requests[1], new)
    with pytest.raises(WebhookVerificationError):
        verified(listener.requests[1], old)


def test_secrets_and_tokens_are_unreadable_in_the_database(acme: Organization, listener: Receiver) -> None:
    from django.db import connection

    _, secret = endpoint(acme, listener, bearer_token="CANARY-token")
    action = {"type": "webhook", "url": listener.url, "bearer_token": "CANARY-rule"}
    rule = create_rule(acme, {"name": "r", "trigger": READY, "actions": [action]}, COMMAND)
    made.read(acme)
    made.work()
    with connection.cursor() as cursor:
        rows: list[Any] = []
        for table in (
            "rules_webhookendpoint",
            "rules_rule",
            "rules_delivery",
            "rules_signingsecret",
            "rules_rulerun",
            "accounts_event",
        ):
            cursor.execute(f"SELECT * FROM {table}")
            rows += cursor.fetchall()
    dump = str(rows)
    assert "CANARY" not in dump
    assert secret not in dump
    assert "CANARY" not in str(rule_record(rule))
    assert listener.requests[0].headers["authorization"] == "Bearer CANARY-rule"


# --- The other events -------------------------------------------------------------------------------------------------


def test_a_new_contact_and_its_folders_are_announced(acme: Organization, listener: Receiver) -> None:
    for channel in ("contacts", "folders"):
        endpoint(acme, listener, channel=channel)
    contact = contacts.create_contact(acme, {"name": "Nordwind"}, COMMAND)
    made.deliver_due()
    bodies = [json.loads(got.body) for got in listener.requests]
    assert [body["event"] for body in bodies] == ["contact.created", "folder.created", "folder.created"]
    assert bodies[0]["contact"]["id"] == contact.pk
    assert {body["folder"]["name"] for body in bodies[1:]} == {"Documents", "Review"}


def test_a_notification_is_announced_and_its_own_failure_is_not(acme: Organization) -> None:
    with receiver(answers(410)) as gone:
        endpoint(acme, gone, channel="notifications")
        made.end_reading(made.unread(acme), 0, Status.EXCEPTION)
        made.deliver_due()
        made.deliver_due()
    assert json.loads(gone.requests[0].body)["notification"]["title"] == "Reading failed"
    assert gone.connections == 1
    assert [each.title for each in Notification.objects.order_by("id")] == ["Reading failed", "Webhook failed"]


def test_audited_events_are_announced_and_their_own_sending_is_not(acme: Organization, listener: Receiver) -> None:
    endpoint(acme, listener, channel="audit")
    audit.record(acme, COMMAND, "contact.changed", "Nordwind")
    made.deliver_due()
    assert Event.objects.filter(event_type="webhook.sent").count() == 2
    made.deliver_due()
    entries = [json.loads(got.body)["entry"] for got in listener.requests]
    assert [entry["event_type"] for entry in entries] == ["setting.webhook_created", "contact.changed"]
    entry = entries[1]
    assert (entry["event_type"], entry["detail"], entry["actor"]["kind"]) == ("contact.changed", "Nordwind", "command")


def test_a_rule_webhook_carries_the_document_and_the_rule(acme: Organization, listener: Receiver) -> None:
    executed, _ = endpoint(acme, listener, channel="rules")
    action = {"type": "webhook", "url": listener.url, "bearer_token": "t"}
    rule = create_rule(acme, {"name": "Tell the ERP", "trigger": READY, "actions": [action]}, COMMAND)
    document = made.read(acme)
    made.work()
    made.deliver_due()
    sent, told = (json.loads(got.body) for got in listener.requests)
    assert (sent["event"], sent["id"], sent["rule_id"], sent["rule_name"]) == (
        "rule.webhook",
        document.pk,
        rule.pk,
        "Tell the ERP",
    )
    verified(listener.requests[0], endpoints.signing_secret(acme).secret)
    assert (told["event"], told["success"], told["error"]) == ("rule.executed", True, None)
    assert told["actions"] == [{"type": "webhook", "ok": True, "result": "200", "error": None}]
    assert Delivery.objects.get(event="rule.executed").endpoint == executed


def test_a_rule_webhook_to_a_dead_port_shows_in_the_run_log_and_other_rules_ran(
    acme: Organization, listener: Receiver
) -> None:
    with receiver(answers(200)) as dead:
        url = dead.url
    endpoint(acme, listener, channel="rules")
    create_rule(acme, {"name": "Dead", "trigger": READY, "actions": [{"type": "webhook", "url": url}]}, COMMAND)
    action = {"type": "set_status", "status": "Approved"}
    create_rule(acme, {"name": "Approve", "trigger": READY, "actions": [action]}, COMMAND)
    document = made.read(acme)
    made.work()
    made.deliver_due()
    document.refresh_from_db()
    assert document.status == Status.APPROVED
    run = RuleRun.objects.get(rule_name="Dead")
    assert (run.ok, run.actions[0]["ok"], run.actions[0]["error"]) == (False, False, "The connection was refused.")
    told = {body["rule_name"]: body for body in (json.loads(got.body) for got in listener.requests)}
    assert (told["Dead"]["success"], told["Dead"]["error"]) == (False, "The connection was refused.")
    assert told["Approve"]["success"] is True


def test_two_rules_may_send_to_the_same_endpoint(acme: Organization, listener: Receiver) -> None:
    receiving, _ = endpoint(acme, listener, channel="rules", events=["rule.executed"])
    for name in ("One", "Two"):
        action = {"type": "webhook", "webhook_id": receiving.pk}
        create_rule(acme, {"name": name, "trigger": READY, "actions": [action]}, COMMAND)
    made.read(acme)
    made.work()
    assert Delivery.objects.filter(event="rule.webhook", state="delivered").count() == 2


def test_the_token_of_a_rule_stays_with_its_address_and_no_further(acme: Organization, listener: Receiver) -> None:
    action = {"type": "webhook", "url": listener.url, "bearer_token": "t"}
    rule = create_rule(acme, {"name": "r", "trigger": READY, "actions": [action]}, COMMAND)
    kept = change_rule(rule, {"name": "renamed"}, COMMAND).actions[0]
    assert "sealed_token" in kept
    same = change_rule(rule, {"actions": [{"type": "webhook", "url": listener.url}]}, COMMAND).actions[0]
    assert same["sealed_token"] == kept["sealed_token"]
    smuggled = {"type": "webhook", "url": "http://8.8.8.8/", "sealed_token": kept["sealed_token"]}
    assert "sealed_token" not in change_rule(rule, {"actions": [smuggled]}, COMMAND).actions[0]


def test_numbers_in_a_body_are_exact_and_no_text_turns_into_one() -> None:
    from decimal import Decimal

    assert json_text({"a": Decimal("1500.00"), "b": [Decimal("-0.10"), "12"]}) == '{"a": 1500.00, "b": [-0.10, "12"]}'
    with pytest.raises(TypeError):
        json_text({"a": object()})
