"""Layout memory in the house: taught with the correction, told to the next document, measured, undone, kept apart."""

from __future__ import annotations

import pytest

from docflow.accounts.actors import COMMAND, Actor
from documents.models import Document, Layout, LayoutUse, Lesson
from documents.operations import changes, layouts, reading, reviews
from tests import make

pytestmark = pytest.mark.django_db
CLERK = Actor("user", "Clara Clerk")


def bill(docket: str, total: str = "119.00") -> bytes:
    """An invoice whose number has a label that nobody else uses."""
    return f"""Nordwind Handels GmbH
Hafenstrasse 12, 20457 Hamburg
VAT ID: DE136695976
Phone 040 123456

INVOICE

Our docket             {docket}
Invoice date: 2025-11-15
Due date: 2025-12-15

Description            Quantity   Unit price   Amount
Steel bolt M8          10         10.00        100.00

Subtotal               100.00 EUR
VAT 19 %               19.00 EUR
Total                  {total} EUR
""".encode()


def value(document: Document, key: str = "invoice_number") -> object:
    return document.annotations.get(key=key).value


def corrected(organization: object, docket: str = "K-4711/A") -> Document:
    document = make.document(organization, bill(docket))
    changes.change_field(document, "invoice_number", {"value": docket}, CLERK)
    return document


def test_a_correction_teaches_the_next_document_at_once() -> None:
    organization = make.organization()
    first = make.document(organization, bill("K-4711/A"))
    assert value(first) != "K-4711/A"
    changes.change_field(first, "invoice_number", {"value": "K-4711/A"}, CLERK)
    layout = Layout.objects.of(organization).get()
    assert layout.name == "Nordwind Handels GmbH"
    assert [(each.key, each.document_id, each.is_correction) for each in layout.lessons.all()] == [
        ("invoice_number", first.pk, True)
    ]
    second = make.document(organization, bill("K-4712/B"))
    row = second.annotations.get(key="invoice_number")
    assert (row.value, row.source) == ("K-4712/B", "layout")
    assert row.boxes
    assert any(each["kind"] == "layout" for each in row.evidence)
    assert second.layout == layout
    assert layout.uses.filter(document=second, key="invoice_number", is_right=None).exists()


def test_programs_teach_by_the_api_too() -> None:
    organization = make.organization()
    first = make.document(organization, bill("K-4711/A"))
    changes.change(first, {"extracted_fields": {"invoice_number": "K-4711/A"}}, COMMAND)
    assert value(make.document(organization, bill("K-4712/B"))) == "K-4712/B"


def test_no_other_organization_learns_from_it() -> None:
    ours, theirs = make.organization(), make.organization()
    corrected(ours)
    foreign = make.document(theirs, bill("K-4712/B"))
    assert value(foreign) != "K-4712/B"
    assert foreign.layout is None
    assert not Layout.objects.of(theirs).exists()
    assert layouts.likely(foreign, foreign.pages.first()) == []


def test_a_layout_of_another_organization_in_the_answer_is_not_noted() -> None:
    ours, theirs = make.organization(), make.organization()
    corrected(ours)
    foreign = make.document(theirs, bill("K-4712/B"))
    from dataclasses import replace

    from documents.extraction import pipeline

    findings = pipeline.find_values((foreign.pages.get().as_layout(),), einvoice=None, profile=None, filename="a")
    layouts.note_reading(foreign, replace(findings, layout=Layout.objects.of(ours).get().pk))
    assert foreign.layout is None
    assert not LayoutUse.objects.filter(document=foreign).exists()


def test_what_a_person_then_says_is_the_hit_rate() -> None:
    organization = make.organization()
    corrected(organization)
    right, wrong = make.document(organization, bill("K-4712/B")), make.document(organization, bill("K-4713/C"))
    for field in right.annotations.exclude(value=None):
        changes.change_field(right, field.key, {"accept": True}, CLERK)
    changes.change_field(wrong, "invoice_number", {"value": "K-4799/Z"}, CLERK)
    tally = Layout.objects.of(organization).get().tallies()["invoice_number"]
    assert (tally.used, tally.right) == (2, 1)
    changes.change_field(wrong, "invoice_number", {"restore": True}, CLERK)
    tally = Layout.objects.of(organization).get().tallies()["invoice_number"]
    assert (tally.used, tally.right) == (1, 1)


def test_a_confirmation_strengthens_and_a_forced_one_does_not() -> None:
    organization = make.organization()
    forced = make.document(organization, bill("K-4711/A"))
    reviews.decide(forced, "confirm", actor=CLERK, force=True)
    assert not Lesson.objects.exists()
    first = corrected(organization, "K-4714/D")
    for key in first.annotations.exclude(value=None).filter(confirmed_at=None).values_list("key", flat=True):
        changes.change_field(first, key, {"accept": True}, CLERK)
    reviews.decide(first, "confirm", actor=CLERK)
    lessons = {each.key: each.is_correction for each in Lesson.objects.filter(document=first)}
    assert lessons["invoice_number"] is True
    assert lessons["total_amount"] is False


def test_undo_forgets_the_lesson_and_keeps_the_value() -> None:
    organization = make.organization()
    first = corrected(organization)
    layouts.forget(first, "invoice_number", CLERK)
    assert value(first) == "K-4711/A"
    assert not Layout.objects.of(organization).exists()
    assert value(make.document(organization, bill("K-4712/B"))) != "K-4712/B"


def test_taking_a_correction_back_forgets_it_too() -> None:
    organization = make.organization()
    first = corrected(organization)
    changes.change_field(first, "invoice_number", {"restore": True}, CLERK)
    assert not Lesson.objects.exists()


def test_switched_off_it_tells_and_learns_nothing() -> None:
    organization = make.organization()
    corrected(organization)
    layout = Layout.objects.of(organization).get()
    layouts.switch(layout, CLERK, on=False)
    second = make.document(organization, bill("K-4712/B"))
    assert value(second) != "K-4712/B"
    layouts.switch(layout, CLERK, on=True)
    reading.read_again(second, actor=CLERK)
    assert value(make.read(second)) == "K-4712/B"


def test_deleting_says_first_what_would_change() -> None:
    organization = make.organization()
    corrected(organization)
    second = make.document(organization, bill("K-4712/B"))
    layout = Layout.objects.of(organization).get()
    effect = layouts.effect_of(layout)
    assert (effect["documents"], effect["taught_by"], effect["fields"], effect["waiting"]) == (1, 1, 1, 2)
    layouts.delete(layout, CLERK)
    second.refresh_from_db()
    assert second.layout is None
    assert value(second) == "K-4712/B"


def test_not_on_the_document_is_learned() -> None:
    organization = make.organization()
    first = make.document(organization, bill("K-4711/A"))
    assert value(first, "due_date") == "2025-12-15"
    changes.change_field(first, "due_date", {"absent": True}, CLERK)
    assert Lesson.objects.get(document=first, key="due_date").content["absent"] is True
    assert value(make.document(organization, bill("K-4712/B")), "due_date") is None


def test_an_e_invoice_teaches_nothing() -> None:
    from documents.extraction.synthesis.samples import demo_samples

    hybrid = next(each for each in demo_samples() if each.media_type == "application/xml")
    document = make.document(make.organization(), hybrid.data, hybrid.filename)
    changes.change_field(document, "invoice_number", {"value": "OTHER-1"}, CLERK)
    assert not Lesson.objects.exists()
