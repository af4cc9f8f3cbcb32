"""Who may see a page of an organization: member or 404, role or 403; and how our errors look in a browser."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, cast

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from docflow import errors
from docflow.accounts.actors import Actor
from docflow.accounts.models import Membership, Organization, User
from docflow.accounts.models.organization import Role

Page = Callable[..., HttpResponse]

# What a script of ours gets; a page shows the sentence instead. The first class that fits counts.
STATUS_OF: tuple[tuple[type[errors.DocflowError], int, str], ...] = (
    (errors.NotFoundError, 404, "not_found"),
    (errors.RoleTooSmallError, 403, "role_too_small"),
    (errors.LicenceMissingError, 402, "no_license"),
    (errors.LicenceExpiredError, 402, "license_expired"),
    (errors.VersionMismatchError, 412, "version_mismatch"),
    (errors.OpenFieldsError, 409, "open_fields"),
    (errors.ReviewLockedError, 409, "locked"),
    (errors.DocumentLockedError, 409, "read_only"),
    (errors.DocumentBusyError, 409, "being_read"),
    (errors.StateConflictError, 409, "conflict"),
    (errors.DuplicateRefusedError, 409, "duplicate"),
    (errors.FirstStillRunningError, 409, "still_running"),
    (errors.InUseError, 409, "in_use"),
    (errors.NameTakenError, 409, "name_taken"),
    (errors.OfflineModeError, 409, "offline"),
    (errors.RateLimitedError, 429, "rate_limited"),
    (errors.PartDownError, 503, "part_down"),
    (errors.BodyMalformedError, 400, "body_malformed"),
)


class MemberRequest(HttpRequest):
    """A request whose path names an organization of which the person is a member."""

    user: User
    organization: Organization
    membership: Membership


class _Wrapped(Protocol):
    def __call__(self, request: HttpRequest, org: str, **kwargs: Any) -> HttpResponse: ...


def member_page(role: str = Role.VIEWER, methods: tuple[str, ...] = ("GET",)) -> Callable[[Page], _Wrapped]:
    """Wraps a view of `/o/{org}/...`: sets request.organization and request.membership, and turns our errors into answers."""

    def wrap(view: Page) -> _Wrapped:
        @require_http_methods([*methods, "HEAD"] if "GET" in methods else list(methods))
        @wraps(view)
        def page(request: HttpRequest, org: str, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return _signed_out(request)
            membership = (
                Membership.objects.select_related("organization").filter(user=request.user, organization__slug=org).first()
            )
            if membership is None:
                raise Http404
            ours = cast(MemberRequest, request)
            ours.organization, ours.membership = membership.organization, membership
            return _answer(view, ours, kwargs) if membership.may(role) else too_small(ours, role)

        return cast(_Wrapped, page)

    return wrap


def _signed_out(request: HttpRequest) -> HttpResponse:
    if wants_json(request):
        return JsonResponse(
            {"code": "signed_out", "message": "You are signed out. Sign in again in a new tab, then repeat."}, status=401
        )
    return redirect_to_login(request.get_full_path())


def _answer(view: Page, request: MemberRequest, kwargs: dict[str, Any]) -> HttpResponse:
    try:
        return view(request, **kwargs)
    except errors.RoleTooSmallError as error:
        return too_small(request, str(error.args[0]))
    except errors.DocflowError as error:
        if wants_json(request):
            return problem(error)
        if isinstance(error, errors.NotFoundError):
            raise Http404 from None
        return _back(request, error)


def wants_json(request: HttpRequest) -> bool:
    return request.content_type == "application/json" or "application/json" in request.headers.get("Accept", "")


def problem(error: errors.DocflowError, **more: Any) -> JsonResponse:
    """An error of ours for a script of ours: `code`, `message`, and `fields` where it has some."""
    status, code = next(((status, code) for kind, status, code in STATUS_OF if isinstance(error, kind)), (422, "invalid"))
    body: dict[str, Any] = {"code": code, "message": error.message, **more}
    if isinstance(error, errors.FileError):
        body["code"] = error.code
    if isinstance(error, errors.OpenFieldsError):
        body["fields"] = error.keys
    if isinstance(error, errors.InputError):
        body["message"] = " ".join(dict.fromkeys(fault.message for fault in error.faults))
        body["fields"] = [fault.field for fault in error.faults]
    return JsonResponse(body, status=status)


def _back(request: HttpRequest, error: errors.DocflowError) -> HttpResponse:
    """A plain form was refused: back to the page it stands on, which says why."""
    sentence = (
        " ".join(dict.fromkeys(fault.message for fault in error.faults))
        if isinstance(error, errors.InputError)
        else error.message
    )
    messages.error(request, sentence, extra_tags="bad")
    return redirect(request.get_full_path() if request.method == "GET" else request.headers.get("Referer") or "/")


def too_small(request: MemberRequest, role: str) -> HttpResponse:
    """403 that names the role needed and who has it."""
    if wants_json(request):
        return JsonResponse({"code": "role_too_small", "message": f"This needs the role {role}."}, status=403)
    enough = [each for each in Role.values if Role(each).includes(role)]
    holders = Membership.objects.select_related("user").filter(organization=request.organization, role__in=enough)[:5]
    context = {"role_needed": role, "role_held": request.membership.role, "role_holders": [str(each.user) for each in holders]}
    return render(request, "403.html", context, status=403)


def need(request: MemberRequest, role: str) -> None:
    """For a page on which one button needs more than the page itself. Raises RoleTooSmallError."""
    if not request.membership.may(role):
        raise errors.RoleTooSmallError(role)


def actor_of(request: MemberRequest) -> Actor:
    return Actor.of_user(request.user, getattr(request, "request_id", ""))


def json_body(request: HttpRequest) -> dict[str, Any]:
    """Raises BodyMalformedError."""
    try:
        body = json.loads(request.body or b"{}")
    except ValueError:
        raise errors.BodyMalformedError from None
    if not isinstance(body, dict):
        raise errors.BodyMalformedError
    return body
