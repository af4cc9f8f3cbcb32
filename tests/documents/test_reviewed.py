"""An organization's own reviews tell how right values are that are so sure."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from docflow.accounts.actors import COMMAND, Actor
from docflow.accounts.models import Organization
from documents.extraction.model import MODEL
from documents.operations import changes, reviews
from documents.record import full
from documents.reviewed import reviewed_answers
from tests import make

REVIEWER = Actor("user", "Ada")


def test_what_was_read_is_judged_by_what_was_confirmed(acme: Organization, tmp_path: Path) -> None:
    document = make.document(acme)
    changes.change(document, {"extracted_fields": {"invoice_number": "R-1002", "due_date": None}}, COMMAND)
    assert reviewed_answers(acme) == []
    reviews.decide(document, "confirm", actor=REVIEWER, force=True)

    answers = {answer.role: answer for answer in reviewed_answers(acme)}
    assert {role for role, answer in answers.items() if not answer.right} == {"invoice_number", "due_date"}
    assert answers["total_amount"].right
    read = document.annotations.get(key="invoice_number")
    assert answers["invoice_number"].confidence == read.machine_confidence / 100 > 0
    assert "po_number" not in answers

    printed = StringIO()
    call_command("calibration", "--organization", acme.name, "--chart", str(tmp_path / "a.svg"), stdout=printed)
    assert "| total_amount | 1 |" in printed.getvalue()
    assert f"({len(answers)} values)" in (tmp_path / "a.svg").read_text()


def test_a_record_tells_the_numbers_it_was_read_with(acme: Organization) -> None:
    assert full(make.upload(acme), None)["extractor"] is None
    assert full(make.document(acme), None)["extractor"] == MODEL.version


def test_other_organizations_reviews_are_not_counted(acme: Organization) -> None:
    stranger = make.organization()
    reviews.decide(make.document(stranger), "confirm", actor=REVIEWER, force=True)
    assert reviewed_answers(acme) == []
    with pytest.raises(CommandError, match="no value to judge"):
        call_command("calibration", "--organization", acme.name)
    with pytest.raises(CommandError):
        call_command("calibration", "--organization", "nobody's")
