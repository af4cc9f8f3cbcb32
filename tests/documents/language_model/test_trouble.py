"""A model that gives no usable answer, is slow or gone: the document keeps what was read, the worker goes on."""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Callable
from typing import Any

import pytest

from docflow import life
from docflow.accounts.actors import COMMAND
from docflow.accounts.models import Organization
from documents import jobs
from documents.operations import language_models
from tests import make
from tests.documents.language_model.asking import KEY, RIGHT, note_of, set_up, state_of
from tests.fakes.language_model import completion, model_server, refusing, saying
from tests.fakes.receivers import Receiver

TROUBLE: dict[str, tuple[Callable[[dict[str, Any]], tuple[int, bytes]], str]] = {
    "401": (refusing(401, KEY), "it refuses the key (401)"),
    "429": (refusing(429), "it is busy or its quota is used up (429)"),
    "500": (refusing(500), "it could not answer (500)"),
    "a redirect": (refusing(302), "it could not answer (302)"),
    "no JSON": (lambda _: (200, b"<html>Welcome</html>"), "its answer is not that of a chat completion"),
    "deep JSON": (lambda _: (200, b"[" * 200_000), "its answer is not that of a chat completion"),
    "another envelope": (lambda _: (200, b'{"choices": []}'), "its answer is not that of a chat completion"),
    "no content": (lambda _: completion(""), "its answer is empty"),
    "broken content": (lambda _: completion('{"vendor": {"value": "Nord'), "the answer holds no JSON object"),
    "prose": (lambda _: completion("I am sorry, I cannot do that."), "the answer holds no JSON object"),
    "cut off": (lambda _: completion("{}", "length"), "its answer was longer than 2000 tokens"),
    "huge": (lambda _: completion("x" * 3_000_000), "its answer did not end within 5 s and 400 kB"),
}


@pytest.mark.parametrize("trouble", TROUBLE)
def test_a_model_that_gives_no_usable_answer_is_a_note_and_nothing_else(
    acme: Organization, other: Organization, trouble: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    reply, sentence = TROUBLE[trouble]
    alone = state_of(make.document(other))
    with model_server(reply) as server:
        set_up(acme, server)
        document = make.document(acme)
        assert len(server.asked) == 1
    assert state_of(document) == alone
    assert note_of(document) == f"The language model was not heard: {sentence}."
    assert [each["blocks"] for each in document.problems if each["code"] == "model_not_heard"] == [False]
    assert document.task.stage == "done"
    assert KEY not in caplog.text
    assert "Nordwind" not in caplog.text


def test_a_refused_connection_is_a_note(acme: Organization, other: Organization) -> None:
    alone = state_of(make.document(other))
    gone = Receiver(lambda _: None)
    gone.close()
    language_models.configure(
        acme, {"is_active": True, "base_url": f"http://{gone.place}/v1", "name": "tiny", "seconds": 5}, COMMAND
    )
    document = make.document(acme)
    assert state_of(document) == alone
    assert note_of(document) == "The language model was not heard: The connection was refused."


@pytest.mark.parametrize("manner", [{"seconds": 60.0}, {"drip": 0.05}])
def test_a_slow_model_is_waited_for_no_longer_than_its_limit(
    acme: Organization, other: Organization, manner: dict[str, float]
) -> None:
    alone = state_of(make.document(other))
    with model_server(saying(RIGHT), **manner) as server:
        set_up(acme, server)
        began = time.monotonic()
        document = make.document(acme)
        assert 4 < time.monotonic() - began < 30
    assert state_of(document) == alone
    assert "5 s" in note_of(document)


def test_while_an_answer_is_awaited_the_worker_shows_that_it_lives(
    acme: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    touched = []
    monkeypatch.setattr(life, "touch", lambda: touched.append(time.monotonic()))
    with model_server(saying(RIGHT), seconds=4.5) as server:
        set_up(acme, server, seconds=10)
        document = make.document(acme)
    assert note_of(document) == ""
    assert max(later - earlier for earlier, later in itertools.pairwise(touched)) < 4


def test_a_machine_that_stops_gives_the_document_back_at_once(acme: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    with model_server(saying(RIGHT), seconds=30) as server:
        set_up(acme, server, seconds=60)
        document = make.upload(acme)
        monkeypatch.setattr(life, "is_stopping", lambda: bool(server.asked))
        began = time.monotonic()
        jobs.read(document.pk)
        assert time.monotonic() - began < 20
    document.task.refresh_from_db()
    assert (document.task.attempts, document.task.lease_token, document.task.stage != "done") == (0, None, True)
