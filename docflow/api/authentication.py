"""Who calls: a program by its key, in one of five header forms, or a person by the browser session."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.request import Request

from docflow.accounts import scopes
from docflow.accounts.actors import Actor
from docflow.accounts.models import ApiKey, Membership, Organization, User
from docflow.accounts.models.key import KeyKind
from docflow.accounts.operations import key_from_text
from docflow.api import throttling
from docflow.errors import KeyInvalidError, NotFoundError

WORDS = ("bearer", "api_key")


@dataclass(frozen=True, slots=True)
class Caller:
    """Stands at request.user. `organization` is None for an account key, which opens one only by its path."""

    actor: Actor
    scopes: tuple[str, ...]
    organization: Organization | None
    key: ApiKey | None = None
    user: User | None = None

    @property
    def is_authenticated(self) -> bool:
        return True

    @property
    def credential(self) -> str:
        """What rate limits and idempotency keys belong to."""
        return f"key:{self.key.pk}" if self.key else f"user:{self.user.pk if self.user else 0}"

    @property
    def has_account_key(self) -> bool:
        return self.key is not None and self.key.kind == KeyKind.ACCOUNT

    def may(self, scope: str) -> bool:
        return scopes.allow(self.scopes, scope)


def request_id_of(request: HttpRequest | Request) -> str:
    return str(getattr(request, "request_id", ""))


def keys_in(headers: Mapping[str, str]) -> set[str]:
    """The different keys that the headers hold. "" stands for a header that announces a key and has none."""
    found = set()
    word, _, rest = headers.get("Authorization", "").strip().partition(" ")
    if word.lower() in WORDS:
        found.add(rest.strip())
    text = headers.get("Authentication", "").strip()
    if text:
        word, _, rest = text.partition(" ")
        found.add(rest.strip() if word.lower() in WORDS else text)
    if text := headers.get("X-API-Key", "").strip():
        found.add(text)
    return found


class KeyAuthentication(BaseAuthentication):
    """A key of an organization or an account; no key at all leaves it to the browser session."""

    def authenticate(self, request: Request) -> tuple[Caller, ApiKey] | None:
        found = keys_in(request.headers)
        if not found:
            return None
        if len(found) > 1:
            raise KeyInvalidError("Two headers hold different keys. Send one key.")
        address = throttling.address_of(request)
        try:
            key = key_from_text(found.pop(), address)
        except KeyInvalidError:
            throttling.count_wrong_key(address)
            raise
        actor = Actor.of_key(key, request_id_of(request))
        return Caller(actor, tuple(key.scopes), key.organization, key=key), key

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class BrowserSession(SessionAuthentication):
    """A signed-in person; writes need the CSRF token. X-Organization (slug or uuid) chooses among several memberships."""

    def authenticate(self, request: Request) -> tuple[Caller, None] | None:
        user = getattr(request._request, "user", None)
        if user is None or not user.is_authenticated or not user.is_active:
            return None
        self.enforce_csrf(request)
        membership = _membership(user, request.headers.get("X-Organization", "").strip())
        actor = Actor.of_user(user, request_id_of(request))
        return Caller(actor, scopes.of_role(membership.role), membership.organization, user=user), None

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def _membership(user: User, wanted: str) -> Membership:
    """Raises NotFoundError for an organization of which the person is no member, KeyInvalidError for a member of none."""
    rows = Membership.objects.filter(user=user).select_related("organization__plan").order_by("id")
    if wanted:
        try:
            rows = rows.filter(organization__uuid=uuid.UUID(wanted))
        except ValueError:
            rows = rows.filter(organization__slug=wanted)
    membership = rows.first()
    if membership is None and wanted:
        raise NotFoundError(f'There is no organization "{wanted}".')
    if membership is None:
        raise KeyInvalidError("You are not a member of any organization.")
    return membership
