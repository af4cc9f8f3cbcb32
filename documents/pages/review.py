"""The review page: one document beside its values. Works as a plain form; scripts add the rest (ui.md 3, 5.3)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from docflow.accounts.models import Membership
from docflow.accounts.models.organization import Role
from docflow.accounts.pages.access import MemberRequest, actor_of, member_page, need
from docflow.accounts.pages.shell import shell
from docflow.errors import OpenFieldsError
from documents.extraction.einvoice_shown import shown
from documents.matching import ContactMatch, matches_of
from documents.models import Contact, Document, EInvoice
from documents.operations import changes, reviews, values
from documents.operations.contacts import by_id
from documents.pages.keyboard import KEYS, key_help
from documents.pages.lines_data import apply_steps, rows_as_text
from documents.pages.queue import Queue
from documents.pages.review_data import base_url, history_of, review_data
from documents.statuses import OPEN_FOR_REVIEW, UNREAD
from documents.summaries import shown_summary
from documents.templatetags.statuses import STATE_LOOK

UNLOCKING = ("approve", "export", "archive")


def find(request: MemberRequest, uuid: Any) -> Document:
    """The document of this organization with what its page needs. Raises Http404."""
    document = Document.objects.of(request.organization).with_relations().filter(uuid=uuid).first()
    if document is None:
        raise Http404
    return document


def role_for(decision: str, document: Document) -> str:
    """Approvers approve, export, archive and unlock; the rest is the reviewer's."""
    if decision in UNLOCKING or (decision == "reopen" and document.is_locked):
        return Role.APPROVER
    return Role.REVIEWER


@member_page(Role.VIEWER, methods=("GET", "POST"))
def review(request: MemberRequest, uuid: str) -> HttpResponse:
    document = find(request, uuid)
    queue = Queue.from_query(request.organization, request.GET)
    if request.method == "POST":
        return _take_form(request, document, queue)
    data = review_data(document, request.membership, queue)
    data["keys"] = KEYS
    by_key = {field["key"]: field for field in data["fields"]}
    groups = [{**group, "rows": [by_key[key] for key in group["fields"]]} for group in data["groups"]]
    for group in groups:
        group["open"] = sum(field["open"] for field in group["rows"])
    stored = EInvoice.objects.filter(document=document).first()
    einvoice = (
        shown(stored.as_content(), "credit_note" if document.doc_type == "Credit Note" else "invoice") if stored else None
    )
    context = {
        "document": document,
        "data": data,
        "groups": groups,
        "pages": _with_places(data, _words_in_place(document)),
        "open_count": sum(field["open"] for field in data["fields"]),
        "may": dict.fromkeys(data["permissions"], True),
        "strings": {**shell(request)["strings"], **_words()},
        "key_help": key_help(),
        "is_unread": document.status in UNREAD,
        "is_open": document.status in OPEN_FOR_REVIEW,
        "history": history_of(document),
        "einvoice": einvoice,
        "summary": shown_summary(document, {key: field["value"] for key, field in by_key.items()}),
        "matches": _matches(document, data["permissions"]),
        "tab": request.GET.get("tab", "fields"),
    }
    return render(request, "documents/review.html", context)


def _matches(document: Document, permissions: list[str]) -> list[ContactMatch]:
    """Whose document it may be, while it lies with nobody."""
    if not document.contact.is_system or "edit" not in permissions:
        return []
    return matches_of(document, values.profile_of(document), most=3)


@member_page(Role.REVIEWER, methods=("POST",))
def contact(request: MemberRequest, uuid: str) -> HttpResponse:
    """Gives the document to a contact: into the first of its folders."""
    document = find(request, uuid)
    chosen = by_id(Contact.objects.of(request.organization), request.POST.get("contact_id", ""))
    if chosen is None:
        raise Http404
    folder = chosen.folders.order_by("id").first()
    folder_id = folder.pk if folder else document.folder_id
    changes.change(document, {"contact_id": chosen.pk, "folder_id": folder_id}, actor_of(request))
    messages.success(request, _("This document is now %(name)s's.") % {"name": chosen.name}, extra_tags="ok")
    queue = Queue.from_query(request.organization, request.GET)
    return redirect(f"{base_url(document)}?{queue.query}")


@member_page()
def reading(request: MemberRequest, uuid: str) -> HttpResponse:
    """Asked for again while a document is read: how far it is, then where its fields are, and an end of the asking."""
    document = find(request, uuid)
    context = {"document": document, "is_done": document.status not in UNREAD}
    return render(request, "documents/_reading.html", context, status=286 if context["is_done"] else 200)


def _words_in_place(document: Document) -> dict[int, list[dict[str, Any]]]:
    """Where no image is (yet): the words of the page at their places."""
    found = {}
    for page in document.pages.filter(image_width=None)[:10]:
        found[page.number] = [
            {"text": text, "x": x0, "y": bottom - (bottom - top) * 0.2, "width": x1 - x0, "size": (bottom - top) * 0.9}
            for text, x0, top, x1, bottom, *_rest in page.words[:2000]
        ]
    return found


def _with_places(data: dict[str, Any], texts: dict[int, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Each page with the boxes that lie on it."""
    pages = []
    for page in data["pages"]:
        places = []
        for field in data["fields"]:
            for place in field["places"]:
                if place["page"] == page["number"]:
                    x0, top, x1, bottom = place["box"]
                    places.append({
                        "field": field, "x": round(x0 - 2, 1), "y": round(top - 2, 1),
                        "width": round(x1 - x0 + 4, 1), "height": round(bottom - top + 4, 1),
                    })  # fmt: skip
        first = [
            field
            for field in data["fields"]
            if field["open"] and field["places"] and field["places"][0]["page"] == page["number"]
        ]
        codes = [
            {**code, "x": x0, "y": top, "width": round(x1 - x0, 1), "height": round(bottom - top, 1)}
            for code in page["codes"]
            for x0, top, x1, bottom in [code["box"]]
        ]
        pages.append({**page, "codes": codes, "places": places, "open": len(first), "text": texts.get(page["number"])})
    return pages


def _words() -> dict[str, Any]:
    return {
        "states": STATE_LOOK,
        "open": _("{n} open"),
        "page": _("page {n}"),
        "row": _("row {n}"),
        "rows": _("rows: {n}"),
        "rowRemoved": _("Row {n} removed"),
        "boxes": {"all": _("boxes: all"), "one": _("boxes: one"), "none": _("boxes: none")},
        "saved": _("Saved {t}"),
        "refused": _("Not saved: see the mark"),
        "saving": _("Saving…"),
        "notSaved": _("Not saved, trying again in {s} s"),
        "offline": _("Offline, {n} changes kept here, trying again in {s} s"),
        "failed": _("That did not work. Load the page again and repeat."),
        "signIn": _("Not saved. You may be signed out: sign in in a new tab, then repeat."),
        "linesChanged": _("Somebody else changed the line items. Look at them again."),
        "beingDrawn": _("Page {n} is being drawn"),
        "cannotDraw": _("This page cannot be drawn. Open the original instead."),
    }


def _take_form(request: MemberRequest, document: Document, queue: Queue) -> HttpResponse:
    """The page without scripts: stores what was typed, then does what the pressed button says."""
    need(request, Role.REVIEWER)
    try:
        _save(request, document)
        return _press(request, document, queue)
    except OpenFieldsError as error:
        messages.warning(request, error.message, extra_tags="warn")
        return redirect(f"{request.get_full_path()}#field-{error.keys[0]}")


def _save(request: MemberRequest, document: Document) -> None:
    profile, actor = values.profile_of(document), actor_of(request)
    now = {row.key: row.value for row in document.annotations.all()}
    for field in profile.fields:
        typed = request.POST.get(f"value-{field.key}")
        if typed is not None and typed.replace("\r\n", "\n") != _text(now.get(field.key)):
            changes.change_field(document, field.key, {"value": typed}, actor)
    for verb in ("accept", "absent"):
        key = request.POST.get(verb)
        if key:
            changes.change_field(document, key, {verb: True}, actor)
    _save_rows(request, document)


def _save_rows(request: MemberRequest, document: Document) -> None:
    before = rows_as_text(document)
    rows = [dict(row) for row in before]
    for number, row in enumerate(rows, 1):
        for column in values.profile_of(document).columns:
            typed = request.POST.get(f"cell-{number}-{column.key}")
            if typed is not None and (typed or column.key in row):
                row[column.key] = typed
    if request.POST.get("row-remove", "").isdecimal():
        apply_steps(rows, [{"remove": int(request.POST["row-remove"])}])
    if "row-add" in request.POST:
        rows.append({})
    if rows != before:
        changes.change_rows(document, rows, actor_of(request))


def _text(value: Any) -> str:
    return "\n".join(value) if isinstance(value, list) else str(value or "")


def _press(request: MemberRequest, document: Document, queue: Queue) -> HttpResponse:
    decision = request.POST.get("do", "save")
    if decision == "save":
        messages.success(request, _("Saved."), extra_tags="ok")
        return redirect(request.get_full_path())
    return redirect(decide(request, document, queue, decision, request.POST.get("note", "")))


def decide(
    request: MemberRequest, document: Document, queue: Queue, decision: str, note: str, expected_version: int | None = None
) -> str:
    """Carries out a decision -> the address to go to: the next document of the view, or the Inbox when none is left."""
    need(request, role_for(decision, document))
    onward = following_url(request, document, queue)
    reviews.decide(document, decision, actor=actor_of(request), reason=note, expected_version=expected_version)
    if decision in ("reopen", "read_again", "export"):
        return f"{base_url(document)}?{queue.query}"
    reviews.end_review(document, request.user, decision)
    return onward


def following_url(request: MemberRequest, document: Document, queue: Queue) -> str:
    """Where one goes after `document`; to be asked before a decision takes it out of the view."""
    following = queue.next_for(document, request.user)
    if following is None:
        return f"/o/{request.organization.slug}/inbox?{queue.query}"
    return f"{base_url(following)}?{queue.query}"


def short_link(request: HttpRequest, uuid: str) -> HttpResponse:
    """`/documents/{uuid}`: the permanent address of a document, used in webhooks and mails."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    mine = Membership.objects.filter(user=request.user).values("organization")
    document = Document.objects.select_related("organization").filter(uuid=uuid, organization__in=mine).first()
    if document is None:
        raise Http404
    return redirect(base_url(document))
