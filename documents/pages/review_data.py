"""The data block of the review page (ui.md 5.4): one document as the scripts and the template see it."""

from __future__ import annotations

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from docflow.accounts.models import Membership
from docflow.accounts.models.organization import Role
from documents import states
from documents.extraction.profiles import Profile, ProfileField
from documents.models import Annotation, Document, Page
from documents.operations.pages import is_first
from documents.operations.values import profile_of
from documents.pages.lines_data import lines_of
from documents.pages.queue import Queue
from documents.pages.reasons import reasons_of
from documents.statuses import LOCKED, OPEN_FOR_REVIEW, UNREAD, Status

SOURCE_WORDS = {
    "einvoice": "from XML",
    "layout": "learned layout",
    "rule": "set by rule",
    "contact data": "from contact",
    "llm": "language model",
}
A4 = (595.28, 841.89)
MONEY = ("subtotal", "tax", "total_amount", "currency", "amount_before_tax", "tax_amount", "tax_rate", "amounts")


def base_url(document: Document) -> str:
    return f"/o/{document.organization.slug}/documents/{document.uuid}"


def review_data(document: Document, membership: Membership, queue: Queue) -> dict[str, Any]:
    """Everything that the page needs at once; `document` comes with its relations."""
    profile = profile_of(document)
    base = base_url(document)
    fields = fields_of(document, profile, membership)
    return {
        "document": _head(document),
        "reasons": [reason.as_json() for reason in reasons_of(document, profile)],
        "permissions": permissions(document, membership),
        "queue": _place_in(queue, document),
        "pages": pages_of(document),
        "groups": groups_of(profile),
        "fields": fields,
        "lines": lines_of(document, profile),
        "urls": {
            "fields": f"{base}/fields", "lines": f"{base}/lines", "decision": f"{base}/decision", "next": f"{base}/next",
            "lock": f"{base}/lock", "discard": _discard_url(document),
        },
    }  # fmt: skip


def _head(document: Document) -> dict[str, Any]:
    profile = document.profile
    return {
        "id": document.pk,
        "uuid": str(document.uuid),
        "version": document.version,
        "status": document.status,
        "file_name": document.filename,
        "source": document.source,
        "profile": {"id": profile.pk, "name": profile.name, "version": document.profile_version} if profile else None,
        "contact": {"id": document.contact_id, "name": document.contact.name},
        "numbers": document.number_style,
        "dates": document.date_style,
        "confidence": document.confidence,
        "confidence_label": document.confidence_label,
        "confidence_reasoning": document.reasoning,
    }


def permissions(document: Document, membership: Membership) -> list[str]:
    """What the page offers this person for a document in this status."""
    if not membership.may(Role.REVIEWER) or document.status in UNREAD or document.task.stage == "filtered":
        return []
    found = [] if document.status in LOCKED else ["edit"]
    if document.status in OPEN_FOR_REVIEW:
        found.append("confirm")
    if membership.may(Role.APPROVER) and document.status in (*OPEN_FOR_REVIEW, Status.READY):
        found.append("approve")
    if document.status not in LOCKED:
        found += ["decide", "read_again"]
    if document.status in (Status.READY, Status.MISSING_INFO, Status.EXCEPTION) or (
        document.status in LOCKED and membership.may(Role.APPROVER)
    ):
        found.append("reopen")
    if document.status == Status.APPROVED and membership.may(Role.APPROVER):
        found.append("export")
    if document.status == Status.EXPORT and membership.may(Role.APPROVER):
        found.append("archive")
    return found


def _place_in(queue: Queue, document: Document) -> dict[str, Any]:
    before, after = queue.before(document), queue.after(document)
    ahead = after.count()
    back, forward = before.first(), after.first() if ahead else None
    number = before.count() + 1
    inside = queue.documents().filter(pk=document.pk).exists()
    return {
        "view": queue.query,
        "back": f"/o/{queue.organization.slug}/inbox?{queue.query}",
        "position": number if inside else None,
        "total": number - 1 + ahead + int(inside),
        "previous": f"{base_url(back)}?{queue.query}" if back else None,
        "next": f"{base_url(forward)}?{queue.query}" if forward else None,
        "images": [f"{base_url(forward)}/pages/{page.number}.webp?v={page.pk}" for page in _drawn(forward)] if forward else [],
    }


def _drawn(document: Document) -> list[Page]:
    return list(document.pages.exclude(image_width=None).only("number")[:2])


def pages_of(document: Document) -> list[dict[str, Any]]:
    """Pages that were read, and while the document is read for the first time those to come, as large as the last one."""
    base = base_url(document)
    pages = [_page(page, base) for page in document.pages.defer("words", "text")]
    if document.status in UNREAD and is_first(document):
        pages += [_page_to_come(number, pages) for number in range(len(pages) + 1, (document.task.pages_total or 0) + 1)]
    return pages


def _code(code: list[Any]) -> dict[str, Any]:
    kind, text, *box = code
    return {"kind": kind, "text": text if len(text) <= 200 else text[:199] + "…", "box": box}


def _page(page: Page, base: str) -> dict[str, Any]:
    return {
        "number": page.number,
        "width": round(page.width, 2),
        "height": round(page.height, 2),
        "px": [page.image_width, page.image_height],
        "state": "ready" if page.image_width else "waiting",
        "image": f"{base}/pages/{page.number}.webp?v={page.pk}",
        "thumb": f"{base}/pages/{page.number}-thumb.webp?v={page.pk}",
        "words": f"{base}/pages/{page.number}/words?v={page.pk}",
        "source": page.source,
        "codes": [_code(each) for each in page.codes],
    }


def _page_to_come(number: int, pages: list[dict[str, Any]]) -> dict[str, Any]:
    width, height = (pages[-1]["width"], pages[-1]["height"]) if pages else A4
    return {"number": number, "width": width, "height": height, "px": [None, None], "state": "unread", "codes": []}


def groups_of(profile: Profile) -> list[dict[str, Any]]:
    """Two groups in the profile's order: the head of a document, and its money."""
    money = [field.key for field in profile.fields if field.key in MONEY or field.type in ("amount", "percent", "currency")]
    head = [field.key for field in profile.fields if field.key not in money]
    both = (("head", _("Head"), head), ("amounts", _("Amounts"), money))
    return [{"key": key, "label": label, "fields": keys} for key, label, keys in both if keys]


def fields_of(document: Document, profile: Profile, membership: Membership) -> list[dict[str, Any]]:
    rows = {row.key: row for row in document.annotations.all()}
    lessons = document.lessons.filter(is_correction=True) if document.layout_id else document.lessons.none()
    taught = set(lessons.values_list("key", flat=True))
    return [{**field_data(field, rows.get(field.key), membership), "learned": field.key in taught} for field in profile.fields]


def field_data(field: ProfileField, row: Annotation | None, membership: Membership) -> dict[str, Any]:
    state = states.state_of(field, row)
    row = row or Annotation(key=field.key)
    return {
        "key": field.key,
        "label": field.label,
        "type": field.type,
        "required": field.required,
        "help": field.description,
        "choices": list(field.choices),
        "threshold": field.threshold,
        "value": row.value,
        "shown": shown(row.value),
        "raw": row.raw,
        "read": _read_line(row),
        "state": state,
        "open": state in states.OPEN,
        "confidence": row.confidence if row.value not in (None, "", []) else None,
        "origin": row.source,
        "mark": SOURCE_WORDS.get(row.source, "") if row.value else "",
        "places": places_of(row.boxes),
        "messages": [
            {"level": "error" if each["blocks"] else "warning", "code": each["code"], "text": each["text"]}
            for each in row.problems
        ],
        "evidence": [
            {"kind": each["kind"], "text": each["text"], "weight": round(each["weight"], 1)} for each in row.evidence
        ],
        "candidates": [_candidate(each) for each in row.alternatives[:9]],
        "checked": _checked(row, membership),
        "original": _original(row),
    }


def shown(value: Any) -> str:
    """As it stands in its input: one line for each entry of a list."""
    if isinstance(value, list):
        return "\n".join(str(each) for each in value)
    return "" if value is None else str(value)


def places_of(boxes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"page": each["page"], "box": [round(each[side], 1) for side in ("x0", "top", "x1", "bottom")]}
        for each in boxes
        if each["page"]
    ]


def _read_line(row: Annotation) -> str:
    if not row.raw or row.value is None:
        return ""
    clipped = row.raw if len(row.raw) <= 80 else row.raw[:79] + "…"
    if row.page:
        return _("read “%(raw)s” · page %(page)s") % {"raw": clipped, "page": row.page}
    return _("not found on a page") if row.source == "person" else _("read “%(raw)s”") % {"raw": clipped}


def _candidate(each: dict[str, Any]) -> dict[str, Any]:
    places = places_of([{"page": place["page"], **place["box"]} for place in each["places"]])
    first = places[0] if places else {"page": None, "box": None}
    return {
        "value": each["value"],
        "shown": shown(each["value"]),
        "raw": each["raw"],
        "confidence": each["confidence"],
        "why": each["why"],
        **first,
    }


def _checked(row: Annotation, membership: Membership) -> str | None:
    if row.confirmed_at is None:
        return None
    if row.confirmed_by_id == membership.user_id:
        return _("checked by you")
    return _("checked by %(name)s") % {"name": row.confirmed_name}


def _original(row: Annotation) -> str | None:
    if row.confirmed_at is None or row.machine_value == row.value:
        return None
    return _("docflow had read: %(value)s") % {"value": shown(row.machine_value) or "–"}


def _discard_url(document: Document) -> str:
    """Discarding is the task's: it lies in the app that took the document in."""
    return f"/o/{document.organization.slug}/tasks/{document.task.uuid}/discard"


def history_of(document: Document) -> list[dict[str, str]]:
    """Status changes, newest first."""
    return [
        {
            "at": date_format(each.at, "j M Y H:i"),
            "text": f"{each.old or '–'} → {each.new}",
            "who": each.actor_name,
            "reason": each.reason,
        }
        for each in document.transitions.order_by("-id")[:50]
    ]
