"""What the views of the Documents surface share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rest_framework.response import Response

from docflow.api import pagination
from docflow.api.documents.filters import ListFilter
from docflow.api.idempotency import Once
from docflow.api.rendering import body_of
from docflow.api.views import SurfaceView
from docflow.errors import Fault, InputError
from documents.models import Document


class DocumentsView(SurfaceView):
    """`filters` names the filter of each action that lists; `forms` the serializers of body and answer, for the schema."""

    tag = "Documents"
    filters: Mapping[str, type[ListFilter]] = {}
    forms: Mapping[str, tuple[Any, Any, int]] = {}  # action -> body, answer, status

    def listed(self, rows: Any, plural: str, render: Callable[[Any], dict[str, Any]], **more: Any) -> Response:
        """A part of a list. Raises InputError with all faults of filters and paging."""
        faults: list[Fault] = []
        part = pagination.part_of(self.request.GET, faults)
        kind = self.filters.get(str(self.action))
        if kind is not None:
            narrowed = kind(self.request.GET, queryset=rows)
            faults += narrowed.faults()
            rows = rows if faults else narrowed.qs
        if faults:
            raise InputError(*faults)
        return Response(pagination.answer(rows, part, plural, render, **more))

    def created(self, make: Callable[[dict[str, Any]], tuple[dict[str, Any], str]], status: int = 201) -> Response:
        """Creates by a JSON body, once for each Idempotency-Key. `make` takes the body -> record and its path."""
        values = body_of(self.request)

        def answer() -> Response:
            record, location = make(values)
            return Response(record, status=status, headers={"Location": location})

        return Once(self.request, values).run(answer)

    def body(self, *, optional: bool = False) -> dict[str, Any]:
        return body_of(self.request, optional=optional)


def tagged(document: Document, body: Any, status: int = 200, **headers: str) -> Response:
    """An answer about one document, with its ETag."""
    return Response(body, status=status, headers={"ETag": document.etag, **headers})
