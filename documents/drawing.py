"""Page images: drawn in the sandbox by jobs and by a command, stored beside the files, made anew whenever they are lost."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.cache import cache

from docflow.errors import FileError
from docflow.sandbox import Work
from documents import files
from documents.extraction import reading as reader
from documents.models import Document, Page
from documents.operations.pages import is_first
from documents.statuses import UNREAD

log = logging.getLogger(__name__)
MAIL = "message/rfc822"
_HELD = 90  # seconds; longer than drawing one page may take


def lay_out(work: Work, document: Document) -> str:
    """Puts the file to be read into the work folder -> its media type. Of a mail that is the body: its parts have documents
    of their own."""
    if document.media_type != MAIL:
        work.put(reader.FILE, files.original(document))
        return document.media_type
    work.put("mail", files.original(document))
    parts = work.run("unpack", file="mail", body_only=True)["parts"]
    body = next((part["name"] for part in parts if part["role"] == "body"), None)
    work.put(reader.FILE, work.read(body) if body else b"(This e-mail has no text.)\n")
    return "text/plain"


def draw(work: Work, media_type: str, document: Document, page: Page) -> None:
    """Draws one page of the file that `lay_out` put there, with its thumbnail. Raises FileError."""
    image, thumb = f"page-{page.number}.webp", f"thumb-{page.number}.webp"
    width, height = reader.draw_page(
        work, media_type, document.page_in_file(page.number), page.rotation, dpi=files.RENDITION_DPI, image=image, thumb=thumb
    )
    files.put_rendition(files.thumbnail(document, page.number), work.image(thumb))
    files.put_rendition(files.rendition(document, page.number), work.image(image))
    for name in (image, thumb):
        work.path(name).unlink()
    Page.objects.filter(pk=page.pk).update(image_width=width, image_height=height)


def draw_or_log(work: Work, media_type: str, document: Document, page: Page) -> bool:
    """The same; a page that cannot be drawn is logged and left -> whether it was drawn."""
    try:
        draw(work, media_type, document, page)
    except FileError as error:
        log.warning("page not drawn", extra={"document": document.pk, "page": page.number, "reason": error.reason})
        return False
    return True


def is_left_to_reader(document: Document) -> bool:
    """While a document is read for the first time its reader draws the pages: it has the file open."""
    return document.status in UNREAD and is_first(document)


@contextmanager
def alone(document: Document, what: str = "drawing") -> Iterator[bool]:
    """Whether nobody else does this to the document at the moment. A worker that died is forgotten after 90 s."""
    is_ours = cache.add(_key(document, what), 1, _HELD)
    try:
        yield is_ours
    finally:
        if is_ours:
            cache.delete(_key(document, what))


def hold(document: Document, what: str = "drawing") -> None:
    """Before each page: still at it."""
    cache.set(_key(document, what), 1, _HELD)


def _key(document: Document, what: str) -> str:
    return f"{what}-{document.pk}"
