"""Both engines read pages that our own generator draws: upright, turned, leaning, pale, tiny, huge."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image, ImageDraw, ImageFont

from docflow import recognition
from docflow.errors import FileError
from docflow.sandbox.limits import PIXELS_LIMITS
from documents.extraction.ocr import ENGINES, choice, letters, paddle, recognize_page
from documents.extraction.readers import pdf
from documents.extraction.synthesis.samples import digital_invoice
from tests.extraction import reading_samples as samples

DPI = 150
CLOCKWISE = {0: None, 90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}


@pytest.fixture(scope="module")
def invoice(tmp_path_factory):
    """(grey picture of an invoice, its page as the text layer gives it)."""
    path = tmp_path_factory.mktemp("invoice") / "a.pdf"
    path.write_bytes(digital_invoice(5, "de", "letter", lines=4).data)
    with pdfium.PdfDocument(path) as document:
        picture = document[0].render(scale=DPI / 72, grayscale=True).to_pil().copy()
    return picture, pdf.read_page(path, 1, None)


def read(picture, engine, **more):
    width, height = (side * 72 / DPI for side in picture.size)
    return recognize_page(picture, number=1, width=width, height=height, languages=("eng", "deu"), engine=engine, **more)


def share_of_words(page, layer):
    wanted = Counter(word.text for word in layer.words)
    return sum((wanted & Counter(word.text for word in page.words)).values()) / sum(wanted.values())


def strays(page, layer):
    """Words that stand once on either page, and not in the same place."""
    once = [Counter(word.text for word in each.words) for each in (page, layer)]
    places = [{word.text: word.box for word in each.words} for each in (page, layer)]
    both = [text for text in places[0] if once[0][text] == once[1][text] == 1]
    assert len(both) > 20
    return [
        text
        for text in both
        if abs(places[0][text].center - places[1][text].center) > 4 or abs(places[0][text].middle - places[1][text].middle) > 4
    ]


@pytest.mark.parametrize(
    ("engine", "least", "turned"),
    [("paddle", 0.93, 0), ("paddle", 0.93, 90), ("paddle", 0.93, 180), ("paddle", 0.93, 270), ("tesseract", 0.8, 0)],
)
def test_an_invoice_turned_any_way_gives_its_words_where_they_stand(invoice, engine, least, turned):
    picture, layer = invoice
    page = read(picture.transpose(CLOCKWISE[turned]) if turned else picture, engine)
    assert (page.engine, page.rotation) == (engine, turned)
    assert page.height > page.width
    assert share_of_words(page, layer) >= least
    assert strays(page, layer) == []


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_turned_page_is_read_as_if_it_had_never_been_turned(invoice, turned):
    picture, _layer = invoice
    upright, page = read(picture, "paddle"), read(picture.transpose(CLOCKWISE[turned]), "paddle")
    assert page.rotation == turned
    assert page.words == upright.words


def test_a_page_on_its_head_is_found_before_it_is_read_to_its_end(monkeypatch):
    read = []

    def counted(crops, **more):
        read.append(len(crops))
        return letters.read(crops, **more)

    monkeypatch.setattr(paddle, "read", counted)
    picture = samples.picture()
    for turned, calls in ((0, 2), (2, 4)):
        read.clear()
        upright = np.ascontiguousarray(np.rot90(np.asarray(picture), turned))
        reading = paddle.Paddle().read(Image.fromarray(upright), ("eng",), may_be_turned=True)
        assert reading.rotation == 90 * turned
        assert "INV-20417" in {word.text for word in reading.words}
        assert len(read) == calls
        assert read[:2] == [paddle._PROBES, paddle._PROBES if turned else len(samples.LINES) - paddle._PROBES]


@pytest.mark.parametrize(("engine", "least", "angle"), [("paddle", 0.9, -3.0), ("paddle", 0.9, 2.0), ("tesseract", 0.7, 2.0)])
def test_a_leaning_invoice_gives_the_same_words_in_whole_lines(invoice, engine, least, angle):
    picture, layer = invoice
    page = read(picture.rotate(-angle, Image.Resampling.BICUBIC, fillcolor=255), engine)
    assert page.rotation == 0
    assert share_of_words(page, layer) >= least
    upright = {line.text for line in read(picture, engine).lines if len(line.words) > 2}
    assert len(upright & {line.text for line in page.lines}) >= 0.6 * len(upright)


@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_pale_print_on_grey_paper_is_read(engine):
    pale = samples.picture().point(lambda value: 150 + value * 40 // 255)
    assert {"INV-20417", "550.50"} <= {word.text for word in read(pale, engine).words}


def test_a_huge_picture_is_read():
    huge = samples.picture().resize((6200, 5000), Image.Resampling.BICUBIC)
    page = recognize_page(huge, number=1, width=595, height=480, languages=("eng",), engine="paddle")
    assert {"INV-20417", "550.50"} <= {word.text for word in page.words}


@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_tiny_pictures_end_well(engine):
    for size in ((1, 1), (2, 40), (40, 2), (9, 7), (3000, 3), (3, 3000)):
        pixels = np.zeros((size[1], size[0]), np.uint8)
        pixels[:, ::7] = 255
        small = recognize_page(
            Image.fromarray(pixels), number=1, width=size[0], height=size[1], languages=("eng",), engine=engine
        )
        assert all(0 <= word.box.x0 <= word.box.x1 <= small.width for word in small.words)


@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_a_typeset_page_is_not_turned(engine):
    page = read(samples.picture().transpose(Image.Transpose.ROTATE_180), engine, may_be_turned=False)
    assert page.rotation == 0
    assert "INV-20417" not in page.text


def test_words_are_parted_and_their_boxes_sit_on_the_ink():
    picture = Image.new("L", (1240, 600), 255)
    pen, font = ImageDraw.Draw(picture), ImageFont.truetype("DejaVuSans.ttf", 30)
    inked = {}
    for row, line in enumerate(("Summe: 1.119,11 EUR wird am 01.07.2025 fällig", "Musterstr. 12, 81100 Hafen (DE)")):
        x = 80
        for text in line.split():
            pen.text((x, 100 + 150 * row), text, 0, font)
            left, _, right, _ = font.getmask(text).getbbox()
            inked[text] = x + left, x + right
            x += round(font.getlength(text + " "))
    page = read(picture, "paddle")
    assert [line.text for line in page.lines] == [
        "Summe: 1.119,11 EUR wird am 01.07.2025 fällig", "Musterstr. 12, 81100 Hafen (DE)",
    ]  # fmt: skip
    for word in page.words:
        left, right = (edge * 72 / DPI for edge in inked[word.text])
        assert (word.box.x0, word.box.x1) == (pytest.approx(left, abs=1.5), pytest.approx(right, abs=1.5))
        assert word.confidence >= 60


def test_a_name_with_low_lines_stays_one_word():
    picture = Image.new("L", (1240, 300), 255)
    pen, font = ImageDraw.Draw(picture), ImageFont.truetype("DejaVuSans.ttf", 24)
    for row, text in enumerate(("Order po_number_123 of May", "File order_list_2025 sent")):
        pen.text((80, 60 + 90 * row), text, 0, font)
    assert {"po_number_123", "order_list_2025"} <= {word.text for word in read(picture, "paddle").words}


def test_print_that_stands_in_a_margin_is_read_upwards_and_downwards():
    picture = samples.picture()
    strip = Image.new("L", (500, 60), 255)
    ImageDraw.Draw(strip).text((10, 10), "Registered 4711 Bristol", 0, ImageFont.truetype("DejaVuSans.ttf", 30))
    for turn in (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270):
        picture.paste(strip.transpose(turn), (1100, 200))
        page = read(picture, "paddle")
        assert page.rotation == 0
        assert {"Registered", "4711", "Bristol", "INV-20417"} <= {word.text for word in page.words}


def test_the_choice_follows_the_script_of_the_languages():
    assert choice.best_for(("eng", "deu", "fr")) == "paddle"
    assert choice.best_for(("jpn",)) == "paddle"
    assert choice.best_for(("eng", "ukr")) == "tesseract"
    assert choice.best_for(("el",)) == "tesseract"
    assert read(samples.picture(), "auto").engine == "paddle"


def test_what_the_engines_declare_fits_into_their_child():
    assert max(choice.engine(name).address_space for name in ENGINES) == PIXELS_LIMITS.address_space
    assert (choice.AUTO, *ENGINES) == recognition.ENGINES


def test_without_the_models_tesseract_reads_and_paddle_says_what_is_missing(monkeypatch):
    monkeypatch.setattr("documents.extraction.ocr.models._WHEEL", "no_such_wheel")
    page = read(samples.picture(), "auto")
    assert (page.engine, "INV-20417" in page.text) == ("tesseract", True)
    choice.models.detector.cache_clear()
    with pytest.raises(FileError, match="make install") as error:
        read(samples.picture(), "paddle")
    assert error.value.reason == "engine_missing"


def test_the_wheel_is_never_imported_and_nothing_is_fetched():
    program = (
        "import sys; from PIL import Image; from tests.extraction import reading_samples as samples\n"
        "from documents.extraction.ocr import recognize_page\n"
        "page = recognize_page(samples.picture(), number=1, width=9, height=9, languages=('eng',), engine='paddle')\n"
        "print(len(page.words) > 20, sorted({'rapidocr', 'requests', 'shapely'} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120)
    assert told.stdout.split() == ["True", "[]"]
