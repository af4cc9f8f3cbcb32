"""What was read on a document: its file, pages, words, pictures and values."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from rest_framework.request import Request
from rest_framework.response import Response

from docflow.api.documents import serializers
from docflow.api.documents.base import DocumentsView, tagged
from docflow.errors import InputError, NotFoundError, invalid
from documents import files, pictures
from documents.models import Annotation, Document, LineItem, Page
from documents.normal import NUMBERS
from documents.operations.values import profile_of
from documents.record import moment
from documents.statuses import confidence_label
from uploads.intake import look

NARROWEST, USUAL, WIDEST = 100, 1200, 3000
HARMLESS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
}


class PageViews(DocumentsView):
    scopes = {
        "download": "document.read",
        "list": "document.read",
        "words": "document.read",
        "image": "document.read",
        "fields": "document.read",
    }
    forms = {
        "download": (None, serializers.Bytes, 200),
        "list": (None, serializers.PageList, 200),
        "words": (None, serializers.WordList, 200),
        "image": (None, serializers.Picture, 200),
        "fields": (None, serializers.FieldList, 200),
    }

    def download(self, request: Request, number: str) -> HttpResponseBase:
        document = self.find_document(number)
        answer = _part_of_file(files.original(document), document, request.headers.get("Range", ""))
        answer["Content-Disposition"] = content_disposition_header(True, document.original_filename) or "attachment"
        answer["Accept-Ranges"] = "bytes"
        for name, value in HARMLESS.items():
            answer[name] = value
        return answer

    def list(self, request: Request, number: str) -> Response:
        document = self.find_document(number)
        pages = [_page(document, row) for row in document.pages.defer("words", "text")]
        return tagged(document, {"document_id": document.pk, "total": len(pages), "pages": pages})

    def words(self, request: Request, number: str, page: str) -> Response:
        document = self.find_document(number)
        row = _find_page(document, page)
        keys = ("text", "x0", "top", "x1", "bottom", "confidence", "line")
        words = [dict(zip(keys, word, strict=True)) for word in row.words]
        return tagged(document, {"document_id": document.pk, "page": row.number, "words": words})

    def image(self, request: Request, number: str, page: str) -> HttpResponse:
        document = self.find_document(number)
        row = _find_page(document, page)
        picture = pictures.png(document, row, _width(request.GET.get("width", "")), look.sandbox())
        return HttpResponse(picture, content_type="image/png", headers={"ETag": document.etag, **HARMLESS})

    def fields(self, request: Request, number: str) -> Response:
        document = self.find_document(number)
        profile = profile_of(document)
        rows = {row.key: row for row in document.annotations.all()}
        kinds = {column.key: column.type for column in profile.columns}
        fields = [_field(each, rows[each.key]) for each in profile.fields if each.key in rows]
        lines = [_line(row, kinds) for row in document.line_items.all()]
        return tagged(document, {"document_id": document.pk, "fields": fields, "line_items": lines})


def _part_of_file(path: Path, document: Document, wanted: str) -> HttpResponseBase:
    """The whole file, or the one range that is asked for."""
    size = path.stat().st_size
    asked = re.fullmatch(r"bytes=(\d{0,15})-(\d{0,15})", wanted.strip(), re.ASCII)
    file = path.open("rb")
    if not asked or asked.groups() == ("", ""):
        return FileResponse(file, content_type=document.media_type, headers={"Content-Length": str(size)})
    start, end = _span(asked.group(1), asked.group(2), size)
    if start > end:
        file.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    with file:
        file.seek(start)
        part = file.read(end - start + 1)
    headers = {"Content-Range": f"bytes {start}-{end}/{size}"}
    return HttpResponse(part, status=206, content_type=document.media_type, headers=headers)


def _span(first: str, last: str, size: int) -> tuple[int, int]:
    if not first:
        return max(0, size - int(last)), size - 1 if int(last) else -1
    return int(first), min(int(last) if last else size - 1, size - 1)


def _find_page(document: Document, number: str) -> Page:
    row = None
    if number.isascii() and number.isdigit() and len(number) < 7:
        row = document.pages.filter(number=int(number)).first()
    if row is None:
        raise NotFoundError(f"Document {document.pk} has no page {number}.")
    return row


def _width(text: str) -> int:
    if not text:
        return USUAL
    if not text.isascii() or not text.isdigit() or not NARROWEST <= int(text[:6]) <= WIDEST:
        raise InputError(invalid("width", f"width must be a whole number from {NARROWEST} to {WIDEST}."))
    return int(text)


def _page(document: Document, row: Page) -> dict[str, Any]:
    path = f"/api/documents/{document.pk}/pages/{row.number}"
    return {
        "number": row.number,
        "width": row.width,
        "height": row.height,
        "rotation": row.rotation,
        "source": row.source,
        "word_count": len(row.words),
        "image_url": f"{path}/image",
        "words_url": f"{path}/words",
        "reason": row.reason,
        "engine": row.engine,
    }


def _field(field: Any, row: Annotation) -> dict[str, Any]:
    return {
        "key": row.key,
        "label": field.label,
        "type": field.type,
        "required": field.required,
        "value": row.value,
        "raw": row.raw,
        "machine_value": row.machine_value,
        "confidence_score": row.confidence,
        "confidence_label": confidence_label(row.confidence),
        "source": row.source,
        "page": row.page,
        "boxes": row.boxes,
        "evidence": [each["text"] for each in row.evidence],
        "absent": row.is_absent,
        "problems": [{"code": each["code"], "message": each["text"]} for each in row.problems],
        "confirmed_by": row.confirmed_name or None,
        "confirmed_at": moment(row.confirmed_at),
    }


def _line(row: LineItem, kinds: dict[str, str]) -> dict[str, Any]:
    cells = {}
    for key, cell in row.cells.items():
        value = cell["value"]
        cells[key] = {
            "value": Decimal(value) if kinds.get(key) in NUMBERS and value is not None else value,
            "raw": cell["raw"],
            "confidence_score": cell["confidence"],
            "boxes": cell["boxes"],
        }
    return {"position": row.position, "page": row.page, "confidence_score": row.confidence, "cells": cells}
