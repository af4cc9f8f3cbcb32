"""The demo organization: what the documentation's examples rely on, and that making it twice changes nothing."""

from __future__ import annotations

import io
import stat
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.test import Client

from docflow.accounts.models import ApiKey, Organization
from documents.models import Contact, Document
from uploads.models import Task
from uploads.operations import demo


def seed() -> str:
    said = io.StringIO()
    call_command("seed_demo", stdout=said, stderr=io.StringIO())
    return said.getvalue()


@pytest.mark.django_db(transaction=True, reset_sequences=True)
def test_the_demo_is_as_the_examples_say_and_is_made_once(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    said = seed()
    organization = Organization.objects.get()
    assert (organization.name, organization.slug) == ("Demo", "demo")
    acme = Contact.objects.get(pk=5)
    assert acme.name == "Acme Corporation"
    assert list(acme.folders.order_by("id").values_list("id", "name"))[-1] == (12, "Q4 Invoices")
    person = authenticate(email=demo.EMAIL, password=demo.PASSWORD)
    assert person is not None
    assert person.is_operator  # type: ignore[attr-defined]
    counted = Document.objects.count()
    assert counted >= 12
    assert {task.stage for task in Task.objects.all()} == {"queued"}  # for the real worker to read
    key = (tmp_path / "demo_key").read_text()
    assert said.splitlines() == [f"{demo.EMAIL} {demo.PASSWORD}", key]
    answer = Client(headers={"Authorization": f"Bearer {key}"}).get("/api/documents")
    assert answer.json()["total"] == counted
    welcome = (tmp_path / "welcome.txt").read_text()
    assert f'curl -sS {{url}}/api/documents/upload -H "Authorization: Bearer {key}"' in welcome
    assert f'-F "file=@{tmp_path}/sample-invoice.pdf" -F contact_id=5 -F folder_id=12' in welcome
    assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("demo_key", "welcome.txt")} == {0o600}

    assert seed() == ""
    assert (Document.objects.count(), ApiKey.objects.count()) == (counted, 1)

    (tmp_path / "welcome.txt").unlink()  # as if the first call had been interrupted
    seed()
    assert (Organization.objects.count(), Contact.objects.count(), Document.objects.count()) == (1, 5, counted)


def test_a_site_that_others_can_reach_gets_no_demo(settings: Any) -> None:
    settings.LOOPBACK = False
    with pytest.raises(CommandError, match="localhost"):
        seed()
