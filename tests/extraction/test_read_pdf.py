"""PDF pages are read from their text layer where it can be believed, else recognized."""

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from docflow.errors import FileError, FileRefusedError
from documents.extraction.layout import OCR, TEXT_LAYER
from documents.extraction.ocr import ENGINES
from documents.extraction.readers import pdf
from tests.extraction import reading_samples as samples
from tests.fakes.works import read_here


def read(path, number=1):
    return read_here(path, "application/pdf", number)


def find(page, text):
    return next(word for word in page.words if word.text == text)


def test_a_text_layer_gives_words_in_points_from_the_top_left(tmp_path):
    page = read(samples.pdf(tmp_path / "a.pdf"))
    assert (page.source, page.rotation, round(page.width), round(page.height)) == (TEXT_LAYER, 0, 595, 842)
    assert (page.reason, page.engine) == ("has a sound text layer", "")
    assert [line.text for line in page.lines][:4] == list(samples.LINES[:4])
    box = find(page, "Northwind").box
    assert box.x0 == pytest.approx(72, abs=1)
    assert box.top < A4[1] - 770 < box.bottom


def test_a_crop_box_moves_the_origin(tmp_path):
    page = read(samples.pdf(tmp_path / "a.pdf", crop=(50, 100, 550, 800)))
    assert (page.width, page.height) == (500, 700)
    assert find(page, "Northwind").box.x0 == pytest.approx(22, abs=1)


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_a_page_shown_sideways_is_read_and_drawn_upright(tmp_path, rotate):
    upright = read(samples.pdf(tmp_path / "a.pdf"))
    turned_file = samples.pdf(tmp_path / "b.pdf", rotate=rotate)
    turned = read(turned_file)
    assert turned.rotation == rotate
    assert turned.text == upright.text
    assert find(turned, "Northwind").box.as_list() == find(upright, "Northwind").box.as_list()
    drawn = pdf.draw_page(turned_file, 1, 72, turned.rotation)
    assert drawn.height > drawn.width
    words = drawn.crop(tuple(round(edge) for edge in find(turned, "Northwind").box.as_list())).convert("L")
    assert words.getextrema()[0] < 100


def test_a_scanned_page_is_recognized_and_a_scanners_footer_does_not_hide_it(tmp_path):
    page = read(samples.scanned_pdf(tmp_path / "a.pdf", footer="Scanned by a machine"))
    assert (page.source, page.reason) == (OCR, "a few words stand over a picture of the whole page")
    assert page.engine in ENGINES
    assert {"INV-20417", "550.50"} <= {word.text for word in page.words}
    assert all(0 <= word.box.x0 <= word.box.x1 <= page.width for word in page.words)


def test_lettering_that_nobody_sees_is_not_read(tmp_path):
    page = read(samples.scanned_pdf(tmp_path / "a.pdf", hidden="Total amount 999.99"))
    assert (page.source, page.reason) == (OCR, "its text layer is invisible")
    assert "999.99" not in page.text
    canvas = Canvas(str(tmp_path / "b.pdf"))
    canvas.drawString(72, 700, "Total 100.00")
    canvas.setFillColorRGB(1, 1, 1)
    canvas.drawString(72, 650, "Total 250.00")
    canvas.setFillColorRGB(0, 0, 0.5)
    canvas.rect(60, 590, 200, 30, fill=1)
    canvas.setFillColorRGB(1, 1, 1)
    canvas.drawString(72, 600, "White on blue")
    canvas.save()
    assert read(tmp_path / "b.pdf").text.split("\n") == ["Total 100.00", "White on blue"]


def test_an_empty_page_has_no_words_and_costs_no_recognition(tmp_path):
    canvas = Canvas(str(tmp_path / "a.pdf"))
    canvas.showPage()
    canvas.save()
    page = read(tmp_path / "a.pdf")
    assert (page.words, page.source, page.reason) == ((), TEXT_LAYER, "is empty")


def test_a_form_field_is_read_as_it_is_filled_in(tmp_path):
    canvas = Canvas(str(tmp_path / "a.pdf"))
    canvas.drawString(72, 700, "Order number")
    canvas.acroForm.textfield(name="order", value="PO-4711", x=200, y=690, width=150, height=20)
    canvas.save()
    assert "PO-4711" in read(tmp_path / "a.pdf").text


def test_a_password_is_asked_for_in_words(tmp_path):
    Canvas(str(tmp_path / "a.pdf"), encrypt="secret").save()
    with pytest.raises(FileError) as error:
        pdf.open_file(tmp_path / "a.pdf", tmp_path, 10)
    assert error.value.code == "password_protected"
    assert pdf.look(tmp_path / "a.pdf", 10) is None


def test_a_damaged_file_names_the_page(tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7\nnothing else")
    with pytest.raises(FileError) as error:
        read(tmp_path / "a.pdf")
    assert (error.value.code, error.value.page) == ("damaged_file", 1)


def test_giant_pages_and_too_many_pages_are_refused(tmp_path):
    samples.pdf(tmp_path / "long.pdf", pages=4)
    with pytest.raises(FileRefusedError) as refusal:
        pdf.look(tmp_path / "long.pdf", 3)
    assert refusal.value.code == "too_many_pages"
    plain = samples.pdf(tmp_path / "a.pdf").read_bytes()
    (tmp_path / "giant.pdf").write_bytes(plain.replace(b"/MediaBox", b"/UserUnit 99 /MediaBox"))
    with pytest.raises(FileError) as error:
        read(tmp_path / "giant.pdf")
    assert error.value.reason == "page_too_large"


def test_an_embedded_einvoice_is_taken_out_and_other_files_are_only_listed(tmp_path):
    import pypdfium2

    document = pypdfium2.PdfDocument(samples.pdf(tmp_path / "a.pdf"))
    for name, content in (("Factur-X.XML", samples.cii()), ("terms.doc", b"...")):
        document.new_attachment(name).set_data(content)
    document.save(tmp_path / "hybrid.pdf")
    document.close()
    opened = pdf.open_file(tmp_path / "hybrid.pdf", tmp_path, 10)
    assert opened == {"pages": 1, "einvoice": "einvoice.xml", "attachments": ["Factur-X.XML", "terms.doc"]}
    assert (tmp_path / "einvoice.xml").read_bytes() == samples.cii()


def test_a_long_file_is_read_page_by_page_and_each_page_is_its_own(tmp_path):
    canvas = Canvas(str(tmp_path / "long.pdf"), pagesize=A4)
    for number in range(1, 71):
        for line in range(45):
            canvas.drawString(72, 770 - 15 * line, f"sheet{number} line {line}")
        canvas.showPage()
    canvas.save()
    for number in (1, 2, 31, 32, 33, 34, 64, 65, 70, 1):  # over and back across the places where it is opened anew
        for _ in range(4):
            assert {word.text for word in read(tmp_path / "long.pdf", number).words if word.text[:5] == "sheet"} == {
                f"sheet{number}"
            }


def test_another_file_under_the_same_name_is_opened_anew(tmp_path):
    path = samples.pdf(tmp_path / "a.pdf", pages=2)
    before = read(path, 2)
    samples.scanned_pdf(tmp_path / "b.pdf").replace(path)
    with pytest.raises(FileError) as refused:
        read(path, 2)
    assert before.words
    assert (refused.value.code, refused.value.page) == ("damaged_file", 2)
