"""One file from its bytes to its findings, in the sandbox, without a database: what the commands extract and evaluate do.

An e-mail gives its own body and every part that is a document; each ends with findings or with an error of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from docflow.errors import FileError
from documents.extraction import reading
from documents.extraction.layout import Page
from documents.extraction.profiles import Profile
from documents.extraction.readers import HEAD, sniff
from documents.extraction.values import Findings

MAIL = "message/rfc822"
NOT_READ = "text/plain"


class Box(Protocol):
    """What is used of `docflow.sandbox.Sandbox`."""

    def work(self, organization: str = "", deadline: float | None = None) -> AbstractContextManager[Any]: ...


@dataclass(frozen=True)
class Wishes:
    """How to read: the profile (None: by content), languages of OCR, most pages, seconds for the whole file, who is told of
    each page as (pages read, pages in all)."""

    profile: Profile | None = None
    languages: Sequence[str] = ("eng", "deu", "fra")
    max_pages: int = 500
    seconds: float | None = None
    progress: Callable[[int, int], None] | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of one file. Either `findings` or `error`; for a mail `parts` beside them."""

    filename: str
    media_type: str = ""
    sha256: str = ""
    role: str = ""
    pages: tuple[Page, ...] = ()
    page_count: int = 0
    findings: Findings | None = None
    error: FileError | None = None
    parts: tuple[Outcome, ...] = field(default=())


def read_file(box: Box, path: Path, filename: str, wishes: Wishes) -> Outcome:
    """Reads one file. Never raises for what is wrong with the file: the outcome carries the error."""
    return read_bytes(box, path.read_bytes(), filename, wishes)


def read_bytes(box: Box, content: bytes, filename: str, wishes: Wishes) -> Outcome:
    """The same for bytes that are already here."""
    digest = hashlib.sha256(content).hexdigest()
    media_type = ""
    try:
        media_type = sniff(content[:HEAD], filename)
        if media_type == MAIL:
            return _read_mail(box, content, filename, digest, wishes)
        with box.work(deadline=wishes.seconds) as work:
            work.put(reading.FILE, content)
            return _read_one(work, media_type, filename, digest, wishes)
    except FileError as error:
        return Outcome(filename, media_type, digest, error=error)


def _read_one(work: Any, media_type: str, filename: str, digest: str, wishes: Wishes) -> Outcome:
    opened = reading.open_document(work, media_type, max_pages=wishes.max_pages)
    pages = tuple(_pages(work, opened, wishes))
    findings = reading.find_values(work, pages, einvoice=opened.einvoice, profile=wishes.profile, filename=filename)
    return Outcome(filename, media_type, digest, pages=pages, page_count=opened.pages, findings=findings)


def _pages(work: Any, opened: reading.Opened, wishes: Wishes) -> Iterator[Page]:
    return reading.read_pages(
        work,
        opened.media_type,
        languages=wishes.languages,
        max_pages=wishes.max_pages,
        progress=wishes.progress,
        opened=opened,
    )


def _read_mail(box: Box, content: bytes, filename: str, digest: str, wishes: Wishes) -> Outcome:
    """The mail's own text is its document; attachments are documents of their own, what was left out is named."""
    with box.work(deadline=wishes.seconds) as work:
        work.put("mail", content)
        rows = work.run("unpack", file="mail")["parts"]
        taken = [(row, work.read(row["name"]) if row["role"] != "ignored" else b"") for row in rows]
        body = next((text for row, text in taken if row["role"] == "body"), b"(This e-mail has no text.)\n")
        work.put(reading.FILE, body)
        whole = _read_one(work, NOT_READ, filename, digest, wishes)
    parts = tuple(_part(box, row, text, wishes) for row, text in taken if row["role"] == "attachment")
    pages = tuple(replace(page, reason=reading.MAIL_BODY) for page in whole.pages)
    return Outcome(filename, MAIL, digest, "body", pages, whole.page_count, whole.findings, None, parts)


def _part(box: Box, row: dict[str, Any], content: bytes, wishes: Wishes) -> Outcome:
    read = read_bytes(box, content, row["filename"], wishes)
    return replace(read, filename=row["filename"], media_type=read.media_type or row["media_type"], role=row["role"])
