"""Pages that lie, lean and stand on their head give the values of upright ones, and their boxes sit on their words."""

from __future__ import annotations

from dataclasses import replace
from math import cos, radians, sin, tan

import pytest

from docflow.sandbox import Sandbox
from documents.extraction import pipeline
from documents.extraction.geometry import Box
from documents.extraction.layout import OCR, Page
from documents.extraction.lean import Lean, lean_of
from documents.extraction.synthesis import turned
from documents.extraction.synthesis.samples import digital_invoice, receipt_photo
from documents.extraction.whole_file import Outcome, Wishes, read_bytes
from tests.extraction.written_pages import page as written

INVOICE = digital_invoice(7, "en", "sidebar")


@pytest.fixture(scope="module")
def box():
    sandbox = Sandbox()
    yield sandbox
    sandbox.close()


@pytest.fixture(scope="module")
def upright(box) -> Outcome:
    return read(box, INVOICE.data)


def read(box: Sandbox, pdf: bytes) -> Outcome:
    outcome = read_bytes(box, pdf, "invoice.pdf", Wishes(languages=("eng",)))
    assert outcome.error is None
    return outcome


def values(outcome: Outcome) -> dict[str, object]:
    assert outcome.findings is not None
    return {field.key: field.value for field in outcome.findings.fields if field.value is not None}


def off(page: Page, upright: Page) -> list[float]:
    """How far the middle of each word lies from that of the same word on the upright page, in points."""
    unique = {word.text: word.box for word in upright.words if sum(each.text == word.text for each in upright.words) == 1}
    pairs = [(word.box, unique[word.text]) for word in page.words if word.text in unique and len(word.text) > 2]
    assert len(pairs) > 0.5 * len(unique)
    return sorted(abs(mine.center - theirs.center) + abs(mine.middle - theirs.middle) for mine, theirs in pairs)


@pytest.mark.parametrize("degrees", [90, 180, 270])
@pytest.mark.parametrize("turn", [turned.said, turned.unsaid])
def test_a_digital_page_that_was_turned_gives_the_same_words_at_the_same_places(box, upright, turn, degrees):
    outcome = read(box, turn(INVOICE.data, degrees))
    assert values(outcome) == values(upright)
    for page, straight in zip(outcome.pages, upright.pages, strict=True):
        assert (page.source, page.rotation) == ("text layer", degrees)
        assert (page.width, page.height) == pytest.approx((straight.width, straight.height), abs=0.1)
        assert page.text == straight.text
        assert off(page, straight)[-1] < 1


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_scan_that_was_laid_wrongly_gives_the_same_values_at_the_same_places(box, upright, degrees):
    outcome = read(box, turned.scanned(INVOICE.data, degrees))
    assert [page.rotation for page in outcome.pages] == [degrees] * len(upright.pages)
    page, straight = outcome.pages[0], upright.pages[0]
    assert (page.width, page.height) == pytest.approx((straight.width, straight.height), abs=1)
    far = off(page, straight)
    assert far[int(0.95 * len(far))] < 4
    assert surely_read(outcome) == surely_read(upright)


@pytest.mark.parametrize(("degrees", "lean"), [(0, 1.5), (0, -4.0), (90, 3.0)])
def test_a_leaning_scan_gives_the_same_values_and_its_boxes_lean_with_it(box, upright, degrees, lean):
    outcome = read(box, turned.scanned(INVOICE.data, degrees, lean))
    page, straight = outcome.pages[0], upright.pages[0]
    assert page.rotation == degrees
    assert surely_read(outcome) == surely_read(upright)
    leaning = read_as_leaning(straight, lean)
    far = off(page, leaning)
    assert far[int(0.95 * len(far))] < 5


def test_pages_that_lie_in_all_ways_in_one_file_are_each_set_upright(box, upright):
    first = turned.joined([INVOICE.data])
    parts = [first, turned.said(first, 90), turned.unsaid(first, 180), turned.scanned(first, 270), turned.scanned(first)]
    outcome = read(box, turned.joined(parts))
    count = len(upright.pages)
    ways = [(page.source, page.rotation) for page in outcome.pages]
    assert ways[::count] == [("text layer", 0), ("text layer", 90), ("text layer", 180), ("ocr", 270), ("ocr", 0)]
    number = str(values(upright)["invoice_number"])
    assert all(number in page.text for page in outcome.pages[::count])


def surely_read(outcome: Outcome) -> dict[str, object]:
    """What recognition does not stumble over on a clean scan: no logo, no long rows of letters and digits."""
    found = values(outcome)
    return {key: found.get(key) for key in ("invoice_number", "invoice_date", "due_date", "total_amount", "currency", "tax")}


def read_as_leaning(page: Page, lean: float) -> Page:
    """Where the words of an upright page stand once it leans clockwise about its middle."""
    middle_x, middle_y, angle = page.width / 2, page.height / 2, radians(lean)

    def moved(box: Box) -> Box:
        across, down = box.center - middle_x, box.middle - middle_y
        x = middle_x + across * cos(angle) - down * sin(angle)
        y = middle_y + across * sin(angle) + down * cos(angle)
        return Box(x - box.width / 2, y - box.height / 2, x + box.width / 2, y + box.height / 2)

    return replace(page, words=tuple(replace(word, box=moved(word.box)) for word in page.words))


@pytest.mark.parametrize("lean", [-4.0, -0.2, 1.0, 5.0])
def test_values_are_found_across_a_leaning_page_and_told_where_they_stand_on_it(lean):
    rows = [[(60.0, f"Steel bolt M{number} galvanized"), (480.0, f"{number * 11}.50")] for number in range(1, 9)]
    totals = [[(60.0, label), (480.0, amount)] for label, amount in (
        ("Subtotal", "396.00 EUR"), ("VAT 19 %", "75.24 EUR"), ("Total amount", "471.24 EUR"))]  # fmt: skip
    straight = written("Nordwind Handels GmbH", "INVOICE", "Invoice number: R-1001", *rows, *totals, source=OCR)
    leaning = read_as_leaning(straight, lean)
    assert lean_of(straight) is None
    found = lean_of(leaning)
    assert (found is not None) == (abs(lean) > 0.25)
    assert found is None or (found.degrees, found.bend) == (pytest.approx(lean, abs=0.2), 0)
    one, other = (pipeline.find_values((each,), einvoice=None, profile=None, filename="") for each in (straight, leaning))
    assert {field.key: field.value for field in other.fields} == {field.key: field.value for field in one.fields}
    total = next(field for field in other.fields if field.key == "total_amount")
    word = next(word for word in leaning.words if word.text == "471.24")
    assert total.value == "471.24"
    assert abs(total.places[0].box.middle - word.box.middle) < 1
    assert abs(total.places[0].box.x0 - word.box.x0) < 2


@pytest.mark.parametrize("seed", [3, 6, 9])
def test_amounts_of_a_receipt_photographed_from_one_side_stand_beside_their_labels(box, seed):
    sample = receipt_photo(seed)
    outcome = read_bytes(box, sample.data, "receipt.jpg", Wishes(languages=("eng",)))
    lean = lean_of(outcome.pages[0])
    assert lean is not None
    assert lean.bend != 0
    for key in ("total_amount", "tax", "subtotal", "invoice_date"):
        assert values(outcome).get(key) == sample.truth["expected"][key]


def test_what_is_set_straight_goes_back_to_where_it_is_shown():
    lean = Lean(-3.0, 300, 420, bend=0.0002)
    for box in (Box(60, 100, 160, 112), Box(480, 66, 540, 78), Box(10, 800, 30, 812)):
        shown = lean.shown(lean.straight(box))
        assert (shown.x0, shown.top) == pytest.approx((box.x0, box.top))


@pytest.mark.parametrize("middle", [60.0, 420.0, 780.0])
def test_a_row_is_level_at_every_height_of_a_bent_page(middle):
    lean = Lean(-3.0, 300, 420, bend=0.0002)
    slope = tan(radians(lean.degrees)) + lean.bend * (middle - lean.y)
    left, right = (
        lean.straight(Box(x - 20, y - 6, x + 20, y + 6)) for x in (100.0, 500.0) for y in [middle + slope * (x - 300)]
    )
    assert abs(left.middle - right.middle) < 1.5
