"""Pictures of pages in the size that is asked for, made in the sandbox from the stored rendition."""

from __future__ import annotations

from django.core.cache import cache

from docflow import jobs
from docflow.errors import NotFoundError
from docflow.sandbox import Sandbox
from documents import drawing, files
from documents.models import Document, Page

AGAIN = 30  # seconds; a bell that was lost is rung anew by whoever still asks then


def is_drawn(document: Document, page: Page) -> bool:
    """Whether the image of a page and its thumbnail are there; if not, they are asked for, at most every 30 seconds."""
    places = (files.rendition(document, page.number), files.thumbnail(document, page.number))
    if page.image_width is not None and all(place.exists() for place in places):
        return True
    if page.image_width is not None:
        Page.objects.filter(pk=page.pk).update(image_width=None, image_height=None)
    if not drawing.is_left_to_reader(document) and cache.add(f"draw-{document.pk}", 1, AGAIN):
        jobs.enqueue("documents.jobs.draw", document.pk)
    return False


def png(document: Document, page: Page, width: int, box: Sandbox) -> bytes:
    """PNG, `width` pixels wide. Raises NotFoundError while the page is not drawn, and has it drawn; FileError."""
    source = files.rendition(document, page.number)
    if not is_drawn(document, page):
        raise NotFoundError(f"Page {page.number} of document {document.pk} is being drawn. Ask again in a moment.")
    with box.work(organization=str(document.organization.uuid)) as work:
        work.put("page.webp", source)
        work.run("scale_image", image="page.webp", width=width, out="page.png")
        return work.image("page.png")
