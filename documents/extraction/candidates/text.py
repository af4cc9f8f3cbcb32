"""Free text and lists: what follows a label, to its right or below it. They have no form of their own, only a place."""

from __future__ import annotations

import re
from dataclasses import replace

from documents.extraction.candidates.candidate import Candidate, cut
from documents.extraction.content import Content, TextLine
from documents.extraction.labels import Hit

_LONGEST = 200
_BULLET = re.compile(r"^\s*(?:[-•●▪*–—☐□✓]\s*|\d{1,2}[.)、]\s*)(?=\D)")
_ENTRY = re.compile(r"[^,;、，；]+")


def find_texts(content: Content, hits: tuple[Hit, ...], concepts: frozenset[str]) -> list[Candidate]:
    """What stands right of, or else below, each label of one of the concepts."""
    found: list[Candidate] = []
    labelled = {hit.span.line for hit in hits}
    for hit in hits:
        if any(hit.strength(concept) > 0 for concept in concepts):
            right = _right(content, hit, hits)
            below = _below(content, hit, labelled)
            text = right or below
            if text is not None:
                found.append(_continued(content, text, labelled) if content.language == "zh" else text)
    return found


def _continued(content: Content, first: Candidate, labelled: set[int]) -> Candidate:
    """A Chinese text with the lines that go on below it: at the same left edge, close, and without a label."""
    spans, texts, box = list(first.spans), [first.raw], first.span.box
    for line in content.on_page(first.span.page):
        gap = line.box.top - box.bottom
        if not -1 < gap < 1.2 * line.height or abs(line.box.x0 - first.span.box.x0) > line.height:
            continue
        beside = [other for other in content.rows_of(line.row) if other.box.x1 <= line.box.x0]
        if line.index in labelled or (beside and beside[-1].index in labelled) or len(spans) == 12:
            break
        spans.append(content.span(line, 0, len(line.text)))
        texts.append(line.text)
        box = line.box
    text = "".join(texts)
    return replace(first, value=text, raw=text, spans=tuple(spans))


def _right(content: Content, hit: Hit, hits: tuple[Hit, ...]) -> Candidate | None:
    line = content.lines[hit.span.line]
    start, end = hit.span.end, len(line.text)
    for other in hits:
        is_next = other.span.line == line.index and start <= other.span.start < end
        if is_next and re.match(r"\s*:", line.text[other.span.end :]):
            end = other.span.start
    found = _trimmed(content, line, start, end)
    if found is not None:
        return found
    for other_line in content.rows_of(line.row):
        if other_line.box.x0 >= hit.span.box.x1 and other_line.index != line.index:
            return None if _heads_numbers(other_line, hits) else _trimmed(content, other_line, 0, len(other_line.text))
    return None


_NUMBERS = frozenset(("amount_due", "line_sum", "price", "subtotal", "tax", "tax_base", "tax_rate", "total_amount"))


def _heads_numbers(line: TextLine, hits: tuple[Hit, ...]) -> bool:
    """Whether all of a line is the label of an amount: the heading beside a heading, no text."""
    here = (hit for hit in hits if hit.span.line == line.index and any(name in _NUMBERS for name, _ in hit.concepts))
    return any(not re.search(r"\w", line.text[: hit.span.start] + line.text[hit.span.end :]) for hit in here)


def _trimmed(content: Content, line: TextLine, start: int, end: int) -> Candidate | None:
    while start < end and line.text[start] in " :.;#-=":
        start += 1
    text = line.text[start:end].strip()
    if not re.search(r"\w", text):
        return None
    text = text[:_LONGEST]
    return cut(content, line, "text", text, start, start + len(text))


def _below(content: Content, hit: Hit, labelled: set[int]) -> Candidate | None:
    for line in content.on_page(hit.span.page):
        gap = line.box.top - hit.span.box.bottom
        if -1 < gap < 2 * line.height and line.box.overlap_x(hit.span.box) > 0 and line.index != hit.span.line:
            return None if line.index in labelled else _trimmed(content, line, 0, len(line.text))
    return None


def list_below(content: Content, hit: Hit, hits: tuple[Hit, ...]) -> list[Candidate]:
    """The entries of a list: what stands on or beside the label's line cut at commas, or the lines below until a heading."""
    line = content.lines[hit.span.line]
    if line.text[hit.span.end :].strip(" :"):
        return _entries(content, line, hit.span.end)
    beside = next((other for other in content.rows_of(line.row) if other.box.x0 >= hit.span.box.x1), None)
    if beside is not None and all(other.span.line != beside.index for other in hits):
        return _entries(content, beside, 0)
    entries: list[Candidate] = []
    headings = {other.span.line for other in hits if _is_heading(content.lines[other.span.line], other)}
    bottom = hit.span.box.bottom
    for below in content.on_page(line.page):
        if below.box.top < hit.span.box.bottom - 1 or abs(below.box.x0 - hit.span.box.x0) > 60:
            continue
        if below.box.top - bottom > 2.5 * below.height or below.index in headings:
            break
        bullet = _BULLET.match(below.text)
        found = _trimmed(content, below, bullet.end() if bullet else 0, len(below.text))
        entries += [found] if found else []
        bottom = below.box.bottom
    return entries[:50]


def _entries(content: Content, line: TextLine, start: int) -> list[Candidate]:
    """What stands on a line from `start`, cut at commas."""
    parts = [(match.start() + start, match.end() + start) for match in _ENTRY.finditer(line.text[start:])]
    return [found for first, end in parts if (found := _trimmed(content, line, first, end))]


def _is_heading(line: TextLine, hit: Hit) -> bool:
    """Whether a line begins with a label that ends it or that a colon follows."""
    before, after = line.text[: hit.span.start], line.text[hit.span.end :].strip(" .")
    return not re.search(r"\w", before) and (not after or after.startswith(":"))
