"""Why a document waits for a person, in words (ui.md 2.4)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from documents import states
from documents.extraction.profiles import Profile, ProfileField
from documents.models import Annotation, Document
from documents.statuses import OPEN_FOR_REVIEW, Status


@dataclass(frozen=True, slots=True)
class Reason:
    """`fields` are the keys that it is about; the page leads there."""

    code: str
    text: str
    fields: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def reasons_of(document: Document, profile: Profile) -> list[Reason]:
    """Most urgent first: what failed, what is wrong, missing, doubtful, then what concerns the whole document."""
    if document.status == Status.EXCEPTION:
        return [Reason("reading_failed", document.error["message"] if document.error else _("Set aside as an exception"))]
    if document.status not in OPEN_FOR_REVIEW:
        return []
    rows = {row.key: row for row in document.annotations.all()}
    found = [reason for field in profile.fields if (reason := _of_field(field, rows.get(field.key)))]
    found.sort(key=lambda reason: reason[0])
    said = [reason for _rank, reason in found]
    texts = {reason.text for reason in said}
    whole = [Reason(problem["code"], problem["text"]) for problem in document.problems if problem["text"] not in texts]
    if document.duplicate_of_id:
        whole.insert(0, Reason("duplicate", _("Same file as document %(number)s") % {"number": document.duplicate_of_id}))
    return said + whole or [Reason("always_review", _("Its project asks for a look at every document"))]


def _of_field(field: ProfileField, row: Annotation | None) -> tuple[int, Reason] | None:
    state = states.state_of(field, row)
    if state not in states.OPEN:
        return None
    if row is None or state == states.MISSING:
        text, code = _("%(label)s not found") % {"label": field.label}, "required_missing"
    elif row.problems:
        text, code = str(row.problems[0]["text"]), str(row.problems[0]["code"])
    else:
        words = {"label": field.label, "score": row.confidence, "threshold": field.threshold}
        text, code = _("%(label)s is %(score)s, the profile asks for %(threshold)s") % words, "low_confidence"
    return states.OPEN.index(state), Reason(code, text, (field.key,))
