"""How a model is set up, by whom, and where its key stands: nowhere but in the call."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.core import serializers
from django.db import connection
from django.test import Client

from docflow.accounts.actors import COMMAND
from docflow.accounts.models import Event, Organization
from docflow.errors import InputError
from documents.models import LanguageModel
from documents.operations import language_models
from tests import make
from tests.documents.language_model.asking import KEY, RIGHT, set_up
from tests.fakes.language_model import model_server, saying
from tests.security import patterns


def test_the_key_stands_nowhere_but_in_the_call(acme: Organization, api: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with model_server(saying(RIGHT)) as server:
        model = set_up(acme, server)
        document = make.document(acme)
    assert LanguageModel.objects.get().api_key == KEY
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT api_key FROM {LanguageModel._meta.db_table} WHERE id = %s", [model.pk])
        assert KEY not in cursor.fetchone()[0]
    rows = [row for each in patterns.models() if each is not LanguageModel for row in each._default_manager.all()]
    assert len(rows) > 20
    assert KEY not in serializers.serialize("json", rows)
    for path in (f"/api/documents/{document.pk}", f"/api/documents/{document.pk}/fields", "/api/audit-logs"):
        assert KEY not in api.get(path).content.decode()
    assert KEY not in caplog.text
    assert KEY not in repr(model)


def test_a_new_host_does_not_get_the_key_of_the_old_one(acme: Organization) -> None:
    with model_server(saying(RIGHT)) as server, model_server(saying(RIGHT)) as elsewhere:
        set_up(acme, server)
        with pytest.raises(InputError, match="Give the key again"):
            language_models.configure(acme, {"base_url": elsewhere.base_url}, COMMAND)
        language_models.configure(acme, {"base_url": elsewhere.base_url, "api_key": ""}, COMMAND)
        make.document(acme)
    assert "authorization" not in elsewhere.requests[0].headers


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"base_url": ""}, "base_url"),
        ({"base_url": "ftp://llm.example"}, "base_url"),
        ({"base_url": "http://127.0.0.1:9999/v1?key=x"}, "base_url"),
        ({"name": ""}, "name"),
        ({"seconds": 91}, "seconds"),
        ({"most_characters": 10}, "most_characters"),
        ({"most_tokens": True}, "most_tokens"),
        ({"calls_per_day": 0}, "calls_per_day"),
        ({"api_key": "a\r\nX-Evil: 1"}, "api_key"),
    ],
)
def test_what_cannot_be_is_refused(acme: Organization, values: dict[str, Any], field: str) -> None:
    given = {"base_url": "http://127.0.0.1:9999/v1", "name": "tiny", **values}
    with pytest.raises(InputError) as refused:
        language_models.configure(acme, given, COMMAND)
    assert [fault.field for fault in refused.value.faults] == [field]
    assert not LanguageModel.objects.exists()


def test_operators_set_it_up_in_the_admin_and_never_see_the_key(acme: Organization, collected: None) -> None:
    olga = make.user("olga@docflow.example", acme, operator=True)
    browser = Client()
    browser.force_login(olga)
    form = {
        "organization": acme.pk, "is_active": "on", "base_url": "http://127.0.0.1:9999/v1", "name": "tiny", "new_key": KEY,
        "seconds": 20, "most_characters": 20_000, "most_tokens": 500, "calls_per_day": 5,
    }  # fmt: skip
    answer = browser.post("/admin/documents/languagemodel/add/", form)
    assert answer.status_code == 302, answer.content.decode()
    model = LanguageModel.objects.get()
    assert (model.api_key, model.seconds, model.is_active) == (KEY, 20, True)
    page = f"/admin/documents/languagemodel/{model.pk}/change/"
    for path in (page, "/admin/documents/languagemodel/"):
        shown = browser.get(path).content.decode()
        assert "On: 0 of 5 documents today." in shown
        assert KEY not in shown
    del form["new_key"], form["is_active"]
    assert browser.post(page, form).status_code == 302
    model.refresh_from_db()
    assert (model.api_key, model.is_active) == (KEY, False)
    assert "another host" in browser.post(page, {**form, "base_url": "http://127.0.0.1:9998/v1"}).content.decode()
    assert browser.post(page, {**form, "remove_key": "on"}).status_code == 302
    model.refresh_from_db()
    assert model.api_key == ""
    event = Event.objects.filter(event_type="setting.language_model_changed").latest("id")
    assert event.actor_name == "Olga"
    alice = make.user("alice2@acme.example", acme, "admin")
    browser.force_login(alice)
    assert browser.get(page).status_code == 302
