"""Without credentials nothing opens but the doors that are meant to be open."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from docflow.accounts.models import Organization
from tests.security import patterns
from tests.security.conftest import CANARY
from tests.security.test_tenants import METHODS, send, told

OPEN = {
    "healthz",
    "readyz",
    "sign-in",
    "admin/login/",
    "admin/jsi18n/",
    *(f"{door}{end}" for door in ("api/schema", "api/openapi.json", "api/docs", "docs", "api/redoc") for end in ("", "/")),
}


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer org_" + "0" * 49}, {"Authorization": "Basic YTpi"}])
def test_only_the_open_doors_answer(filled: Organization, headers: dict[str, str]) -> None:
    anybody = Client(headers=headers)
    opened: list[Any] = []
    for route in patterns.routes(filled, filled.slug):
        for method in METHODS:
            answer = send(anybody, method, route.path, {"status": "Ready"})
            if 200 <= answer.status_code < 300 and route.pattern not in OPEN:
                opened.append((method, route.pattern, answer.status_code))
            assert CANARY not in told(answer), route.pattern
            if route.pattern.startswith("api/") and "text/html" not in answer["Content-Type"]:
                assert answer.status_code in (401, 404, 405, 429, 200), route.pattern
    assert opened == []


def test_each_open_door_is_there(filled: Organization) -> None:
    assert set(patterns.patterns()) >= OPEN
