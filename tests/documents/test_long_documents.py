"""A long document is read page by page: what is there can be looked at, what was read before stays whole."""

from __future__ import annotations

import shutil
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings as site
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from docflow import leases
from docflow.accounts.actors import COMMAND
from docflow.accounts.models import Organization
from documents import drawing, files, jobs, pictures, record
from documents.extraction import layout
from documents.models import Document, Page
from documents.operations import reading
from documents.operations.pages import LostLeaseError, Portions
from documents.statuses import Status
from tests import make

PAGES = 24


def long_pdf(pages: int = PAGES) -> bytes:
    """An invoice on its first sheet, then sheets of a list."""
    file = BytesIO()
    canvas = Canvas(file, pagesize=A4)
    for number in range(1, pages + 1):
        lines = make.invoice_text().decode().splitlines() if number == 1 else []
        for place, line in enumerate([*lines, *[f"sheet {number} row {row}" for row in range(50 - len(lines))]]):
            canvas.drawString(60, 800 - 15 * place, line)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


@pytest.fixture
def long(acme: Organization) -> Document:
    return make.upload(acme, long_pdf(), "long.pdf")


def turns(document: Document, count: int, settings: Any) -> Document:
    """So many turns that are over after one page each."""
    usual, settings.CLOCK_DIVISOR = settings.CLOCK_DIVISOR, 10**7
    for _ in range(count):
        jobs.read(document.pk)
    settings.CLOCK_DIVISOR = usual
    return Document.objects.with_relations().get(pk=document.pk)


def numbers(document: Document) -> list[int]:
    return list(document.pages.values_list("number", flat=True))


def test_pages_of_a_first_reading_are_there_while_the_rest_is_read(long: Document, settings: Any) -> None:
    partly = turns(long, 3, settings)
    assert partly.status == Status.PROCESSING
    assert numbers(partly) == [1, 2, 3]
    assert "sheet 3 row 7" in partly.pages.get(number=3).text
    assert (partly.task.pages_done, partly.task.pages_total) == (3, PAGES)
    assert record.progress(partly) == {"stage": "reading", "pages_done": 3, "pages_total": PAGES}
    assert not partly.annotations.exists()
    whole = make.read(partly)
    assert whole.status == Status.NEEDS_REVIEW
    assert numbers(whole) == list(range(1, PAGES + 1))
    assert [page.text.count(f"sheet {page.number} row") > 0 for page in whole.pages.all()] == [True] * PAGES
    assert record.progress(whole) is None
    assert whole.task.attempts == 1, "turns that were given back count as none"


def test_the_reader_draws_the_first_pages_early_and_the_rest_afterwards(long: Document) -> None:
    read = make.read(long)
    early = list(read.pages.exclude(image_width=None).values_list("number", flat=True))
    assert early[:1] == [1]
    assert early == list(range(1, len(early) + 1))
    jobs.draw(read.pk)
    assert not read.pages.filter(image_width=None).exists()
    assert all(files.thumbnail(read, number).stat().st_size <= 8_000 for number in range(1, PAGES + 1))


def test_a_further_reading_keeps_the_old_pages_until_the_new_ones_are_whole(long: Document, settings: Any) -> None:
    before = make.read(long)
    jobs.draw(before.pk)
    old = dict(before.pages.values_list("number", "pk"))
    reading.read_again(before, actor=COMMAND)
    partly = turns(before, 2, settings)
    assert dict(partly.pages.values_list("number", "pk")) == old
    assert list(partly.unfinished_pages.values_list("number", flat=True)) == [1, 2]
    after = make.read(partly)
    assert numbers(after) == list(range(1, PAGES + 1))
    assert not set(after.pages.values_list("pk", flat=True)) & set(old.values())
    assert not after.unfinished_pages.exists()
    assert not after.pages.filter(image_width=None).exists(), "pages that stand as before keep their images"


def test_a_reading_that_is_begun_anew_takes_nothing_from_the_one_before(long: Document, settings: Any) -> None:
    partly = turns(long, 2, settings)
    Page.objects.filter(document=partly).update(text="of the reading that was given up")
    reading.read_again(partly, actor=COMMAND)
    again = turns(partly, 1, settings)
    assert numbers(again) == [1]
    assert "given up" not in again.pages.get().text


def test_a_further_reading_that_fails_leaves_the_pages_as_they_were(acme: Organization, settings: Any) -> None:
    before = make.document(acme, long_pdf(3), "three.pdf")
    old = list(before.pages.values_list("pk", flat=True))
    reading.read_again(before, actor=COMMAND)
    partly = turns(before, 1, settings)
    files.original(partly).write_bytes(b"%PDF-1.4 cut off")
    failed = make.read(partly)
    assert failed.status == Status.EXCEPTION
    assert list(failed.pages.values_list("pk", flat=True)) == old
    assert not failed.unfinished_pages.exists()


def test_who_lost_the_lease_stores_no_page(long: Document) -> None:
    token = leases.claim(long.task)
    assert token is not None
    portions = Portions(long, token, 2)
    portions.add(layout.Page(1, 100, 100, 0, layout.TEXT_LAYER))
    leases.reset(long.task, stage="queued")
    with pytest.raises(LostLeaseError):
        portions.store()
    assert not long.pages.exists()


def test_nobody_draws_what_somebody_else_is_drawing_or_reading(acme: Organization, settings: Any) -> None:
    partly = turns(make.upload(acme, long_pdf(3), "three.pdf"), 1, settings)
    partly.pages.update(image_width=None)
    jobs.draw(partly.pk)
    assert partly.pages.filter(image_width=None).count() == 1
    read = make.read(partly)
    read.pages.update(image_width=None)
    with drawing.alone(read) as is_ours:
        assert is_ours
        jobs.draw(read.pk)
        assert read.pages.filter(image_width=None).count() == 3
    jobs.draw(read.pk)
    assert not read.pages.filter(image_width=None).exists()


def test_a_long_drawing_is_given_back_between_two_pages(acme: Organization, settings: Any) -> None:
    read = make.document(acme, long_pdf(3), "three.pdf")
    read.pages.update(image_width=None)
    settings.CLOCK_DIVISOR = 10**7
    jobs.draw(read.pk, 2)
    assert list(read.pages.exclude(image_width=None).values_list("number", flat=True)) == []
    settings.CLOCK_DIVISOR = 1
    jobs.draw(read.pk, 2)
    assert list(read.pages.exclude(image_width=None).values_list("number", flat=True)) == [3]


def test_lost_images_are_drawn_anew(acme: Organization) -> None:
    read = make.document(acme, long_pdf(2), "two.pdf")
    jobs.draw(read.pk)
    shutil.rmtree(site.RENDITIONS_DIR)
    assert [pictures.is_drawn(read, page) for page in read.pages.all()] == [False, False]
    jobs.draw(read.pk)
    assert [pictures.is_drawn(read, page) for page in read.pages.all()] == [True, True]
