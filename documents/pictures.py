"""Pictures of pages in the size that is asked for, made in the sandbox from the stored rendition."""

from __future__ import annotations

from docflow import jobs
from docflow.errors import NotFoundError
from docflow.sandbox import Sandbox
from documents import files
from documents.models import Document, Page


def png(document: Document, page: Page, width: int, box: Sandbox) -> bytes:
    """PNG, `width` pixels wide. Raises NotFoundError while the page is not drawn, and has it drawn; FileError."""
    source = files.rendition(document, page.number)
    if page.image_width is None or not source.exists():
        if page.image_width is not None:
            Page.objects.filter(pk=page.pk).update(image_width=None, image_height=None)
        jobs.enqueue("documents.jobs.draw", document.pk)
        raise NotFoundError(f"Page {page.number} of document {document.pk} is being drawn. Ask again in a moment.")
    with box.work(organization=str(document.organization.uuid)) as work:
        work.put("page.webp", source)
        work.run("scale_image", image="page.webp", width=width, out="page.png")
        return work.image("page.png")
