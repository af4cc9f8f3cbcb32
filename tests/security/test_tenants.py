"""Organizations never see each other (reliability.md P7): every URL pattern, every operation, as another organization.

Charlie is admin of his own organization and has a key that may do everything there. He names Acme's objects in the path, in
the query and in the body: what he gets is what he would get for objects that never were, and Acme's rows stay as they are.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from docflow.accounts import operations as accounts
from docflow.accounts.actors import COMMAND
from docflow.accounts.models import Organization, User
from docflow.api import schema
from documents.models import Contact, Document, Folder, Profile
from rules.models import Rule, WebhookEndpoint
from tests import make
from tests.security import patterns
from tests.security.conftest import CANARY, dump
from uploads.models import Project, Upload

METHODS = ("get", "post", "patch", "put", "delete")
REFUSED = {400, 401, 403, 404, 405, 501}


def _foreign(model: Any, organization: Organization) -> Any:
    return patterns.owned(model, organization).last()


def _body(acme: Organization) -> dict[str, Any]:
    """Acme's ids wherever a body may name one."""
    ids = {kind: _foreign(kind, acme).pk for kind in (Contact, Document, Folder, Profile, Project, Rule, WebhookEndpoint)}
    return {
        "name": "Charlie's",
        "status": "Archived",
        "read": True,
        "channel": "documents",
        "url": "http://127.0.0.1:9999/",
        "do": "approve",
        "contact_id": ids[Contact],
        "parent_id": ids[Contact],
        "folder_id": ids[Folder],
        "profile_id": ids[Profile],
        "default_profile_id": ids[Profile],
        "project_id": ids[Project],
        "from_document": ids[Document],
        "rule_id": ids[Rule],
        "rule_ids": [ids[Rule]],
        "filter": {"contact_id": ids[Contact]},
        "trigger": {"type": "document", "event": "document_ready"},
        "actions": [{"type": "move_folder", "folder_id": ids[Folder]}],
        "extracted_fields": {"vendor": "Charlie"},
        "notes": "Charlie",
    }


def _query(acme: Organization) -> str:
    document = _foreign(Document, acme)
    parts = {
        "contact_id": document.contact_id,
        "folder_id": document.folder_id,
        "profile_id": document.profile_id,
        "document_id": document.pk,
        "project_id": _foreign(Project, acme).pk,
        "upload_id": _foreign(Upload, acme).uuid,
        "webhook_id": _foreign(WebhookEndpoint, acme).pk,
        "parent_id": document.contact_id,
        "document": document.uuid,
        "id": document.pk,
        "q": CANARY[1:],
        "user": "alice@acme.example",
    }
    return "&".join(f"{key}={value}" for key, value in parts.items())


def told(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode("utf-8", "replace") + str(answer.headers)


def send(client: Client, method: str, path: str, body: dict[str, Any]) -> Any:
    if method == "get":
        return client.get(path)
    if path.startswith(("/api", "/o/")):
        return getattr(client, method)(path, json.dumps(body), content_type="application/json")
    return getattr(client, method)(path)


def _breaches(client: Client, routes: list[patterns.Route], acme: Organization, before: Any) -> list[str]:
    body, query, found = _body(acme), _query(acme), []
    for route in routes:
        for method in METHODS:
            where = f"{method} {route.pattern}"
            path = route.path if method != "get" or route.names_object else f"{route.path}?{query}"
            answer = send(client, method, path, body)
            to_sign_in = answer.status_code == 302 and answer["Location"].startswith("/admin/login")
            if route.names_object and answer.status_code not in REFUSED and not to_sign_in:
                found.append(f"{where}: {answer.status_code}")
            if answer.status_code >= 500 and answer.status_code != 501:
                found.append(f"{where}: {answer.status_code}")
            if CANARY in told(answer):
                found.append(f"{where}: tells a canary")
    after = dump(acme)
    return found + [f"rows of {name} changed" for name in before if before[name] != after[name]]


def test_every_model_has_a_row_and_an_owner(filled: Organization) -> None:
    assert [model.__name__ for model in patterns.models() if not patterns.owned(model, filled).exists()] == []


def test_no_page_and_no_call_opens_with_anothers_session(filled: Organization, charlie: User, other: Organization) -> None:
    browser = Client()
    browser.force_login(charlie)
    before = dump(filled)
    own = [route for route in patterns.routes(filled, other.slug) if route.pattern != "sign-out"]
    assert _breaches(browser, own, filled, before) == []
    theirs = [route for route in patterns.routes(filled, filled.slug) if "<slug:org>" in route.pattern]
    assert {browser.get(route.path).status_code for route in theirs} <= {404, 405}
    assert _breaches(browser, theirs, filled, before) == []


@pytest.mark.parametrize("scopes", [["*"], ["document.read"]])
def test_no_call_opens_with_anothers_key(filled: Organization, other: Organization, scopes: list[str]) -> None:
    program = Client(headers={"X-API-Key": make.key(other, *scopes)})
    routes = [route for route in patterns.routes(filled, other.slug) if route.pattern.startswith("api/")]
    assert _breaches(program, routes, filled, dump(filled)) == []


def test_no_call_opens_with_an_account_key_or_a_chosen_organization(
    filled: Organization, charlie: User, other: Organization
) -> None:
    dora = make.user("dora@both.example", filled, "admin")
    accounts.set_membership(dora, other, "viewer", COMMAND)
    browser = Client(headers={"X-Organization": other.slug})
    browser.force_login(dora)
    account = Client(headers={"X-API-Key": accounts.create_key("mine", ["*"], COMMAND, account=charlie)[1]})
    before = dump(filled)
    routes = [route for route in patterns.routes(filled, other.slug) if route.pattern.startswith("api/")]
    assert _breaches(account, routes, filled, before) == []
    assert _breaches(browser, routes, filled, before) == []


def test_anothers_id_is_answered_like_one_that_never_was(filled: Organization, other: Organization) -> None:
    program = Client(headers={"X-API-Key": make.key(other)})
    different = []
    for pattern in patterns.patterns():
        if not pattern.startswith("api/") or "<" not in pattern or "cases" in pattern:
            continue
        route = patterns.filled(pattern, filled, other.slug)
        number = route.path.split("/")[4 if "deliveries" in pattern else 3]
        never = route.path.replace(f"/{number}", "/987654", 1)
        for method in METHODS:
            there, nowhere = send(program, method, route.path, {}), send(program, method, never, {})
            said = there.content.decode().replace(f" {number}", " 987654")
            if (there.status_code, said) != (nowhere.status_code, nowhere.content.decode()):
                different.append(f"{method} {pattern}: {there.status_code} {said} / {nowhere.content!r}")
    assert different == []


def test_every_operation_of_the_schema_is_among_the_patterns() -> None:
    described = {path.strip("/").replace("{", "<str:").replace("}", ">") for path in json.loads(schema.document())["paths"]}
    assert described <= set(patterns.patterns())
