"""Numbers: scores, amounts, days. Amounts come as text with a point ("18500.00") and are compared exactly."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation

from rules.conditions.kind import Kind


def read(value: object, today: date) -> Decimal:
    """90, 90.5 or "18500.00" as a Decimal. Raises ValueError."""
    if isinstance(value, int | float | str | Decimal) and not isinstance(value, bool):
        try:
            number = Decimal(str(value).strip())
        except InvalidOperation:
            number = Decimal("NaN")
        if number.is_finite():
            return number
    raise ValueError("must be a number, like 90 or 1500.50.")


KIND = Kind("number", is_ordered=True, read=read)
