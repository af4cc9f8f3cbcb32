"""Taking the approved documents away as CSV or JSON: all rows, not the page."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone

from docflow.accounts.pages.access import MemberRequest, member_page
from documents.models import Document
from documents.models.document import DocumentQuerySet
from documents.statuses import Status
from rules.exports import csv, json, tables

WHICH: dict[str, tuple[str, ...]] = {
    "approved": (Status.APPROVED,),
    "done": (Status.APPROVED, Status.EXPORT, Status.ARCHIVED),
    "all": tuple(Status.values),
}


def _documents(request: MemberRequest, which: str) -> DocumentQuerySet:
    if which not in WHICH:
        raise Http404
    return Document.objects.of(request.organization).filter(status__in=WHICH[which])


@member_page()
def page(request: MemberRequest) -> HttpResponse:
    rows = Document.objects.of(request.organization)
    counts = {which: rows.filter(status__in=statuses).count() for which, statuses in WHICH.items()}
    return render(request, "rules/exports.html", {"counts": counts})


@member_page()
def download(request: MemberRequest) -> HttpResponse:
    which, what, form = (request.GET.get(key, "") for key in ("which", "what", "format"))
    documents = _documents(request, which)
    if form == "json":
        return _file(json.lines(documents), json.MEDIA_TYPE, f"{which}.json")
    if form != "csv" or what not in ("header", "lines"):
        raise Http404
    columns, rows = tables.line_rows(documents) if what == "lines" else tables.header_rows(documents)
    return _file(csv.lines(columns, rows), csv.MEDIA_TYPE, f"{which}-{what}.csv")


def _file(lines: Iterable[str], media_type: str, name: str) -> HttpResponse:
    stamped = f"docflow-{timezone.now():%Y-%m-%d}-{name}"
    headers = {
        "Content-Disposition": f'attachment; filename="{stamped}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return StreamingHttpResponse(lines, content_type=media_type, headers=headers)  # type: ignore[return-value]
