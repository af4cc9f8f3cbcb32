"""The searchable PDF: every stored word is found again in its place; what is searchable already is handed out as it came."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from django.test import Client
from PIL import Image

from docflow.accounts.models import Organization, User
from documents import files, jobs, searchable
from documents.extraction import searchable as written
from documents.extraction.geometry import Box
from documents.extraction.layout import OCR, SECOND_READER, Page, Word
from documents.extraction.readers.pdf_text import text_layer
from documents.models import Document
from documents.operations import reading
from documents.statuses import Status
from tests import make
from tests.documents.test_long_documents import long_pdf
from tests.extraction import reading_samples


@pytest.fixture
def scan(acme: Organization) -> Document:
    file = BytesIO()
    reading_samples.picture((1240, 1754)).save(file, "PNG", dpi=(150, 150))
    return make.document(acme, file.getvalue(), "scan.png")


def address(document: Document) -> str:
    return f"/o/{document.organization.slug}/documents/{document.uuid}/searchable.pdf"


def words_in(content: bytes | Path, number: int = 1) -> list[Word]:
    """What a reader of PDFs finds, the unseen included."""
    document = pdfium.PdfDocument(content)
    page = document[number - 1]
    found = list(text_layer(page, invisible=True).words)
    page.close()
    document.close()
    return found


def stand_alike(one: Box, other: Box, slack: float) -> bool:
    return all(abs(a - b) <= slack for a, b in zip(one.as_list(), other.as_list(), strict=True))


def test_words_of_every_script_stand_where_they_were_read(tmp_path: Path) -> None:
    words = [
        Word(text, Box(60, 60 + 20 * row, 60 + 9 * len(text), 72 + 20 * row))
        for row, text in enumerate(("Rechnung", "żółć", "Ελλάδα", "日本語", "חשבון", "Счёт", "€1.234,50"))
    ]
    words.append(Word("sideways", Box(20, 300, 30, 372)))
    page = Page(1, 400, 500, 0, OCR, tuple(words))
    written.write_page(Image.new("L", (800, 1000), 255), page, tmp_path / "one.pdf")
    written.join([tmp_path / "one.pdf", tmp_path / "one.pdf"], tmp_path / "two.pdf")
    found = {word.text: word.box for word in words_in(tmp_path / "two.pdf", 2)}
    assert set(found) == {word.text for word in words}
    assert [word.text for word in words if not stand_alike(found[word.text], word.box, 1.5)] == []


def test_a_scan_becomes_searchable_in_a_job_and_is_made_anew_after_another_reading(
    client: Client, scan: Document, collected: None
) -> None:
    client.force_login(make.user("ann@acme.example", scan.organization, "viewer"))
    waiting = client.get(address(scan))
    assert (waiting.status_code, waiting["Refresh"]) == (202, "3")
    jobs.make_searchable(scan.pk)
    answer = client.get(address(scan))
    assert answer["Content-Disposition"] == 'attachment; filename="scan (searchable).pdf"'
    content = b"".join(answer)  # type: ignore[arg-type]
    stored = scan.pages.get().as_layout().words
    found = words_in(content)
    assert len(stored) > 20
    lost = [word.text for word in stored if not any(
        each.text == word.text and stand_alike(each.box, word.box, 2.0) for each in found
    )]  # fmt: skip
    assert lost == []
    old = searchable.file_of(scan)
    make.read(_again(scan))
    assert client.get(address(scan)).status_code == 202
    jobs.make_searchable(scan.pk)
    assert not old.exists()
    assert searchable.file_of(scan).exists()


def _again(document: Document) -> Document:
    reading.read_again(document, actor=make.COMMAND)
    return document


def test_a_pdf_with_a_sound_text_layer_is_handed_out_as_it_came(client: Client, acme: Organization, alice: User) -> None:
    client.force_login(alice)
    document = make.document(acme, long_pdf(2), "two.pdf")
    answer = client.get(address(document))
    assert b"".join(answer) == files.original(document).read_bytes()  # type: ignore[arg-type]
    document.pages.update(source=OCR)  # the text that scanning software laid behind the picture, and that fits it
    assert searchable.is_original(document)
    document.pages.filter(number=2).update(reason=SECOND_READER)
    assert not searchable.is_original(document)
    document.pages.filter(number=2).update(reason="", engine="paddle")
    assert not searchable.is_original(document)


def test_what_was_not_read_has_none_and_what_cannot_be_made_says_why(
    client: Client, acme: Organization, alice: User, scan: Document, collected: None
) -> None:
    client.force_login(alice)
    assert client.get(address(make.upload(acme))).status_code == 404
    files.original(scan).write_bytes(b"\x89PNG\r\n\x1a\n cut off")
    jobs.make_searchable(scan.pk)
    told = client.get(address(scan))
    assert "Refresh" not in told
    assert "Save the original" in told.content.decode()
    Document.objects.filter(pk=scan.pk).update(status=Status.NEW)
    jobs.make_searchable(scan.pk)
    assert not searchable.file_of(scan).exists()
