"""The Inbox: what needs somebody, why, and how to start (ui.md 2.4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from docflow.accounts.models.organization import Role
from docflow.accounts.pages.access import MemberRequest, actor_of, member_page, need
from docflow.errors import DocflowError
from documents.extraction.profiles import Profile
from documents.models import Annotation, Contact, Document, Transition
from documents.operations import reviews, values
from documents.pages.queue import Queue
from documents.pages.reasons import reasons_of
from documents.pages.review_data import base_url
from documents.statuses import OPEN_FOR_REVIEW, Status

PER_PAGE = 50
LATE = timedelta(days=1)  # waiting longer is marked


@member_page(Role.VIEWER, methods=("GET", "POST"))
def inbox(request: MemberRequest) -> HttpResponse:
    queue = Queue.from_query(request.organization, request.GET)
    if request.method == "POST":
        return _bulk(request, queue)
    page = Paginator(_with_all(queue), PER_PAGE).get_page(request.GET.get("page"))
    if queue.filters.get("q") and page.paginator.count == 1 and request.GET.get("page") is None:
        return redirect(f"{base_url(page.object_list[0])}?{queue.query}")
    counts = dict(Document.objects.of(request.organization).values_list("status").annotate(Count("id")))
    context = {
        "page": page,
        "rows": _rows(list(page.object_list), queue),
        "queue": queue,
        "search_words": queue.filters.get("q", ""),
        "chips": _chips(queue),
        "statuses": [(each, counts[each]) for each in Status.values if each in counts],
        "open_count": sum(counts.get(each, 0) for each in OPEN_FOR_REVIEW),
        "all_count": sum(counts.values()),
        "done_today": _done_today(request),
    }
    return render(request, "documents/inbox.html", context)


@member_page()
def counts(request: MemberRequest) -> HttpResponse:
    """The number of documents in a view, asked for again while the page is open; 204 when it is what the page shows."""
    queue = Queue.from_query(request.organization, request.GET)
    now, before = queue.documents().count(), request.GET.get("shown", "")
    more = now - int(before) if before.isdecimal() else 0
    if more <= 0:
        return HttpResponse(status=204)
    return render(request, "documents/_arrivals.html", {"queue": queue, "more": more})


def _with_all(queue: Queue) -> Any:
    light = Annotation.objects.only(
        "document_id", "key", "value", "confidence", "problems", "is_absent", "is_unreadable", "confirmed_at"
    )
    found = queue.documents().select_related("organization", "contact", "profile", "task")
    return found.prefetch_related(Prefetch("annotations", queryset=light), "reviews__person").defer(
        "reasoning", "notes", "metadata"
    )


def _rows(documents: list[Document], queue: Queue) -> list[dict[str, Any]]:
    profiles: dict[tuple[int | None, int | None], Profile] = {}
    rows = []
    for document in documents:
        key = (document.profile_id, document.profile_version)
        if key not in profiles:
            profiles[key] = values.profile_of(document)
        reasons = reasons_of(document, profiles[key])
        held = {row.key: row.value for row in document.annotations.all()}
        rows.append({
            "document": document,
            "url": f"{base_url(document)}?{queue.query}",
            "reason": reasons[0] if reasons else None,
            "more": len(reasons) - 1,
            "total": held.get("total_amount"),
            "currency": held.get("currency") or "",
            "is_late": document.status in OPEN_FOR_REVIEW and timezone.now() - document.status_since > LATE,
            "holder": _holder(document),
        })  # fmt: skip
    return rows


def _holder(document: Document) -> str:
    now = timezone.now()
    open_ones = [each for each in document.reviews.all() if each.ended_at is None and each.locked_until > now]
    return str(open_ones[0].person) if open_ones else ""


def _chips(queue: Queue) -> list[dict[str, str]]:
    """The filters in words, each with the address without it."""
    names = {
        "status": _("Status"), "q": _("Search"), "upload": _("One upload"),
        "contact": _("Contact"), "folder": _("Folder"), "profile": _("Profile"),
    }  # fmt: skip
    chips = []
    for key, value in queue.filters.items():
        rest = {each: other for each, other in queue.filters.items() if each != key}
        word = value
        if key == "contact":
            contact = Contact.objects.of(queue.organization).filter(pk=int(value)).first()
            word = contact.name if contact else value
        text = names[key] if key == "upload" else f"{names[key]}: {word}"
        chips.append({"text": text, "query": Queue(queue.organization, queue.view, rest).query})
    return chips


def _done_today(request: MemberRequest) -> int:
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    done = Transition.objects.filter(
        document__organization=request.organization, at__gte=today, actor_kind="user",
        old__in=OPEN_FOR_REVIEW, new__in=(Status.READY, Status.APPROVED, Status.EXPORT),
    )  # fmt: skip
    return done.values("document").distinct().count()


def _bulk(request: MemberRequest, queue: Queue) -> HttpResponse:
    """Confirm or approve the ticked rows that have nothing open; the others are counted and left."""
    decision = request.POST.get("do", "")
    need(request, Role.REVIEWER if decision == "confirm" else Role.APPROVER)
    ticked = [number for number in request.POST.getlist("document") if number.isdecimal()]
    done = left = 0
    for document in Document.objects.of(request.organization).filter(pk__in=ticked[:PER_PAGE]):
        try:
            reviews.decide(document, decision, actor=actor_of(request))
            done += 1
        except DocflowError:
            left += 1
    said = ngettext("%(n)s document done.", "%(n)s documents done.", done) % {"n": done}
    if left:
        said += " " + ngettext("%(n)s was left: it has open values.", "%(n)s were left: they have open values.", left) % {
            "n": left
        }
    messages.info(request, said, extra_tags="ok" if done else "warn")
    return redirect(f"{request.path}?{queue.query}")


@member_page(Role.REVIEWER)
def start(request: MemberRequest) -> HttpResponse:
    """Opens the first free document of the view."""
    queue = Queue.from_query(request.organization, request.GET)
    first = queue.first_for(request.user)
    if first is None:
        return redirect(f"/o/{request.organization.slug}/inbox?{queue.query}")
    return redirect(f"{base_url(first)}?{queue.query}")
