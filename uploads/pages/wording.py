"""What became of a task, in words and as a bar of five steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from uploads.models import Task
from uploads.statuses import OPEN_STAGES, Stage

STEPS = (Stage.QUEUED, Stage.READING, Stage.CLASSIFYING, Stage.EXTRACTING, Stage.DONE)
TONES = {
    "PROCESSING": ("accent", "arc"), "REVIEWING": ("warn", "eye"), "COMPLETED": ("ok", "tick"), "FAILED": ("bad", "octagon"),
    "DISCARDED": ("", "trash"), "FILTERED": ("", "minus"), "PARTIAL": ("warn", "warning"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """One task as the pages show it."""

    task: Task
    word: str
    tone: str
    symbol: str
    said: str
    url: str
    ended: bool
    stages: list[dict[str, str]]
    undo: bool = False


def words() -> dict[str, str]:
    return {
        "PROCESSING": _("being read"), "REVIEWING": _("needs review"), "COMPLETED": _("done"), "FAILED": _("failed"),
        "DISCARDED": _("discarded"), "FILTERED": _("left out"), "PARTIAL": _("partly done"),
    }  # fmt: skip


def word_of(state: str) -> dict[str, str]:
    """For the badge: word, tone and icon of a task's or an upload's summed state."""
    tone, symbol = TONES[state]
    return {"word": words()[state], "tone": tone, "symbol": symbol}


def show(task: Task, slug: str, parts: Sequence[Task] = ()) -> Shown:
    """`parts` are the tasks that a split made of this one."""
    state = task.word
    look = word_of(state)
    if task.is_split:
        look["word"] = _("split")
    document = task.document
    url = f"/o/{slug}/documents/{document.uuid}" if document and task.stage not in OPEN_STAGES else ""
    return Shown(
        task, look["word"], look["tone"], look["symbol"], _said(task, state), url, state != "PROCESSING", _stages(task),
        task.is_split and not any(part.is_settled for part in parts),
    )  # fmt: skip


def _said(task: Task, state: str) -> str:
    if task.is_split and task.error:
        return str(task.error["message"])
    if state in ("FAILED", "FILTERED") and task.error:
        return f"{words()[state]}: {task.error['message']}"
    if state != "PROCESSING":
        return words()[state]
    if task.stage == Stage.QUEUED:
        return _("waiting")
    if task.stage == Stage.READING and task.pages_total:
        return _("reading page %(n)s of %(all)s") % {"n": min(task.pages_done + 1, task.pages_total), "all": task.pages_total}
    return str(Stage(task.stage).label).lower()


def _stages(task: Task) -> list[dict[str, str]]:
    if task.stage == Stage.FILTERED or task.discarded_at:
        return []
    labels = {
        Stage.QUEUED: _("queued"), Stage.READING: _("reading"), Stage.CLASSIFYING: _("classifying"),
        Stage.EXTRACTING: _("extracting"), Stage.DONE: _("done"),
    }  # fmt: skip
    if task.stage == Stage.FAILED:
        return [{"word": labels[Stage.QUEUED], "state": "past"}, {"word": _("failed"), "state": "failed"}]
    at = STEPS.index(Stage(task.stage))
    states: list[dict[str, str]] = []
    for place, step in enumerate(STEPS):
        state = "past" if place < at or step == task.stage == Stage.DONE else "now" if place == at else ""
        states.append({"word": str(labels[step]), "state": state})
    return states


def as_json(tasks: list[Task], starts: list[int], slug: str) -> list[dict[str, Any]]:
    """For the tray: what to say of each task, and which of the sent files it came from (`starts`: the first task of each)."""
    answer = []
    wholes: dict[int | None, int] = {task.document_id: task.pk for task in tasks if task.document_id}
    for task in tasks:
        shown = show(task, slug)
        whole = task.document.whole_id if task.document else None
        came_with = wholes.get(whole, task.pk)
        file = sum(1 for start in starts if start <= came_with) - 1
        answer.append({"file": max(0, file), "said": shown.said, "url": shown.url, "ended": shown.ended})
    return answer
