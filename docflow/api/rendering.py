"""JSON in and out. Out: Decimals digit by digit. In: strict, and nothing that a database could not hold."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, NoReturn

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer

from docflow.errors import BodyMalformedError, InputError, invalid
from rules.webhooks.payload import json_text

DEEPEST = 50


class ExactJSONRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None
    render_style = "binary"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        return b"" if data is None else json_text(data).encode()


class AlwaysJSON(DefaultContentNegotiation):
    """Whatever a client accepts, it gets JSON; only files and pictures have types of their own."""

    def select_renderer(self, request: Any, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


def read_json(text: bytes | str) -> Any:
    """Raises BodyMalformedError with line and column, InputError for text that holds U+0000 or half a character."""
    try:
        value = json.loads(text.decode() if isinstance(text, bytes) else text, parse_constant=_no_number, parse_float=_finite)
    except json.JSONDecodeError as error:
        raise BodyMalformedError(f"The body is not valid JSON: line {error.lineno}, column {error.colno}.") from None
    except UnicodeDecodeError as error:
        raise BodyMalformedError(f"The body is not valid UTF-8: byte {error.start + 1}.") from None
    except (RecursionError, ValueError) as error:  # ValueError: a number of thousands of digits
        raise BodyMalformedError("The body is not valid JSON: it holds something too large.") from error
    check_text(value)
    return value


def _no_number(word: str) -> NoReturn:
    raise BodyMalformedError(f"The body is not valid JSON: {word} is no number of JSON.")


def _finite(word: str) -> float:
    number = float(word)
    if math.isinf(number):
        _no_number(word)
    return number


def check_text(value: Any, field: str = "body", depth: int = 0) -> None:
    """Raises InputError where text could not be stored, BodyMalformedError where it is nested too deeply."""
    if depth > DEEPEST:
        raise BodyMalformedError(f"The body is nested more than {DEEPEST} deep.")
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
            raise InputError(invalid(field, f"{field} holds a character that cannot be stored."))
    elif isinstance(value, list):
        for each in value:
            check_text(each, field, depth + 1)
    elif isinstance(value, dict):
        for key, each in value.items():
            check_text(key, field, depth + 1)
            check_text(each, key if depth == 0 else field, depth + 1)


def body_of(request: Any, *, optional: bool = False) -> dict[str, Any]:
    """The JSON object of a request. Raises BodyMalformedError; an empty body is {} where it is optional."""
    raw = request._request.body
    if not raw.strip() and optional:
        return {}
    value = read_json(raw)
    if not isinstance(value, dict):
        raise BodyMalformedError("The body must be a JSON object.")
    return value
