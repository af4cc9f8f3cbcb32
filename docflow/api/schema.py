"""The OpenAPI 3.1 document, made from what the views declare, and two ways to read it without the internet."""

from __future__ import annotations

import functools
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular import openapi
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import EndpointEnumerator, SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from docflow.api.documents.serializers import Problem
from docflow.api.permissions import scope_of

# Swagger UI and Redoc draw with pictures inside their styles; Redoc writes its styles by script and searches in a worker.
READER_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; "
    "font-src 'self' data:; worker-src 'self' blob:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
ERRORS = {
    400: "malformed_body, invalid_status",
    401: "not_authenticated, key_expired",
    403: "scope_missing, wrong_key_kind, read_only, no_licence, expired_licence",
    404: "not_found",
    409: "document_locked, document_processing, duplicate_document, in_use, name_taken, wrong_state, offline_mode, "
    "idempotency_in_progress",
    412: "version_mismatch",
    413: "file_too_large",
    415: "file_type_not_supported",
    416: "The range lies outside the file.",
    422: "field_required, invalid_value, unknown_field, unknown_reference and others, with all faults in errors",
    429: "rate_limited",
    500: "server_error",
    501: "not_implemented",
}
ALWAYS = (401, 403, 404, 422, 429, 500)
ON_WRITE = (400, 409, 412, 413, 415, 501)
HEADER_IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="1-255 characters. The same call again creates nothing new."
)
HEADER_IF_MATCH = OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, description='The ETag read before, `"847-4"`.')


class Enumerator(EndpointEnumerator):
    """Each call once: the twin with the slash at the end is the same."""

    def should_include_endpoint(self, path: str, callback: Any) -> bool:
        return bool(super().should_include_endpoint(path, callback)) and not path.endswith("/")


class Generator(SchemaGenerator):
    endpoint_inspector_cls = Enumerator


class KeyScheme(OpenApiAuthenticationExtension):
    target_class = "docflow.api.authentication.KeyAuthentication"
    name = ["bearer", "apiKey"]

    def get_security_requirement(self, auto_schema: Any) -> Any:
        return [{each: []} for each in self.name]  # one of them, not both

    def get_security_definition(self, auto_schema: Any) -> Any:
        return [{"type": "http", "scheme": "bearer"}, {"type": "apiKey", "in": "header", "name": "X-API-Key"}]


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "docflow.api.authentication.BrowserSession"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> Any:
        return {"type": "apiKey", "in": "cookie", "name": "docflow-session"}


class AutoSchema(openapi.AutoSchema):
    """Reads `tag`, `scopes`, `filters` and `forms` of a view."""

    @property
    def _action(self) -> str:
        return str(getattr(self.view, "action", ""))

    def get_tags(self) -> list[str]:
        return [getattr(self.view, "tag", "docflow")]

    def get_operation_id(self) -> str:
        noun = type(self.view).__name__.removesuffix("s").removesuffix("View").lower()
        return f"{noun}_{self._action}" + ("_file" if self.path.endswith("/file") else "")

    def _is_list_view(self, serializer: Any = None) -> bool:
        return False  # the forms name their lists themselves

    def get_summary(self) -> str:
        return f"{self._action.replace('_', ' ')} {self.path.rsplit('/', 1)[-1].strip('{}')}"

    def get_description(self) -> str:  # type: ignore[override]
        scope = scope_of(self.view, self._action)
        return f"Needs the scope `{scope}`." if scope else "Needs any valid key."

    def get_extensions(self) -> dict[str, Any]:
        return {"x-scope": scope_of(self.view, self._action) or ""}

    def _form(self) -> tuple[Any, Any, int]:
        forms: dict[str, tuple[Any, Any, int]] = getattr(self.view, "forms", {})
        return forms.get(self._action, (None, None, 200))

    def get_request_serializer(self) -> Any:
        return self._form()[0]

    def get_response_serializers(self) -> Any:
        _, answer, status = self._form()
        answers: dict[Any, Any] = {}
        if isinstance(answer, str):
            answers[(status, answer)] = OpenApiResponse(OpenApiTypes.BINARY)
        else:
            answers[status] = OpenApiResponse(answer) if answer else OpenApiResponse(description="Done, no body.")
        if self._action == "retrieve":
            answers[304] = OpenApiResponse(description="Not changed since If-None-Match.")
        if self._action == "download":
            answers[(206, answer)] = OpenApiResponse(OpenApiTypes.BINARY)
        for code in sorted({*ALWAYS, *(ON_WRITE if self.method != "GET" else (400,))}):
            answers[code] = OpenApiResponse(Problem, description=ERRORS[code])
        return answers

    def get_override_parameters(self) -> Any:
        found: list[OpenApiParameter] = []
        filters = getattr(self.view, "filters", {}).get(self._action)
        for name, each in (filters.base_filters if filters else {}).items():
            schema = each.schema
            found.append(OpenApiParameter(name, schema, description=each.extra.get("help_text") or "", explode=True))
        if "limit" in getattr(self._form()[1], "_declared_fields", {}):
            found.append(
                OpenApiParameter("limit", {"type": "integer", "minimum": 1, "default": 50}, description="At most 200.")
            )
            found.append(OpenApiParameter("offset", {"type": "integer", "minimum": 0, "default": 0}))
        if self._action == "image":
            found.append(OpenApiParameter("width", {"type": "integer", "minimum": 100, "maximum": 3000, "default": 1200}))
        if self._action == "create":
            found.append(HEADER_IDEMPOTENCY)
        if type(self.view).__name__ == "DocumentViews" and self.method in ("PATCH", "PUT", "DELETE"):
            found.append(HEADER_IF_MATCH)
        return found

    def _resolve_path_parameters(self, variables: list[str]) -> list[dict[str, Any]]:
        kinds = {"number": "Integer id; a document's UUID is accepted too.", "page": "Page number from 1."}
        return [
            {"in": "path", "name": each, "required": True, "schema": {"type": "string"}, "description": kinds.get(each, "")}
            for each in variables
        ]


@functools.cache
def document() -> bytes:
    """The OpenAPI document, made once in each process."""
    schema = Generator().get_schema(request=None, public=True)
    return bytes(OpenApiJsonRenderer().render(schema, renderer_context={}))


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    return HttpResponse(document(), content_type="application/json")


@require_safe
def swagger(request: HttpRequest) -> HttpResponse:
    return _reader(request, "api/swagger.html")


@require_safe
def redoc(request: HttpRequest) -> HttpResponse:
    return _reader(request, "api/redoc.html")


def _reader(request: HttpRequest, template: str) -> HttpResponse:
    response = render(request, template)
    response["Content-Security-Policy"] = READER_POLICY
    return response
