"""The command that draws page images anew: what is missing, or all; one JSON object a line."""

from __future__ import annotations

import json
import shutil
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from docflow.accounts.models import Organization
from documents import files, jobs
from documents.models import Document
from tests import make


def run(*arguments: str) -> list[dict[str, Any]]:
    said = StringIO()
    call_command("draw_pages", *arguments, stdout=said)
    return [json.loads(line) for line in said.getvalue().splitlines()]


@pytest.fixture
def drawn(acme: Organization) -> Document:
    document = make.document(acme)
    jobs.draw(document.pk)
    return document


def test_only_what_is_missing_is_drawn(drawn: Document, other: Organization) -> None:
    foreign = make.document(other)
    assert run("--organization", drawn.organization.name) == []
    files.thumbnail(drawn, 1).unlink()
    assert run() == [
        {"document": drawn.pk, "drawn": 1, "failed": [], "error": None},
        {"document": foreign.pk, "drawn": 1, "failed": [], "error": None},
    ]
    assert files.thumbnail(drawn, 1).exists()
    assert run() == []


def test_everything_is_drawn_anew_when_asked_or_when_the_folder_is_gone(drawn: Document) -> None:
    before = files.rendition(drawn, 1).stat().st_mtime_ns
    assert [each["drawn"] for each in run("--document", str(drawn.pk), "--all")] == [1]
    assert files.rendition(drawn, 1).stat().st_mtime_ns > before
    shutil.rmtree(settings.RENDITIONS_DIR)
    assert [each["drawn"] for each in run()] == [1]


def test_what_cannot_be_drawn_is_told_and_ends_in_another_status(drawn: Document, capsys: pytest.CaptureFixture[str]) -> None:
    files.original(drawn).unlink()
    with pytest.raises(SystemExit) as end:
        call_command("draw_pages", "--all")
    assert end.value.code == 1
    assert json.loads(capsys.readouterr().out)["error"] == "The original is not in the storage."
    with pytest.raises(CommandError, match="There is no document 0"):
        run("--document", "0")
    with pytest.raises(CommandError):
        run("--organization", "Nobody")
