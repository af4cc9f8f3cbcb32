"""An organization's own reviews as answers of known rightness: each value as it was read beside what people confirmed."""

from __future__ import annotations

from typing import Any

from docflow.accounts.models import Organization
from documents.extraction.learning.measure import Answer
from documents.models import Annotation, Document

SOURCE = "reviewed"


def reviewed_answers(organization: Organization) -> list[Answer]:
    """Every value that was read in documents of the organization which people or programs have confirmed.

    The confidence is that of the reading; that of the document is the one of its confirmed values and says nothing here (0).
    """
    verified = Document.objects.of(organization).filter(is_verified=True)
    rows = Annotation.objects.filter(document__in=verified).exclude(machine_value=None).order_by("document_id", "id")
    return [_answer(row) for row in rows.iterator(chunk_size=1000)]


def _answer(row: Annotation) -> Answer:
    there = row.value is not None and not row.is_absent
    alike = 1.0 if there and _bare(row.value) == _bare(row.machine_value) else 0.0
    sure = row.machine_confidence / 100
    return Answer(str(row.document_id), SOURCE, str(row.document_id), row.key, there, True, alike, sure, 0.0)


def _bare(value: Any) -> Any:
    """Without the spaces and capitals that nobody corrects a value for."""
    return " ".join(value.split()).casefold() if isinstance(value, str) else value
