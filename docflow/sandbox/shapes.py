"""What a child's answer may look like. The answer is hostile too: every key, type and bound is looked at before use.

A shape is a function that says whether a value fits. Keys beside the named ones are allowed and ignored.
"""

from __future__ import annotations

import re
from collections.abc import Callable

Shape = Callable[[object], bool]

MOST_WORDS = 20_000
MOST_CODES = 200
MOST_WORD_LENGTH = 20_000
MOST_PLACES = 50 * MOST_WORDS  # letters of base64 for all that is told of a word beside its text
SIMPLE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}(\.[a-z0-9]{1,10}){0,2}")


def is_simple_name(name: object) -> bool:
    """A file name that leaves no folder, hides nothing and needs no quoting."""
    return isinstance(name, str) and SIMPLE_NAME.fullmatch(name) is not None


def anything(value: object) -> bool:
    return True


def file_name(value: object) -> bool:
    return is_simple_name(value)


def whole(low: int, high: int) -> Shape:
    return lambda value: type(value) is int and low <= value <= high


def length(most: float) -> Shape:
    """A width or height in points, above zero."""
    return lambda value: type(value) in (int, float) and 0 < value <= most  # type: ignore[operator]


def flag(value: object) -> bool:
    return isinstance(value, bool)


def text(most: int) -> Shape:
    return lambda value: isinstance(value, str) and len(value) <= most


def both(one: Shape, other: Shape) -> Shape:
    return lambda value: one(value) and other(value)


def maybe(shape: Shape) -> Shape:
    return lambda value: value is None or shape(value)


def listed(most: int, shape: Shape) -> Shape:
    return lambda value: isinstance(value, list) and len(value) <= most and all(map(shape, value))


def record(**shapes: Shape) -> Shape:
    def fits(value: object) -> bool:
        return isinstance(value, dict) and all(key in value and shape(value[key]) for key, shape in shapes.items())

    return fits


# The wire words of reliability.md section 5.4; a child cannot bring others into the house.
CODES = {
    "file_empty",
    "file_too_large",
    "too_many_files",
    "too_many_pages",
    "file_type_not_supported",
    "archive_limit",
    "password_protected",
    "damaged_file",
    "time_limit",
    "reading_failed",
}
_REASON = re.compile(r"[a-z_]{1,40}")

# An error as FileError.as_json writes it. The types are looked at before the tables: a list would not even be hashable.
told_error = record(
    code=lambda code: isinstance(code, str) and code in CODES,
    message=text(1_000),
    reason=lambda reason: isinstance(reason, str) and _REASON.fullmatch(reason) is not None,
    page=maybe(whole(1, 1_000_000)),
)


def texts(value: object) -> bool:
    """The words of a page. Looked at without a step of Python for each: there are hundreds."""
    if type(value) is not list or len(value) > MOST_WORDS:
        return False
    return not value or (set(map(type, value)) == {str} and max(map(len, value)) <= MOST_WORD_LENGTH)


def _code(value: object) -> bool:
    """[kind, text, x0, top, x1, bottom], as Code.as_json writes it."""
    if not isinstance(value, list) or len(value) != 6:
        return False
    kind, said, *places = value
    return (
        isinstance(kind, str)
        and isinstance(said, str)
        and len(kind) <= 20
        and len(said) <= MOST_WORD_LENGTH
        and all(type(place) in (int, float) and -1e6 < place < 1e6 for place in places)
    )


codes = listed(MOST_CODES, _code)
