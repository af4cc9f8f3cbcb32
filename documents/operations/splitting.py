"""A stack that was scanned in one go is parted at its separator sheets: each part a document of its own, the file shared.

The document that arrived is kept as their whole: Archived, without pages, its task left out with the reason. Parts take over
the pages that were read; nothing is recognized twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import PurePath
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from docflow import leases
from docflow.accounts import audit
from docflow.accounts.actors import PIPELINE
from documents import files
from documents.extraction.codes import Code
from documents.models import Document
from documents.operations import lifecycle
from documents.operations.pages import LostLeaseError, is_first
from documents.statuses import Status

LEFT_OUT = "separator_sheets"  # the reason in the error of the whole's task

Range = tuple[int, int]


def separator_sheets(document: Document) -> list[int]:
    """Numbers of the pages that only part documents, of a document that may be split and was read to its last page.

    Split is what arrived whole and is read for the first time: never a part, never what a person put together again.
    """
    if not is_first(document) or document.whole_id is not None or document.separators is not None:
        return []
    rows = document.pages.order_by("number").values_list("number", "codes")
    return [number for number, codes in rows if any(Code.from_json(code).separates for code in codes)]


def ranges_between(sheets: Sequence[int], pages: int) -> list[Range]:
    """(first, last) of each run of pages between the sheets; sheets that lie together part nothing."""
    edges = [0, *sheets, pages + 1]
    return [(one + 1, other - 1) for one, other in pairwise(edges) if other - one > 1]


def split(document: Document, token: UUID, sheets: Sequence[int], pages: int) -> list[Document]:
    """The parts, each with a task that waits; all or nothing, once. Raises LostLeaseError: the reading ended elsewhere."""
    ranges = ranges_between(sheets, pages)
    with transaction.atomic():
        held = lifecycle.lock(document)
        told = _told(len(sheets), len(ranges))
        error = {"code": "not_a_document", "message": f"{told.capitalize()}.", "reason": LEFT_OUT, "page": None}
        if not leases.finish(held.task, token, stage="filtered", error=error, ended_at=timezone.now()):
            raise LostLeaseError
        held.separators, held.page_count = list(sheets), pages
        parts = [_part(held, place, bounds) for place, bounds in enumerate(ranges, 1)]
        held.pages.all().delete()
        lifecycle.record_move(held, Status.ARCHIVED, actor=PIPELINE, reason=told)
        audit.record(
            held.organization, PIPELINE, "document.split", told, document_id=held.pk, contact_id=held.contact_id,
            after={"sheets": list(sheets), "parts": [part.pk for part in parts]},
        )  # fmt: skip
        leases.ring_waiting(type(held.task), held.organization_id)
        transaction.on_commit(lambda: files.forget_renditions(document))
    return parts


def _told(sheets: int, parts: int) -> str:
    return (
        f"split at {sheets} separator {'sheet' if sheets == 1 else 'sheets'} "
        f"into {parts} {'document' if parts == 1 else 'documents'}"
    )


def _part(held: Document, place: int, bounds: Range) -> Document:
    first, last = bounds
    name = PurePath(held.filename)
    part = Document.objects.create(
        organization=held.organization,
        contact_id=held.contact_id,
        folder_id=held.folder_id,
        profile_id=held.profile_id,
        profile_version=held.profile_version,
        asked_profile_id=held.asked_profile_id,
        filename=f"{name.stem[:230]}-{place}{name.suffix[:20]}",
        original_filename=held.original_filename,
        file=held.file,
        sha256=held.sha256,
        size=held.size,
        media_type=held.media_type,
        source=held.source,
        duplicate_of_id=held.duplicate_of_id,
        external_refs=held.external_refs,
        metadata=held.metadata,
        notes=held.notes,
        page_count=last - first + 1,
        whole=held,
        first_page=first,
        last_page=last,
    )
    taken = held.pages.filter(number__range=bounds)
    taken.update(document=part, number=F("number") - (first - 1), image_width=None, image_height=None)
    number = last - first + 1
    type(held.task)._default_manager.create(
        organization=held.organization,
        upload_id=held.task.upload_id,
        document=part,
        filename=part.filename,
        pages_done=number,
        pages_total=number,
    )
    where = f"page {first}" if first == last else f"pages {first} to {last}"
    lifecycle.begin(part, PIPELINE, reason=f"{where} of {held.filename}")
    return part
