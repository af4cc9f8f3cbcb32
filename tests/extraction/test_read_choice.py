"""Page by page: whether a PDF's own text is believed, and what is done where it is not."""

from io import BytesIO

import pytest
from pypdfium2 import PdfDocument
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from docflow.recognition import LANGUAGES, installed
from documents.extraction.layout import OCR, TEXT_LAYER
from documents.extraction.readers import pdf
from documents.extraction.readers.language_sense import makes_sense
from documents.extraction.synthesis import turned
from tests.extraction import odd_pdf
from tests.extraction import reading_samples as samples
from tests.fakes.works import read_here

PAGE = samples.LINES * 3
NAMES = ("Northwind Traders", "Sable Fox Limited", "Copper Field Stores", "Juniper and Daughters", "Old Harbour Paper")


def read(path, number=1):
    return read_here(path, "application/pdf", number)


def scan_with_text(path, *, mode, under, lines=None, moved=0.0):
    """Forty-eight lines as a picture of the page, and the same (or other) lines as text in that mode, under it or over it."""
    printed = [f"{NAMES[number % 5]} item {number} costs {number * 7}.50" for number in range(48)]
    canvas, picture = Canvas(str(path), pagesize=A4), Canvas(str(path.with_suffix(".print")), pagesize=A4)
    picture.setFont("Helvetica", 11)
    for number, line in enumerate(printed):
        picture.drawString(60, 780 - 15 * number, line)
    picture.save()
    document = PdfDocument(path.with_suffix(".print"))
    pixels = BytesIO()
    document[0].render(scale=2.5, grayscale=True).to_pil().save(pixels, "PNG")
    document.close()

    def text():
        lettering = canvas.beginText(60, 780 - moved)
        lettering.setFont("Helvetica", 11, leading=15)
        lettering.setTextRenderMode(mode)
        lettering.textLines(lines or printed)
        canvas.drawText(lettering)

    if under:
        text()
    canvas.drawImage(ImageReader(pixels), 0, 0, *A4)
    if not under:
        text()
    canvas.save()
    return path


def test_letters_without_unicode_are_asked_of_the_second_reader(tmp_path):
    sound = read(odd_pdf.typeset(tmp_path / "a.pdf", PAGE))
    assert (sound.source, sound.reason) == (TEXT_LAYER, "has a sound text layer")
    page = read(odd_pdf.typeset(tmp_path / "b.pdf", PAGE, meaning=None))
    assert (page.source, page.reason) == (TEXT_LAYER, "its letters are known to the second reader only")
    assert page.text == sound.text
    for mine, theirs in zip(sound.words, page.words, strict=True):
        assert mine.box.x0 == pytest.approx(theirs.box.x0, abs=1)
        assert mine.box.middle == pytest.approx(theirs.box.middle, abs=3)


def test_letters_that_say_something_else_than_they_show_are_recognized(tmp_path):
    page = read(odd_pdf.typeset(tmp_path / "a.pdf", PAGE, meaning=odd_pdf.shifted))
    assert (page.source, page.reason) == (OCR, "its letters make no words")
    assert {"Northwind", "INV-20417", "550.50"} <= {word.text for word in page.words}


def test_the_text_of_tags_stands_for_letters_that_mean_nothing(tmp_path):
    page = read(odd_pdf.typeset(tmp_path / "a.pdf", PAGE, meaning=None, actual=True))
    assert page.source == TEXT_LAYER
    assert [line.text for line in page.lines][:8] == list(samples.LINES)


def test_only_text_long_enough_and_latin_is_judged_by_its_letters():
    right = " ".join((*NAMES, *samples.LINES)).split()
    wrong = ["".join(map(odd_pdf.shifted, word)) for word in right]
    assert makes_sense(right)
    assert not makes_sense(wrong)
    assert makes_sense(wrong[:9])
    assert makes_sense(wrong[:9] * 20)
    assert makes_sense(["発票番号", "合計金額", "東京都港区", "御請求書", "振込先口座", "支払期限"] * 40)


@pytest.mark.parametrize("under", [False, True], ids=["unseen over the picture", "behind the picture"])
def test_good_text_of_scanning_software_is_kept(tmp_path, under):
    page = read(scan_with_text(tmp_path / "a.pdf", mode=0 if under else 3, under=under))
    assert (page.source, page.engine, page.reason) == (OCR, "", "the text behind its picture fits it")
    assert page.lines[3].text == "Juniper and Daughters item 3 costs 21.50"
    assert {word.confidence for word in page.words} == {90}


BAD = {
    "moved": {"moved": 7.5},
    "of another page": {"lines": ["Sable Fox Limited, a much longer line of another page altogether"] * 12},
    "junk": {"lines": ["".join(map(odd_pdf.shifted, f"{NAMES[at % 5]} item {at} costs {at * 7}.50")) for at in range(48)]},
    "specks": {"lines": ["| . ~ , ; ' - _ : ! | . item"] * 48},
}


@pytest.mark.parametrize("under", [False, True], ids=["unseen over the picture", "behind the picture"])
@pytest.mark.parametrize("bad", BAD)
def test_bad_text_of_scanning_software_is_recognized_anew(tmp_path, bad, under):
    page = read(scan_with_text(tmp_path / "a.pdf", mode=0 if under else 3, under=under, **BAD[bad]))
    assert page.source == OCR
    assert page.engine
    assert "Daughters item 3" in page.text


def test_lettering_drawn_as_shapes_is_recognized(tmp_path):
    """Each run of dark pixels as a rectangle of its own, as plotters and outlined fonts do; the footer is text."""
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    shown = samples.picture()
    pixels, scale = shown.load(), 72 / 150
    for y in range(0, shown.height, 2):
        start = None
        for x in range(shown.width):
            dark = pixels[x, y] < 128
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                canvas.rect(start * scale, A4[1] - y * scale, (x - start) * scale, 2 * scale, stroke=0, fill=1)
                start = None
    canvas.drawString(72, 20, "Printed by a plotter")
    canvas.save()
    page = read(tmp_path / "a.pdf")
    assert (page.source, page.reason) == (OCR, "its text is drawn as curves")
    assert {"Northwind", "INV-20417", "plotter"} <= {word.text for word in page.words}


def test_each_page_of_a_mixed_document_is_read_in_its_own_way(tmp_path):
    mixed = PdfDocument.new()
    for part in (samples.pdf(tmp_path / "a.pdf"), samples.scanned_pdf(tmp_path / "b.pdf")):
        mixed.import_pages(PdfDocument(part))
    mixed.save(tmp_path / "mixed.pdf")
    first, second = read(tmp_path / "mixed.pdf", 1), read(tmp_path / "mixed.pdf", 2)
    assert (first.source, second.source, second.reason) == (TEXT_LAYER, OCR, "has no text layer")
    assert "INV-20417" in first.text
    assert "INV-20417" in second.text


def test_lettering_that_runs_up_the_margin_is_read_and_stands_last(tmp_path):
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    for number in range(45):
        canvas.drawString(72, 770 - 15 * number, f"{samples.LINES[number % 8]} {number}")
    canvas.rotate(90)
    canvas.drawString(200, -30, "Registered office Bristol")
    canvas.save()
    page = read(tmp_path / "a.pdf")
    assert (page.source, page.rotation, page.lines[-1].text) == (TEXT_LAYER, 0, "Registered office Bristol")
    assert page.lines[-1].box.x1 < 40


def test_a_language_that_is_not_installed_is_told_and_the_others_are_used(tmp_path):
    missing = next(code for code, (_, tesseract) in LANGUAGES.items() if tesseract not in installed())
    page = read_here(samples.scanned_pdf(tmp_path / "a.pdf"), "application/pdf", languages=("en", missing), engine="tesseract")
    assert page.reason == f"has no text layer; tesseract has no data for {LANGUAGES[missing][0]}"
    assert "INV-20417" in page.text


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_wide_letters_of_turned_lettering_stay_in_their_words(tmp_path, degrees):
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    for number in range(45):
        canvas.drawString(72, 770 - 15 * number, f"Summary {number} of AMOUNT WWMM mmwm @home")
    canvas.save()
    (tmp_path / "b.pdf").write_bytes(turned.unsaid((tmp_path / "a.pdf").read_bytes(), degrees))
    page = read(tmp_path / "b.pdf")
    assert page.rotation == degrees
    assert page.text == read(tmp_path / "a.pdf").text


def test_the_choice_in_a_list_box_is_read_at_its_place(tmp_path):
    page = read(odd_pdf.unfilled_form(tmp_path / "a.pdf", "PO-4711 urgent", kind="Ch"))
    assert page.text == "Order number\nPO-4711 urgent"
    word = page.words[2]
    assert (word.text, round(word.box.x0)) == ("PO-4711", 200)
    assert 842 - 710 <= word.box.top < word.box.bottom <= 842 - 690


def test_a_value_that_is_drawn_is_not_read_twice(tmp_path):
    assert read(odd_pdf.unfilled_form(tmp_path / "a.pdf", "PO-4711")).text == "Order number\nPO-4711"
    hidden = odd_pdf.unfilled_form(tmp_path / "b.pdf", "PO-4711", kind="Ch")
    hidden.write_bytes(hidden.read_bytes().replace(b"/F 4", b"/F 2"))
    assert read(hidden).text == "Order number"


def test_a_file_that_hangs_on_a_page_as_a_clip_is_listed(tmp_path):
    objects = odd_pdf.one_page(b"", page=b"/Annots [5 0 R]")
    objects[5] = b"<< /Type /Annot /Subtype /FileAttachment /Rect [10 10 30 30] /FS 6 0 R >>"
    objects[6] = b"<< /Type /Filespec /UF (delivery note.txt) /EF << /F 7 0 R >> >>"
    objects[7] = odd_pdf.stream(b"two boxes", b"/Type /EmbeddedFile")
    odd_pdf.saved(tmp_path / "a.pdf", objects)
    assert pdf.open_file(tmp_path / "a.pdf", tmp_path, 5)["attachments"] == ["delivery note.txt"]
