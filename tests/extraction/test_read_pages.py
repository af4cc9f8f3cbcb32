"""Reading from the parent's side, through the real sandbox, and what it makes of a child that lies."""

import contextlib

import pytest

from docflow.errors import FileError, ReaderStoppedError
from docflow.sandbox import Sandbox
from docflow.sandbox.steps import PIXELS
from documents.extraction import reading
from documents.extraction.geometry import Box
from documents.extraction.handover import in_columns
from documents.extraction.layout import TEXT_LAYER, Page, Word, in_reading_order
from tests.extraction import reading_samples as samples
from tests.fakes.works import HereWork


@pytest.fixture(scope="module")
def box():
    sandbox = Sandbox()
    yield sandbox
    sandbox.close()


def test_a_file_is_read_and_drawn_page_by_page_in_the_sandbox(box, tmp_path):
    seen = []
    with box.work(organization="") as work:
        work.put("file", samples.pdf(tmp_path / "a.pdf", pages=2))
        pages = list(
            reading.read_pages(
                work, "application/pdf", languages=("eng",), max_pages=5, progress=lambda *step: seen.append(step)
            )
        )
        size = reading.draw_page(work, "application/pdf", 1, pages[0].rotation, dpi=72, image="page-1.webp")
        assert work.path("page-1.webp").stat().st_size > 1000
    assert [page.number for page in pages] == [1, 2]
    assert pages[0].source == TEXT_LAYER
    assert seen == [(1, 2), (2, 2)]
    assert size == (596, 842)


def test_a_picture_is_recognized_in_the_sandbox(box, tmp_path):
    samples.picture().save(tmp_path / "a.png")
    with box.work(organization="") as work:
        work.put("file", tmp_path / "a.png")
        page = reading.read_page(work, "image/png", 1, languages=("en",))
    assert "INV-20417" in page.text


def test_what_the_reader_refuses_crosses_over_in_words(box, tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7 nothing")
    with box.work(organization="") as work:
        work.put("file", tmp_path / "a.pdf")
        with pytest.raises(FileError) as error:
            reading.open_document(work, "application/pdf", max_pages=5)
    assert error.value.code == "damaged_file"


ONE_WORD = (Word("word", Box(1, 1, 9, 9), 90),)


def answer(words=ONE_WORD, **changes):
    return in_columns(Page(1, 100, 100, 0, "ocr", tuple(words))) | changes


DRAWN = answer(words=[], reason="is a picture", codes=[["QR code", "BCD", 10, 20, 30, 40]])
PICTURE = {"across": 4, "down": 3, "page": DRAWN, "may_be_turned": True, "must_make_sense": False}


class Says(HereWork):
    """Children that answer what a test wants; the file was drawn in `drawn` pixels."""

    def __init__(self, folder, drawn, **answers):
        super().__init__(folder)
        self.path("page.grey").write_bytes(bytes(drawn))
        self.answers, self.asked = answers, {}

    def run(self, step, **arguments):
        self.asked[step] = arguments
        return self.answers[step]

    @contextlib.contextmanager
    def apart(self):
        yield self

    def hand_over(self, name, to, pixels):
        assert pixels == 12


def read(work):
    return reading.read_page(work, "image/png", 1, languages=("en",), engine="quill")


def test_what_was_drawn_is_recognized_as_the_page_that_was_measured(tmp_path):
    held = []
    work = Says(tmp_path, 12, read_page=answer(words=[], picture=PICTURE), recognize=answer(rotation=90, engine="quill"))
    page = reading.read_page(
        work, "image/png", 1, languages=("en",), engine="quill", before_recognition=lambda: held.append(1)
    )
    assert (page.text, page.reason, page.engine) == ("word", "is a picture", "quill")
    assert page.codes[0].box == Box(10, 20, 30, 40).turned(100, 100, 90)
    assert held == [1]
    assert work.asked["recognize"] == {
        "picture": "page.grey", "across": 4, "down": 3, "number": 1, "width": 100, "height": 100, "may_be_turned": True,
        "languages": ["en"], "engine": "quill",
    }  # fmt: skip
    assert "languages" not in work.asked["read_page"]


def test_a_doubtful_text_layer_stands_where_recognition_finds_nothing(tmp_path):
    layer = answer(source="text layer", reason="has a doubtful text layer", engine="", picture=PICTURE)
    assert read(Says(tmp_path, 12, read_page=layer, recognize=answer(words=[]))).reason == "has a doubtful text layer"
    assert read(Says(tmp_path, 12, read_page=layer, recognize=answer())).source == "ocr"


@pytest.mark.parametrize(
    "lie", [{"width": 90}, {"rotation": 90, "height": 99}, {"source": "text layer", "engine": ""}, {"number": 2}]
)
def test_a_page_that_became_another_sheet_is_not_believed(tmp_path, lie):
    work = Says(tmp_path, 12, read_page=answer(words=[], picture=PICTURE), recognize=answer(**lie))
    with pytest.raises(ReaderStoppedError):
        read(work)


def test_blank_pages_and_text_never_need_the_second_child(tmp_path):
    with Sandbox(base=tmp_path) as box, box.work() as work:
        for media_type, file in (
            ("application/pdf", samples.pdf(tmp_path / "a.pdf")),
            ("image/png", samples.blank(tmp_path / "a.png")),
            ("text/plain", samples.note(tmp_path / "a.txt")),
        ):
            work.put("file", file)
            reading.read_page(work, media_type, 1, languages=("en",))
            assert box.child_pid(PIXELS) is None, media_type


def test_words_in_a_margin_do_not_tear_the_lines_apart():
    upright = [Word(text, Box(x, y, x + 40, y + 10)) for y in (10, 40) for x, text in ((60, "left"), (110, "right"))]
    margin = [Word("second", Box(5, 5, 14, 45)), Word("first", Box(5, 50, 14, 90))]
    lines = {}
    for word in in_reading_order(upright + margin):
        lines.setdefault(word.line, []).append(word.text)
    assert list(lines.values()) == [["left", "right"], ["left", "right"], ["first", "second"]]
