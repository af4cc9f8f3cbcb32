"""What a model is sent: no more than its limits allow, to nobody who may not have it, never another organization's text."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from docflow.accounts.models import Event, Organization
from docflow.errors import InputError
from documents.models import LanguageModel
from tests import make
from tests.documents.language_model.asking import RIGHT, note_of, set_up
from tests.fakes.language_model import model_server, saying


def test_no_more_is_sent_than_the_limit(acme: Organization) -> None:
    content = make.invoice_text() + b"\n".join(b"one more line of small print %d" % number for number in range(2_000))
    with model_server(saying(RIGHT)) as server:
        set_up(acme, server, most_characters=8_000, most_tokens=150)
        make.document(acme, content)
    [asked] = server.asked
    schema = asked["response_format"]["json_schema"]["schema"]
    assert sum(len(each["content"]) for each in asked["messages"]) + len(json.dumps(schema)) <= 8_000
    assert "lines left out]" in asked["messages"][1]["content"]
    assert asked["max_tokens"] == 150


def test_the_calls_of_a_day_are_counted_and_then_it_rests(acme: Organization) -> None:
    with model_server(saying(RIGHT)) as server:
        model = set_up(acme, server, calls_per_day=2)
        documents = [make.document(acme, make.invoice_text(number=f"R-{number}")) for number in range(3)]
        assert len(server.asked) == 2
        assert [bool(note_of(each)) for each in documents] == [False, False, True]
        assert "the 2 documents of today are used up" in note_of(documents[2])
        model.refresh_from_db()
        assert model.state.startswith("Reached its limit: 2 of 2")
        LanguageModel.objects.filter(pk=model.pk).update(day=timezone.now().date() - timedelta(days=1))
        assert note_of(make.document(acme, make.invoice_text(number="R-9"))) == ""
        model.refresh_from_db()
        assert model.calls == 1


def test_what_was_sent_stands_in_the_audit_log_without_its_text(acme: Organization) -> None:
    with model_server(saying(RIGHT)) as server:
        set_up(acme, server)
        document = make.document(acme)
    event = Event.objects.get(organization=acme, event_type="reading.model_asked")
    assert event.document_id == document.pk
    assert event.detail.endswith(f"characters to {server.listener.place}: answered")


def test_a_private_address_needs_the_operator(acme: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    with model_server(saying(RIGHT)) as server:
        set_up(acme, server)
        monkeypatch.setenv("DOCFLOW_OUTBOUND_ALLOW", "")
        document = make.document(acme)
        assert "an operator can allow it" in note_of(document)
        with pytest.raises(InputError, match="an operator can allow it"):
            set_up(acme, server)
        assert server.listener.connections == 0


@pytest.mark.parametrize("way", ["installation", "organization"])
def test_offline_mode_asks_nobody(acme: Organization, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    with model_server(saying(RIGHT)) as server:
        set_up(acme, server)
        if way == "installation":
            monkeypatch.setenv("DOCFLOW_OFFLINE", "true")
        else:
            Organization.objects.filter(pk=acme.pk).update(is_offline=True)
        document = make.document(acme)
        assert server.listener.connections == 0
    assert note_of(document) == ""
    assert LanguageModel.objects.get().calls == 0


def test_an_organization_is_shown_to_its_own_model_only(acme: Organization, other: Organization) -> None:
    with model_server(saying(RIGHT)) as ours, model_server(saying(RIGHT)) as theirs:
        set_up(acme, ours)
        set_up(other, theirs, api_key="other-key")
        make.document(acme, make.invoice_text(number="A-1"))
        make.document(other, make.invoice_text(number="C-1"))
    assert "A-1" in json.dumps(ours.asked)
    assert "C-1" not in json.dumps(ours.asked)
    assert "C-1" in json.dumps(theirs.asked)
    assert "A-1" not in json.dumps(theirs.asked)
    assert {each.headers["authorization"] for each in theirs.requests} == {"Bearer other-key"}
