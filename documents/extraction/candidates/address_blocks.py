"""Which lines around a post code and town belong to the address."""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.extraction.candidates import streets
from documents.extraction.candidates.places import names_region
from documents.extraction.content import Content, TextLine

_MOST_LINES = 6
# The number and name of the outlet, as chains print it below the address of their head office: "1214-JINJANG UTARA".
_OUTLET = re.compile(r"^\d{2,5} ?- ?[^\W\d_]{2,}[\w .-]*$")


def block(content: Content, town: TextLine, before: str) -> list[TextLine]:
    """The lines of an address, top to bottom: from its street to the line with the town, and what continues below it.

    `before` is what stands in front of the post code in that line.
    """
    lines, bounded = _lines_above(content, town)
    whole = streets.looks_like_street(before) and before[:1].isalnum() and "," in town.text
    count = _reach(lines, bounded, whole, town)
    if not count and not whole and lines and (len(lines) > 1 or bounded):
        count = 1
    return [*reversed(lines[:count]), town, *_lines_below(content, town)]


def _lines_above(content: Content, town: TextLine) -> tuple[list[TextLine], bool]:
    """The lines above in the same column, nearest first, up to what is certainly no part; and whether that is there."""
    lines: list[TextLine] = []
    current = town
    while len(lines) < _MOST_LINES:
        above = line_above(content, current)
        if above is None:
            return lines, False
        if streets.is_no_part(above.text) or streets.postal(above.text):
            return lines, True
        lines.append(above)
        current = above
    return lines, False


def _reach(lines: list[TextLine], bounded: bool, whole: bool, town: TextLine) -> int:
    """How many of the lines above belong to the address: up to the highest that reads like the beginning of one.

    Between it and the town may stand lines that say nothing by themselves (a quarter, a building); more of them where the
    block ends at a company or its number.
    """
    count, allowed = 0, 2 if bounded else 1
    for number, line in enumerate(lines, 1):
        if whole and not bounded and not line.text.rstrip().endswith(","):
            break
        parted = number == 1 and streets.ends_with_state(line.text) and streets.ZIP.match(town.text)
        if streets.begins_address(line.text) or parted or (bounded and streets.names_quarter(line.text)):
            count = number
        elif number - count > allowed:
            break
    return count


def _lines_below(content: Content, town: TextLine) -> Iterator[TextLine]:
    """A state below the town, what follows a comma, the outlet."""
    current = town
    for _ in range(3):
        below = line_below(content, current)
        if below is None or streets.is_no_part(below.text):
            return
        goes_on = current.text.rstrip().endswith(",") and len(below.text) < 40
        if not (goes_on or names_region(below.text) or _OUTLET.match(below.text)):
            return
        yield below
        current = below


def without_code(content: Content) -> list[TextLine]:
    """An address at the top of the first page for which no post code is printed, [] if there is none."""
    first = content.pages[0]
    for line in content.on_page(first.number):
        if line.box.middle > 0.45 * first.height:
            break
        if streets.begins_with_house(line.text):
            lines = [line]
            while len(lines) < 5:
                below = line_below(content, lines[-1])
                if below is None or streets.is_no_part(below.text):
                    break
                lines.append(below)
            if len(lines) > 1 and any(streets.names_place(each.text) for each in lines):
                return lines
    return []


def line_above(content: Content, line: TextLine) -> TextLine | None:
    """The next line up in the same column at normal leading."""
    best = None
    for other in content.near(line, -1):
        gap = line.box.middle - other.box.middle
        if not 0.4 * line.height < gap < 2.6 * max(line.height, other.height):
            continue
        aligned = abs(other.box.x0 - line.box.x0) < 1.2 * line.height
        right = abs(other.box.x1 - line.box.x1) < 0.6 * line.height
        middle = abs(other.box.center - line.box.center) < 1.5 * line.height
        if (aligned or right or middle) and (best is None or other.box.middle > best.box.middle):
            best = other
    return best


def line_below(content: Content, line: TextLine) -> TextLine | None:
    """The next line down in the same column at narrow leading."""
    for other in content.near(line, 1):
        gap = other.box.middle - line.box.middle
        near = 0.4 * line.height < gap < 1.9 * max(line.height, other.height)
        if near and (
            abs(other.box.x0 - line.box.x0) < line.height or abs(other.box.center - line.box.center) < 1.5 * line.height
        ):
            return other
    return None
