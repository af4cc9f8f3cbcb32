"""`manage.py evaluate --truth FILE.jsonl`: predictions in the form that the scorer reads, mode by mode."""

from __future__ import annotations

import hashlib
import json
from email.message import EmailMessage
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from documents.extraction.synthesis.samples import digital_invoice
from tests.extraction import reading_samples as samples


def evaluate(folder: Path, *rows: dict, mode: str = "fields") -> list[dict]:
    truth = folder / "truth.jsonl"
    truth.write_text("".join(json.dumps(row) + "\n" for row in rows))
    printed = StringIO()
    call_command("evaluate", "--truth", str(truth), "--mode", mode, stdout=printed)
    return [json.loads(line) for line in printed.getvalue().splitlines()]


def test_fields_have_confidence_between_0_and_1_and_the_strings_as_printed(tmp_path: Path) -> None:
    sample = digital_invoice(11)
    (tmp_path / "a.pdf").write_bytes(sample.data)
    (told,) = evaluate(tmp_path, {"id": "a", "file": "a.pdf"})
    number = told["fields"]["invoice_number"]
    assert told["id"] == "a"
    assert told["doc_type"] == "invoice"
    assert number["value"] == sample.truth["expected"]["invoice_number"]
    assert 0 < number["confidence"] <= 1
    assert 0 <= told["confidence"] <= 1
    assert told["raw"]["date"]
    assert {"description", "amount"} <= told["line_items"][0].keys()


def test_an_engine_is_known_or_refused(tmp_path: Path) -> None:
    truth = tmp_path / "truth.jsonl"
    samples.picture().save(tmp_path / "a.png")
    truth.write_text(json.dumps({"id": "a", "file": "a.png"}))
    with pytest.raises(CommandError, match="quill"):
        call_command("evaluate", "--truth", str(truth), "--ocr", "quill")
    printed = StringIO()
    call_command("evaluate", "--truth", str(truth), "--ocr", "tesseract", stdout=printed)
    assert json.loads(printed.getvalue())["fields"]["total_amount"]["value"] == "550.50"


def test_robustness_tells_outcome_time_and_memory(tmp_path: Path) -> None:
    (tmp_path / "good.pdf").write_bytes(digital_invoice(11).data)
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.7\nnothing more")
    good, bad = evaluate(tmp_path, {"id": "1", "file": "good.pdf"}, {"id": "2", "file": "bad.pdf"}, mode="robustness")
    assert (good["outcome"], good["pages"]) == ("processed", 1)
    assert good["rss_mib"] > 10
    assert good["seconds"] < 60
    assert bad["outcome"] == "rejected"
    assert bad["message"]


def test_mails_give_their_documents_by_name_and_digest(tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "Our invoice", "a@seller.example", "b@buyer.example"
    mail.set_content("Please find our invoice attached.")
    mail.add_attachment(digital_invoice(7).data, maintype="application", subtype="pdf", filename="invoice.pdf")
    (tmp_path / "m.eml").write_bytes(mail.as_bytes())
    (told,) = evaluate(tmp_path, {"id": "m", "file": "m.eml"}, mode="email")
    assert told["outcome"] == "processed"
    digest = hashlib.sha256(digital_invoice(7).data).hexdigest()
    assert told["documents"] == [{"filename": "invoice.pdf", "sha256": digest}]


def test_conflict_flags_only_contradictions(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(digital_invoice(11).data)
    (told,) = evaluate(tmp_path, {"id": "a", "file": "a.pdf"}, mode="conflict")
    assert told["flagged"] is False


def test_a_truth_list_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be opened"):
        call_command("evaluate", "--truth", str(tmp_path / "none.jsonl"))
