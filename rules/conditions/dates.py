"""Dates: "2025-11-15", or a day counted from the one the rule runs on: "today", "today-30", "today+7"."""

from __future__ import annotations

import re
from datetime import date, timedelta

from rules.conditions.kind import Kind

_RELATIVE = re.compile(r"today(?:\s*([+-])\s*(\d{1,5}))?", re.IGNORECASE | re.ASCII)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def read(value: object, today: date) -> date:
    """Raises ValueError for anything that is no day."""
    text = value.strip() if isinstance(value, str) else ""
    try:
        if relative := _RELATIVE.fullmatch(text):
            sign, days = relative.groups()
            return today + timedelta(days=int(f"{sign}{days}") if days else 0)
        if _ISO.fullmatch(text):
            return date.fromisoformat(text)
    except (ValueError, OverflowError):
        pass
    raise ValueError("must be a date, like 2025-11-15, or today, today-30, today+7.")


KIND = Kind("date", is_ordered=True, read=read)
