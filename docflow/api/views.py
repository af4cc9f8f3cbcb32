"""What the views of every surface stand on: the order of checks, the caller, the headers of every answer."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, cast

from rest_framework import viewsets
from rest_framework.parsers import JSONParser
from rest_framework.request import Request

from docflow.accounts.actors import Actor
from docflow.accounts.models import Organization
from docflow.api import throttling
from docflow.api.authentication import Caller
from docflow.api.rendering import AlwaysJSON, ExactJSONRenderer
from docflow.errors import NotFoundError, RateLimitedError
from documents.models import Document
from documents.operations.contacts import by_id


class SurfaceView(viewsets.ViewSet):
    """Translates between HTTP and operations, nothing else. `scopes` names that of each action; one without is refused."""

    http_method_names = ("get", "head", "post", "put", "patch", "delete")
    renderer_classes = (ExactJSONRenderer,)
    parser_classes: Any = (JSONParser,)
    content_negotiation_class = AlwaysJSON
    scopes: Mapping[str, str] = {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Key (401), rate (429), kind of key and scope (403): the order that all surfaces promise."""
        self.format_kwarg = None
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(request)
        self.perform_authentication(request)
        self.check_throttles(request)
        self.check_permissions(request)

    def check_throttles(self, request: Request) -> None:
        if isinstance(request.user, Caller):
            self.rate = throttling.check(request)
            if self.rate is not None and self.rate.used > self.rate.limit:
                raise RateLimitedError(self.rate.reset)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        final = super().finalize_response(request, response, *args, **kwargs)
        rate = getattr(self, "rate", None)
        if rate is not None:
            for name, value in rate.headers().items():
                final[name] = value
        final.headers.setdefault("Cache-Control", "no-store")
        return final

    @property
    def caller(self) -> Caller:
        return cast(Caller, self.request.user)

    @property
    def organization(self) -> Organization:
        """That of the key or the person. HasScope has refused account keys where no path names an organization."""
        return cast(Organization, self.caller.organization)

    @property
    def actor(self) -> Actor:
        return self.caller.actor

    def find(self, rows: Any, number: str, noun: str) -> Any:
        """The row with that integer id among `rows`, which start at the organization. Raises NotFoundError."""
        found = by_id(rows, number)
        if found is None:
            raise NotFoundError(f"There is no {noun} {number}.")
        return found

    def find_document(self, number: str, rows: Any = None) -> Document:
        """By integer id or UUID. Raises NotFoundError, the same for what never was and for what is another's."""
        rows = Document.objects.of(self.organization).with_relations() if rows is None else rows
        found = by_id(rows, number)
        if found is None and len(number) >= 32:
            try:
                found = rows.filter(uuid=uuid.UUID(number)).first()
            except ValueError:
                found = None
        if found is None:
            raise NotFoundError(f"There is no document {number}.")
        return cast(Document, found)


class NothingHere(SurfaceView):
    """Every path below a surface that is none of its calls."""

    schema = None
    authentication_classes = ()
    permission_classes = ()

    def nothing(self, request: Request, **_: Any) -> None:
        raise NotFoundError

    def http_method_not_allowed(self, request: Request, *args: Any, **kwargs: Any) -> None:  # type: ignore[override]
        raise NotFoundError
