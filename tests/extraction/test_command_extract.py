"""`manage.py extract FILE...`: one JSON object a line, without a database."""

from __future__ import annotations

import json
from email.message import EmailMessage
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from documents.extraction.synthesis.facts import invoice_facts
from documents.extraction.synthesis.fattura import fattura_xml
from documents.extraction.synthesis.samples import digital_invoice
from tests.extraction.reading_samples import scanned_pdf
from tests.security import hostile_archives as archives


def extract(*arguments: str) -> tuple[list[dict], int]:
    """What was printed, and the exit status."""
    printed, status = StringIO(), 0
    try:
        call_command("extract", *arguments, stdout=printed, stderr=StringIO())
    except SystemExit as end:
        status = int(end.code or 0)
    return [json.loads(line) for line in printed.getvalue().splitlines()], status


@pytest.fixture(scope="module")
def invoice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("extract") / "invoice.pdf"
    path.write_bytes(digital_invoice(7).data)
    return path


def test_an_invoice_is_printed_with_values_places_and_evidence(invoice: Path) -> None:
    (told,), status = extract(str(invoice))
    total = told["fields"]["total_amount"]
    assert status == 0
    assert told["media_type"] == "application/pdf"
    assert told["doc_type"] == "invoice"
    assert told["pages"] == 1
    source = {"page": 1, "source": "text layer", "engine": "", "reason": "has a sound text layer", "rotation": 0}
    assert told["page_sources"] == [source]
    assert total["value"] == digital_invoice(7).truth["expected"]["total_amount"]
    assert total["page"] == 1
    assert len(total["box"]) == 4
    assert total["confidence"] > 50
    assert total["evidence"]
    assert total["raw"] in told["text"].replace("\xa0", " ")
    assert len(told["line_items"]) == len(digital_invoice(7).truth["line_items"])


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_still_printed(invoice: Path, tmp_path: Path) -> None:
    empty, missing = tmp_path / "empty.pdf", tmp_path / "none.pdf"
    empty.write_bytes(b"")
    (one, two, three), status = extract(str(empty), str(missing), str(invoice))
    assert one["error"]["code"] == "file_empty"
    assert two["error"]["code"] == "file_not_found"
    assert three["doc_type"] == "invoice"
    assert status == 1


def test_a_profile_can_be_asked_for_and_explained(invoice: Path) -> None:
    (told,), _ = extract(str(invoice), "--profile", "universal-invoices-receipts", "--explain")
    assert told["profile"] == "universal-invoices-receipts"
    assert "alternatives" in told["fields"]["invoice_number"]


@pytest.mark.parametrize("arguments", [("--profile", "no-such"), ("--ocr", "no-such"), ("--language", "xx")])
def test_unknown_names_are_refused_with_the_known_ones(invoice: Path, arguments: tuple[str, str]) -> None:
    with pytest.raises(CommandError, match="Use one of"):
        extract(str(invoice), *arguments)


def test_the_engine_is_the_one_asked_for_and_pages_can_be_drawn_with_their_boxes(tmp_path: Path) -> None:
    scan = scanned_pdf(tmp_path / "scan.pdf")
    (told,), _ = extract(str(scan), "--ocr", "tesseract", "--language", "eng", "--draw", str(tmp_path / "drawn"))
    assert told["page_sources"][0]["engine"] == "tesseract"
    with Image.open(tmp_path / "drawn" / "scan.pdf-1.png") as drawn:
        colours = {colour for _, colour in drawn.getcolors(1 << 24)}
        assert (drawn.format, drawn.width) == ("PNG", 910)
    assert (0x2F, 0x6F, 0xDE) in colours
    assert (0xD0, 0x00, 0x30) in colours


def test_an_archive_is_printed_with_its_files_and_an_e_invoice_whole(tmp_path: Path) -> None:
    facts = invoice_facts(5, "it")
    (tmp_path / "a.zip").write_bytes(archives.archive([("fattura.xml", fattura_xml(facts)), ("run.exe", b"MZ\x90\0\x03")]))
    (told,), _ = extract(str(tmp_path / "a.zip"))
    invoice, program = told["parts"]
    assert invoice["einvoice"]["syntax"] == "FatturaPA"
    assert invoice["einvoice"]["means"][0]["bic"] == facts.vendor.bic
    assert invoice["fields"]["total_amount"]["value"] == str(facts.total)
    assert program["error"]["code"] == "file_type_not_supported"


def test_a_mail_is_printed_with_its_parts(tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "Our invoice", "a@seller.example", "b@buyer.example"
    mail.set_content("Please find our invoice attached.")
    mail.add_attachment(digital_invoice(7).data, maintype="application", subtype="pdf", filename="invoice.pdf")
    path = tmp_path / "mail.eml"
    path.write_bytes(mail.as_bytes())
    (told,), _ = extract(str(path))
    assert told["media_type"] == "message/rfc822"
    assert [(part["file"], part["doc_type"]) for part in told["parts"]] == [("invoice.pdf", "invoice")]
