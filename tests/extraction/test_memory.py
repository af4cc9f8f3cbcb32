"""What one correction teaches: the layout is known again, the value is found where the person said, and no other layout."""

from __future__ import annotations

import json

import pytest

from documents.extraction import pipeline
from documents.extraction.content import read_content
from documents.extraction.einvoice_content import InvoiceContent
from documents.extraction.layout import Page
from documents.extraction.memory.anchors import Anchor, anchor_of, fit
from documents.extraction.memory.fingerprint import fingerprint_of, likeness
from documents.extraction.memory.lessons import MOST_ANCHORS, LearnedLayout, Lesson, Tally
from documents.extraction.memory.locating import locate
from documents.extraction.memory.recall import recognize
from documents.extraction.memory.teaching import Decision, lesson_of
from documents.extraction.readers.einvoice import EInvoice
from documents.extraction.values import LAYOUT, FieldValue, Findings
from tests.extraction.written_pages import page


def bill(file: str = "K 4711", day: str = "3.4.2026", total: str = "1.190,00", vat: str = "DE136695976") -> Page:
    """An invoice with labels that no vocabulary knows; its sender's name stands in a picture only."""
    return page(
        [(50, "Hafenstraße 12"), (380, f"USt-IdNr. {vat}")],
        [(50, "20457 Hamburg"), (380, "Tel. 040 123456")],
        None,
        [(50, "Sonnrath Maschinenbau GmbH")],
        [(50, "Am Alten Hafen 137")],
        [(50, "24103 Kiel")],
        None,
        [(50, "Rechnung")],
        [(380, "Unsere Akte"), (490, file)],
        [(380, "Verfasst am"), (490, day)],
        [(380, "Eingang bis"), (490, "1.8.2026")],
        None,
        [(50, "Beratung im Hause, pauschal"), (490, total + " €")],
        None,
        [(350, "Zu begleichen"), (490, total + " €")],
    )


OTHER = page(
    [(50, "Muster & Söhne OHG")],
    [(50, "Ringstraße 7, 50667 Köln")],
    None,
    [(50, "Rechnung"), (380, "Rechnungsnummer"), (490, "A-9")],
    [(380, "Datum"), (490, "01.02.2026")],
    [(350, "Gesamtbetrag"), (490, "90,00 €")],
)


def find(sheet: Page, *layouts: LearnedLayout) -> Findings:
    return pipeline.find_values((sheet,), einvoice=None, profile=None, filename="a.pdf", layouts=layouts)


def field(found: Findings, key: str) -> FieldValue:
    return next(each for each in found.fields if each.key == key)


def corrected(sheet: Page, key: str, kind: str, value: str | None, known: LearnedLayout | None = None) -> LearnedLayout:
    """The layout after a person typed `value` for a field of the sheet."""
    content = read_content((sheet,))
    read = {each.key: each for each in find(sheet, *([known] if known else [])).fields}
    places = read[key].places if key in read else ()
    lesson = lesson_of(content, Decision(key, kind, value, True, (), places))
    assert lesson is not None
    if known is not None:
        return known.taught([lesson], fingerprint_of(content))
    return LearnedLayout(7, fingerprint_of(content), (lesson,), {}, "invoice")


def test_the_next_document_has_the_value_where_the_person_said() -> None:
    assert field(find(bill("K 4712", "9.5.2026", "95,20")), "invoice_number").value is None
    layout = corrected(bill(), "invoice_number", "identifier", "K 4711")
    found = find(bill("K 4712", "9.5.2026", "95,20"), layout)
    number = field(found, "invoice_number")
    assert found.layout == 7
    assert (number.value, number.source) == ("K 4712", LAYOUT)
    assert number.places[0].box.x0 == pytest.approx(490)
    assert any(each.kind == "layout" and each.weight > 4 for each in number.evidence)


def test_another_layout_is_not_taken_for_it() -> None:
    layout = corrected(bill(), "invoice_number", "identifier", "K 4711")
    assert find(OTHER, layout).layout is None
    assert find(OTHER, layout).fields == find(OTHER).fields


def test_a_name_that_is_printed_nowhere_is_told_without_a_place_to_its_own_sender_only() -> None:
    layout = corrected(bill(), "vendor", "party", "Nordlicht Bürobedarf GmbH")
    vendor = field(find(bill("K 4712"), layout), "vendor")
    assert (vendor.value, vendor.source, vendor.places) == ("Nordlicht Bürobedarf GmbH", LAYOUT, ())
    stranger = bill("K 4712", vat="DE811907980")
    stranger = Page(1, 595, 842, 0, stranger.source, tuple(word for word in stranger.words if word.text != "123456"))
    assert field(find(stranger, layout), "vendor").value != "Nordlicht Bürobedarf GmbH"


def test_what_only_was_confirmed_is_never_told_without_a_place() -> None:
    content = read_content((bill(),))
    lesson = lesson_of(content, Decision("vendor", "party", "Nordlicht Bürobedarf GmbH", False))
    assert lesson is not None
    layout = LearnedLayout(7, fingerprint_of(content), (lesson,), {}, "invoice")
    assert field(find(bill("K 4712"), layout), "vendor").value != "Nordlicht Bürobedarf GmbH"


def test_a_field_that_a_person_called_absent_stays_empty() -> None:
    read = field(find(OTHER), "invoice_date")
    assert read.value == "2026-02-01"
    layout = corrected(OTHER, "invoice_date", "date", None)
    assert field(find(OTHER, layout), "invoice_date").value is None


def test_a_memory_that_is_wrong_as_often_as_right_says_nothing() -> None:
    layout = corrected(bill(), "invoice_number", "identifier", "K 4711")
    assert Tally(0, 0).weight == Tally(9, 9).weight == 1.0
    assert Tally(4, 1).weight < Tally(4, 3).weight < 1
    assert Tally(9, 3).weight == 0
    doubted = LearnedLayout(7, layout.fingerprint, layout.lessons, {"invoice_number": Tally(9, 3)}, "invoice")
    assert field(find(bill("K 4712"), doubted), "invoice_number").value is None


def test_the_order_of_day_and_month_is_learned() -> None:
    american = corrected(bill(day="3.4.2026"), "invoice_date", "date", "2026-03-04")
    assert american.lessons[0].order == "mdy"
    assert field(find(bill("K 4712", day="5.6.2026"), american), "invoice_date").value == "2026-05-06"


def test_an_e_invoice_needs_no_memory() -> None:
    layout = corrected(bill(), "vendor", "party", "Nordlicht Bürobedarf GmbH")
    invoice = EInvoice("invoice", InvoiceContent("CII"), {"invoice_number": "K 4711"}, (), {}, {"invoice_number": "/x"})
    found = pipeline.find_values((bill(),), einvoice=invoice, profile=None, filename="a.pdf", layouts=(layout,))
    assert found.layout is None


def test_the_second_document_drops_what_the_first_had_by_chance() -> None:
    one, two = (fingerprint_of(read_content((bill(f"K 47110{n}"),))) for n in (1, 2))
    both = one.joined(two).joined(fingerprint_of(read_content((bill("K 471103"),))))
    assert "n:de136695976" in both.sender
    assert not {mark for mark in both.sender if "471" in mark}
    assert likeness(both, one) > 0.9 > 0.5 > likeness(both, fingerprint_of(read_content((OTHER,))))


def test_numbers_that_three_layouts_share_tell_no_sender() -> None:
    ours = [corrected(bill(), "invoice_number", "identifier", "K 4711")]
    ours += [LearnedLayout(number, ours[0].fingerprint) for number in (8, 9)]
    stranger = page([(50, "Fremde Werke AG"), (380, "USt-IdNr. DE136695976")], [(50, "Lieferschein ohne Preise")])
    assert recognize(read_content((stranger,)), ours) is None


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("date", "2026-04-03", "3.4.2026"),
        ("amount", "1190.00", "1.190,00"),
        ("tax_id", "DE136695976", "DE136695976"),
        ("address", "Am Alten Hafen 137, 24103 Kiel", "Am Alten Hafen 137"),
        ("party", "SONNRATH MASCHINENBAU GMBH", "Sonnrath Maschinenbau GmbH"),
        ("identifier", "K4711", "K 4711"),
    ],
)
def test_a_typed_value_is_found_on_the_page(kind: str, value: str, text: str) -> None:
    content = read_content((bill(),))
    spans = locate(content, kind, value)[0]
    line = content.lines[spans[0].line]
    assert line.text[spans[0].start : spans[0].end] == text


def test_a_value_that_stands_nowhere_is_not_found() -> None:
    content = read_content((bill(),))
    assert locate(content, "date", "2020-01-01") == ()
    assert locate(content, "amount", "not a number") == ()
    assert locate(content, "party", "Wer auch immer AG") == ()


def test_the_words_beside_a_value_count_more_than_its_place() -> None:
    content = read_content((bill(),))
    own = anchor_of(content, locate(content, "identifier", "K 4711")[0])
    assert (own.left, own.shape, own.page) == ("unsere akte", "a 0", 1)
    moved = Anchor(own.left, own.above, own.x0, own.x1, own.y + 300, 1, own.shape)
    renamed = Anchor("etwas anderes", "noch etwas", own.x0, own.x1, own.y, 1, own.shape)
    assert fit(own, own) == pytest.approx(1)
    assert fit(own, moved) > 0.6 > fit(own, renamed)


def test_layouts_survive_json_and_refuse_what_is_too_large() -> None:
    layout = corrected(bill(), "vendor", "party", "Nordlicht Bürobedarf GmbH")
    layout = corrected(bill(), "invoice_number", "identifier", "K 4711", layout)
    raw = json.loads(json.dumps(layout.as_json()))
    assert LearnedLayout.from_json(raw).as_json() == layout.as_json()
    lesson = layout.lessons[0].as_json()
    for wrong in ({"value": "x" * 301}, {"anchors": lesson["anchors"] * (MOST_ANCHORS + 1)}, {"parts": ["a"] * 7}):
        with pytest.raises(ValueError, match="too"):
            Lesson.from_json({**lesson, **wrong})
    with pytest.raises(KeyError):
        Lesson.from_json({"key": "vendor"})
    with pytest.raises(ValueError, match="too many marks"):
        LearnedLayout.from_json(
            {**raw, "fingerprint": {**raw["fingerprint"], "marks": {f"w:{n}": [0, 0, 1] for n in range(401)}}}
        )


def test_lists_teach_nothing_and_an_untouched_absence_neither() -> None:
    content = read_content((bill(),))
    assert lesson_of(content, Decision("attendees", "list", ["a", "b"], True)) is None
    assert lesson_of(content, Decision("due_date", "date", None, False)) is None
