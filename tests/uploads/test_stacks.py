"""A stack with separator sheets becomes documents of its own: once, all or nothing, and undone while nothing is confirmed."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.db.models.functions import Now
from django.test import Client
from PIL import Image

from docflow import leases
from docflow.accounts.actors import COMMAND
from docflow.accounts.models import Event, Organization, User
from docflow.errors import StateConflictError
from documents import files, jobs, searchable
from documents.extraction import reading as reader
from documents.extraction.synthesis import marks, scan
from documents.extraction.synthesis.paper import Paper
from documents.models import Document, Page
from documents.operations import lifecycle, reading, splitting
from documents.operations.pages import LostLeaseError
from tests import make
from uploads.models import Task
from uploads.operations import tasks

STACK = marks.stack_pdf(3, pages=2)


def stack(acme: Organization, content: bytes = STACK, filename: str = "stack.pdf", **order: object) -> Document:
    """As it is after its job has run once: split, its parts waiting."""
    return make.read(make.upload(acme, content, filename, **order))


def parts_of(whole: Document) -> list[Document]:
    return list(Document.objects.with_relations().filter(whole=whole).order_by("pk"))


def read_parts(whole: Document) -> list[Document]:
    return [make.read(part) for part in parts_of(whole)]


def test_each_part_is_a_document_with_its_pages_counted_from_one(acme: Organization) -> None:
    whole = stack(acme, metadata={"batch": 7}, notes="from the basement")
    assert (whole.status, whole.separators, whole.pages.count()) == ("Archived", [3, 6], 0)
    assert (whole.task.word, whole.task.upload.word) == ("FILTERED", "PROCESSING")
    parts = read_parts(whole)
    assert [(each.filename, each.first_page, each.last_page, each.page_count) for each in parts] == [
        ("stack-1.pdf", 1, 2, 2), ("stack-2.pdf", 4, 5, 2), ("stack-3.pdf", 7, 8, 2),
    ]  # fmt: skip
    for place, part in enumerate(parts, 1):
        texts = [page.text for page in part.pages.all()]
        assert [page.number for page in part.pages.all()] == [1, 2]
        assert [f"Letter {place} of the stack, page {number}" in texts[number - 1] for number in (1, 2)] == [True, True]
        assert "PATCH" not in "".join(texts)
        assert (part.status, part.task.upload_id) == ("Needs Review", whole.task.upload_id)
        same = ("contact_id", "folder_id", "metadata", "notes", "file", "sha256", "original_filename", "source")
        assert [getattr(part, name) for name in same] == [getattr(whole, name) for name in same]
    assert files.original(parts[2]).read_bytes() == STACK


def tab_of(page: Image.Image) -> float:
    """Where the tab at the left edge begins, in points from the top of an A4 sheet."""
    dots = page.height / 841.89
    column = [page.getpixel((round(28 * dots), y)) for y in range(page.height)]
    return next(y for y, grey in enumerate(column) if grey < 128) / dots  # type: ignore[operator]


def test_the_pages_of_a_part_are_drawn_from_their_place_in_the_file(acme: Organization) -> None:
    part = read_parts(stack(acme))[1]
    jobs.draw(part.pk)
    drawn = [Image.open(files.rendition(part, number)).convert("L") for number in (1, 2)]
    assert [tab_of(image) for image in drawn] == pytest.approx([marks.tab_at(2, 1), marks.tab_at(2, 2)], abs=1)
    assert Page.objects.filter(document=part).exclude(image_width=None).count() == 2


def test_the_searchable_pdf_of_a_part_holds_its_pages_only(acme: Organization) -> None:
    part = read_parts(stack(acme))[1]
    assert not searchable.is_original(part)
    jobs.make_searchable(part.pk)
    pages = scan.rendered(searchable.file_of(part).read_bytes(), 72)
    assert [tab_of(page) for page in pages] == pytest.approx([marks.tab_at(2, 1), marks.tab_at(2, 2)], abs=1.5)


def test_what_was_recognized_is_not_recognized_again(acme: Organization) -> None:
    whole = stack(acme)
    before = {page.pk: page.text for part in parts_of(whole) for page in part.pages.all()}
    assert len(before) == 6
    read_parts(whole)
    assert {page.pk: page.text for part in parts_of(whole) for page in part.pages.all()} == before


def test_a_part_that_is_read_again_reads_its_own_pages(acme: Organization) -> None:
    part = read_parts(stack(acme))[1]
    reading.read_again(part, actor=COMMAND)
    part = make.read(part)
    assert (part.status, part.page_count) == ("Needs Review", 2)
    assert [f"Letter 2 of the stack, page {page.number}" in page.text for page in part.pages.all()] == [True, True]


def test_the_split_is_told_in_history_and_audit_log(acme: Organization) -> None:
    whole = stack(acme)
    told = "split at 2 separator sheets into 3 documents"
    assert whole.transitions.last().reason == told
    assert whole.task.error["message"] == "Split at 2 separator sheets into 3 documents."
    assert [part.transitions.first().reason for part in parts_of(whole)] == [
        "pages 1 to 2 of stack.pdf", "pages 4 to 5 of stack.pdf", "pages 7 to 8 of stack.pdf",
    ]  # fmt: skip
    event = Event.objects.get(event_type="document.split")
    assert (event.document_id, event.detail) == (whole.pk, told)


def sheets(*kinds: str) -> bytes:
    """A page for each: a letter, or a separator sheet with that kind of code."""
    paper = Paper(title="Sheets")
    for place, kind in enumerate(kinds):
        if place:
            paper.next_page()
        if kind == "letter":
            for row in range(45):
                paper.text(57, 90 + 14 * row, f"Row {row} of letter {place} tells of crates, slips and the gate", 9)
        else:
            marks.separator_page(paper, kind)
    return paper.finish()


def test_sheets_at_the_ends_and_side_by_side_make_no_empty_documents(acme: Organization) -> None:
    whole = stack(acme, sheets("QRCode", "letter", "Code128", "Code128", "letter", "letter", "QRCode"))
    assert [(each.first_page, each.last_page) for each in parts_of(whole)] == [(2, 2), (5, 6)]
    assert whole.transitions.last().reason == "split at 4 separator sheets into 2 documents"


def test_a_single_sheet_before_a_document_is_dropped(acme: Organization) -> None:
    whole = stack(acme, sheets("Code128", "letter"))
    assert [(each.first_page, each.last_page) for each in parts_of(whole)] == [(2, 2)]
    assert whole.transitions.last().reason == "split at 1 separator sheet into 1 document"


@pytest.mark.parametrize("content", [sheets("Code128"), sheets("Code128", "QRCode"), sheets("letter", "letter")])
def test_nothing_but_sheets_or_no_sheet_at_all_is_left_whole(acme: Organization, content: bytes) -> None:
    document = stack(acme, content)
    assert (document.status, document.separators, parts_of(document)) == ("Needs Review", None, [])


def test_a_stack_of_scans_is_split_too(acme: Organization) -> None:
    faxed = BytesIO(scan.as_tiff([each.convert("1") for each in scan.rendered(sheets("QRCode", "Code128"), 100)]))
    assert [page.text for page in stack(acme, faxed.getvalue(), "sheets.tiff").pages.all()]
    letter = scan.rendered(sheets("Code128"), 100)[0]
    blank = Image.new("L", letter.size, 255)
    whole = stack(acme, scan.as_tiff([blank, letter, blank], 100), "stack.tiff")
    assert [(each.filename, each.first_page) for each in parts_of(whole)] == [("stack-1.tiff", 1), ("stack-2.tiff", 3)]


def test_a_worker_that_died_between_reading_and_splitting_loses_and_doubles_nothing(acme: Organization) -> None:
    document = make.upload(acme, STACK, "stack.pdf")
    token = leases.claim(document.task)
    assert token is not None
    with jobs.sandbox().work() as work:  # all that the worker did before it died: every page read and stored
        media_type = jobs.drawing.lay_out(work, document)
        opened = reader.open_document(work, media_type, max_pages=20)
        portions = jobs.Portions(document, token, opened.pages)
        for number in range(1, opened.pages + 1):
            portions.add(reader.read_page(work, media_type, number, languages=("eng",)))
        portions.store()
    assert Document.objects.of(acme).count() == 1
    Task.objects.filter(pk=document.task.pk).update(lease_until=Now() - timedelta(seconds=1))
    jobs.read(document.pk)
    jobs.read(document.pk)  # a second bell
    assert len(parts_of(document)) == 3
    with pytest.raises(LostLeaseError):  # and the one thought dead comes back
        splitting.split(document, token, [3, 6], 8)
    assert len(parts_of(document)) == 3
    assert Task.objects.of(acme).count() == 4


def test_a_split_that_breaks_in_the_middle_leaves_everything_as_it_was(
    acme: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = make.upload(acme, STACK, "stack.pdf")
    begun = lifecycle.begin
    calls: list[str] = []

    def breaks(part: Document, *told: object, **more: object) -> object:
        calls.append(part.filename)
        if len(calls) == 3:
            raise OSError("the disk is gone")
        return begun(part, *told, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(lifecycle, "begin", breaks)
    jobs.read(document.pk)
    assert (len(calls), Document.objects.of(acme).count()) == (3, 1)
    kept = Task.objects.get(document=document)
    assert (kept.word, document.pages.count()) == ("PROCESSING", 8)
    Task.objects.filter(pk=kept.pk).update(next_at=Now())
    calls.extend(["", ""])
    jobs.read(document.pk)
    assert len(parts_of(document)) == 3


def test_undone_the_parts_are_discarded_and_the_whole_is_read_and_stays_whole(acme: Organization) -> None:
    whole = stack(acme)
    read_parts(whole)
    tasks.undo_split(whole.task, actor=COMMAND)
    assert [part.task.word for part in parts_of(whole)] == ["DISCARDED"] * 3
    whole = make.read(Document.objects.get(pk=whole.pk))
    assert (whole.status, whole.page_count, whole.pages.count()) == ("Needs Review", 8, 8)
    assert [part.task.word for part in parts_of(whole)] == ["DISCARDED"] * 3
    assert Event.objects.filter(event_type="document.joined", document_id=whole.pk).count() == 1
    with pytest.raises(StateConflictError, match="Only a document that was split"):
        tasks.undo_split(whole.task, actor=COMMAND)


def test_parts_that_are_being_read_can_be_put_together_again(acme: Organization) -> None:
    whole = stack(acme)
    first = parts_of(whole)[0]
    token = leases.claim(first.task)
    tasks.undo_split(whole.task, actor=COMMAND)
    assert token is not None
    assert not leases.renew(first.task, token)
    assert make.read(Document.objects.get(pk=whole.pk)).status == "Needs Review"


@pytest.mark.parametrize("status", ["Ready", "Approved", "Export", "Archived"])
def test_once_a_part_is_confirmed_the_split_stays(acme: Organization, status: str) -> None:
    whole = stack(acme)
    part = read_parts(whole)[1]
    lifecycle.change_status(part, status, actor=COMMAND)
    with pytest.raises(StateConflictError, match=r"stack-2\.pdf was confirmed"):
        tasks.undo_split(whole.task, actor=COMMAND)
    assert [each.task.word for each in parts_of(whole)] == ["REVIEWING", "COMPLETED", "REVIEWING"]
    lifecycle.discard(part, actor=COMMAND)
    tasks.undo_split(whole.task, actor=COMMAND)
    assert Task.objects.get(document=whole).word == "PROCESSING"


@pytest.mark.parametrize("status", ["New", "Needs Review", "Approved"])
def test_the_whole_does_not_come_back_beside_its_parts(acme: Organization, api: Client, status: str) -> None:
    whole = stack(acme)
    answer = api.patch(f"/api/documents/{whole.pk}/status", {"status": status}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
    assert "Undo the split" in answer.json()["detail"]
    whole.refresh_from_db()
    assert (whole.status, whole.task.is_split) == ("Archived", True)


def test_only_reviewers_of_the_organization_undo_a_split(
    acme: Organization, bob: User, other: Organization, charlie: User, collected: None
) -> None:
    whole = stack(acme)
    address = f"/o/{acme.slug}/tasks/{whole.task.uuid}/undo-split"
    viewer = make.user("vera@acme.example", acme, "viewer")
    for person, wanted in ((viewer, 403), (charlie, 404)):
        browser = Client()
        browser.force_login(person)
        assert browser.post(address).status_code == wanted
    browser = Client()
    browser.force_login(charlie)
    assert browser.post(f"/o/{other.slug}/tasks/{whole.task.uuid}/undo-split").status_code == 404
    browser.force_login(bob)
    assert browser.get(address).status_code == 405
    assert Task.objects.get(document=whole).is_split
    assert browser.post(address).status_code == 302
    assert Task.objects.get(document=whole).word == "PROCESSING"


def test_deleting_a_part_leaves_the_file_to_the_others(acme: Organization) -> None:
    whole = stack(acme)
    first, second, _ = read_parts(whole)
    tasks.delete_document(first, actor=COMMAND)
    assert files.original(second).exists()
    tasks.delete_document(Document.objects.get(pk=whole.pk), actor=COMMAND)
    second.refresh_from_db()
    assert (second.whole_id, files.original(second).read_bytes()) == (None, STACK)


def test_the_api_lists_the_parts_as_the_documents_that_they_are(acme: Organization, api: Client) -> None:
    whole = stack(acme)
    read_parts(whole)
    rows = api.get("/api/documents").json()["documents"]
    assert {row["filename"]: row["status"] for row in rows} == {
        "stack.pdf": "Archived", "stack-1.pdf": "Needs Review", "stack-2.pdf": "Needs Review", "stack-3.pdf": "Needs Review",
    }  # fmt: skip
