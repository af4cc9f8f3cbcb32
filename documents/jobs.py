"""Background work on documents: read one, draw its pages. A job takes ids, claims its row, works, records behind a fence."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError

from docflow import jobs, leases, life
from docflow.errors import FileError, PartDownError, ReaderStoppedError
from docflow.sandbox import Sandbox, Work
from documents import drawing, golden, recognition, searchable, second_opinion
from documents.drawing import MAIL
from documents.extraction import reading as reader
from documents.models import Document, Page, Profile, ProfileTrial
from documents.operations import layouts, reading, splitting, trials
from documents.operations.pages import LostLeaseError, Portions, is_first, read_so_far, rows

log = logging.getLogger(__name__)
_box: Sandbox | None = None


class TurnOverError(Exception):
    """This document had its turn; it is given back between two pages."""


class Turn:
    """How long a document has been at work here; `drawing` is what of that went into images, up to page `drawn`."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self.drawing = 0.0
        self.drawn = 0

    def seconds(self) -> float:
        return time.monotonic() - self._began

    def is_over(self) -> bool:
        return self.seconds() > leases.divided(leases.TURN).total_seconds() or life.is_stopping()


def sandbox() -> Sandbox:
    """This process's two warm children."""
    global _box
    if _box is None:
        every = leases.divided(leases.SWEEP).total_seconds()
        _box = Sandbox(base=settings.WORK_DIR, on_wait=life.touch, on_wait_every=every)
    return _box


def read(document_id: int) -> None:
    """Reads one document from its bytes to its values. Never raises for what it expects: the row says how it ended."""
    life.touch()
    document = Document.objects.with_relations().filter(pk=document_id).first()
    if document is None:
        return
    token = leases.claim(document.task)
    if token is None:
        return
    with leases.Guard(document.task, token):
        _read_or_tell(document, token)


def _read_or_tell(document: Document, token: UUID) -> None:
    try:
        _read(document, token)
    except (TurnOverError, second_opinion.StoppingError):
        if leases.release(document.task, token):
            leases.ring(document.task)
    except LostLeaseError:
        log.info("reading ended elsewhere", extra={"document": document.pk})
    except ReaderStoppedError as error:
        _fallen(document, token, error)
    except FileError as error:
        reading.fail(document, error, token)
    except (PartDownError, DatabaseError, OSError) as error:
        log.warning("reading waits", extra={"document": document.pk, "reason": type(error).__name__})
        leases.retry(document.task, token, _interrupted(error))


def _interrupted(error: Exception) -> dict[str, Any]:
    return {"code": "reading_failed", "message": "Reading was interrupted.", "reason": type(error).__name__, "page": None}


def _fallen(document: Document, token: UUID, error: ReaderStoppedError) -> None:
    """A file that fells the child twice is poison; once may be another's fault."""
    task = document.task
    task.refresh_from_db()
    if task.falls + 1 >= 2:
        reading.fail(document, error, token)
    elif leases.renew(task, token, falls=task.falls + 1):
        leases.retry(task, token, error.as_json(), wait=1)


def _read(document: Document, token: UUID) -> None:
    turn = Turn()
    reading.start(document, token)
    with sandbox().work(organization=str(document.organization.uuid)) as work:
        media_type = drawing.lay_out(work, document)
        opened = _pages(document, token, work, media_type, turn)
        sheets = [] if opened.einvoice else splitting.separator_sheets(document)
        if sheets and splitting.ranges_between(sheets, opened.pages):
            splitting.split(document, token, sheets, opened.pages)
            return
        if not leases.renew(document.task, token, stage="classifying", pages_total=opened.pages):
            raise LostLeaseError
        profile, version = recognition.asked_profile(document), recognition.asked_version(document)
        if not leases.renew(document.task, token, stage="extracting"):
            raise LostLeaseError
        findings = reader.find_values(
            work,
            read_so_far(document),
            einvoice=opened.einvoice,
            profile=profile.at(version) if profile else None,
            filename=document.filename,
            layouts=() if opened.einvoice else layouts.likely(document, rows(document).filter(number=1).first()),
        )
        chosen = profile or Profile.objects.get(organization=None, key=findings.profile)
        findings = second_opinion.heard(work, document, token, findings, chosen.at(version), was_asked=profile is not None)
    reading.store(document, token, findings, chosen, version=version, page_count=opened.pages, seconds=turn.seconds())
    jobs.enqueue("documents.jobs.draw", document.pk)


def _pages(document: Document, token: UUID, work: Work, media_type: str, turn: Turn) -> reader.Opened:
    """Reads and stores the pages that an earlier turn has not. Those of a first reading can be looked at meanwhile."""
    opened = _its_own(document, reader.open_document(work, media_type, max_pages=settings.MAX_PAGES))
    portions = Portions(document, token, opened.pages)
    languages, engine = recognition.languages_of(document), recognition.engine_of(document)
    first = portions.done + 1
    for number in range(first, opened.pages + 1):
        if number > first and turn.is_over():
            portions.store()
            raise TurnOverError
        page = reader.read_page(
            work,
            media_type,
            document.page_in_file(number),
            languages=languages,
            engine=engine,
            before_recognition=portions.renew,
        )
        page = replace(page, number=number, reason=reader.MAIL_BODY if document.media_type == MAIL else page.reason)
        if portions.add(page):
            _draw_early(document, work, media_type, portions, turn)
    portions.store()
    return opened


def _its_own(document: Document, opened: reader.Opened) -> reader.Opened:
    """Of a part of a stack: its pages, and no e-invoice, which would be that of the whole file."""
    if document.first_page is None or document.last_page is None:
        return opened
    return replace(opened, pages=document.last_page - document.first_page + 1, einvoice=None)


def _draw_early(document: Document, work: Work, media_type: str, portions: Portions, turn: Turn) -> None:
    """The pages read so far, for who is looking at them: in a fifth of the time, so that the values do not wait for it."""
    if not is_first(document):
        return
    for page in document.pages.filter(image_width=None, number__gt=turn.drawn):
        if turn.drawing > turn.seconds() / 5:
            return
        began = time.monotonic()
        portions.renew()
        drawing.draw_or_log(work, media_type, document, page)
        turn.drawn = page.number
        turn.drawing += time.monotonic() - began


def draw(document_id: int, after: int = 0) -> None:
    """Draws the pages behind page `after` that have no image yet. One worker at a time does it, a turn at a time."""
    life.touch()
    document = Document.objects.with_relations().filter(pk=document_id).first()
    if document is None or drawing.is_left_to_reader(document):
        return
    with drawing.alone(document) as is_ours:
        missing = document.pages.filter(image_width=None, number__gt=after) if is_ours else Page.objects.none()
        reached = _draw_missing(document, list(missing.defer("words", "text")))
    if reached:
        jobs.enqueue("documents.jobs.draw", document.pk, reached)


def _draw_missing(document: Document, missing: list[Page]) -> int:
    """-> the page reached when the turn was over, 0 when all were tried."""
    if not missing:
        return 0
    turn, reached = Turn(), missing[0].number - 1
    with sandbox().work(organization=str(document.organization.uuid)) as work:
        media_type = drawing.lay_out(work, document)
        for page in missing:
            if turn.is_over():
                return reached
            drawing.hold(document)
            drawing.draw_or_log(work, media_type, document, page)
            reached = page.number
    return 0


def make_searchable(document_id: int) -> None:
    """Makes the searchable PDF of a document, unless it is there or somebody else is making it."""
    life.touch()
    document = Document.objects.with_relations().filter(pk=document_id).first()
    if document is None or not searchable.is_possible(document):
        return
    with drawing.alone(document, "searchable") as is_ours:
        if is_ours and not searchable.file_of(document).exists():
            with sandbox().work(organization=str(document.organization.uuid)) as work:
                searchable.make(work, document, Turn().is_over)


def try_profile(trial_id: int) -> None:
    """Reads confirmed documents with two versions of a profile; a worker that is told to stop leaves it to another one."""
    waiting = ProfileTrial.objects.filter(state=ProfileTrial.WAITING).select_related("profile__organization")
    trial = waiting.filter(pk=trial_id).first()
    if trial is None or trial.profile.organization is None:
        return
    read = golden.in_sandbox(sandbox())
    documents = golden.golden_documents(trial.profile.organization, trial.profile, trial.limit)

    def alive(document: Document, profile: Any) -> Any:
        life.touch()
        if life.is_stopping():
            raise TurnOverError
        return read(document, profile)

    before, after = trial.profile.at(trial.before), trial.profile.with_fields(trial.fields, trial.columns)
    try:
        result = golden.judge(documents, before, after, alive)
    except TurnOverError:
        jobs.enqueue("documents.jobs.try_profile", trial.pk)
        return
    trials.finish(trial, result)
