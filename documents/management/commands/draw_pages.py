"""`manage.py draw_pages [--organization NAME|UUID] [--document N] [--all]`: draws page images that are missing, or all."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet
from tqdm import tqdm

from docflow.accounts.lookup import organization_named
from docflow.errors import DocflowError, FileError
from docflow.sandbox import Sandbox
from documents import drawing, files
from documents.models import Document, Page


class Command(BaseCommand):
    help = "Draws page images and thumbnails that are missing and prints one JSON object a line for each document it drew."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organization", metavar="NAME|UUID", help="only the documents of this one")
        parser.add_argument("--document", type=int, metavar="N", help="only the document with this id")
        parser.add_argument("--all", action="store_true", help="draw those anew that are there, too")

    def handle(self, *args: Any, **options: Any) -> None:
        documents = self._documents(options["organization"], options["document"])
        failed = 0
        with Sandbox(base=settings.WORK_DIR) as box, tqdm(unit="page", disable=None, file=sys.stderr, leave=False) as bar:
            for document in documents.iterator(chunk_size=100):
                told = _draw(box, document, options["all"], bar)
                if told is None:
                    continue
                failed += bool(told["failed"] or told["error"])
                self.stdout.write(json.dumps(told, ensure_ascii=False))
                self.stdout.flush()
        if failed:
            self.stderr.write(f"Pages of {failed} documents could not be drawn.")
            sys.exit(1)

    def _documents(self, organization: str | None, number: int | None) -> QuerySet[Document]:
        try:
            found = Document.objects.of(organization_named(organization)) if organization else Document.objects.all()
        except DocflowError as error:
            raise CommandError(error.message) from None
        if number is not None:
            found = found.filter(pk=number)
            if not found.exists():
                raise CommandError(f"There is no document {number}.")
        return found.with_relations().order_by("pk")


def _draw(box: Sandbox, document: Document, anew: bool, bar: Any) -> dict[str, Any] | None:
    """What was done for one document, None where nothing was to do. One that somebody else reads or draws is left to them."""
    if drawing.is_left_to_reader(document):
        return None
    pages = [page for page in document.pages.defer("words", "text") if anew or not _is_there(document, page)]
    if not pages:
        return None
    told: dict[str, Any] = {"document": document.pk, "drawn": 0, "failed": [], "error": None}
    with drawing.alone(document) as is_ours:
        if not is_ours:
            return {**told, "error": "A worker is drawing this document."}
        try:
            with box.work(organization=str(document.organization.uuid)) as work:
                media_type = drawing.lay_out(work, document)
                for page in pages:
                    drawing.hold(document)
                    if drawing.draw_or_log(work, media_type, document, page):
                        told["drawn"] += 1
                    else:
                        told["failed"].append(page.number)
                    bar.update()
        except FileError as error:
            told["error"] = error.message
        except FileNotFoundError:
            told["error"] = "The original is not in the storage."
    return told


def _is_there(document: Document, page: Page) -> bool:
    places = (files.rendition(document, page.number), files.thumbnail(document, page.number))
    return page.image_width is not None and all(place.exists() for place in places)
