"""Ids of folders and contacts: whole numbers."""

from __future__ import annotations

from datetime import date

from rules.conditions.kind import Kind


def read(value: object, today: date) -> int:
    """Raises ValueError for anything but a whole number above 0."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    raise ValueError("must be an id, a whole number.")


KIND = Kind("identifier", is_ordered=False, read=read)
