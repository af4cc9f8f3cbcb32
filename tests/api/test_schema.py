"""The API as it is described: a snapshot, so that a change is seen; a valid document; readers that need no internet."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver
from drf_spectacular.validation import validate_schema

from docflow.accounts.scopes import SCOPES
from docflow.api import schema
from docflow.api.permissions import ANY
from docflow.api.views import NothingHere

SNAPSHOT = Path(__file__).with_name("calls.txt")


def _described() -> Any:
    return json.loads(schema.document())


def _calls() -> list[str]:
    paths = _described()["paths"]
    return [
        f"{method.upper():6} {path} {call['x-scope']}"
        for path, calls in sorted(paths.items())
        for method, call in sorted(calls.items())
    ]


def test_the_calls_are_those_of_the_snapshot() -> None:
    """A difference is a change of the promise: write it into surfaces and docs, then into calls.txt."""
    assert _calls() == SNAPSHOT.read_text().splitlines()


def _api_views(tree: Any = None) -> set[Any]:
    found: set[Any] = set()
    for entry in get_resolver().url_patterns if tree is None else tree:
        if not isinstance(entry, URLPattern):
            found |= _api_views(entry.url_patterns)
        elif hasattr(entry.callback, "actions"):
            found |= {(entry.callback.cls, action) for action in entry.callback.actions.values()}
    return found


def test_every_action_of_every_view_declares_a_scope_that_exists() -> None:
    views = {(view, action) for view, action in _api_views() if view is not NothingHere}
    assert len(views) > 50
    for view, action in views:
        assert view.scopes.get(action) in {*SCOPES, ANY}, (view, action)
        assert view.schema is None or action in view.forms, (view, action)


def test_the_document_is_valid_openapi_and_complete() -> None:
    described = _described()
    validate_schema(described)
    assert described["openapi"].startswith("3.1")
    calls = [call for calls in described["paths"].values() for call in calls.values()]
    assert len({call["operationId"] for call in calls}) == len(calls)
    assert all(call["tags"] and {"401", "403", "429", "500"} <= set(call["responses"]) for call in calls)
    assert set(described["components"]["securitySchemes"]) == {"bearer", "apiKey", "session"}
    upload = described["paths"]["/api/documents/upload"]["post"]
    assert list(upload["requestBody"]["content"]) == ["multipart/form-data"]
    names = {each["name"] for each in described["paths"]["/api/documents"]["get"]["parameters"]}
    assert {"status", "limit", "offset", "external_ref", "ordering"} <= names


@pytest.mark.parametrize("path", ["/api/docs", "/api/docs/", "/docs", "/docs/", "/api/redoc", "/api/redoc/"])
def test_the_readers_stand_on_our_own_files_without_inline_script(
    collected: None, client: Client, db: None, path: str
) -> None:
    answer = client.get(path)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert re.findall(r"<script>|<style>|\son\w+=|//[a-z]", page) == []
    assert "script-src 'self';" in answer["Content-Security-Policy"]
    assert all(source.startswith("/static/") for source in re.findall(r'(?:src|href)="([^"]+)"', page))


@pytest.mark.parametrize("path", ["/api/schema", "/api/schema/", "/api/openapi.json"])
def test_the_schema_may_be_read_by_anybody(client: Client, db: None, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert answer.json() == _described()
