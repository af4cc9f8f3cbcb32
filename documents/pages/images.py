"""Page images, words and originals: from docflow's own address, never inline as anything that could run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePath
from typing import IO

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import render

from docflow.accounts.pages.access import MemberRequest, member_page
from documents import files, pictures, searchable
from documents.models import Document, Page
from documents.pages.review import find

FOR_EVER = "private, max-age=31536000, immutable"
ASKED_AGAIN = 3  # seconds
SEALED = "sandbox; default-src 'none'"


def _page(request: MemberRequest, uuid: str, number: int) -> Page:
    page = Page.objects.filter(document=find(request, uuid), number=number).select_related("document").first()
    if page is None:
        raise Http404
    return page


@member_page()
def image(request: MemberRequest, uuid: str, number: int) -> HttpResponse:
    """WebP as a job drew it; 202 while it is being drawn."""
    return _drawn(request, _page(request, uuid, number), files.rendition)


@member_page()
def thumb(request: MemberRequest, uuid: str, number: int) -> HttpResponse:
    """The same, small, for the strip."""
    return _drawn(request, _page(request, uuid, number), files.thumbnail)


def _drawn(request: MemberRequest, page: Page, place: Callable[[Document, int], Path]) -> HttpResponse:
    if not pictures.is_drawn(page.document, page):
        return HttpResponse(status=202, headers={"Cache-Control": "no-store"})
    path = place(page.document, page.number)
    headers = {"Cache-Control": _kept(request, page), "X-Content-Type-Options": "nosniff", "Content-Security-Policy": SEALED}
    return FileResponse(path.open("rb"), content_type="image/webp", headers=headers)  # type: ignore[return-value]


def _kept(request: MemberRequest, page: Page) -> str:
    """An address that names the page as it was read never changes its content; without that name it may."""
    return FOR_EVER if request.GET.get("v") == str(page.pk) else "private, no-cache"


@member_page()
def words(request: MemberRequest, uuid: str, number: int) -> HttpResponse:
    """The words of a page as parallel lists; boxes in tenths of a point."""
    page = _page(request, uuid, number)
    answer = JsonResponse({
        "page": number,
        "text": [word[0] for word in page.words],
        "box": [round(side * 10) for word in page.words for side in word[1:5]],
        "confidence": [word[5] for word in page.words],
        "line": [word[6] for word in page.words],
    })  # fmt: skip
    answer["Cache-Control"] = _kept(request, page)
    return answer


@member_page()
def original(request: MemberRequest, uuid: str) -> HttpResponse:
    """The file as it came, for saving only."""
    return _as_it_came(find(request, uuid))


def _as_it_came(document: Document) -> HttpResponse:
    if not default_storage.exists(document.file):
        raise Http404
    return _saved(default_storage.open(document.file), document.original_filename, document.media_type)


def _saved(file: IO[bytes], name: str, media_type: str) -> HttpResponse:
    headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": SEALED, "Cache-Control": "private, no-store"}
    return FileResponse(  # type: ignore[return-value]
        file, as_attachment=True, filename=name, content_type=media_type, headers=headers
    )


@member_page()
def searchable_pdf(request: MemberRequest, uuid: str) -> HttpResponse:
    """The pages with their words as a PDF, for saving. Until it is made, a page that asks again by itself."""
    document = find(request, uuid)
    if not searchable.is_possible(document):
        raise Http404
    if searchable.is_original(document):
        return _as_it_came(document)
    path = searchable.file_of(document)
    if path.exists():
        return _saved(path.open("rb"), f"{PurePath(document.filename).stem} (searchable).pdf", "application/pdf")
    problem = searchable.ask(document)
    answer = render(request, "documents/searchable.html", {"document": document, "problem": problem}, status=202)
    if not problem:
        answer["Refresh"] = str(ASKED_AGAIN)
    return answer
