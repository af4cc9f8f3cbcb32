"""The pages of a reading, stored in portions behind the lease while the rest is still being read.

A first reading shows its pages as it goes. A further one keeps them aside until all are there and its values are stored with
them, so that nobody ever sees a mixture.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TypeVar
from uuid import UUID

from django.db import models, transaction

from docflow import leases
from documents.extraction import layout
from documents.models import Document, Page, UnfinishedPage
from documents.models.page import Sheet

MOST = 20  # pages held in memory
EVERY = 2.0  # seconds after which those read are stored
RENEWED_EVERY = 0.5  # seconds; a digital page takes a few thousandths
_AT_ONCE = 20  # rows in memory while pages are passed on


AnySheet = TypeVar("AnySheet", bound=Sheet)


class LostLeaseError(Exception):
    """The work is no longer ours: store nothing."""


class Portions:
    """The pages of one reading by one worker. Every method that writes raises LostLeaseError.

    `stored` is how many are in the database, `done` how many were read; an earlier turn may have stored some.
    """

    def __init__(self, document: Document, token: UUID, total: int) -> None:
        self.document, self.token, self.total = document, token, total
        self._fresh: list[layout.Page] = []
        with transaction.atomic():
            self.renew(pages_total=total)
            document.task.refresh_from_db(fields=["pages_done"])
            if not document.task.pages_done:  # what lies there is of a reading that was given up
                rows(document).delete()
            self.stored = rows(document).count()
            self.renew(pages_done=self.stored)
        self._stored_at = time.monotonic()

    @property
    def done(self) -> int:
        return self.stored + len(self._fresh)

    def renew(self, **progress: int) -> None:
        """Before each step: holds the lease and shows how far the reading is."""
        if not leases.renew(self.document.task, self.token, **progress):
            raise LostLeaseError
        self._renewed_at = time.monotonic()

    def add(self, page: layout.Page) -> bool:
        """Takes a page that was read -> whether it and those before it were stored now, because their time has come."""
        self._fresh.append(page)
        if time.monotonic() - self._stored_at >= EVERY or len(self._fresh) >= MOST:
            self.store()
            return True
        if time.monotonic() - self._renewed_at >= RENEWED_EVERY:
            self.renew(pages_done=self.done)
        return False

    def store(self) -> None:
        """Stores what is held in memory, behind the fence."""
        with transaction.atomic():
            self.renew(pages_done=self.done)
            _put(Page if is_first(self.document) else UnfinishedPage, self.document, self._fresh)
        self.stored = self.done
        self._fresh.clear()
        self._stored_at = time.monotonic()


def is_first(document: Document) -> bool:
    """Whether no reading has given values yet, so that pages may be shown as they come."""
    return document.read_at is None


def _put(model: type[AnySheet], document: Document, fresh: list[layout.Page]) -> None:
    model._default_manager.filter(document=document, number__in=[page.number for page in fresh]).delete()
    model._default_manager.bulk_create([model.of(document, page) for page in fresh])


def rows(document: Document) -> models.QuerySet[Page] | models.QuerySet[UnfinishedPage]:
    """The rows of the reading that goes on."""
    return document.pages.all() if is_first(document) else document.unfinished_pages.all()


def read_so_far(document: Document) -> Iterator[layout.Page]:
    """The stored pages of the reading that goes on, a few in memory at a time."""
    return (row.as_layout() for row in rows(document).iterator(chunk_size=_AT_ONCE))


def take_over(held: Document) -> None:
    """The pages that were kept aside become those of the document. A page drawn before keeps its image if it stands alike."""
    aside = held.unfinished_pages.all()
    if is_first(held) or not aside.exists():
        return
    drawn = {(old.number, old.rotation, old.width, old.height): old for old in held.pages.defer("words", "text")}
    held.pages.all().delete()
    portion: list[Page] = []
    for row in aside.iterator(chunk_size=_AT_ONCE):
        page = Page.of(held, row.as_layout())
        old = drawn.get((row.number, row.rotation, row.width, row.height))
        if old is not None:
            page.image_width, page.image_height = old.image_width, old.image_height
        portion.append(page)
        if len(portion) == _AT_ONCE:
            Page.objects.bulk_create(portion)
            portion.clear()
    Page.objects.bulk_create(portion)
    aside.delete()


def drop_unfinished(held: Document) -> None:
    """Forgets the pages of a further reading that was given up; those of the reading before stay."""
    held.unfinished_pages.all().delete()
