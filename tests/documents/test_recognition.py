"""A scan on its way through the job: drawn by one child, recognized by the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.db.models.functions import Now

from docflow.accounts.models import Organization
from docflow.sandbox import STEPS, Sandbox
from docflow.sandbox.steps import PIXELS
from documents import jobs
from documents.models import Document
from tests import make
from tests.extraction import reading_samples as samples
from uploads.models import Task

CRASHES = replace(STEPS["recognize"], path="tests.fakes.steps:recognize_after_a_crash")
ABORTS = replace(STEPS["recognize"], path="tests.fakes.steps:crash_at_any_page")


@pytest.fixture
def scan(tmp_path: Path) -> bytes:
    return samples.scanned_pdf(tmp_path / "scan.pdf").read_bytes()


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """The job's sandbox, in which recognition crashes once."""
    with Sandbox(base=tmp_path / "work", steps={"recognize": CRASHES}) as box:
        monkeypatch.setattr(jobs, "_box", box)
        yield box


def again(document: Document) -> Document:
    """Its time has come."""
    Task.objects.filter(pk=document.task.pk).update(next_at=Now())
    return make.read(document)


def test_a_crash_of_recognition_costs_one_document_one_reading(
    acme: Organization, other: Organization, scan: bytes, box: Sandbox
) -> None:
    unlucky = make.document(acme, scan, "scan.pdf")
    assert (unlucky.task.lease_until, unlucky.task.falls, unlucky.task.error["reason"]) == (None, 1, "crash")
    assert box.child_pid(PIXELS) is None
    bystander = make.document(other, scan, "scan.pdf")
    assert (bystander.task.stage, bystander.task.falls) == ("done", 0)
    child = box.child_pid(PIXELS)
    read = again(unlucky)
    assert (read.task.stage, read.task.falls) == ("done", 1)
    assert box.child_pid(PIXELS) == child, "the other organization's page came through the same one"
    assert {page.as_layout().text for page in (read.pages.get(), bystander.pages.get())} == {
        bystander.pages.get().as_layout().text
    }
    assert "INV-20417" in read.pages.get().as_layout().text


def test_what_fells_recognition_twice_is_given_up_in_words(
    acme: Organization, scan: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Sandbox(base=tmp_path / "work", steps={"recognize": ABORTS}) as box:
        monkeypatch.setattr(jobs, "_box", box)
        poison = again(make.document(acme, scan, "scan.pdf"))
    assert (poison.task.stage, poison.status) == ("failed", "Exception")
    assert poison.task.error["page"] == 1
    assert poison.task.error["message"].startswith("Page 1 ended the reader.")
