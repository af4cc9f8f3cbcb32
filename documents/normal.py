"""Values as a person or program gives them -> normal form. Strict for programs, lenient for what people type."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from babel.numbers import list_currencies

LONGEST = 10_000
_CURRENCIES = frozenset(list_currencies())
_DATES = (
    "%Y-%m-%d",
    "%d.%m.%Y",
    "%d.%m.%y",
    "%d/%m/%Y",
    "%d-%m-%Y",
    "%Y/%m/%d",
    "%d %B %Y",
    "%B %d, %Y",
    "%d %b %Y",
    "%b %d, %Y",
)
NUMBERS = ("amount", "number", "percent")


def strict(kind: str, value: Any) -> Any:
    """The normal form of `value` for a field of type `kind`; None stays None. Raises ValueError with a sentence."""
    if value is None:
        return None
    if kind == "list":
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise ValueError("must be a list of text")
        return value
    if isinstance(value, bool) and kind == "boolean":
        return "true" if value else "false"
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValueError("must be text, a number or null")
    text = str(value).strip()
    if len(text) > LONGEST:
        raise ValueError(f"has {len(text)} characters, the limit is {LONGEST}")
    if not text:
        return None
    return _of_kind(kind, text)


def _of_kind(kind: str, text: str) -> str:
    if kind == "date":
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            raise ValueError(f"{text!r} is not a date. Use YYYY-MM-DD")
        return date.fromisoformat(text).isoformat()
    if kind in NUMBERS:
        return number_text(text, least_decimals=2 if kind == "amount" else 0)
    if kind == "currency":
        if text.upper() not in _CURRENCIES:
            raise ValueError(f"{text!r} is no currency of ISO 4217")
        return text.upper()
    if kind == "boolean" and text.lower() not in ("true", "false"):
        raise ValueError("must be true or false")
    return text.lower() if kind == "boolean" else text


def number_text(text: str, *, least_decimals: int) -> str:
    """Decimal text with a point, no grouping. Raises ValueError."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text!r} is not a number. Use digits and a point, e.g. 1234.50") from None
    if not number.is_finite() or abs(number) >= Decimal("1e15"):
        raise ValueError(f"{text!r} is out of range")
    if -number.as_tuple().exponent < least_decimals:  # type: ignore[operator]
        number = number.quantize(Decimal(1).scaleb(-least_decimals))
    return f"{number:f}"


def lenient(kind: str, text: str) -> Any:
    """As a person types it on the review screen: 15.11.2025, 1.234,50, € 12. Raises ValueError with a sentence."""
    text = text.strip()
    if kind == "list":
        return [line.strip() for line in text.splitlines() if line.strip()] or None
    if kind == "date" and text:
        return _typed_date(text)
    if kind in NUMBERS and text:
        return number_text(_typed_number(text), least_decimals=2 if kind == "amount" else 0)
    return strict(kind, text)


def _typed_date(text: str) -> str:
    for form in _DATES:
        try:
            return datetime.strptime(text, form).date().isoformat()
        except ValueError:
            continue
    raise ValueError(f"{text!r} is not a date. Type it like 2025-11-15 or 15.11.2025")


def _typed_number(text: str) -> str:
    """The last of point and comma parts the decimals, unless exactly three digits follow a single grouping sign."""
    kept = re.sub(r"[^\d.,\-]", "", text)
    last = max(kept.rfind("."), kept.rfind(","))
    if last < 0:
        return kept
    whole, decimals = kept[:last], kept[last + 1 :]
    other = "," if kept[last] == "." else "."
    if len(decimals) == 3 and kept[last] == "," and other not in whole:
        return re.sub(r"[.,]", "", kept)
    if kept.count(kept[last]) > 1:
        return re.sub(r"[.,]", "", kept)
    return re.sub(r"[.,]", "", whole) + "." + decimals
