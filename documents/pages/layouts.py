"""Learned layouts: all of an organization, one with what it was taught and by which documents; switched, undone, deleted."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from docflow.accounts.models.organization import Role
from docflow.accounts.pages.access import MemberRequest, actor_of, member_page
from documents.models import Document, Layout, LayoutUse, Lesson
from documents.operations import layouts
from documents.operations.values import profile_of
from documents.pages.queue import Queue
from documents.pages.review_data import base_url

_MOST_LESSONS = 500


@member_page()
def listing(request: MemberRequest) -> HttpResponse:
    page = Paginator(Layout.objects.of(request.organization).defer("fingerprint"), 50).get_page(request.GET.get("page"))
    shown = list(page)
    taught = (
        Lesson.objects.filter(layout__in=shown)
        .values("layout")
        .annotate(fields=Count("key", distinct=True), teachers=Count("document", distinct=True))
    )
    used = (
        LayoutUse.objects.filter(layout__in=shown)
        .exclude(is_right=None)
        .values("layout")
        .annotate(decided=Count("id"), right=Count("id", filter=Q(is_right=True)))
    )
    counts: dict[int, dict[str, Any]] = {each.pk: {} for each in shown}
    numbers: list[dict[str, Any]] = [dict(row) for found in (taught, used) for row in found]
    for row in numbers:
        counts[row["layout"]].update(row)
    rows = [{**counts[each.pk], "layout": each} for each in shown]
    return render(request, "documents/layouts.html", {"page": page, "rows": rows})


def _find(request: MemberRequest, pk: int) -> Layout:
    layout = Layout.objects.of(request.organization).filter(pk=pk).first()
    if layout is None:
        raise Http404
    return layout


@member_page()
def one(request: MemberRequest, pk: int) -> HttpResponse:
    layout = _find(request, pk)
    tallies = layout.tallies()
    fields: dict[str, dict[str, Any]] = {}
    for lesson in layout.lessons.select_related("document__profile")[:_MOST_LESSONS]:
        row = fields.setdefault(
            lesson.key, {"label": _label(lesson), "what": _taught(lesson), "tally": tallies.get(lesson.key), "lessons": []}
        )
        row["lessons"].append(lesson)
    context = {
        "layout": layout,
        "fields": fields.values(),
        "effect": layouts.effect_of(layout),
    }
    return render(request, "documents/layout.html", context)


def _label(lesson: Lesson) -> str:
    known = profile_of(lesson.document).fields if lesson.document else ()
    return next((field.label for field in known if field.key == lesson.key), lesson.key.replace("_", " ").title())


def _taught(lesson: Lesson) -> str:
    """What the newest lesson says, in words."""
    content = lesson.content
    if content["absent"]:
        return _("not on this layout")
    anchors = content["anchors"]
    if content["value"] and not anchors:
        return _("“%(value)s”, printed nowhere") % {"value": content["value"]}
    if content["value"]:
        return _("“%(value)s”") % {"value": content["value"]}
    if anchors and anchors[0]["left"]:
        return _("right of “%(words)s”") % {"words": anchors[0]["left"]}
    if anchors and anchors[0]["above"]:
        return _("below “%(words)s”") % {"words": anchors[0]["above"]}
    return _("at its place on the page")


@member_page(Role.REVIEWER, methods=("POST",))
def switch(request: MemberRequest, pk: int) -> HttpResponse:
    layout = _find(request, pk)
    layouts.switch(layout, actor_of(request), on=not layout.is_on)
    if request.POST.get("to") == "list":
        return redirect("documents-layout-list", org=request.organization.slug)
    return redirect("documents-layout-show", org=request.organization.slug, pk=pk)


@member_page(Role.REVIEWER, methods=("POST",))
def delete(request: MemberRequest, pk: int) -> HttpResponse:
    layout = _find(request, pk)
    layouts.delete(layout, actor_of(request))
    messages.success(request, _("The layout of %(name)s is forgotten.") % {"name": layout.name}, extra_tags="ok")
    return redirect("documents-layout-list", org=request.organization.slug)


@member_page(Role.REVIEWER, methods=("POST",))
def forget(request: MemberRequest, uuid: str) -> HttpResponse:
    """Undoes what a document taught about the field `key`; back to the document, or to the layout if that is where one was."""
    document = Document.objects.of(request.organization).with_relations().filter(uuid=uuid).first()
    if document is None:
        raise Http404
    lesson = document.lessons.filter(key=request.POST.get("key", "")).first()
    layout_id = lesson.layout_id if lesson else None
    layouts.forget(document, request.POST.get("key", ""), actor_of(request))
    messages.success(request, _("Forgotten. The value stays."), extra_tags="ok")
    if request.POST.get("to") == "layout":
        if layout_id and Layout.objects.of(request.organization).filter(pk=layout_id).exists():
            return redirect("documents-layout-show", org=request.organization.slug, pk=layout_id)
        return redirect("documents-layout-list", org=request.organization.slug)
    return redirect(f"{base_url(document)}?{Queue.from_query(request.organization, request.GET).query}")
