"""The searchable PDF of a document: page pictures with the stored words unseen over them, made when somebody asks for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from django.core.cache import cache
from django.db.models import Max

from docflow import jobs
from docflow.errors import FileError
from docflow.sandbox import Work
from documents import drawing, files
from documents.extraction import reading as reader
from documents.extraction.layout import SECOND_READER
from documents.models import Document
from documents.statuses import UNREAD

AGAIN = 30  # seconds; a bell that was lost is rung anew by whoever still asks then
_REMEMBERED = 3600  # seconds during which a document that cannot be made searchable is not tried again
_OUT = "searchable.pdf"


def is_possible(document: Document) -> bool:
    return document.status not in UNREAD and document.pages.exists()


def is_original(document: Document) -> bool:
    """Whether the file that was sent is searchable as it is: a PDF, and all of it, whose own text was taken on every page.

    Where only the second reader knew the letters, no program that searches the file does.
    """
    if document.media_type != "application/pdf" or document.first_page is not None:
        return False
    return not document.pages.exclude(engine="").exists() and not document.pages.filter(reason=SECOND_READER).exists()


def file_of(document: Document) -> Path:
    """Where it lies once it is made. Another reading makes other rows of pages, so it has another file."""
    return files.searchable(document, document.pages.aggregate(newest=Max("pk"))["newest"] or 0)


def ask(document: Document) -> str:
    """Has it made, at most every 30 seconds -> why it cannot be made, "" if nothing is known against it."""
    problem: str = cache.get(_problem_key(document), "")
    if not problem and cache.add(f"ask-searchable-{document.pk}", 1, AGAIN):
        jobs.enqueue("documents.jobs.make_searchable", document.pk)
    return problem


def make(work: Work, document: Document, is_over: Callable[[], bool]) -> None:
    """Page by page, so that memory stays flat; what cannot be made is remembered with its reason."""
    target = file_of(document)
    try:
        content = _made(work, document, is_over)
    except FileError as error:
        cache.set(_problem_key(document), error.message, _REMEMBERED)
        return
    for old in target.parent.glob("searchable-*.pdf"):
        old.unlink(missing_ok=True)
    files.put_rendition(target, content)


def _made(work: Work, document: Document, is_over: Callable[[], bool]) -> bytes:
    media_type = drawing.lay_out(work, document)
    parts = []
    for row in document.pages.iterator(chunk_size=20):
        if is_over():
            raise FileError("time_limit", "Making this document searchable takes too long. Save the original instead.")
        drawing.hold(document, "searchable")
        page, part = replace(row.as_layout(), number=document.page_in_file(row.number)), f"part-{row.number}.pdf"
        words = f"page-{row.number}.json"
        work.put(words, json.dumps(page.as_json()).encode())
        work.run(
            "searchable_page",
            file=reader.FILE,
            media_type=media_type,
            page=words,
            rotation=page.rotation,
            out=part,
        )
        parts.append(part)
    work.run("join_pages", parts=parts, out=_OUT)
    content = work.read(_OUT)
    if not content.startswith(b"%PDF-"):
        raise work.lied(f"{_OUT}: no PDF")
    return content


def _problem_key(document: Document) -> str:
    return f"not-searchable-{file_of(document).name}-{document.pk}"
