"""The child's answer is hostile: length, form, shape and bounds are looked at before anything is believed."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docflow.errors import FileError, ReaderStoppedError
from docflow.sandbox import Sandbox, wire
from docflow.sandbox.answers import understood
from docflow.sandbox.shapes import anything
from docflow.sandbox.steps import STEPS
from docflow.sandbox.stops import StoppedError
from tests.fakes import floats
from tests.fakes.steps import TABLE

PAGE = {"number": 1, "width": 595.2, "height": 842, "rotation": 0, "source": "ocr", "texts": ["Total"], "places": "AAAA",
        "reason": "is a picture", "engine": "tesseract", "codes": [["QR code", "BCD", 10.5, 20, 60, 80]],
        "picture": None}  # fmt: skip
PICTURE = {"across": 1654, "down": 2339, "page": {**PAGE, "texts": []}, "may_be_turned": True, "must_make_sense": False}
PART = {"name": "part-000", "filename": "Rechnung.pdf", "media_type": "application/pdf", "size": 9, "role": "attachment"}
MAIL = {
    "subject": "s",
    "sender": None,
    "sent_at": None,
    "message_id": None,
    "parts": [{**PART, "reason": None, "error": None}],
}
REFUSED = {"code": "archive_limit", "message": "a.zip holds too much.", "reason": "size", "page": None}
IMAGE = {"image": "page-1.webp", "width": 1654, "height": 2339}

GOOD: list[tuple[str, dict[str, Any]]] = [
    ("look", {"pages": None}),
    ("look", {"pages": 12}),
    ("unpack", MAIL),
    ("unpack", {**MAIL, "parts": [{**PART, "reason": "", "error": REFUSED}]}),
    ("open_file", {"pages": 2, "einvoice": "einvoice.xml", "attachments": ["Grüße.xml"]}),
    ("read_page", PAGE),
    ("read_page", {**PAGE, "texts": ["Total"] * 20_000, "places": "A" * 1_000_000}),
    ("read_page", {**PAGE, "texts": [], "picture": PICTURE}),
    ("recognize", PAGE),
    ("draw_page", IMAGE),
]
BAD: list[tuple[str, Any]] = [
    ("look", []),
    ("look", None),
    ("look", "12"),
    ("look", {}),
    ("look", {"pages": True}),
    ("look", {"pages": 1.0}),
    ("look", {"pages": -1}),
    ("look", {"pages": "12"}),
    ("look", {"pages": 100_001}),
    ("unpack", {**MAIL, "parts": [{**PART, "reason": None, "error": None}] * 101}),
    ("unpack", {**MAIL, "parts": [{**PART, "reason": None, "error": None, "name": "../../etc/cron.d/x"}]}),
    ("unpack", {**MAIL, "parts": [{**PART, "reason": None, "error": {**REFUSED, "code": "approved"}}]}),
    ("unpack", {**MAIL, "parts": [{**PART, "reason": None, "error": {**REFUSED, "code": ["size"]}}]}),
    ("unpack", {**MAIL, "parts": "part-000"}),
    ("unpack", {**MAIL, "subject": ["s"]}),
    ("open_file", {"pages": 2, "einvoice": "/etc/passwd", "attachments": []}),
    ("open_file", {"pages": 2, "einvoice": None, "attachments": ["a"] * 1_001}),
    ("read_page", {**PAGE, "number": 0}),
    ("read_page", {**PAGE, "width": "595"}),
    ("read_page", {**PAGE, "reason": None}),
    ("read_page", {**PAGE, "reason": "a" * 501}),
    ("read_page", {**PAGE, "engine": ["tesseract"]}),
    ("read_page", {**PAGE, "codes": None}),
    ("read_page", {**PAGE, "codes": [["QR code", "BCD", 10.5, 20, 60, 80]] * 201}),
    ("read_page", {**PAGE, "codes": [["QR code", "BCD", 10.5, 20, 60]]}),
    ("read_page", {**PAGE, "codes": [["QR code", b"BCD".hex(), 10.5, 20, "60", 80]]}),
    ("read_page", {**PAGE, "codes": [["QR code", None, 10.5, 20, 60, 80]]}),
    ("read_page", {key: value for key, value in PAGE.items() if key != "engine"}),
    ("read_page", {**PAGE, "width": -1}),
    ("read_page", {**PAGE, "texts": ["Total"] * 20_001}),
    ("read_page", {**PAGE, "texts": ["Total", 7]}),
    ("read_page", {**PAGE, "texts": ["Total", ["Total"]]}),
    ("read_page", {**PAGE, "texts": ["x" * 20_001]}),
    ("read_page", {**PAGE, "texts": "Total"}),
    ("read_page", {**PAGE, "places": None}),
    ("read_page", {**PAGE, "places": [10, 20, 60, 32, 97, 0]}),
    ("read_page", {**PAGE, "places": "A" * 1_000_001}),
    ("read_page", {key: value for key, value in PAGE.items() if key != "places"}),
    ("read_page", {key: value for key, value in PAGE.items() if key != "picture"}),
    ("read_page", {**PAGE, "picture": "page.grey"}),
    ("read_page", {**PAGE, "picture": {**PICTURE, "across": 0}}),
    ("read_page", {**PAGE, "picture": {**PICTURE, "down": 50_000_001}}),
    ("read_page", {**PAGE, "picture": {**PICTURE, "page": {**PAGE, "height": "842"}}}),
    ("read_page", {**PAGE, "picture": {**PICTURE, "must_make_sense": 1}}),
    ("read_page", {**PAGE, "picture": {**PICTURE, "page": None}}),
    ("recognize", {**PAGE, "texts": None}),
    ("draw_page", {**IMAGE, "image": "../page-1.webp"}),
    ("draw_page", {**IMAGE, "width": 0}),
    ("scale_image", {**IMAGE, "height": 10**9}),
    ("find_values", {"fields": []}),
    ("ask_model", {"system": "x" * 10_001, "user": "", "schema": {}, "left_out": 0, "reason": ""}),
    ("ask_model", {"system": "", "user": None, "schema": {}, "left_out": 0, "reason": ""}),
    ("weigh_answer", {"fields": [], "note": ""}),
]


@pytest.fixture(autouse=True, scope="module")
def numbers_next_to_zero() -> Iterator[None]:
    with floats.all_kept():
        yield


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(base=tmp_path_factory.mktemp("work"), steps=TABLE, longest=2) as box:
        yield box


@pytest.mark.parametrize(("step", "answer"), GOOD)
def test_an_answer_of_the_agreed_shape_is_taken(step: str, answer: dict[str, Any]) -> None:
    assert understood({"answer": answer}, STEPS[step].answer) == answer


@pytest.mark.parametrize(("step", "answer"), BAD)
def test_any_other_shape_is_a_bad_answer(step: str, answer: Any) -> None:
    with pytest.raises(StoppedError, match="bad_answer"):
        understood({"answer": answer}, STEPS[step].answer)


def test_a_real_child_that_lies_is_replaced(box: Sandbox) -> None:
    with box.work("org") as work:
        honest = work.run("echo")["pid"]
        with pytest.raises(ReaderStoppedError) as stopped:
            work.run("say_read_page", answer={**PAGE, "number": "one"})
        assert (stopped.value.code, stopped.value.reason) == ("reading_failed", "bad_answer")
        assert work.run("echo")["pid"] != honest


ERROR = {"kind": "FileError", "code": "damaged_file", "message": "m", "reason": "damaged_file", "page": None}


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"answer": {}, "error": ERROR},
        {"error": None},
        {"error": {**ERROR, "kind": "SystemExit"}},
        {"error": {**ERROR, "kind": ["FileError"]}},
        {"error": {**ERROR, "code": "nobody_knows_this_code"}},
        {"error": {**ERROR, "reason": "DROP TABLE"}},
        {"error": {**ERROR, "message": "x" * 1_001}},
        {"error": {**ERROR, "page": 0}},
        {"stopped": "by the lease"},
        {"ready": True, "level": "full"},
    ],
)
def test_any_other_message_is_a_bad_answer(message: dict[str, Any]) -> None:
    with pytest.raises(StoppedError, match="bad_answer"):
        understood(message, anything)


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "no JSON",
        "[]",
        '"answer"',
        '{"answer": {"x": NaN}}',
        '{"answer": {"x": Infinity}}',
        '{"answer": {"x": 1e999}}',
        '{"answer": {"x": %s.0}}' % ("9" * 400),
        '{"answer": {"x": %s.5e99}}' % ("9" * 250),
        '{"answer": {"x": ' + "9" * 5_000 + "}}",
        '{"answer": ' + "[" * 100_000,
        '{"answer": {"x": "\\u0000"}}',
        '{"answer": {"\\ud800": 1}}',
        '{"answer": {"x": ["\\uDfff"]}}',
        '{"answer": {"x": "\xff"}}',
    ],
)
def test_a_frame_that_is_no_clean_json_is_refused(frame: str) -> None:
    with pytest.raises(wire.BadAnswerError):
        wire.decode(frame.encode("latin-1"))


def test_a_frame_past_the_protocol_is_refused_from_a_real_child(box: Sandbox) -> None:
    for step, arguments in (("raw", {"frame": "[1, 2]"}), ("message", {"content": {"ready": True}})):
        with box.work("org") as work, pytest.raises(ReaderStoppedError) as stopped:
            work.run(step, **arguments)
        assert stopped.value.reason == "bad_answer"


def test_a_text_that_only_looks_like_an_escape_is_taken() -> None:
    text = r"the sequence \u0000 in a manual"
    assert wire.decode(json.dumps({"answer": text}).encode()) == {"answer": text}


def test_an_honest_childs_text_is_made_storable(box: Sandbox) -> None:
    with box.work("org") as work:
        found = work.run("echo", text="a\0b", deep=[{"k": "\0"}])
    assert (found["text"], found["deep"]) == ("ab", [{"k": ""}])


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(json_values)
def test_whatever_a_child_sends_arrives_and_is_storable(value: Any) -> None:
    frame = wire.encode({"answer": value})
    arrived = wire.decode(frame[wire.HEAD.size :])
    assert "\0" not in json.dumps(arrived, ensure_ascii=False)
    json.dumps(arrived, ensure_ascii=False).encode("utf-8")


@given(st.binary(max_size=200))
def test_any_bytes_are_an_object_or_a_bad_answer(body: bytes) -> None:
    with contextlib.suppress(wire.BadAnswerError):
        assert isinstance(wire.decode(body), dict)


@given(st.dictionaries(st.sampled_from(["answer", "error", "stopped", "kind", "code"]), json_values, max_size=3))
def test_any_message_is_an_answer_an_error_or_a_stop(message: dict[str, Any]) -> None:
    with contextlib.suppress(FileError, StoppedError):
        assert isinstance(understood(message, STEPS["read_page"].answer), dict)
