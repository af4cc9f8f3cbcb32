"""Receivers on loopback, which the operator allows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakes.receivers import Receiver, answers, receiver


@pytest.fixture(autouse=True)
def _loopback_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCFLOW_OUTBOUND_ALLOW", "127.0.0.0/8")
    monkeypatch.setenv("DOCFLOW_OFFLINE", "false")


@pytest.fixture
def listener() -> Iterator[Receiver]:
    with receiver(answers(200)) as each:
        yield each
