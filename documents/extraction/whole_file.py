"""One file from its bytes to its findings, in the sandbox, without a database: what the commands extract and evaluate do.

An e-mail gives its own body and every part that is a document, a ZIP archive the files in it; each ends with findings or
with an error of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from docflow.errors import FileError, FileRefusedError
from documents.extraction import reading
from documents.extraction.layout import Page
from documents.extraction.profiles import Profile
from documents.extraction.readers import HEAD, ZIP, sniff
from documents.extraction.values import Findings

MAIL = "message/rfc822"
NOT_READ = "text/plain"
_DRAWN_DPI = 110
TAKEN = ("body", "attachment")


class Box(Protocol):
    """What is used of `docflow.sandbox.Sandbox`."""

    def work(self, organization: str = "", deadline: float | None = None) -> AbstractContextManager[Any]: ...


@dataclass(frozen=True)
class Wishes:
    """How to read: the profile (None: by content), languages of OCR, most pages, seconds for the whole file, who is told of
    each page as (pages read, pages in all), the engine, and a folder for pictures of the pages with their boxes."""

    profile: Profile | None = None
    languages: Sequence[str] = ("eng", "deu", "fra")
    max_pages: int = 500
    seconds: float | None = None
    progress: Callable[[int, int], None] | None = None
    engine: str = "auto"
    draw: Path | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of one file. Either `findings` or `error`; for a container `parts`, and what it held beside documents as
    (name, reason) in `left_out`."""

    filename: str
    media_type: str = ""
    sha256: str = ""
    role: str = ""
    pages: tuple[Page, ...] = ()
    page_count: int = 0
    findings: Findings | None = None
    error: FileError | None = None
    parts: tuple[Outcome, ...] = field(default=())
    left_out: tuple[tuple[str, str], ...] = ()


def read_file(box: Box, path: Path, filename: str, wishes: Wishes) -> Outcome:
    """Reads one file. Never raises for what is wrong with the file: the outcome carries the error."""
    return read_bytes(box, path.read_bytes(), filename, wishes)


def read_bytes(box: Box, content: bytes, filename: str, wishes: Wishes) -> Outcome:
    """The same for bytes that are already here."""
    digest = hashlib.sha256(content).hexdigest()
    media_type = ""
    try:
        media_type = sniff(content[:HEAD], filename, archives=True)
        if media_type in (MAIL, ZIP):
            return _read_container(box, content, media_type, filename, digest, wishes)
        with box.work(deadline=wishes.seconds) as work:
            work.put(reading.FILE, content)
            return _read_one(work, media_type, filename, digest, wishes)
    except FileError as error:
        return Outcome(filename, media_type, digest, error=error)


def _read_one(work: Any, media_type: str, filename: str, digest: str, wishes: Wishes) -> Outcome:
    opened = reading.open_document(work, media_type, max_pages=wishes.max_pages)
    pages = tuple(_pages(work, opened, wishes))
    findings = reading.find_values(work, pages, einvoice=opened.einvoice, profile=wishes.profile, filename=filename)
    if wishes.draw:
        _draw(work, media_type, pages, findings, wishes.draw / Path(filename).name)
    return Outcome(filename, media_type, digest, pages=pages, page_count=opened.pages, findings=findings)


def _draw(work: Any, media_type: str, pages: Sequence[Page], findings: Findings, name: Path) -> None:
    """Each page with its boxes as FILENAME-NUMBER.png."""
    for page in pages:
        cells = [(key, cell) for line in findings.line_items for key, cell in line.cells.items()]
        found = [(field.key, field) for field in findings.fields] + cells
        values = [(key, place.box) for key, value in found for place in value.places if place.page == page.number]
        reading.mark_page(work, media_type, page, values, dpi=_DRAWN_DPI, image="marked.png")
        name.with_name(f"{name.name}-{page.number}.png").write_bytes(work.image("marked.png"))


def _pages(work: Any, opened: reading.Opened, wishes: Wishes) -> Iterator[Page]:
    return reading.read_pages(
        work,
        opened.media_type,
        languages=wishes.languages,
        engine=wishes.engine,
        max_pages=wishes.max_pages,
        progress=wishes.progress,
        opened=opened,
    )


def _read_container(box: Box, content: bytes, media_type: str, filename: str, digest: str, wishes: Wishes) -> Outcome:
    """A mail's own text is its document; attachments and files of an archive are documents of their own."""
    with box.work(deadline=wishes.seconds) as work:
        work.put("container", content)
        try:
            rows = work.run("unpack", file="container", media_type=media_type)["parts"]
        except FileRefusedError as error:
            raise FileRefusedError(error.code, error.message.replace("{name}", filename), reason=error.reason) from None
        taken = [(row, work.read(row["name"]) if row["role"] in TAKEN else b"") for row in rows]
        whole = Outcome(filename, media_type, digest)
        if media_type == MAIL:
            body = next((text for row, text in taken if row["role"] == "body"), b"(This e-mail has no text.)\n")
            work.put(reading.FILE, body)
            whole = _read_one(work, NOT_READ, filename, digest, wishes)
            pages = tuple(replace(page, reason=reading.MAIL_BODY) for page in whole.pages)
            whole = replace(whole, media_type=MAIL, role="body", pages=pages)
    parts = tuple(_part(box, row, text, wishes) for row, text in taken if row["role"] in ("attachment", "refused"))
    left_out = tuple((row["filename"], row["reason"]) for row in rows if row["role"] in ("companion", "ornament"))
    return replace(whole, parts=parts, left_out=left_out)


def _part(box: Box, row: dict[str, Any], content: bytes, wishes: Wishes) -> Outcome:
    if row["role"] == "refused":
        error = FileRefusedError(row["error"]["code"], row["error"]["message"], reason=row["error"]["reason"])
        return Outcome(row["filename"], row["media_type"], role="refused", error=error)
    read = read_bytes(box, content, row["filename"], wishes)
    return replace(read, filename=row["filename"], media_type=read.media_type or row["media_type"], role=row["role"])
