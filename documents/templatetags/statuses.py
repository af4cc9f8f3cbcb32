"""How a status, a confidence and the state of a value look: icon, word and tone always together (ui.md 3.2, 4.3)."""

from __future__ import annotations

from typing import Any

from django import template

from documents import states
from documents.statuses import Status, confidence_label

register = template.Library()

STATUS_LOOK: dict[str, tuple[str, str]] = {
    Status.NEW: ("", "circle"),
    Status.PROCESSING: ("accent", "arc"),
    Status.NEEDS_REVIEW: ("warn", "eye"),
    Status.MISSING_INFO: ("warn", "question"),
    Status.READY: ("accent", "tick"),
    Status.APPROVED: ("ok", "shield"),
    Status.EXPORT: ("ok", "arrow-out"),
    Status.EXCEPTION: ("bad", "octagon"),
    Status.ARCHIVED: ("", "box"),
}
CONFIDENCE_TONE = {"High": "ok", "Good": "accent", "Low": "warn", "Poor": "bad"}
# state -> its word and its icon
STATE_LOOK: dict[str, tuple[str, str]] = {
    states.SURE: ("sure", "tick-small"),
    states.SEEN: ("checked", "tick-circle"),
    states.LOOK: ("check", "eye"),
    states.WRONG: ("wrong", "octagon"),
    states.MISSING: ("missing", "square-dashed"),
    states.EMPTY: ("–", ""),
    states.ABSENT: ("not on the document", "square-slash"),
    states.UNREADABLE: ("unreadable", "wave"),
}


@register.inclusion_tag("components/badge.html")
def status_badge(status: str) -> dict[str, str]:
    tone, symbol = STATUS_LOOK[status]
    return {"word": status, "tone": tone, "symbol": symbol}


@register.inclusion_tag("components/badge.html")
def confidence_badge(score: int | None) -> dict[str, Any]:
    label = confidence_label(score)
    return {"word": f"{score} {label}" if label else "–", "tone": CONFIDENCE_TONE.get(label or "", ""), "symbol": ""}


@register.filter
def state_word(state: str) -> str:
    return STATE_LOOK[state][0]


@register.filter
def state_icon(state: str) -> str:
    return STATE_LOOK[state][1]
