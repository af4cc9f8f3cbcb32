"""The head of a letter or till receipt: a name, its registration, its address below. Which lines are the name?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from documents.extraction.candidates import streets
from documents.extraction.candidates.candidate import Candidate
from documents.extraction.candidates.legal_forms import has_legal_form
from documents.extraction.content import Content, TextLine

_FARTHEST = 5  # heights of a line between two lines of one head
_MOST_LINES = 7
_SECOND = 0.3
_ONE_OF_SEVERAL = 0.7
_ONE_OF_TWO_COLUMNS = 0.35


def lines_over_address(content: Content, candidates: Mapping[str, Sequence[Candidate]]) -> dict[int, float]:
    """By number, the line that stands right over the first address of the first page (1), and the one over that (0.3, or 1,
    too, with a legal form: a slogan or the name of an outlet stands between).

    Lines between that hold a registration, a telephone number, a date or the like are passed over. Where a second address
    stands on the page the first could be the customer's: all less by three tenths, by two thirds where it stands in a column
    of its own, as sender and receiver of a letter do.
    """
    first = content.pages[0]
    addresses = [
        each for each in candidates.get("address", ()) if each.span.page == first.number and "named" not in each.marks
    ]
    top = min(addresses, key=lambda each: each.span.box.top, default=None)
    if top is None or top.span.box.top > first.height / 2:
        return {}
    named = {each.spans[-1].line for each in candidates.get("party", ()) if not each.marks & {"aside", "street", "country"}}
    sure = 1.0 if len(addresses) == 1 else _ONE_OF_SEVERAL
    if any(_beside(each, top) for each in addresses):
        sure = _ONE_OF_TWO_COLUMNS
    found: dict[int, float] = {}
    for line in _upwards(content, content.lines[top.span.line]):
        if line.index not in named or (_is_detail(line.text) and not has_legal_form(line.text)):
            continue
        found[line.index] = sure * (_SECOND if found and not has_legal_form(line.text) else 1.0)
        if len(found) == 2:
            break
    return found


def _beside(one: Candidate, other: Candidate) -> bool:
    """Whether two addresses stand in columns of their own, at about the same height."""
    apart = one.span.box.overlap_x(other.span.box) < 0.3 * min(one.span.box.width, other.span.box.width)
    return apart and abs(one.span.box.top - other.span.box.top) < _MOST_LINES * 2 * other.span.box.height


def _is_detail(text: str) -> bool:
    return streets.is_no_part(text) or streets.names_street(text)


def _upwards(content: Content, start: TextLine) -> Iterator[TextLine]:
    """The lines above, nearest first, each over a good part of the one below."""
    current = start
    above = sorted(
        (line for line in content.on_page(start.page) if line.box.middle < start.box.middle), key=lambda line: -line.box.middle
    )
    for line in above[:_MOST_LINES]:
        gap = current.box.top - line.box.bottom
        shared = line.box.overlap_x(current.box)
        if shared < 0.5 * min(line.box.width, current.box.width) and shared < 0.5 * min(line.box.width, start.box.width):
            continue
        if gap > _FARTHEST * max(line.height, current.height):
            return
        yield line
        current = line
