"""The nine statuses of a document, which moves the browser offers, and what each of them means for the pipeline."""

from __future__ import annotations

from django.db.models import TextChoices


class Status(TextChoices):
    """The words of the Documents surface, in this spelling everywhere."""

    NEW = "New"
    PROCESSING = "Processing"
    NEEDS_REVIEW = "Needs Review"
    MISSING_INFO = "Missing Info"
    READY = "Ready"
    APPROVED = "Approved"
    EXPORT = "Export"
    EXCEPTION = "Exception"
    ARCHIVED = "Archived"


UNREAD = (Status.NEW, Status.PROCESSING)
LOCKED = (Status.APPROVED, Status.EXPORT, Status.ARCHIVED)
OPEN_FOR_REVIEW = (Status.NEEDS_REVIEW, Status.MISSING_INFO)

# What the browser offers; programs may move from any status to any other.
OFFERED: dict[str, tuple[str, ...]] = {
    Status.NEW: (),
    Status.PROCESSING: (),
    Status.NEEDS_REVIEW: (Status.MISSING_INFO, Status.READY, Status.APPROVED, Status.EXCEPTION),
    Status.MISSING_INFO: (Status.NEEDS_REVIEW,),
    Status.READY: (Status.APPROVED, Status.NEEDS_REVIEW),
    Status.APPROVED: (Status.EXPORT, Status.NEEDS_REVIEW),
    Status.EXPORT: (Status.ARCHIVED,),
    Status.EXCEPTION: (Status.NEEDS_REVIEW, Status.NEW),
    Status.ARCHIVED: (Status.NEEDS_REVIEW,),
}


def may_offer(old: str, new: str) -> bool:
    """Whether the browser may move a document from `old` to `new`."""
    return new in OFFERED[old]


def is_status(word: object) -> bool:
    """Whether `word` is one of the nine, to the letter."""
    return isinstance(word, str) and word in Status.values


def confidence_label(score: int | None) -> str | None:
    """High 90-100, Good 70-89, Low 50-69, Poor 0-49; None before the first reading."""
    if score is None:
        return None
    for least, label in ((90, "High"), (70, "Good"), (50, "Low")):
        if score >= least:
            return label
    return "Poor"


LABEL_SPANS: dict[str, tuple[int, int]] = {"High": (90, 100), "Good": (70, 89), "Low": (50, 69), "Poor": (0, 49)}
