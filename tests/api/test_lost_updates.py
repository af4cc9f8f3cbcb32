"""P11: two clients edit at once with If-Match. What was answered 2xx stands in the audit log, and none is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client

from docflow.accounts.models import Event, Organization
from documents.models import Document
from tests import make
from tests.api.programs import contact_with_folder, patch, rows

EDITS = 100


@pytest.mark.django_db(transaction=True)
def test_no_edit_is_silently_overwritten(acme: Organization) -> None:
    [document] = rows(acme, contact_with_folder(acme)[1], 1)
    keys = [make.key(acme), make.key(acme)]
    path = f"/api/documents/{document.pk}"

    def edit(number: int) -> list[str]:
        client, kept = Client(headers={"X-API-Key": keys[number]}), []
        try:
            for turn in range(EDITS):
                tag, note = client.get(path)["ETag"], f"{number}-{turn}"
                answer = patch(client, path, {"notes": note}, If_Match=tag)
                assert answer.status_code in (200, 412), answer.content
                if answer.status_code == 200:
                    kept.append(note)
            return kept
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        kept = [note for notes in pool.map(edit, (0, 1)) for note in notes]
    told = list(Event.objects.filter(document_id=document.pk, event_type="document.changed").order_by("id"))
    chain = [(event.before["notes"], event.after["notes"]) for event in told]
    assert sorted(after for _, after in chain) == sorted(kept)
    assert [before for before, _ in chain] == ["", *(after for _, after in chain[:-1])]
    document = Document.objects.get(pk=document.pk)
    assert (document.version, document.notes) == (1 + len(kept), chain[-1][1])
