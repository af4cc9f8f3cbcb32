"""What is too much to be read is told on the page and stops automation; nothing is left out without a word."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from docflow.errors import FileError
from documents.extraction import pipeline, steps
from documents.extraction.codes import MOST as MAX_CODES
from documents.extraction.codes import Code
from documents.extraction.geometry import Box
from documents.extraction.handover import checked_page
from documents.extraction.layout import LONGEST_REASON, MAX_WORDS, OCR, Page
from documents.extraction.lines import MOST as MAX_ROWS
from documents.extraction.synthesis import marks
from tests.extraction.written_pages import page
from tests.fakes.works import HereWork, read_here

PDF = "application/pdf"


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def words_pdf(rows: int, columns: int, word: str = "four") -> bytes:
    """A page with rows x columns words."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=(columns * 24 + 40, rows * 10 + 40))
    canvas.setFont("Helvetica", 8)
    for row in range(rows):
        canvas.drawString(20, 20 + row * 10, " ".join([word] * columns))
    canvas.save()
    return out.getvalue()


def stickers(count: int) -> Image.Image:
    """A sheet of small codes, twenty a row."""
    code = marks.picture("S-1", width=90)
    sheet = Image.new("L", (20 * 110 + 40, (count // 20 + 1) * 110 + 40), 255)
    for number in range(count):
        sheet.paste(code, (20 + number % 20 * 110, 20 + number // 20 * 110))
    return sheet


def saved(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def test_a_sheet_of_stickers_is_read_and_what_is_beyond_the_limit_is_told(tmp_path: Path) -> None:
    some = read_here(written(tmp_path / "some.png", saved(stickers(189))), "image/png")
    assert (len(some.codes), some.left_out) == (189, "")
    many = read_here(written(tmp_path / "many.png", saved(stickers(220))), "image/png")
    assert len(many.codes) == MAX_CODES == 200
    assert many.left_out == "codes beyond 200"
    assert many.reason.startswith("is a picture; ")


@pytest.mark.parametrize(("rows", "left_out"), [(199, ""), (202, "words beyond 20,000")])
def test_a_page_with_too_many_words_says_so(tmp_path: Path, rows: int, left_out: str) -> None:
    read = read_here(written(tmp_path / "a.pdf", words_pdf(rows, 100)), PDF)
    assert len(read.words) == min(rows * 100, MAX_WORDS)
    assert read.left_out == left_out


def test_a_page_with_too_many_letters_says_so(tmp_path: Path) -> None:
    read = read_here(written(tmp_path / "a.pdf", words_pdf(120, 80, "incomprehensibilities")), PDF)
    assert read.left_out == "letters beyond 200,000"


def test_a_word_without_end_is_kept_in_pieces(tmp_path: Path) -> None:
    out = BytesIO()
    canvas = Canvas(out, pagesize=(9_000, 300))
    canvas.setFont("Helvetica", 8)
    canvas.drawString(20, 200, "a" * 1_500)
    canvas.drawString(20, 100, "and some words that stand below it on the same page of the same file")
    canvas.save()
    read = read_here(written(tmp_path / "a.pdf", out.getvalue()), PDF)
    assert sum(len(word.text) for word in read.words if set(word.text) == {"a"}) == 1_500


def test_a_moving_picture_is_read_by_its_first_one_and_says_so(tmp_path: Path) -> None:
    sheets = [stickers(2), stickers(3), stickers(4)]
    sheets[0].save(tmp_path / "a.webp", save_all=True, append_images=sheets[1:])
    assert read_here(tmp_path / "a.webp", "image/webp").left_out == "2 further pictures of a moving one"


def test_a_file_with_more_attachments_than_are_looked_at_is_refused(tmp_path: Path) -> None:
    document = pdfium.PdfDocument(words_pdf(2, 2))
    for number in range(1_001):
        document.new_attachment(f"{number}.txt")
    document.save(tmp_path / "a.pdf")
    document.close()
    with pytest.raises(FileError, match="1,001 embedded files") as caught:
        steps.open_file(tmp_path, file="a.pdf", media_type=PDF, max_pages=9)
    assert caught.value.reason == "too_many_attachments"


def test_an_einvoice_that_is_too_large_is_told_as_one_that_cannot_be_read(tmp_path: Path) -> None:
    document = pdfium.PdfDocument(words_pdf(9, 9))
    document.new_attachment("factur-x.xml").set_data(b"<a>" + b" " * (21 * 1024 * 1024) + b"</a>")
    document.save(tmp_path / "file")
    document.close()
    work = HereWork(tmp_path)
    opened = work.run("open_file", file="file", media_type=PDF, max_pages=9)
    read = work.run("read_page", file="file", media_type=PDF, number=1, picture="picture")
    (tmp_path / "pages.json").write_text(json.dumps([checked_page(read, 1).as_json()]))
    found = work.run("find_values", pages="pages.json", filename="a.pdf", einvoice=opened["einvoice"])
    assert any("larger than 20 MB" in problem["text"] and problem["blocks"] for problem in found["problems"])


def test_a_mail_with_too_long_a_text_ends_in_a_line_that_says_so(tmp_path: Path) -> None:
    mail = b"From: a@example.com\r\nSubject: Log\r\n\r\n" + b"one line of a log of many lines\r\n" * 140_000
    (tmp_path / "file").write_bytes(mail)
    answer = steps.unpack(tmp_path, file="file")
    (body,) = answer["parts"]
    text = (tmp_path / body["name"]).read_text("utf-8")
    assert len(text) < 4.5e6
    assert text.rstrip().endswith("[docflow reads 4 MB of a text; what follows is left out.]")


def test_what_was_left_out_of_a_page_stops_automation_in_words() -> None:
    sheet = replace(page("Dear Mr Miller,", "thank you for your visit last week."), reason="is a picture")
    whole = pipeline.find_values((sheet,), einvoice=None, profile=None, filename="")
    cut = pipeline.find_values((sheet.without("codes beyond 200"),), einvoice=None, profile=None, filename="")
    (problem,) = set(cut.problems) - set(whole.problems)
    assert problem.text == "Page 1 was not read whole; left out: codes beyond 200."
    assert (problem.code, problem.blocks) == ("reading_failed", True)


def test_a_table_with_too_many_rows_says_so() -> None:
    heading = [(60, "Description"), (260, "Quantity"), (340, "Unit price"), (440, "Amount")]
    row = [(60, "Box of pens"), (260, "1"), (340, "2.00"), (440, "2.00")]
    sheet = page([(60, "Invoice")], [(60, "Invoice no: 4711-22")], heading, *[row] * (MAX_ROWS + 2), height=20 * MAX_ROWS)
    found = pipeline.find_values((sheet,), einvoice=None, profile=None, filename="")
    assert len(found.line_items) == MAX_ROWS
    assert "The table has more than 1,000 rows; the rest is left out." in [problem.text for problem in found.problems]
    assert found.reasoning.endswith("rows; the rest is left out.")


def test_what_is_left_out_stands_at_the_end_of_the_longest_reason() -> None:
    codes = tuple(Code("QR code", str(number), Box(0, 0, 1, 1)) for number in range(MAX_CODES + 1))
    full = Page(1, 595, 842, 0, OCR, reason="x" * LONGEST_REASON, codes=codes).within_limits()
    assert len(full.reason) == LONGEST_REASON
    assert full.left_out == "codes beyond 200"
    assert full.without("words beyond 20,000").left_out == "codes beyond 200, words beyond 20,000"
