"""D18: the three programs of surfaces/documents.md section 15, unchanged but for host and key, against the running site.

httpx stands in for requests: the calls that they use are the same in both.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx as requests
import pytest

from docflow.accounts.models import Organization
from documents.models import Document, Folder
from tests import make
from tests.api.programs import contact_with_folder, rows

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def folder(acme: Organization) -> Folder:
    return contact_with_folder(acme)[1]


class Programs:
    """The programs, with BASE and AUTH filled in; what they print is kept."""

    def __init__(self, base: str, key: str) -> None:
        self.base, self.auth = base, {"Authorization": f"Bearer {key}"}
        self.printed: list[Any] = []

    def upload(self, path: Path, contact_id: int, folder_id: int) -> None:
        with path.open("rb") as file:
            self.printed.append(
                requests.post(
                    f"{self.base}/api/documents/upload",
                    headers=self.auth,
                    files={"file": file},
                    data={
                        "contact_id": contact_id,
                        "folder_id": folder_id,
                        "profile_id": 2,
                        "external_refs": '{"salesforce":{"record_id":"001Qy...","record_type":"Opportunity"}}',
                    },
                ).json()
            )

    def waiting(self, contact_id: int) -> Any:
        return requests.get(
            f"{self.base}/api/documents", headers=self.auth, params={"contact_id": contact_id, "status": "Needs Review"}
        ).json()["documents"]

    def approve(self, contact_id: int, threshold: int = 90) -> None:
        for doc in self.waiting(contact_id):
            if doc["confidence_score"] >= threshold:
                requests.patch(f"{self.base}/api/documents/{doc['id']}/status", headers=self.auth, json={"status": "Approved"})
                self.printed.append((doc["id"], doc["confidence_score"]))


@pytest.fixture
def programs(live_server: Any, acme: Organization) -> Programs:
    return Programs(live_server.url, make.key(acme))


def test_the_upload_prints_the_new_document(programs: Programs, folder: Folder, tmp_path: Path) -> None:
    path = tmp_path / "invoice.txt"
    path.write_bytes(make.invoice_text())
    programs.upload(path, folder.contact_id, folder.pk)
    [answer] = programs.printed
    assert {key: answer[key] for key in ("filename", "status", "contact_id", "folder_id")} == {
        "filename": "invoice.txt",
        "status": "New",
        "contact_id": folder.contact_id,
        "folder_id": folder.pk,
    }
    assert programs.waiting(folder.contact_id) == []
    make.read(Document.objects.get(pk=answer["id"]))
    assert [doc["id"] for doc in programs.waiting(folder.contact_id)] == [answer["id"]]


def test_what_is_certain_is_approved_and_a_second_round_finds_nothing(
    programs: Programs, acme: Organization, folder: Folder
) -> None:
    good, just, sure = (rows(acme, folder, 1, confidence=score)[0] for score in (89, 90, 94))
    [ready] = rows(acme, folder, 1, confidence=95, status="Ready")
    programs.approve(folder.contact_id)
    assert sorted(programs.printed) == sorted([(just.pk, 90), (sure.pk, 94)])
    statuses = dict(Document.objects.values_list("pk", "status"))
    assert statuses == {good.pk: "Needs Review", just.pk: "Approved", sure.pk: "Approved", ready.pk: "Ready"}
    programs.printed.clear()
    programs.approve(folder.contact_id)
    assert programs.printed == []
