"""The state of a value in the review screen (ui.md 3.2). The server decides it; no page computes it."""

from __future__ import annotations

from documents.extraction.profiles import Profile, ProfileField
from documents.models import Annotation, Document

SURE, SEEN, LOOK, WRONG, MISSING, EMPTY, ABSENT, UNREADABLE = (
    "sure", "seen", "look", "wrong", "missing", "empty", "absent", "unreadable",
)  # fmt: skip
OPEN = (WRONG, MISSING, LOOK)  # these block Confirm, in the order in which Enter visits them


def state_of(field: ProfileField, row: Annotation | None) -> str:
    """One word for one value; `row` None means that nothing was stored for the field."""
    if row is None:
        return MISSING if field.required else EMPTY
    if row.is_absent:
        return ABSENT
    if row.is_unreadable:
        return UNREADABLE
    if row.value in (None, "", []):
        return MISSING if field.required else EMPTY
    if row.is_confirmed:
        return SEEN
    if any(problem["blocks"] for problem in row.problems):
        return WRONG
    return LOOK if row.confidence < field.threshold or row.problems else SURE


def states(document: Document, profile: Profile) -> dict[str, str]:
    """The state of each field of the profile, by key, in its order."""
    rows = {row.key: row for row in document.annotations.all()}
    return {field.key: state_of(field, rows.get(field.key)) for field in profile.fields}


def open_keys(document: Document, profile: Profile) -> list[str]:
    """The keys that keep a person from confirming: wrong first, then missing, then to be looked at."""
    found = states(document, profile)
    return [key for state in OPEN for key, each in found.items() if each == state]
