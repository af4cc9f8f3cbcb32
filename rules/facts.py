"""A document as the rule engine sees it: plain values, in the form in which the run log shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from documents.models import Document, Profile

SENDERS = ("vendor", "seller_name")


def facts_of(document: Document, now: datetime | None = None) -> dict[str, Any]:
    """The facts of rules.conditions.FIELDS, `profile_id`, and the values of the profile under "fields"."""
    values = dict(document.annotations.values_list("key", "value"))
    stayed = (now or timezone.now()) - document.status_since
    return {
        "confidence_score": document.confidence,
        "total_amount": values.get("total_amount"),
        "days_in_status": max(0, stayed.days),
        "status": document.status,
        "doc_type": document.doc_type,
        "vendor_name": next((values[key] for key in SENDERS if values.get(key)), None),
        "doc_date": document.doc_date.isoformat() if document.doc_date else None,
        "folder_id": document.folder_id,
        "contact_id": document.contact_id,
        "profile_id": document.profile_id,
        "fields": values,
    }


def types_of(profile: Profile | None) -> dict[str, str] | None:
    """The fields that a rule of this profile may ask for, key -> type; None without a profile."""
    return {field.key: field.type for field in profile.at().fields} if profile else None
