"""The words that stand where a value of a layout is expected, where no finder took them for a value of that type."""

from __future__ import annotations

import re
from collections.abc import Sequence

from documents.extraction.candidates.candidate import Candidate, cut
from documents.extraction.content import Content, TextLine
from documents.extraction.memory.anchors import FITS, Anchor, anchor_of, fit

TYPES = frozenset({"text", "identifier", "party"})
_MOST, _LONGEST = 5, 120


def words_there(content: Content, kind: str, anchors: Sequence[Anchor]) -> list[tuple[float, Candidate]]:
    """Pieces of lines that fit one of the anchors -> (how well, candidate), best first."""
    if kind not in TYPES or not anchors:
        return []
    found = []
    for line in content.outer_lines:
        for start, end in _pieces(line, anchors):
            candidate = cut(content, line, kind, line.text[start:end].strip(), start, end)
            fitting = max(fit(anchor, anchor_of(content, candidate.spans)) for anchor in anchors)
            if fitting >= FITS and _could_be(kind, candidate.value):
                found.append((fitting, candidate))
    return sorted(found, key=lambda each: -each[0])[:_MOST]


def _pieces(line: TextLine, anchors: Sequence[Anchor]) -> list[tuple[int, int]]:
    """The whole line, and what follows the words that stand left of the value."""
    if len(line.text) > 300:
        return []
    pieces = [(0, len(line.text))]
    for anchor in anchors:
        last = anchor.left.split()[-1:]
        for match in re.finditer(re.escape(last[0]), line.text, re.IGNORECASE) if last else ():
            start = match.end()
            while start < len(line.text) and not line.text[start].isalnum():
                start += 1
            if start < len(line.text):
                pieces.append((start, len(line.text)))
                if anchor.shape and " " not in anchor.shape:
                    pieces.append((start, start + len(line.text[start:].split(" ")[0])))
    return [(start, end) for start, end in dict.fromkeys(pieces) if end - start <= _LONGEST]


def _could_be(kind: str, text: str) -> bool:
    if kind == "identifier":
        return bool(re.search(r"\d", text)) and len(text) <= 40
    return bool(re.search(r"\w{2}", text))
