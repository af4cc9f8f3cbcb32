"""Documents as rows: what the files of every format hold, in the same order."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Min, Prefetch

from documents import record
from documents.extraction.profiles import Profile as PureProfile
from documents.models import Annotation, Document, Profile
from documents.models.document import DocumentQuerySet
from documents.normal import NUMBERS
from documents.operations.values import profile_of

PORTION = 200
HEAD = (
    "id", "uuid", "filename", "status", "doc_type", "doc_date", "contact_id", "contact_name", "folder_id", "folder_name",
    "confidence_score", "confidence_label", "source", "created_at", "updated_at", "notes",
)  # fmt: skip


def header_rows(documents: DocumentQuerySet) -> tuple[list[str], Iterator[dict[str, Any]]]:
    """-> (columns, one row a document): the record's own columns, then every field that any profile of them has."""
    fields = dict.fromkeys(field.key for profile in _profiles(documents) for field in profile.fields)
    keys = [key for key in fields if key not in HEAD]
    return [*HEAD, *keys], (_header_row(document, keys) for document in in_portions(documents))


def line_rows(documents: DocumentQuerySet) -> tuple[list[str], Iterator[dict[str, Any]]]:
    """-> (columns, one row a line item): which document it is of, its position, then its cells."""
    keys = list(dict.fromkeys(column.key for profile in _profiles(documents) for column in profile.columns))
    return ["document_id", "filename", "position", *keys], _line_rows(documents, keys)


def in_portions(documents: DocumentQuerySet) -> Iterator[Document]:
    """All of them with their values by id, a few hundred in memory at a time; no query stays open for a slow reader."""
    light = Prefetch("annotations", Annotation.objects.only("document", "key", "value"))
    found, last = documents.with_relations().prefetch_related(light, "line_items").order_by("id"), 0
    while portion := list(found.filter(id__gt=last)[:PORTION]):
        yield from portion
        last = portion[-1].pk


def _profiles(documents: DocumentQuerySet) -> list[PureProfile]:
    """Each profile and version that one of them was read with, in the order of the first document."""
    used = documents.order_by().values_list("profile", "profile_version").annotate(first=Min("id")).order_by("first")
    profiles = Profile.objects.in_bulk([number for number, _, _ in used if number])
    return [profiles[number].at(version) for number, version, _ in used if number]


def _header_row(document: Document, keys: list[str]) -> dict[str, Any]:
    core = record.core(document)
    kinds = {field.key: field.type for field in profile_of(document).fields}
    fields = {key: _typed(kinds[key], value) for key, value in core["extracted_fields"].items()}
    return {**{key: core[key] for key in HEAD}, **{key: fields.get(key) for key in keys}}


def _typed(kind: str, value: Any) -> Any:
    """Amounts as numbers: a negative one begins like a formula and must not be taken for one."""
    try:
        return Decimal(value) if kind in NUMBERS and value is not None else value
    except InvalidOperation:
        return value


def _line_rows(documents: DocumentQuerySet, keys: list[str]) -> Iterator[dict[str, Any]]:
    for document in in_portions(documents):
        for position, line in enumerate(record.line_items(document, profile_of(document)), 1):
            place = {"document_id": document.pk, "filename": document.filename, "position": position}
            yield {**place, **{key: line.get(key) for key in keys}}
