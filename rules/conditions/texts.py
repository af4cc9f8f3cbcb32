"""Text, compared without regard to case. A list equals what one of its entries equals."""

from __future__ import annotations

from datetime import date

from rules.conditions.kind import Kind, words


def read(value: object, today: date) -> frozenset[str]:
    """The entries of a value, as they are compared. Raises ValueError for objects and for blank text."""
    if isinstance(value, str | int | float | list | tuple) and words(value) and all(words(value)):
        return frozenset(words(value))
    raise ValueError("must be text; for a missing value use is_empty.")


def _share_an_entry(left: frozenset[str], right: frozenset[str]) -> bool:
    return not left.isdisjoint(right)


KIND = Kind("text", is_ordered=False, read=read, equal=_share_an_entry)
