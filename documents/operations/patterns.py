"""Whether an expression that somebody wrote into a profile can be let loose on text: it must compile, and not run away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

LONGEST = 500
MOST_OPEN = 4  # repetitions without a bound beside each other; values are looked at for 200 characters at most
_OPEN_FROM = 50
_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)
_REFUSED = (codes.GROUPREF, codes.GROUPREF_EXISTS, codes.ASSERT, codes.ASSERT_NOT)


def is_safe_pattern(pattern: Any) -> bool:
    """No repetition of what itself repeats, may be missing, or has alternatives; no references, nothing looked ahead for."""
    if not isinstance(pattern, str) or len(pattern) > LONGEST:
        return False
    try:
        re.compile(pattern)
        steps = list(_steps(parser.parse(pattern), within=False))
    except (re.error, RecursionError, OverflowError):
        return False
    open_ones = sum(1 for code, _within, most in steps if code in _REPEATS and most >= _OPEN_FROM)
    return open_ones <= MOST_OPEN and not any(
        code in _REFUSED or (within and (code in _REPEATS or code is codes.BRANCH)) for code, within, _most in steps
    )


def _steps(parsed: Any, within: bool) -> Iterator[tuple[Any, bool, int]]:
    """(what, whether inside a repetition, at most how often) of every step of an expression."""
    for code, given in parsed:
        if code in _REPEATS:
            least, most, body = given
            fixed = least == most
            yield (codes.LITERAL if fixed else code), within, int(most)
            yield from _steps(body, within or most > 1)
        elif code is codes.SUBPATTERN:
            yield from _steps(given[-1], within)
        elif code is codes.BRANCH:
            yield code, within, 1
            for branch in given[1]:
                yield from _steps(branch, within)
        else:
            yield code, within, 1
            if code is codes.ATOMIC_GROUP:
                yield from _steps(given, within)
