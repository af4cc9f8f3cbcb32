"""What every kind of value has in common."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

COMPARED = (">", ">=", "<", "<=")
EMPTINESS = ("is_empty", "is_not_empty")
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


@dataclass(frozen=True, slots=True)
class Kind:
    """How values of one kind are read and compared. `read` gets the day the rule runs; it raises ValueError."""

    name: str
    is_ordered: bool
    read: Callable[[object, date], Any]
    equal: Callable[[Any, Any], bool] = operator.eq

    def compare(self, actual: object, sign: str, wanted: object, today: date) -> bool:
        """Whether a value that is not empty stands in this relation to `wanted`. One of another kind equals nothing."""
        if sign == "contains":
            return any(folded(wanted) in each for each in words(actual))
        if sign == "!=":
            return not self.compare(actual, "=", wanted, today)
        try:
            left, right = self.read(actual, today), self.read(wanted, today)
        except ValueError:
            return False
        return self.equal(left, right) if sign == "=" else _ORDER[sign](left, right)


def folded(value: object) -> str:
    """Text as it is compared: without regard to case and to white space around it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return " ".join(str(value).split()).casefold()


def words(value: object) -> list[str]:
    return [folded(each) for each in value] if isinstance(value, list | tuple) else [folded(value)]
