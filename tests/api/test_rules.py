"""Rules, webhooks, deliveries, notifications, the audit log: sections 11, 13, 16; D19-D22, D24, D30."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from docflow.accounts.models import Organization, User
from documents.models import Document, Folder
from rules import jobs
from rules.models import Delivery, Notification, Reaction, RuleRun
from tests import make
from tests.api.programs import contact_with_folder, patch, rows
from tests.fakes.receivers import answers, receiver

CERTAIN = {
    "name": "Approve the certain ones",
    "trigger": {"type": "document", "event": "document_ready"},
    "conditions": [{"field": "confidence_score", "operator": ">=", "value": 0}],
    "actions": [{"type": "set_status", "status": "Approved"}],
}


def _post(client: Client, path: str, body: Any = None) -> Any:
    return client.post(f"/api/{path}", {} if body is None else body, content_type="application/json")


@pytest.fixture
def folder(acme: Organization) -> Folder:
    return contact_with_folder(acme)[1]


def _react() -> None:
    for reaction in Reaction.objects.filter(state="pending"):
        jobs.react(reaction.pk)


def test_a_rule_does_what_the_third_program_does(api: Client, acme: Organization, folder: Folder) -> None:
    made = _post(api, "rules", CERTAIN)
    assert (made.status_code, made.json()["position"], made.json()["runs"], made.json()["last_run_at"]) == (201, 10, 0, None)
    certain = make.document(acme, contact=folder.contact, folder=folder)
    _react()
    patch(api, made["Location"], {"conditions": [{"field": "confidence_score", "operator": "greater_than", "value": 100}]})
    doubtful = make.document(acme, make.invoice_text("R-2"), contact=folder.contact, folder=folder)
    _react()
    assert api.get(f"/api/documents/{certain.pk}").json()["status"] == "Approved"
    assert api.get(f"/api/documents/{doubtful.pk}").json()["status"] == "Needs Review"
    runs = api.get("/api/rules/runs").json()["runs"]
    assert [(run["document_id"], run["matched"], run["conditions"][0]["held"]) for run in runs] == [
        (doubtful.pk, False, False),
        (certain.pk, True, True),
    ]
    assert runs[1]["conditions"][0]["actual"] == certain.confidence
    narrowed = [
        api.get(f"{made['Location']}/runs?{query}").json()["total"]
        for query in ("matched=true", f"document_id={doubtful.pk}", "ok=false")
    ]
    assert narrowed == [1, 1, 0]


def test_rules_run_in_the_order_given(api: Client, acme: Organization, folder: Folder) -> None:
    first = _post(
        api,
        "rules",
        {
            **CERTAIN,
            "name": "second",
            "conditions": [{"field": "status", "operator": "=", "value": "Approved"}],
            "actions": [{"type": "notify", "message": "done"}],
        },
    ).json()["id"]
    second = _post(api, "rules", CERTAIN).json()["id"]
    assert _post(api, "rules/order", {"rule_ids": [second]}).json()["code"] == "invalid_value"
    ordered = _post(api, "rules/order", {"rule_ids": [second, first]})
    assert [rule["id"] for rule in ordered.json()["rules"]] == [second, first]
    document = make.document(acme, contact=folder.contact, folder=folder)
    dry = _post(api, "rules/dry-run", {"rule_id": second}).json()
    assert (dry["checked"], dry["results"][0]["effects"]) == (1, ["status Needs Review to Approved"])
    assert RuleRun.objects.count() == 0
    _react()
    assert [run["matched"] for run in api.get(f"/api/rules/runs?document_id={document.pk}").json()["runs"]] == [True, True]
    [note] = api.get("/api/notifications?unread=true").json()["notifications"]
    assert (note["message"], note["document_id"], note["kind"]) == ("done", document.pk, "rule")


def test_a_dry_run_looks_only_at_what_the_filter_leaves(api: Client, acme: Organization, folder: Folder) -> None:
    rows(acme, folder, 3)
    [ready] = rows(acme, folder, 1, status="Ready", confidence=95)
    rule = {key: CERTAIN[key] for key in ("trigger", "conditions", "actions")}
    assert (
        _post(api, "rules/dry-run", {"rule": rule, "filter": {"status": ["Ready"], "confidence_min": 90}}).json()["results"][
            0
        ]["document_id"]
        == ready.pk
    )
    assert _post(api, "rules/dry-run", {"rule": rule, "limit": 2}).json()["checked"] == 2
    assert _post(api, "rules/dry-run", {"rule": rule, "filter": {"status": "Done"}}).json()["code"] == "invalid_status"
    for wrong in (
        {},
        {"rule_id": 999},
        {"rule": rule, "limit": 501},
        {"rule": rule, "filter": [1]},
        {"rule": rule, "filter": {"contact_id": "x"}},
        {"rule": 5},
    ):
        assert _post(api, "rules/dry-run", wrong).status_code == 422, wrong
    assert Document.objects.get(pk=ready.pk).status == "Ready"


def test_rules_that_make_no_sense_are_refused(api: Client) -> None:
    condition = CERTAIN["conditions"][0]
    cases = [
        ({"conditions": [condition] * 6}, 422, "too_many_conditions"),
        ({"name": ""}, 422, "field_required"),
        ({"actions": []}, 422, "field_required"),
        ({"conditions": [{"field": "nonsense", "operator": "=", "value": 1}]}, 422, "invalid_value"),
        ({"conditions": [{"field": "days_in_status", "operator": ">", "value": 1}]}, 422, "invalid_value"),
        ({"profile_id": 999}, 422, "unknown_reference"),
        ({"actions": [{"type": "move_folder", "folder_id": 999}]}, 422, "unknown_reference"),
        ({"actions": [{"type": "webhook", "url": "http://169.254.169.254/"}]}, 422, "url_refused"),
        ({"trigger": {"type": "case", "event": "case_resolved"}}, 501, "not_implemented"),
        ({"actions": [{"type": "create_case"}]}, 501, "not_implemented"),
    ]
    for change, status, code in cases:
        answer = _post(api, "rules", {**CERTAIN, **change})
        assert (answer.status_code, answer.json()["code"]) == (status, code), change
    assert api.get("/api/rules").json()["total"] == 0


def test_the_token_of_a_rule_is_never_shown(api: Client) -> None:
    answer = _post(
        api, "rules", {**CERTAIN, "actions": [{"type": "webhook", "url": "http://127.0.0.1:9000/x", "bearer_token": "s3cr3t"}]}
    )
    assert answer.json()["actions"][0]["has_bearer_token"] is True
    assert "s3cr3t" not in answer.content.decode() + api.get("/api/audit").content.decode()


@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_cases_are_not_built(api: Client, method: str) -> None:
    for path in ("/api/cases", "/api/cases/1/notes"):
        answer = getattr(api, method)(path)
        assert (answer.status_code, answer.json()) == (
            501,
            {"detail": "This feature is not implemented", "code": "not_implemented"},
        )


def test_export_sends_once_to_those_who_listen_with_every_key(api: Client, acme: Organization, folder: Folder) -> None:
    with receiver(answers(200)) as listener:
        made = _post(api, "webhooks", {"channel": "documents", "url": listener.url, "bearer_token": "receiver-secret"})
        assert made.status_code == 201
        assert made.json()["secret"].startswith("whsec_")
        assert "secret" not in api.get(made["Location"]).json()
        document = make.document(acme, contact=folder.contact, folder=folder)
        for word in ("Ready", "Approved", "Export", "Export"):
            patch(api, f"/api/documents/{document.pk}/status", {"status": word})
        [delivery] = Delivery.objects.all()
        jobs.deliver(delivery.pk)
        [call] = listener.requests
    body, record = json.loads(call.body), api.get(f"/api/documents/{document.pk}").json()
    assert (body["event"], body["schema_version"], call.headers["authorization"]) == (
        "document.exported",
        "2.0",
        "Bearer receiver-secret",
    )
    same = set(body) & set(record)
    assert {key: body[key] for key in same} == {key: record[key] for key in same}
    assert set(list(record)[:19]) <= set(body)
    assert record["export_state"] == "delivered"
    whole = api.get(f"/api/webhooks/deliveries/{delivery.pk}").json()
    assert (whole["state"], whole["attempts"][0]["status"], whole["payload"]) == ("delivered", 200, body)
    listed = api.get(
        f"/api/webhooks/deliveries?document_id={document.pk}&state=delivered&webhook_id={made.json()['id']}"
    ).json()
    assert [each["id"] for each in listed["deliveries"]] == [delivery.pk]


def test_offline_mode_holds_what_is_sent_and_refuses_trials(api: Client, acme: Organization, folder: Folder) -> None:
    there = _post(api, "webhooks", {"channel": "documents", "url": "http://127.0.0.1:9000/hook"})["Location"]
    [document] = rows(acme, folder, 1)
    acme.is_offline = True
    acme.save()
    assert patch(api, f"/api/documents/{document.pk}/status", {"status": "Export"}).status_code == 200
    [delivery] = api.get("/api/webhooks/deliveries").json()["deliveries"]
    assert (delivery["state"], delivery["held"]) == ("pending", True)
    trial = api.post(f"{there}/test")
    assert (trial.status_code, trial.json()["code"]) == (409, "offline_mode")
    assert api.post(f"/api/webhooks/deliveries/{delivery['id']}/replay").json()["code"] == "offline_mode"
    assert api.delete(f"/api/webhooks/deliveries/{delivery['id']}").status_code == 204
    acme.is_offline = False
    acme.save()
    trial = api.post(f"{there}/test")
    assert (trial.status_code, trial.json()["event"], trial.json()["payload"]["channel"]) == (202, "webhook.test", "documents")
    Delivery.objects.update(state="delivered")
    assert api.delete(f"/api/webhooks/deliveries/{trial.json()['id']}").json()["code"] == "wrong_state"
    again = api.post(f"/api/webhooks/deliveries/{trial.json()['id']}/replay")
    assert (again.status_code, again.json()["state"], again.json()["message_id"]) == (
        202,
        "pending",
        trial.json()["message_id"],
    )


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/", "http://127.0.0.1:22/", "ftp://example.com/", "http://user@10.0.0.5/", "nonsense"]
)
def test_addresses_inside_are_refused(api: Client, url: str) -> None:
    answer = _post(api, "webhooks", {"channel": "documents", "url": url})
    assert (answer.status_code, answer.json()["code"]) == (422, "url_refused")


def test_endpoints_are_checked_changed_and_given_new_secrets(api: Client) -> None:
    body = {"channel": "contacts", "url": "http://127.0.0.1:9000/hook"}
    assert _post(api, "webhooks", {}).json()["code"] == "field_required"
    assert _post(api, "webhooks", {**body, "channel": "cases"}).status_code == 501
    assert _post(api, "webhooks", {**body, "events": ["document.exported"]}).json()["code"] == "invalid_value"
    made = _post(api, "webhooks", body)
    changed = patch(api, made["Location"], {"is_active": False, "bearer_token": "t"}).json()
    assert (changed["is_active"], changed["has_bearer_token"], changed["last_delivery"]) == (False, True, None)
    renewed = api.post(f"{made['Location']}/secret").json()["secret"]
    assert renewed != made.json()["secret"]
    assert api.get(made["Location"]).json()["secret_last4"] == renewed[-4:]
    assert api.delete(made["Location"]).status_code == 204
    assert renewed not in api.get("/api/audit").content.decode()


def test_notifications_are_read_one_by_one_and_a_persons_own_stay_theirs(api: Client, acme: Organization, bob: User) -> None:
    shared = Notification.objects.create(organization=acme, title="A", message="a", kind="rule")
    own = Notification.objects.create(organization=acme, title="B", message="b", kind="rule", person=bob)
    browser = Client()
    browser.force_login(bob)
    assert [client.get("/api/notifications").json()["unread"] for client in (api, browser)] == [1, 2]
    assert patch(api, f"/api/notifications/{shared.pk}", {"read": True}).json()["read"] is True
    assert patch(api, f"/api/notifications/{own.pk}", {"read": True}).status_code == 404
    for wrong in ({}, {"read": "yes"}):
        assert patch(api, f"/api/notifications/{shared.pk}", wrong).status_code == 422
    assert api.get("/api/notifications?unread=true").json()["total"] == 0
    assert api.get("/api/notifications?unread=false").json()["total"] == 1


def test_the_audit_log_is_found_by_every_filter(api: Client, acme: Organization, alice: User, folder: Folder) -> None:
    browser = Client()
    browser.force_login(alice)
    document = make.upload(acme, filename="needle.txt", contact=folder.contact, folder=folder)
    patch(browser, f"/api/documents/{document.pk}/status", {"status": "Ready"})
    patch(api, f"/api/documents/{document.pk}", {"notes": "straw"})

    def found(query: str) -> list[str]:
        return [event["event_type"] for event in api.get(f"/api/audit?{query}").json()["events"]]

    history = ["document.changed", "status.changed", "document.uploaded", "status.changed"]
    assert found(f"document_id={document.pk}") == history
    assert found("user=alice@acme.example") == found("user=alice") == ["status.changed"]
    assert found("user=test") == ["document.changed"]
    assert set(found("event_type=document")) == {"document.uploaded", "document.changed"}
    assert found("event_type=document.changed&q=straw") == ["document.changed"]
    assert "document.changed" in found("q=needle")
    assert found(f"contact_id={folder.contact_id}&date_to=2020-01-01") == []
    assert found("date_from=2020-01-01&user=charlie@other.example") == []
    assert api.post("/api/audit").status_code == 405
