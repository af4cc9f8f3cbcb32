"""ETag, If-None-Match and If-Match of documents: `"847-4"` is id and version."""

from __future__ import annotations

import re

from rest_framework.request import Request

from docflow.errors import VersionMismatchError
from documents.models import Document

_TAG = re.compile(r'(?:W/)?"([^"]*)"')


def expected_version(request: Request, document: Document) -> int | None:
    """The version that If-Match asks for; None without the header. Raises VersionMismatchError."""
    header = request.headers.get("If-Match", "").strip()
    if not header or header == "*":
        return None
    tags = _TAG.findall(header) or [header]
    if f"{document.pk}-{document.version}" not in tags:
        raise VersionMismatchError(document.version, tags[0].rpartition("-")[2] or tags[0])
    return document.version


def is_known(request: Request, document: Document) -> bool:
    """Whether If-None-Match names the version that is there."""
    header = request.headers.get("If-None-Match", "").strip()
    return header == "*" or f"{document.pk}-{document.version}" in _TAG.findall(header)
