"""What a rule may ask: which fields there are, what kind of value each has, and which operators fit (pure, no Django).

A new kind of value is one file beside these with `KIND`, entered in KINDS; a new built-in field is one line in FIELDS.
"""

from __future__ import annotations

from collections.abc import Mapping

from rules.conditions import dates, identifiers, numbers, texts
from rules.conditions.kind import COMPARED, EMPTINESS, Kind

KINDS: Mapping[str, Kind] = {each.name: each for each in (numbers.KIND, texts.KIND, dates.KIND, identifiers.KIND)}

# What `equals` and its like are read as.
ALIASES = {
    "equals": "=",
    "not_equals": "!=",
    "greater_than": ">",
    "greater_or_equal": ">=",
    "less_than": "<",
    "less_or_equal": "<=",
}
OPERATORS = ("=", "!=", ">", ">=", "<", "<=", "contains", "is_empty", "is_not_empty")
_EQUAL = ("=", "!=")

# Built-in fields -> kind of their value and the operators they take.
FIELDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "confidence_score": ("number", _EQUAL + COMPARED),
    "total_amount": ("number", _EQUAL + COMPARED),
    "days_in_status": ("number", ("=", *COMPARED)),
    "status": ("text", (*_EQUAL, "contains")),
    "doc_type": ("text", (*_EQUAL, "contains")),
    "vendor_name": ("text", (*_EQUAL, "contains", *EMPTINESS)),
    "doc_date": ("date", ("=", *COMPARED, *EMPTINESS)),
    "folder_id": ("identifier", _EQUAL),
    "contact_id": ("identifier", _EQUAL),
}
_KIND_OF_TYPE = {"amount": "number", "number": "number", "percent": "number", "date": "date"}


def kind_of(field: str, own: Mapping[str, str]) -> Kind:
    """The kind of a field's value. `own` are the fields of the rule's profile, key -> type. Raises KeyError."""
    if field in FIELDS:
        return KINDS[FIELDS[field][0]]
    if field in own:
        return KINDS[_KIND_OF_TYPE.get(own[field], "text")]
    raise KeyError(f"{field!r} is not a field that a rule can look at. Use one of {', '.join(known(own))}.")


def operators_of(field: str, own: Mapping[str, str]) -> tuple[str, ...]:
    """The operators a field takes. Raises KeyError for an unknown field."""
    if field in FIELDS:
        return FIELDS[field][1]
    order = COMPARED if kind_of(field, own).is_ordered else ()
    return (*_EQUAL, *order, "contains", *EMPTINESS)


def known(own: Mapping[str, str]) -> list[str]:
    return [*FIELDS, *(key for key in own if key not in FIELDS)]


def is_empty(value: object) -> bool:
    """Nothing found: null, blank text, an empty list."""
    return value is None or value == [] or (isinstance(value, str) and not value.strip())
