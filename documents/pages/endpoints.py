"""What the scripts of the review page call (ui.md 5.4): the operations, with If-Match, answered by what changed."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpResponse, JsonResponse

from docflow.accounts.models.organization import Role
from docflow.accounts.pages.access import MemberRequest, actor_of, json_body, member_page, problem
from docflow.errors import InputError, ReviewLockedError, VersionMismatchError, invalid
from documents.models import Document
from documents.operations import changes, reviews
from documents.pages import review as page
from documents.pages.lines_data import apply_steps, rows_as_text
from documents.pages.queue import Queue
from documents.pages.review_data import base_url, review_data


def _version(request: MemberRequest) -> int | None:
    """The version in If-Match ("4711-17"); None without the header."""
    found = re.search(r"(\d+)\"?\s*$", request.headers.get("If-Match", ""))
    return int(found[1]) if found else None


def _queue(request: MemberRequest) -> Queue:
    return Queue.from_query(request.organization, request.GET)


def _mismatch(request: MemberRequest, document: Document, error: VersionMismatchError) -> JsonResponse:
    """412 with the present state, so that the page can show both sides."""
    document.refresh_from_db()
    fresh = page.find(request, document.uuid)
    last = fresh.transitions.last()
    return problem(error, current=_state(request, fresh), by=last.actor_name if last else "")


def _state(request: MemberRequest, document: Document) -> dict[str, Any]:
    data = review_data(document, request.membership, _queue(request))
    return {
        "version": document.version, "status": document.status, "fields": data["fields"], "lines": data["lines"],
        "reasons": data["reasons"],
    }  # fmt: skip


def _changed(before: dict[str, Any], after: dict[str, Any], asked: str = "") -> JsonResponse:
    """The fields whose state is another now, the one that was asked about in any case, and the rows."""
    known = {field["key"]: field for field in before["fields"]}
    fields = [field for field in after["fields"] if field["key"] == asked or field != known.get(field["key"])]
    return JsonResponse({**after, "fields": fields})


@member_page()
def data(request: MemberRequest, uuid: str) -> HttpResponse:
    return JsonResponse(review_data(page.find(request, uuid), request.membership, _queue(request)))


@member_page(Role.REVIEWER, methods=("PATCH",))
def field(request: MemberRequest, uuid: str, key: str) -> HttpResponse:
    document = page.find(request, uuid)
    before = _state(request, document)
    try:
        changes.change_field(document, key, json_body(request), actor_of(request), expected_version=_version(request))
    except VersionMismatchError as error:
        return _mismatch(request, document, error)
    return _changed(before, _state(request, page.find(request, uuid)), key)


@member_page(Role.REVIEWER, methods=("PATCH",))
def lines(request: MemberRequest, uuid: str) -> HttpResponse:
    document = page.find(request, uuid)
    before = _state(request, document)
    steps = json_body(request).get("do")
    try:
        rows = apply_steps(rows_as_text(document), steps if isinstance(steps, list) else [])
        changes.change_rows(document, rows, actor_of(request), expected_version=_version(request))
    except VersionMismatchError as error:
        return _mismatch(request, document, error)
    except (ValueError, TypeError) as error:
        raise InputError(invalid("do", f"The rows could not be changed: {error}.")) from None
    return _changed(before, _state(request, page.find(request, uuid)))


@member_page(Role.REVIEWER, methods=("POST",))
def decision(request: MemberRequest, uuid: str) -> HttpResponse:
    document = page.find(request, uuid)
    body = json_body(request)
    queue = queue_of(request, body.get("view"))
    try:
        following = page.decide(
            request,
            document,
            queue,
            str(body.get("do", "")),
            str(body.get("note", ""))[:500],
            expected_version=_version(request),
        )
    except VersionMismatchError as error:
        return _mismatch(request, document, error)
    document.refresh_from_db()
    return JsonResponse({"status": document.status, "next": following})


def queue_of(request: MemberRequest, text: Any) -> Queue:
    """The view that a script names by its query string."""
    return Queue.from_query(request.organization, dict(parse_qsl(str(text or ""))))


@member_page(Role.REVIEWER)
def following(request: MemberRequest, uuid: str) -> HttpResponse:
    """Describes the next document of the view."""
    queue = _queue(request)
    document = queue.next_for(page.find(request, uuid), request.user)
    if document is None:
        return JsonResponse({"next": None, "images": []})
    images = [
        f"{base_url(document)}/pages/{each.number}.webp?v={each.pk}" for each in document.pages.exclude(image_width=None)[:2]
    ]
    return JsonResponse({"next": f"{base_url(document)}?{queue.query}", "images": images})


@member_page(Role.REVIEWER, methods=("POST",))
def lock(request: MemberRequest, uuid: str) -> HttpResponse:
    """Takes or renews the lock; 409 names the holder."""
    document = page.find(request, uuid)
    try:
        held = reviews.open_review(document, request.user)
    except ReviewLockedError as error:
        return problem(error)
    return JsonResponse({"mine": True, "until": held.locked_until})


@member_page(Role.REVIEWER, methods=("POST",))
def release(request: MemberRequest, uuid: str) -> HttpResponse:
    reviews.end_review(page.find(request, uuid), request.user, "left")
    return HttpResponse(status=204)
