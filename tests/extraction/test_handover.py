"""A page on its way from a child to the parent: what arrives is what was sent, or is not believed."""

import base64
import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docflow.errors import ReaderStoppedError
from docflow.sandbox import wire
from docflow.sandbox.steps import STEPS
from documents.extraction.codes import Code
from documents.extraction.geometry import Box
from documents.extraction.handover import checked_page, in_columns
from documents.extraction.layout import OCR, TEXT_LAYER, Page, Word

PAGE = Page(
    3, 595.28, 841.89, 90, OCR,
    (Word("Größe", Box(10.123456, 20, 60.25, 32), 97, 0), Word("عربي", Box(-0.4, 0, 595.7, 842.3), 0, 19_999)),
    "is a picture", "tesseract", (Code("QR code", "BCD", Box(10.5, 20, 60, 80)),),
)  # fmt: skip


def sent(page):
    """What the parent reads of what the child writes."""
    answer = wire.decode(wire.encode({"answer": {**in_columns(page), "picture": None}})[wire.HEAD.size :])["answer"]
    assert STEPS["read_page"].answer(answer)
    return answer


def places(*columns):
    """x0, top, x1, bottom, confidence, line: a list each, packed as an honest child does it."""
    words = len(columns[0])
    return base64.b64encode(
        struct.pack(f"<{4 * words}d{words}B{words}H", *(each for column in columns for each in column))
    ).decode()


def test_a_page_arrives_as_it_was_sent():
    assert checked_page(sent(PAGE), 3) == PAGE


@pytest.mark.parametrize("count", [0, 1, 20_000])
def test_any_number_of_words_arrives_in_order(count):
    words = tuple(Word(f"w{at}", Box(at / 100, 1, at / 100 + 7, 9), at % 101, at) for at in range(count))
    page = Page(1, 595, 842, 0, TEXT_LAYER, words)
    answer = sent(page)
    assert len(json.dumps(answer)) < wire.MOST_BYTES
    assert checked_page(answer, 1) == page


edge = st.floats(0, 100, allow_subnormal=False)
any_words = st.builds(
    lambda text, across, down, confidence, line: Word(
        text, Box(min(across), min(down), max(across), max(down)), confidence, line
    ),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=9),
    st.tuples(edge, edge), st.tuples(edge, edge), st.integers(0, 100), st.integers(0, 19_999),
)  # fmt: skip


@given(st.lists(any_words, max_size=5))
def test_whatever_an_honest_child_reads_arrives(words):
    page = Page(1, 100, 100, 0, OCR, tuple(words))
    assert checked_page(sent(page), 1) == page


SOUND = {"texts": ["word"], "places": places([1], [1], [9], [9], [90], [0])}
SHORT = base64.b64encode(base64.b64decode(SOUND["places"])[:-1]).decode()


@pytest.mark.parametrize(
    "lie",
    [
        {"number": 2}, {"number": float("inf")}, {"width": -1}, {"width": float("nan")}, {"height": 1e9}, {"rotation": 45},
        {"source": "hearsay"}, {"reason": "a" * 121}, {"reason": "a\x00"}, {"engine": "../tesseract"},
        {"engine": "tesseract", "source": "text layer"}, {"codes": None}, {"codes": [["QR code", "a", 1, 1, 2]]},
        {"texts": None}, {"texts": []}, {"texts": ["word", "more"]}, {"texts": "w"}, {"texts": {"word": 1}}, {"texts": [7]},
        {"texts": [""]}, {"texts": ["w" * 2_001]}, {"texts": ["wo\x00rd"]},
        {"texts": ["w"] * 20_001, "places": places(*[[1] * 20_001] * 6)},
        {"places": ""}, {"places": None}, {"places": 7}, {"places": SHORT}, {"places": SOUND["places"] * 2},
        {"places": SOUND["places"][:-1]}, {"places": "!" + SOUND["places"]}, {"places": "ä" * 48},
        {"places": places([1], [1], [900], [9], [90], [0])}, {"places": places([9], [1], [1], [9], [90], [0])},
        {"places": places([-1], [1], [9], [9], [90], [0])}, {"places": places([1], [-1], [9], [9], [90], [0])},
        {"places": places([1], [1], [9], [101], [90], [0])}, {"places": places([1], [9], [9], [1], [90], [0])},
        {"places": places([1], [1], [9], [9], [101], [0])}, {"places": places([1], [1], [9], [9], [90], [20_000])},
    ],
)  # fmt: skip
def test_a_page_that_cannot_be_is_not_believed(lie):
    honest = in_columns(Page(1, 100, 100, 0, OCR)) | SOUND
    assert checked_page(honest, 1).words == (Word("word", Box(1, 1, 9, 9), 90),)
    with pytest.raises(ReaderStoppedError, match="cannot be right"):
        checked_page(honest | lie, 1)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("column", range(4))
@pytest.mark.parametrize("word", range(3))
def test_a_box_without_an_edge_is_not_believed(number, column, word):
    columns = [[1, 1, 1], [1, 1, 1], [9, 9, 9], [9, 9, 9], [90] * 3, [0] * 3]
    honest = in_columns(Page(1, 100, 100, 0, OCR)) | {"texts": ["a", "b", "c"], "places": places(*columns)}
    assert len(checked_page(honest, 1).words) == 3
    columns[column][word] = number
    with pytest.raises(ReaderStoppedError):
        checked_page(honest | {"places": places(*columns)}, 1)


@given(st.binary(max_size=120), st.integers(0, 3))
def test_any_bytes_are_a_page_or_no_page(packed, words):
    answer = in_columns(Page(1, 100, 100, 0, OCR)) | {
        "texts": ["w"] * words, "places": base64.b64encode(packed).decode()
    }  # fmt: skip
    try:
        page = checked_page(answer, 1)
    except ReaderStoppedError:
        return
    assert len(page.words) == words
    assert all(-0.5 <= word.box.x0 <= word.box.x1 <= 100.5 for word in page.words)
    assert all(-0.5 <= word.box.top <= word.box.bottom <= 100.5 for word in page.words)


def test_bytes_that_are_no_utf8_never_become_words():
    frame = wire.encode({"answer": in_columns(PAGE)})[wire.HEAD.size :].replace("ö".encode(), b"\xf6")
    with pytest.raises(wire.BadAnswerError):
        wire.decode(frame)
