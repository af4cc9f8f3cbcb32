"""Counts for contacts, folders and profiles: one question for many of them, so that lists stay cheap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Count

from documents.models import Annotation, Document
from documents.statuses import Status


@dataclass(slots=True)
class Statistics:
    """How many documents, how many in each status, and sums of invoices by currency as text ("412500.00")."""

    documents: int = 0
    by_status: dict[str, int] = field(default_factory=dict)
    invoice_totals: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"documents": self.documents, "by_status": self.by_status, "invoice_totals": self.invoice_totals}


def of_folders(ids: Iterable[int]) -> dict[int, Statistics]:
    return _counted("folder_id", list(ids))


def of_contacts(ids: Iterable[int]) -> dict[int, Statistics]:
    """With sums of the invoices, but those that are discarded or could not be read."""
    wanted = list(ids)
    found = _counted("contact_id", wanted)
    for contact_id, sums in _invoice_totals(wanted).items():
        found[contact_id].invoice_totals = {currency: f"{total:.2f}" for currency, total in sorted(sums.items())}
    return found


def _counted(column: str, ids: list[int]) -> dict[int, Statistics]:
    found: dict[int, Statistics] = defaultdict(Statistics)
    rows = Document.objects.filter(**{f"{column}__in": ids}).order_by().values_list(column, "status").annotate(Count("pk"))
    order = list(Status.values)
    for key, status, number in sorted(rows, key=lambda row: order.index(row[1])):
        found[key].documents += number
        found[key].by_status[status] = number
    return found


def _invoice_totals(contact_ids: list[int]) -> dict[int, dict[str, Decimal]]:
    rows = Annotation.objects.filter(
        document__contact_id__in=contact_ids,
        document__doc_type="Invoice",
        document__task__discarded_at=None,
        key__in=("total_amount", "currency"),
    ).exclude(document__status=Status.EXCEPTION)
    values: dict[tuple[int, int], dict[str, Any]] = defaultdict(dict)
    for contact_id, document_id, key, value in rows.values_list("document__contact_id", "document_id", "key", "value"):
        values[contact_id, document_id][key] = value
    sums: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for (contact_id, _), pair in values.items():
        currency, total = pair.get("currency"), pair.get("total_amount")
        if currency and total:
            try:
                sums[contact_id][currency] += Decimal(total)
            except InvalidOperation:
                continue
    return sums
