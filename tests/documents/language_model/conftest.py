"""The models of these tests listen on loopback."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _loopback_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCFLOW_OUTBOUND_ALLOW", "127.0.0.0/8")
    monkeypatch.setenv("DOCFLOW_OFFLINE", "false")
