"""What a further reading changed: old and new value by field, with profile and version of each. Stored with the document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from documents.extraction.profiles import Profile as PureProfile
from documents.extraction.values import Findings
from documents.models import Annotation, Document, LineItem


@dataclass(frozen=True)
class Before:
    """A document as the reading before left it, and what people decided since."""

    reading: dict[str, Any]
    labels: dict[str, str]
    rows: dict[str, Annotation]
    lines: list[LineItem]


def look(held: Document) -> Before | None:
    """To be asked before the new values are stored. None: it was never read."""
    if held.read_at is None or held.profile is None:
        return None
    old = held.profile.at(held.profile_version)
    rows = {row.key: row for row in held.annotations.all()}
    return Before(_reading(held), {field.key: field.label for field in old.fields}, rows, list(held.line_items.all()))


def tell(held: Document, before: Before | None, findings: Findings, pure: PureProfile) -> None:
    """Writes into `held.differences` what is another value now; None after a first reading. `held` is not saved."""
    if before is None:
        held.differences = None
        return
    labels = {**before.labels, **{field.key: field.label for field in pure.fields}}
    found = {value.key: value.value for value in findings.fields}
    fields = []
    for key, label in labels.items():
        row, new = before.rows.get(key), found.get(key)
        old = row.value if row else None
        kept = row is not None and row.is_confirmed
        if new == old or (kept and row is not None and new == row.machine_value):
            continue
        fields.append({"key": key, "label": label, "old": old, "new": new, "kept": kept})
    held.differences = {
        "at": timezone.now().isoformat(timespec="seconds"),
        "from": before.reading,
        "to": _reading(held),
        "fields": fields,
        "line_items": _lines(before, findings),
    }


def _reading(held: Document) -> dict[str, Any]:
    profile = held.profile
    name = profile.name if profile else None
    return {"profile_id": held.profile_id, "profile_name": name, "profile_version": held.profile_version}


def _lines(before: Before, findings: Findings) -> dict[str, Any] | None:
    """None where the rows are the same."""
    old = [{key: cell["value"] for key, cell in row.cells.items()} for row in before.lines]
    new = [{key: cell.value for key, cell in line.cells.items()} for line in findings.line_items]
    if old == new:
        return None
    return {"old": len(old), "new": len(new), "kept": any(row.is_confirmed for row in before.lines)}
