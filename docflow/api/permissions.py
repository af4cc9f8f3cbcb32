"""What a caller may do: each view names the scope of each of its actions; one that names none is refused."""

from __future__ import annotations

import logging
from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from docflow.api.authentication import Caller
from docflow.errors import KeyInvalidError, KeyKindWrongError, ScopeMissingError

log = logging.getLogger(__name__)
ANY = ""  # any valid key; for paths that only say that they are not built


def scope_of(view: Any, action: str | None) -> str | None:
    """The scope that an action of a view asks for; None if it was forgotten."""
    declared: str | None = getattr(view, "scopes", {}).get(action)
    return declared


class HasScope(BasePermission):
    """The kind of key first, then the scope. Raises KeyInvalidError, KeyKindWrongError, ScopeMissingError."""

    def has_permission(self, request: Request, view: Any) -> bool:
        caller = request.user
        if not isinstance(caller, Caller):
            raise KeyInvalidError
        if caller.has_account_key and not getattr(view, "takes_account_keys", False):
            raise KeyKindWrongError
        action = getattr(view, "action", None)
        if request.method not in view.allowed_methods:
            return True  # 405 follows
        scope = scope_of(view, action)
        if scope is None:
            log.error("a view declares no scope", extra={"reason": f"{type(view).__name__}.{action}"})
            raise ScopeMissingError("*")
        if scope != ANY and not caller.may(scope):
            raise ScopeMissingError(scope)
        return True
