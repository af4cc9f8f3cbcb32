"""The sentence about a document in the language of the interface; that of the record stays English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language

from documents.extraction.roles import roles_of
from documents.extraction.summary import summarize
from documents.extraction.values import FieldValue
from documents.models import Document
from documents.operations.values import profile_of


def shown_summary(document: Document, values: Mapping[str, Any]) -> str:
    """Made from the document's values by field key; "" where there are none."""
    profile = profile_of(document)
    fields = [FieldValue(field.key, values.get(field.key)) for field in profile.fields]
    kind = (document.doc_type or "").lower().replace(" ", "_")
    return summarize(kind, fields, roles_of(profile), get_language() or "en")
