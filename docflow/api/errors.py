"""One table: what can go wrong -> the status and code of the Documents surface. A surface only shapes the body.

tests/api/test_errors.py proves that no error class is without a row.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import IntegrityError
from django.http import Http404, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from rest_framework import exceptions as drf
from rest_framework.response import Response

from docflow import errors
from docflow.api.authentication import request_id_of
from docflow.api.rendering import ExactJSONRenderer
from docflow.errors import Fault

log = logging.getLogger(__name__)
SERVER_ERROR = errors.PartDownError.default
HINT = SERVER_ERROR.partition(" Check ")[2]

# The first row whose class fits counts, so a narrower class stands before a wider one.
ROWS: dict[type[errors.DocflowError], tuple[int, str]] = {
    errors.KeyInvalidError: (401, "not_authenticated"),
    errors.KeyExpiredError: (401, "key_expired"),
    errors.ScopeMissingError: (403, "scope_missing"),
    errors.RoleTooSmallError: (403, "scope_missing"),
    errors.KeyKindWrongError: (403, "wrong_key_kind"),
    errors.LicenceMissingError: (403, "no_licence"),
    errors.LicenceExpiredError: (403, "expired_licence"),
    errors.BuiltInReadOnlyError: (403, "read_only"),
    errors.NotFoundError: (404, "not_found"),
    errors.BodyMalformedError: (400, "malformed_body"),
    errors.InputError: (422, "invalid_value"),  # the code is that of the first fault
    errors.StatusInvalidError: (400, "invalid_status"),
    errors.UrlRefusedError: (422, "url_refused"),
    errors.FileRefusedError: (422, "file_empty"),  # the code is the error's own, FILE_STATUS knows the status
    errors.ReaderStoppedError: (500, "server_error"),
    errors.FileError: (500, "server_error"),
    errors.PartDownError: (500, "server_error"),
    errors.DuplicateRefusedError: (409, "duplicate_document"),
    errors.FirstStillRunningError: (409, "idempotency_in_progress"),
    errors.KeyReusedError: (422, "idempotency_key_reused"),
    errors.DocumentLockedError: (409, "document_locked"),
    errors.DocumentBusyError: (409, "document_processing"),
    errors.ReviewLockedError: (409, "wrong_state"),
    errors.OpenFieldsError: (409, "wrong_state"),
    errors.StateConflictError: (409, "wrong_state"),
    errors.OfflineModeError: (409, "offline_mode"),
    errors.InUseError: (409, "in_use"),
    errors.NameTakenError: (409, "name_taken"),
    errors.VersionMismatchError: (412, "version_mismatch"),
    errors.TooManyConditionsError: (422, "too_many_conditions"),
    errors.RateLimitedError: (429, "rate_limited"),
    errors.NotBuiltError: (501, "not_implemented"),
}
FILE_STATUS = {"file_too_large": 413, "file_type_not_supported": 415}
FIELD_OF = {"too_many_conditions": "conditions", "idempotency_key_reused": "Idempotency-Key", "url_refused": "url"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a surface shapes into its body. `more` holds keys beside the usual ones."""

    status: int
    code: str
    message: str
    faults: tuple[Fault, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)


def row_of(error: errors.DocflowError) -> tuple[int, str]:
    """Raises LookupError for a class without a row."""
    for kind, row in ROWS.items():
        if isinstance(error, kind):
            return row
    raise LookupError(type(error).__name__)


def answer_of(error: Exception, request: Any) -> Answer:
    """Any exception as an answer. What nobody foresaw is logged with its trace and says only that it happened."""
    if isinstance(error, errors.DocflowError):
        return _ours(error, request)
    return _of_framework(error, request) or _unforeseen(error, request)


def _ours(error: errors.DocflowError, request: Any) -> Answer:
    status, code = row_of(error)
    faults: tuple[Fault, ...] = ()
    if isinstance(error, errors.InputError):
        faults, code = error.faults, error.faults[0].code
    elif isinstance(error, errors.FileRefusedError):
        code = error.code
        status = FILE_STATUS.get(code, 422)
    if status >= 500 and status != 501:
        log.error("server error", extra={"reason": type(error).__name__}, exc_info=error)
        return _server_error(request, error.message if isinstance(error, errors.PartDownError) else SERVER_ERROR)
    if status == 422 and not faults:
        faults = (Fault(FIELD_OF.get(code, "file"), code, error.message),)
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    if isinstance(error, errors.RateLimitedError):
        headers["Retry-After"] = str(error.seconds)
    more = {"document_id": error.document_id} if isinstance(error, errors.DuplicateRefusedError) else {}
    return Answer(status, code, error.message, faults, headers, more)


def _of_framework(error: Exception, request: Any) -> Answer | None:
    """What Django and the REST framework raise by themselves."""
    if isinstance(error, Http404 | drf.NotFound):
        return Answer(404, "not_found", errors.NotFoundError.default)
    if isinstance(error, drf.MethodNotAllowed):
        return Answer(405, "method_not_allowed", f"{request.method} is not possible here.")
    if isinstance(error, drf.NotAuthenticated | drf.AuthenticationFailed):
        return Answer(401, "not_authenticated", errors.KeyInvalidError.default, headers={"WWW-Authenticate": "Bearer"})
    if isinstance(error, drf.PermissionDenied | PermissionDenied):
        return Answer(403, "csrf_failed", "A signed-in session must send its CSRF token in X-CSRFToken.")
    if isinstance(error, RequestDataTooBig):
        return Answer(413, "file_too_large", "The body is larger than 2.5 MB.")
    if isinstance(error, drf.ParseError | MultiPartParserError | SuspiciousOperation | UnreadablePostError | UnicodeError):
        return Answer(400, "malformed_body", "The body is broken or cut off.")
    if isinstance(error, IntegrityError):
        log.warning("two changes at the same moment", extra={"reason": type(error).__name__})
        return Answer(409, "wrong_state", "Somebody changed the same thing at the same moment. Try again.")
    return None


def _unforeseen(error: Exception, request: Any) -> Answer:
    log.error("unforeseen error", extra={"reason": type(error).__name__}, exc_info=error)
    return _server_error(request, SERVER_ERROR)


def _server_error(request: Any, message: str) -> Answer:
    """Always with the hint where to look, and the number by which the log finds it."""
    if HINT not in message:
        message = f"{message} Check {HINT}"
    return Answer(500, "server_error", f"{message} Request {request_id_of(request)}.")


def documents_body(answer: Answer) -> dict[str, Any]:
    """The form of the Documents surface."""
    body: dict[str, Any] = {"detail": answer.message, "code": answer.code, **answer.more}
    if answer.status == 422:
        body["errors"] = [{"field": each.field, "code": each.code, "message": each.message} for each in answer.faults]
    return body


Shape = Callable[[Answer], Any]


def handle(error: Exception, context: dict[str, Any]) -> Response:
    """The exception handler of the REST framework. A view of another surface has its own `error_body`."""
    view, request = context["view"], context["request"]
    answer = answer_of(error, request)
    shape: Shape = getattr(view, "error_body", None) or documents_body
    headers = dict(answer.headers)
    if answer.status == 405:
        headers["Allow"] = ", ".join(view.allowed_methods)
    response = Response(shape(answer), status=answer.status, headers=headers)
    response.accepted_renderer = ExactJSONRenderer()
    response.accepted_media_type = "application/json"
    response.renderer_context = context  # type: ignore[attr-defined]
    return response
