"""Documents as rows: what the files of every format hold, in the same order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from documents import record
from documents.models import Document
from documents.normal import NUMBERS
from documents.operations.values import profile_of

HEAD = (
    "id", "uuid", "filename", "status", "doc_type", "doc_date", "contact_id", "contact_name", "folder_id", "folder_name",
    "confidence_score", "confidence_label", "source", "created_at", "updated_at", "notes",
)  # fmt: skip


def header_rows(documents: Iterable[Document]) -> tuple[list[str], Iterator[dict[str, Any]]]:
    """-> (columns, one row a document): the record's own columns, then every field that any profile of them has."""
    known = list(documents)
    keys = _field_keys(known)
    return [*HEAD, *keys], (_header_row(document, keys) for document in known)


def line_rows(documents: Iterable[Document]) -> tuple[list[str], Iterator[dict[str, Any]]]:
    """-> (columns, one row a line item): which document it is of, its position, then its cells."""
    known = list(documents)
    keys = list(dict.fromkeys(column.key for document in known for column in profile_of(document).columns))
    return ["document_id", "filename", "position", *keys], _line_rows(known, keys)


def _field_keys(documents: list[Document]) -> list[str]:
    keys = dict.fromkeys(field.key for document in documents for field in profile_of(document).fields)
    return [key for key in keys if key not in HEAD]


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


def _line_rows(documents: list[Document], keys: list[str]) -> Iterator[dict[str, Any]]:
    for document in documents:
        for position, line in enumerate(record.line_items(document, profile_of(document)), 1):
            place = {"document_id": document.pk, "filename": document.filename, "position": position}
            yield {**place, **{key: line.get(key) for key in keys}}
