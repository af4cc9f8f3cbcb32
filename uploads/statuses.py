"""The stages of a task, and how the tasks of an upload are summed up (surfaces/README.md sections 7 and 8)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import TextChoices

from documents.statuses import Status


class Stage(TextChoices):
    QUEUED = "queued"
    READING = "reading"
    CLASSIFYING = "classifying"
    EXTRACTING = "extracting"
    DONE = "done"
    FAILED = "failed"
    FILTERED = "filtered"


OPEN_STAGES = (Stage.QUEUED, Stage.READING, Stage.CLASSIFYING, Stage.EXTRACTING)


def task_word(stage: str, status: str | None, discarded: bool) -> str:
    """PROCESSING, REVIEWING, COMPLETED, FAILED, DISCARDED or FILTERED; computed, never stored."""
    if stage == Stage.FILTERED:
        return "FILTERED"
    if discarded:
        return "DISCARDED"
    if stage == Stage.FAILED:
        return "FAILED"
    if stage in OPEN_STAGES:
        return "PROCESSING"
    reviewing = (Status.NEEDS_REVIEW, Status.MISSING_INFO, Status.EXCEPTION)
    return "REVIEWING" if status in reviewing else "COMPLETED"


def upload_word(tasks: Iterable[str]) -> str:
    """The first that fits: any PROCESSING, any REVIEWING, all (of those that count) COMPLETED, all FAILED, else PARTIAL."""
    words = list(tasks)
    for word in ("PROCESSING", "REVIEWING"):
        if word in words:
            return word
    counted = {word for word in words if word not in ("DISCARDED", "FILTERED")}
    if counted <= {"COMPLETED"}:
        return "COMPLETED"
    return "FAILED" if counted == {"FAILED"} else "PARTIAL"
