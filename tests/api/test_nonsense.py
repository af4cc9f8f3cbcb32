"""No value that a client can send makes a server error: every property of every body, every parameter of every list."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from docflow.accounts.actors import COMMAND
from docflow.accounts.models import Organization
from docflow.api import schema
from documents.models import Annotation, Contact, Document, Folder, Profile
from documents.operations import profiles
from rules.models import Delivery, Notification, Rule, WebhookEndpoint
from rules.operations import endpoints, rules
from tests.api.programs import contact_with_folder, rows
from uploads.models import Project

NASTY: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    2**31,
    2**63,
    2**70,
    "",
    " ",
    "x",
    "x" * 300,
    "²",
    "1e5",
    "2025-02-30",
    "\u202e",
    "%",
    "'",
    "\\",
    [],
    [None],
    [1],
    ["x"],
    [[]],
    [{}],
    {},
    {"a": None},
    {"key": {}},
    {"type": []},
    {"type": {}},
    {"type": "document", "event": []},
    [{"type": []}],
    [{"type": "set_status"}],
    [{"type": "webhook", "url": 5}],
    [{"type": "move_folder", "folder_id": 2**70}],
    [{"field": [], "operator": {}}],
    [{"field": "confidence_score", "operator": ">=", "value": {}}],
    [{"field": "folder_id", "operator": "=", "value": 2**70}],
    [{"field": "doc_date", "operator": ">", "value": "today-99999999999"}],
    [{"type": "notify", "message": "x", "user_ids": [2**70]}],
    [{"key": "a", "threshold": "x"}],
    [{"key": 5, "label": []}],
    [{"key": "a", "synonyms": "x"}],
    {"total_amount": "NaN"},
    {"total_amount": "1e999999"},
    {"vendor": {}},
    {"nonsense": 2**70},
    [{"amount": "Infinity"}],
    [{"amount": []}],
]


WORST: list[Any] = [None, 2**70, "x" * 300, "²", [2**70], {"a": [None]}]
PARAMETERS = [
    -1,
    1.5,
    2**70,
    "x" * 300,
    "²",
    "2025-02-30",
    "%",
    "'",
    "a:b",
    ":",
    "-1:1",
    "x:" + "9" * 50,
    "a.b\":'--:1",
    "9999-12-31T23:59:59Z",
]


@pytest.fixture
def place(acme: Organization) -> dict[str, Any]:
    """One object of each kind, for the paths."""
    contact, folder = contact_with_folder(acme)
    [document] = rows(acme, folder, 1, profile_id=2, profile_version=1)
    Annotation.objects.create(document=document, key="vendor", value="x")
    profile = profiles.create_profile(acme, {"name": "Own", "fields": [{"key": "a"}]}, COMMAND)
    endpoint, _ = endpoints.create_endpoint(acme, {"channel": "documents", "url": "http://127.0.0.1:9999/"}, COMMAND)
    trigger = {"type": "document", "event": "document_ready"}
    rule = rules.create_rule(acme, {"name": "R", "trigger": trigger, "actions": [{"type": "notify", "message": "x"}]}, COMMAND)
    delivery = Delivery.objects.create(organization=acme, endpoint=endpoint, url="x", event="x", body="{}")
    notification = Notification.objects.create(organization=acme, title="x", message="x", kind="rule")
    made = [contact, folder, document, profile, endpoint, rule, delivery, notification, Project.objects.get(organization=acme)]
    return {type(each).__name__: each.pk for each in made}


KINDS = {
    "contacts": Contact,
    "folders": Folder,
    "documents": Document,
    "profiles": Profile,
    "webhooks": WebhookEndpoint,
    "rules": Rule,
    "deliveries": Delivery,
    "notifications": Notification,
    "projects": Project,
}


def _address(path: str, place: dict[str, Any]) -> str:
    word = path.split("/{number}")[0].rsplit("/", 1)[-1]
    number = place[KINDS[word].__name__] if "{number}" in path else ""
    return path.replace("{number}", str(number)).replace("{page}", "1")


def _properties(call: dict[str, Any], components: dict[str, Any]) -> list[str]:
    body = call.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    return list(components.get(body.get("$ref", "").rsplit("/", 1)[-1], {}).get("properties", {}))


def _bodies(names: list[str], place: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Each value in each property: the worst ones alone in a body that is good otherwise, all of them side by side."""
    good = {"name": "N", "channel": "documents", "url": "http://127.0.0.1:9999/", "rule_id": place["Rule"]}
    for name in names:
        yield from ({**good, name: value} for value in WORST)
    for turn in range(len(NASTY)):
        yield {name: NASTY[(turn + offset) % len(NASTY)] for offset, name in enumerate(names)}


def test_no_body_makes_a_server_error(api: Client, place: dict[str, Any]) -> None:
    described = json.loads(schema.document())
    failed = []
    for path, calls in described["paths"].items():
        for method, call in calls.items():
            names = _properties(call, described["components"]["schemas"])
            for body in _bodies(names, place) if names else ():
                answer = api.generic(method, _address(path, place), json.dumps(body), content_type="application/json")
                if answer.status_code >= 500 and answer.status_code != 501:
                    failed.append((method, path, body, answer.content.decode()[:80]))
    assert failed == []


def test_no_parameter_makes_a_server_error(api: Client, place: dict[str, Any]) -> None:
    described = json.loads(schema.document())
    failed = []
    for path, calls in described["paths"].items():
        names = [each["name"] for each in calls.get("get", {}).get("parameters", []) if each["in"] == "query"]
        for name in names:
            for value in [each for each in NASTY if isinstance(each, str | int | float)] + [
                "a:b",
                ":",
                "x:" + "9" * 50,
                "a.b\":'--:1",
            ]:
                answer = api.get(_address(path, place), {name: value})
                if answer.status_code >= 500:
                    failed.append((path, name, value, answer.content.decode()[:80]))
    assert failed == []


def test_no_id_in_a_path_makes_a_server_error(api: Client, place: dict[str, Any]) -> None:
    for path in json.loads(schema.document())["paths"]:
        for number in (
            "0",
            "-1",
            "9" * 30,
            "9223372036854775808",
            "²",
            "%00",
            "%2e%2e",
            "x" * 200,
            "7f9c2b64-0d0b-4f5e-9a55-2f3a4c8f1d20",
        ):
            if "{number}" in path:
                assert api.get(path.replace("{number}", number).replace("{page}", "1")).status_code in (404, 405), (
                    path,
                    number,
                )
