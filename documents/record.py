"""The whole record of a document as programs see it: one rendering for the API and for webhooks."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings

from documents.extraction.profiles import Profile as PureProfile
from documents.models import Document
from documents.normal import NUMBERS
from documents.operations.values import profile_of
from documents.statuses import UNREAD


def moment(at: datetime | None) -> str | None:
    """UTC, whole seconds, with Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def extracted_fields(document: Document, profile: PureProfile) -> dict[str, Any]:
    """Every key of the profile in its order; text, list of text or null. Empty before the first reading."""
    if document.read_at is None and not document.annotations.all():
        return {}
    values = {row.key: row.value for row in document.annotations.all()}
    return {field.key: values.get(field.key) for field in profile.fields}


def line_items(document: Document, profile: PureProfile) -> list[dict[str, Any]]:
    """Rows with JSON numbers in columns of numbers: exact, as Decimal, which the renderers write digit by digit."""
    kinds = {column.key: column.type for column in profile.columns}
    rows = []
    for row in document.line_items.all():
        if row.kind == "item":
            rows.append({key: _cell(kind, row.cells.get(key)) for key, kind in kinds.items()})
    return rows


def _cell(kind: str, cell: dict[str, Any] | None) -> Any:
    value = cell["value"] if cell else None
    return Decimal(value) if kind in NUMBERS and value is not None else value


def core(document: Document) -> dict[str, Any]:
    """The keys that the record and the body of `document.exported` share."""
    profile = profile_of(document)
    return {
        "id": document.pk,
        "filename": document.filename,
        "status": document.status,
        "doc_type": document.doc_type,
        "doc_date": document.doc_date.isoformat() if document.doc_date else None,
        "contact_id": document.contact_id,
        "contact_name": document.contact.name,
        "folder_id": document.folder_id,
        "folder_name": document.folder.name,
        "ai_summary": document.summary,
        "confidence_score": document.confidence,
        "confidence_label": document.confidence_label,
        "confidence_reasoning": document.reasoning,
        "extracted_fields": extracted_fields(document, profile),
        "line_items": line_items(document, profile),
        "external_refs": document.external_refs,
        "notes": document.notes,
        "created_at": moment(document.created_at),
        "updated_at": moment(document.updated_at),
        "uuid": str(document.uuid),
        "original_filename": document.original_filename,
        "source": document.source,
        "doc_url": f"{settings.SITE_URL}/documents/{document.uuid}",
        "profile_id": document.profile_id,
        "metadata": document.metadata,
    }


def full(document: Document, export_state: str | None) -> dict[str, Any]:
    """The record of surfaces/documents.md section 5. `export_state` comes from the app that delivers."""
    task = document.task
    return {
        **core(document),
        "profile_name": document.profile.name if document.profile else None,
        "profile_version": document.profile_version,
        "page_count": document.page_count,
        "size": document.size,
        "media_type": document.media_type,
        "sha256": document.sha256,
        "language": document.language or None,
        "extractor": document.extractor or None,
        "project_id": task.upload.project_id,
        "upload_id": str(task.upload.uuid),
        "task_id": str(task.uuid),
        "duplicate_of": document.duplicate_of_id,
        "export_state": export_state,
        "progress": progress(document),
        "error": {"code": document.error["code"], "message": document.error["message"]} if document.error else None,
        "version": document.version,
    }


def progress(document: Document) -> dict[str, Any] | None:
    """How far the reading is: its stage, pages read and pages in all (null until the file is open). None when none goes on."""
    if document.status not in UNREAD:
        return None
    task = document.task
    return {"stage": task.stage, "pages_done": task.pages_done, "pages_total": task.pages_total}


def listed(document: Document, export_state: str | None) -> dict[str, Any]:
    """The entry of surfaces/documents.md section 4."""
    return {
        "id": document.pk,
        "filename": document.filename,
        "status": document.status,
        "confidence_score": document.confidence,
        "confidence_label": document.confidence_label,
        "contact_id": document.contact_id,
        "folder_id": document.folder_id,
        "created_at": moment(document.created_at),
        "uuid": str(document.uuid),
        "doc_type": document.doc_type,
        "doc_date": document.doc_date.isoformat() if document.doc_date else None,
        "export_state": export_state,
        "updated_at": moment(document.updated_at),
    }
