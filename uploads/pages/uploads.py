"""Uploads: sending files in, the list, one upload with its tasks live (ui.md 2.5)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from docflow.accounts.models.organization import Role
from docflow.accounts.pages.access import MemberRequest, actor_of, json_body, member_page, need, wants_json
from docflow.errors import Fault, InputError
from docflow.recognition import ENGINES, asked_in_text, language_names
from documents.models import Document
from documents.models.document import Source
from documents.pages.endpoints import queue_of
from documents.pages.review import following_url
from documents.statuses import OPEN_FOR_REVIEW
from uploads.intake.limits import Incoming, incoming_of
from uploads.models import Project, Task, Upload
from uploads.operations import intake, tasks
from uploads.pages.wording import as_json, show, word_of
from uploads.statuses import upload_word

FAILED_FIRST = {"FAILED": 0, "PROCESSING": 1, "REVIEWING": 2, "COMPLETED": 3, "DISCARDED": 4, "FILTERED": 5}


def _light_tasks() -> QuerySet[Task]:
    documents = Document.objects.only(
        "uuid", "status", "media_type", "page_count", "size", "whole", "separators", "is_verified"
    )
    return Task.objects.order_by("id").prefetch_related(Prefetch("document", queryset=documents))


@member_page(Role.VIEWER, methods=("GET", "POST"))
def listing(request: MemberRequest) -> HttpResponse:
    if request.method == "POST":
        return _receive(request)
    page = Paginator(Upload.objects.of(request.organization).select_related("project"), 50).get_page(request.GET.get("page"))
    counts = Task.objects.of(request.organization).counted(page.object_list)
    rows = [
        {"upload": each, "tasks": sum(counts[each.pk].values()), "look": word_of(upload_word(counts[each.pk]))}
        for each in page.object_list
    ]
    projects = Project.objects.of(request.organization).order_by("-is_default", "name")
    told = {"page": page, "rows": rows, "projects": projects, "languages": language_names(), "engines": ENGINES}
    return render(request, "uploads/uploads.html", told)


def _receive(request: MemberRequest) -> HttpResponse:
    need(request, Role.REVIEWER)
    incoming = incoming_of(request, "files")
    project = Project.objects.of(request.organization).filter(pk=_number(request.POST.get("project"))).first()
    faults: list[Fault] = []
    wishes = asked_in_text(request.POST.getlist("languages"), request.POST.get("ocr_engine"), faults)
    if faults:
        for each in incoming:
            each.drop()
        raise InputError(*faults)
    name = request.POST.get("name", "")[:255]
    order = intake.Order(source=Source.UI, project=project, name=name, archives=True, **wishes)
    upload = intake.receive(request.organization, _fresh(incoming), order, actor_of(request))
    page = f"/o/{request.organization.slug}/uploads/{upload.uuid}"
    if not wants_json(request):
        return redirect(page)
    state = f"{page}/state?{urlencode({'starts': ','.join(map(str, upload.starts))})}"
    return JsonResponse({"upload": page, "state": state}, status=201)


def _fresh(incoming: list[Incoming]) -> list[Incoming]:
    """A form that was sent without choosing a file names one without a name and without bytes."""
    chosen = [each for each in incoming if each.size or each.filename]
    for each in incoming:
        if each not in chosen:
            each.drop()
    return chosen


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 18 else 0


def _find(request: MemberRequest, uuid: Any) -> Upload:
    found = (
        Upload.objects.of(request.organization).select_related("project").prefetch_related(Prefetch("tasks", _light_tasks()))
    )
    upload = found.filter(uuid=uuid).first()
    if upload is None:
        raise Http404
    return upload


@member_page()
def one(request: MemberRequest, uuid: str) -> HttpResponse:
    return render(request, "uploads/upload.html", _context(request, _find(request, uuid)))


def _context(request: MemberRequest, upload: Upload) -> dict[str, Any]:
    tasks_of_it = list(upload.tasks.all())
    rows = [show(task, request.organization.slug, _parts(task, tasks_of_it)) for task in tasks_of_it]
    rows.sort(key=lambda row: FAILED_FIRST[row.task.word])
    first = next((row for row in rows if row.task.document and row.task.document.status in OPEN_FOR_REVIEW), None)
    return {
        "upload": upload,
        "rows": rows,
        "look": word_of(upload.word),
        "is_live": any(not row.ended for row in rows),
        "review_url": f"{first.url}?view=open&upload={upload.uuid}" if first else "",
        "ended": sum(row.ended for row in rows),
    }


def _parts(whole: Task, among: list[Task]) -> list[Task]:
    return [task for task in among if whole.is_split and task.document and task.document.whole_id == whole.document_id]


@member_page()
def live(request: MemberRequest, uuid: str) -> HttpResponse:
    """The part of the page that changes; 286 ends the asking once every task has ended."""
    context = _context(request, _find(request, uuid))
    return render(request, "uploads/_tasks.html", context, status=200 if context["is_live"] else 286)


@member_page()
def state(request: MemberRequest, uuid: str) -> HttpResponse:
    """For the tray of the drop zone."""
    upload = _find(request, uuid)
    starts = sorted(_number(each) for each in request.GET.get("starts", "").split(",")[:100])
    return JsonResponse({"tasks": as_json(list(upload.tasks.all()), starts, request.organization.slug)})


def _task(request: MemberRequest, uuid: str) -> Task:
    task = Task.objects.of(request.organization).select_related("upload", "document", "organization").filter(uuid=uuid).first()
    if task is None:
        raise Http404
    return task


@member_page(Role.REVIEWER, methods=("POST",))
def discard(request: MemberRequest, uuid: str) -> HttpResponse:
    """From the upload's page, or by script from the review page, which then goes on in its view."""
    task = _task(request, uuid)
    if request.content_type == "application/json":
        return _discard_from_review(request, task)
    tasks.discard(task, actor=actor_of(request), reason="discarded")
    messages.success(request, _("%(name)s is discarded.") % {"name": task.filename}, extra_tags="ok")
    return redirect("uploads-upload-show", org=request.organization.slug, uuid=task.upload.uuid)


def _discard_from_review(request: MemberRequest, task: Task) -> HttpResponse:
    body = json_body(request)
    note = str(body.get("note", ""))[:450]
    if task.document is None:
        raise Http404
    onward = following_url(request, task.document, queue_of(request, body.get("view")))
    tasks.discard(task, actor=actor_of(request), reason=f"discarded: {note}" if note else "discarded")
    return JsonResponse({"status": "discarded", "next": onward})


@member_page(Role.REVIEWER, methods=("POST",))
def retry(request: MemberRequest, uuid: str) -> HttpResponse:
    task = _task(request, uuid)
    tasks.retry(task, actor=actor_of(request))
    messages.success(request, _("%(name)s is read again.") % {"name": task.filename}, extra_tags="ok")
    return redirect("uploads-upload-show", org=request.organization.slug, uuid=task.upload.uuid)


@member_page(Role.REVIEWER, methods=("POST",))
def restore(request: MemberRequest, uuid: str) -> HttpResponse:
    task = _task(request, uuid)
    tasks.restore(task, actor=actor_of(request))
    messages.success(request, _("%(name)s is back.") % {"name": task.filename}, extra_tags="ok")
    return redirect("uploads-upload-show", org=request.organization.slug, uuid=task.upload.uuid)


@member_page(Role.REVIEWER, methods=("POST",))
def undo_split(request: MemberRequest, uuid: str) -> HttpResponse:
    task = _task(request, uuid)
    tasks.undo_split(task, actor=actor_of(request))
    messages.success(request, _("%(name)s is whole again and is read anew.") % {"name": task.filename}, extra_tags="ok")
    return redirect("uploads-upload-show", org=request.organization.slug, uuid=task.upload.uuid)
