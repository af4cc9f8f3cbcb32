"""Work items, which docflow does not have: a known family of paths answers that it is not built."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from docflow.api.documents.base import DocumentsView
from docflow.api.permissions import ANY
from docflow.errors import NotBuiltError


class CaseView(DocumentsView):
    schema = None
    scopes = {"refuse": ANY}

    def refuse(self, request: Request, rest: str = "") -> Response:
        raise NotBuiltError
