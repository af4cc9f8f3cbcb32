"""Barcodes and QR codes are found however the page was printed, laid or scanned, and stand where the page shows them."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest
from PIL import Image
from pypdfium2 import PdfDocument
from reportlab.lib.utils import ImageReader

from docflow.errors import ReaderStoppedError
from documents.extraction import codes
from documents.extraction.codes import Code, find_codes, placed
from documents.extraction.geometry import Box
from documents.extraction.handover import checked_page, in_columns
from documents.extraction.layout import OCR, TEXT_LAYER, Page
from documents.extraction.synthesis import marks, scan
from documents.extraction.synthesis.facts import invoice_facts
from documents.extraction.synthesis.invoice_pdf import invoice_pdf
from documents.extraction.synthesis.paper import Paper
from tests.fakes.works import read_here

FACTS = invoice_facts(5, "de", lines=4)
EPC = marks.epc_text(FACTS)
DPI = 200

WAYS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "clean": lambda sheet: sheet,
    "lying": lambda sheet: sheet.transpose(Image.Transpose.ROTATE_90),
    "upside down": lambda sheet: sheet.transpose(Image.Transpose.ROTATE_180),
    "lying the other way": lambda sheet: sheet.transpose(Image.Transpose.ROTATE_270),
    "skewed": lambda sheet: scan.scanned(sheet, scan.Wear(3.0, 6, 0.5), 1),
    "more skewed": lambda sheet: scan.scanned(sheet, scan.Wear(-8.0, 6, 0.5), 2),
    "blurred": lambda sheet: scan.scanned(sheet, scan.Wear(1.0, 6, 1.5), 3),
    "as a bad JPEG": lambda sheet: Image.open(io.BytesIO(scan.as_jpeg(sheet, 20, DPI))).convert("L"),
    "noisy": lambda sheet: scan.scanned(sheet, scan.Wear(0.5, 18, 0.5), 4),
    "faxed": lambda sheet: scan.fax(sheet, scan.Wear(1.0, 6, 0.5), 5).convert("L"),
    "photographed": lambda sheet: scan.photographed(sheet, 3).convert("L"),
}


@cache
def invoice_sheet() -> Image.Image:
    return scan.rendered(invoice_pdf(FACTS, "letter", plain=True), DPI)[0]


def page_with(text: str, kind: str, width: int) -> Image.Image:
    sheet = invoice_sheet().copy()
    sheet.paste(marks.picture(text, kind, width=width), (180, 1500))
    return sheet


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("text", "kind", "width"),
    [(EPC, "QRCode", 260), (marks.SEPARATOR, "QRCode", 240), (marks.SEPARATOR, "Code128", 480), ("PATCH-T", "Code39", 640)],
)
def test_a_code_is_read_however_the_sheet_was_scanned(text: str, kind: str, width: int, way: str) -> None:
    (found,) = find_codes(WAYS[way](page_with(text, kind, width)))
    assert (found.text, found.format) == (text, codes.FORMATS[kind])


def test_an_article_number_is_read_and_a_page_without_codes_has_none() -> None:
    assert [code.text for code in find_codes(page_with("4006381333931", "EAN13", 300))] == ["4006381333931"]
    assert find_codes(scan.rendered(invoice_pdf(FACTS, "letter"), DPI)[0]) == ()
    assert find_codes(Image.new("L", (1, 1), 255)) == ()


@pytest.mark.parametrize(
    ("number", "charset"),
    [("1", "utf-8"), ("2", "iso-8859-1"), ("3", "iso-8859-2"), ("4", "iso-8859-4"), ("8", "iso-8859-15")],
)
def test_a_payment_code_is_read_in_the_character_set_that_it_names(number: str, charset: str) -> None:
    facts = replace(FACTS, vendor=replace(FACTS.vendor, name="Müller & Söhne GmbH"))
    said = marks.epc_text(facts, charset=number)
    (found,) = find_codes(marks.picture(said.encode(charset)))
    assert found.text == said


def test_a_payment_code_that_names_the_wrong_character_set_is_read_all_the_same() -> None:
    facts = replace(FACTS, vendor=replace(FACTS.vendor, name="Müller & Söhne GmbH"))
    said = marks.epc_text(facts, charset="1")
    (found,) = find_codes(marks.picture(said.encode("iso-8859-1")))
    assert found.text == said


@pytest.mark.parametrize("text", ["PATCHT", "PATCH-T", "PATCH T", "patcht", "*PATCHT*"])
def test_separator_codes_are_known_by_what_they_say(text: str) -> None:
    assert Code("Code 39", text, Box(0, 0, 1, 1)).separates
    assert not Code("Code 39", text + "1", Box(0, 0, 1, 1)).separates


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_places_follow_the_page_when_it_is_turned_upright(rotation: int) -> None:
    corner = Code("QR code", "x", Box(0, 0, 100, 50))
    (found,) = placed([corner], (1000, 2000), (500, 1000), rotation)
    assert found.box.as_list() == {
        0: [0, 0, 50, 25], 90: [0, 450, 25, 500], 180: [450, 975, 500, 1000], 270: [975, 0, 1000, 50],
    }[rotation]  # fmt: skip


def sheet(*, form: bool = False, embedded: bool = False) -> bytes:
    """A page of text with a QR code of 64 points at (100, 650) and a barcode of 180 x 40 points at (300, 660)."""
    paper = Paper(title="Codes")
    for row in range(40):
        paper.text(57, 60 + 12 * row, f"Row {row} of a page whose text is sound and read from its layer", 9)
    if form:
        paper.canvas.beginForm("codes")
    if embedded:
        stored = ImageReader(marks.picture(EPC))
        paper.canvas.drawImage(stored, 100, paper.height - 714, 64, 64)
    else:
        marks.draw(paper, 100, 650, EPC, width=64)
        marks.draw(paper, 300, 660, marks.SEPARATOR, "Code128", width=180, height=40)
    if form:
        paper.canvas.endForm()
        paper.canvas.saveState()
        paper.canvas.translate(10, -20)
        paper.canvas.doForm("codes")
        paper.canvas.restoreState()
    return paper.finish()


@pytest.mark.parametrize("form", [False, True])
def test_codes_that_are_drawn_on_a_digital_page_are_found_in_their_places(tmp_path, form: bool) -> None:
    (tmp_path / "a.pdf").write_bytes(sheet(form=form))
    page = read_here(tmp_path / "a.pdf", "application/pdf")
    assert page.source == TEXT_LAYER
    assert {code.text for code in page.codes} == {EPC, marks.SEPARATOR}
    right, down = (10, 20) if form else (0, 0)
    quick = next(code for code in page.codes if code.format == "QR code")
    assert quick.box.as_list() == pytest.approx([100 + right, 650 + down, 164 + right, 714 + down], abs=1.5)
    bars = next(code for code in page.codes if code.format == "Code 128")
    assert (bars.box.x0, bars.box.x1) == pytest.approx((300 + right, 480 + right), abs=2)
    assert 658 + down <= bars.box.top <= bars.box.bottom <= 702 + down


def test_a_picture_of_a_code_on_a_digital_page_is_looked_at(tmp_path) -> None:
    (tmp_path / "a.pdf").write_bytes(sheet(embedded=True))
    page = read_here(tmp_path / "a.pdf", "application/pdf")
    assert [code.text for code in page.codes] == [EPC]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_on_a_page_that_is_shown_turned_codes_stand_with_the_words(tmp_path, turn: int) -> None:
    document = PdfDocument(sheet())
    document[0].set_rotation(turn)
    document.save(tmp_path / "a.pdf")
    document.close()
    page = read_here(tmp_path / "a.pdf", "application/pdf")
    assert page.rotation == turn
    quick = next(code for code in page.codes if code.format == "QR code")
    assert quick.box.as_list() == pytest.approx([100, 650, 164, 714], abs=1.5)


def test_codes_on_a_scan_that_lies_stand_with_its_words(tmp_path) -> None:
    paper = Paper(title="Codes")
    for row in range(9):
        paper.text(60, 60 + 26 * row, "Crates are counted before noon at gate four", 16)
    marks.draw(paper, 100, 650, EPC, width=64)
    picture = scan.rendered(paper.finish(), DPI)[0]
    (tmp_path / "a.jpg").write_bytes(scan.as_jpeg(picture.transpose(Image.Transpose.ROTATE_270), dpi=DPI))
    page = read_here(tmp_path / "a.jpg", "image/jpeg")
    assert (page.source, page.rotation) == (OCR, 90)
    quick = next(code for code in page.codes if code.format == "QR code")
    assert quick.box.as_list() == pytest.approx([100, 650, 164, 714], abs=2)


@pytest.mark.parametrize(
    "bad",
    [
        Code("QR code", "", Box(0, 0, 5, 5)),
        Code("QR code", "a\x00b", Box(0, 0, 5, 5)),
        Code("Rune", "a", Box(0, 0, 5, 5)),
        Code("QR code", "a", Box(0, 0, 5_000, 5)),
        Code("QR code", "a", Box(5, 0, 0, 5)),
        Code("QR code", "a" * 8_000, Box(0, 0, 5, 5)),
    ],
)
def test_a_child_that_lies_about_codes_is_not_believed(bad: Code) -> None:
    sound = Code("QR code", "a", Box(0, 0, 5, 5))
    assert checked_page(in_columns(Page(1, 595, 842, 0, OCR, codes=(sound,))), 1).codes == (sound,)
    with pytest.raises(ReaderStoppedError):
        checked_page(in_columns(Page(1, 595, 842, 0, OCR, codes=(sound, bad))), 1)
    with pytest.raises(ReaderStoppedError):
        checked_page(in_columns(Page(1, 595, 842, 0, OCR, codes=(sound,) * (codes.MOST + 1))), 1)
