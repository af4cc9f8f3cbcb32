"""Address blocks: a line with post code and town, and the lines above it in the same column. Normal form: one line."""

from __future__ import annotations

import re

from documents.extraction.candidates import streets
from documents.extraction.candidates.address_blocks import block, line_above, line_below, without_code
from documents.extraction.candidates.candidate import Candidate, Style
from documents.extraction.candidates.places import is_country
from documents.extraction.content import Content, Span, TextLine

# A dash parts what stands before and behind it; between words recognition may lose the space before it.
_INLINE = re.compile(r"\s*[•●|·*,]\s*|\s+[-–]\s+|(?<=[^\W\d]{2})[-–]\s+(?=[^\W\d]{2})")
_LONGEST_LINE = 140


def find(content: Content, style: Style) -> list[Candidate]:
    """Every address of the document, as blocks and as parts of one line."""
    found: list[Candidate] = []
    used: set[int] = set()
    for line in content.outer_lines:
        where = streets.postal(line.text)
        if where is None or line.index in used or len(line.text) > _LONGEST_LINE or _is_house(content, line, where):
            continue
        if streets.ZIP.match(line.text):
            above = line_above(content, line)
            if above is None or not streets.ends_with_state(above.text):
                continue
        inline = _inline(content, line, where)
        if inline is not None:
            found.append(inline)
            continue
        lines = block(content, line, line.text[: where[0]])
        if len(lines) == 1 and not streets.looks_like_street(line.text[: where[0]] or line.text):
            continue
        used.update(each.index for each in lines)
        found.append(_candidate(content, lines, line, where))
    if not any(each.span.page == content.pages[0].number for each in found):
        lines = without_code(content)
        found += [_candidate(content, lines, None, (0, 0))] if lines else []
    return found


def _is_house(content: Content, line: TextLine, where: tuple[int, int]) -> bool:
    """`1020 Enterprise Way` over `Sunnyvale, CA 94088`: four figures and a name, but the town stands below."""
    below = line_below(content, line) if where[0] == 0 and streets.names_street(line.text) else None
    return below is not None and streets.postal(below.text) is not None


def _inline(content: Content, line: TextLine, where: tuple[int, int]) -> Candidate | None:
    """`Name - Street 1 - 12345 Town` in one line: the parts from the street to the town."""
    parts, at = [], 0
    for gap in (*_INLINE.finditer(line.text), None):
        end = gap.start() if gap else len(line.text)
        if end > at:
            parts.append((at, end))
        at = gap.end() if gap else end
    town = next((number for number, (start, end) in enumerate(parts) if start < where[1] and where[0] < end), None)
    if town is None or town == 0:
        return None
    first = town
    if first > 1 and re.fullmatch(r"[^\W\d_]+(?:[ -][^\W\d_]+){0,2}", line.text[slice(*parts[first - 1])].strip()):
        first -= 1  # "46 Harbour Street · Dublin, D02 YX88": the town stands before its code
        if not streets.looks_like_street(line.text[slice(*parts[first - 1])]):
            return None
    while first > 0 and town - first < 3 and streets.looks_like_street(line.text[slice(*parts[first - 1])]):
        first -= 1
    labelled = ": " in line.text[slice(*parts[first])]
    if first == town or (first == 0 and not labelled):
        return None
    start, end = parts[first][0], min(parts[town][1], max(where[1], parts[town][0] + 1))
    text = ", ".join(line.text[a:b].strip(" ,:") for a, b in parts[first : town + 1])
    colon = text.rfind(": ")
    if colon >= 0:
        start, text = start + line.text[start:end].rfind(": ") + 2, text[colon + 2 :]
    raw = line.text[start:end].strip()
    span = content.span(line, start, end)
    return Candidate("address", _tidy(text), raw, (span,), frozenset({"inline", "named"}), line.certainty(start, end))


def _candidate(content: Content, lines: list[TextLine], town: TextLine | None, where: tuple[int, int]) -> Candidate:
    """`raw` is what is printed, line after line, with its commas; the value has one comma between any two lines."""
    spans: list[Span] = []
    texts = []
    for line in lines:
        end = streets.end_of_town(line.text, where[1]) if line is town else len(line.text)
        label = re.match(r"[^\d,]{3,25}: ", line.text)
        start = label.end() if label else 0
        spans.append(content.span(line, start, end))
        texts.append(line.text[start:end].strip(" \"'*_|"))
    marks = {"block", f"lines:{len(lines)}"} | (set() if town else {"no post code"})
    certainty = round(sum(line.certainty(0, len(line.text)) for line in lines) / len(lines))
    written = _written([text.strip(" ,;") for text in texts])
    return Candidate("address", _tidy(written), " ".join(texts), tuple(spans), frozenset(marks), certainty)


def _written(texts: list[str]) -> str:
    """The lines with commas between; a zip code that stands alone follows its state."""
    if len(texts) > 1 and streets.ZIP.match(texts[-1]):
        texts = [*texts[:-2], f"{texts[-2]} {texts[-1]}"]
    return ", ".join(texts)


def _tidy(text: str) -> str:
    text = re.sub(r"\b(?:[A-Z]{1,2})[- ](?=\d{4,5} )", "", text)
    parts = [part.strip() for part in text.split(",") if part.strip(" .")]
    while len(parts) > 1 and is_country(parts[-1]):
        parts.pop()
    return re.sub(r"\s+", " ", ", ".join(parts))
