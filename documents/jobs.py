"""Background work on documents: read one, draw its pages. A job takes ids, claims its row, works, records behind a fence."""

from __future__ import annotations

import logging
import os
import time
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError

from docflow import jobs, leases, life
from docflow.errors import FileError, PartDownError, ReaderStoppedError
from docflow.sandbox import Sandbox, Work
from documents import files
from documents.extraction import layout
from documents.extraction import reading as reader
from documents.models import Document, Page, Profile
from documents.operations import reading

log = logging.getLogger(__name__)
MAIL = "message/rfc822"
_box: Sandbox | None = None


class TurnOverError(Exception):
    """This document had its turn; it is given back between two pages."""


def sandbox() -> Sandbox:
    """This process's one warm child."""
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
    except TurnOverError:
        if leases.release(document.task, token):
            leases.ring(document.task)
    except reading.LostLeaseError:
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
    began = time.monotonic()
    reading.start(document, token)
    with sandbox().work(organization=str(document.organization.uuid)) as work:
        media_type = _lay_out(work, document)
        opened, pages = _pages(document, token, work, media_type, began)
        if not leases.renew(document.task, token, stage="classifying", pages_total=opened.pages):
            raise reading.LostLeaseError
        profile = _asked_profile(document)
        if not leases.renew(document.task, token, stage="extracting"):
            raise reading.LostLeaseError
        findings = reader.find_values(
            work, pages, einvoice=opened.einvoice, profile=profile.at() if profile else None, filename=document.filename
        )
    chosen = profile or Profile.objects.get(organization=None, key=findings.profile)
    reading.store(document, token, findings, chosen, page_count=opened.pages, seconds=time.monotonic() - began)
    jobs.enqueue("documents.jobs.draw", document.pk)


def _asked_profile(document: Document) -> Profile | None:
    """The profile that was asked for, else the contact's, else the project's; None: chosen by content."""
    return document.asked_profile or document.contact.default_profile or document.task.upload.project.profile


def _lay_out(work: Work, document: Document) -> str:
    """Puts the file to be read into the work folder -> its media type. Of a mail that is the body: its parts have documents
    of their own."""
    if document.media_type != MAIL:
        work.put(reader.FILE, files.original(document))
        return document.media_type
    work.put("mail", files.original(document))
    parts = work.run("unpack", file="mail")["parts"]
    body = next((part["name"] for part in parts if part["role"] == "body"), None)
    work.put(reader.FILE, work.read(body) if body else b"(This e-mail has no text.)\n")
    return "text/plain"


def _pages(
    document: Document, token: UUID, work: Work, media_type: str, began: float
) -> tuple[reader.Opened, list[layout.Page]]:
    """All pages: those stored in an earlier turn, and the rest read now."""
    opened = reader.open_document(work, media_type, max_pages=settings.MAX_PAGES)
    kept = [page.as_layout() for page in document.pages.all()] if document.task.pages_done else []
    if not leases.renew(document.task, token, pages_total=opened.pages, pages_done=len(kept)):
        raise reading.LostLeaseError
    fresh: list[layout.Page] = []
    for number in range(len(kept) + 1, opened.pages + 1):
        if fresh and (time.monotonic() - began > leases.divided(leases.TURN).total_seconds() or life.is_stopping()):
            reading.keep_pages(document, token, fresh, done=len(kept) + len(fresh))
            raise TurnOverError
        page = reader.read_page(work, media_type, number, languages=settings.OCR_LANGUAGES)
        fresh.append(replace(page, reason=reader.MAIL_BODY) if document.media_type == MAIL else page)
        if not leases.renew(document.task, token, pages_done=len(kept) + len(fresh)):
            raise reading.LostLeaseError
    reading.keep_pages(document, token, fresh, done=len(kept) + len(fresh))
    return opened, kept + fresh


def draw(document_id: int) -> None:
    """Draws the pages of a document that have no image yet. Doing it twice makes the same files anew."""
    life.touch()
    document = Document.objects.select_related("organization").filter(pk=document_id).first()
    missing = list(document.pages.filter(image_width=None)) if document else []
    if document is None or not missing:
        return
    with sandbox().work(organization=str(document.organization.uuid)) as work:
        media_type = _lay_out(work, document)
        for page in missing:
            try:
                _draw_page(document, media_type, page, work)
            except FileError as error:
                log.warning("page not drawn", extra={"document": document.pk, "page": page.number, "reason": error.reason})


def _draw_page(document: Document, media_type: str, page: Page, work: Work) -> None:
    """Written under a fresh name and renamed, so that nobody is ever served half an image. Raises FileError."""
    name = f"page-{page.number}.webp"
    width, height = reader.draw_page(work, media_type, page.as_layout(), dpi=files.RENDITION_DPI, image=name)
    target = files.rendition(document, page.number)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = target.with_suffix(f".{os.getpid()}")
    fresh.write_bytes(work.image(name))
    fresh.rename(target)
    Page.objects.filter(pk=page.pk).update(image_width=width, image_height=height)
