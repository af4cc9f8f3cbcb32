"""The Extraction Profile Drafter: which labels with values stand on a sample, and which fields they would make.

A label with a value is "Label: value" in one line, or two pieces of one row of which the left one reads like a label and
the right one like data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.extraction.candidates import collect, decide_style
from documents.extraction.candidates.candidate import Candidate, cut
from documents.extraction.content import Content, TextLine, read_content
from documents.extraction.geometry import Box
from documents.extraction.labels import key_of
from documents.extraction.layout import TEXT_LAYER, Page, Word

MOST = 50
_LONGEST_VALUE = 120
_INLINE = re.compile(r"^(?P<label>[^:]{2,40}?)\s*:\s*(?P<value>\S.*)$")
_ANOTHER = re.compile(r"[^\W\d_]\.?\s*:")  # a further label within the value
_LABEL = re.compile(r"^[^\W\d_][^\d:;!?]{1,39}$")
_TYPES = ("iban", "tax_id", "date", "percent", "amount", "identifier", "number")


def suggestions(content: Content) -> list[Candidate]:
    """One candidate "Label: value" for each label of the document, in reading order, at the place of its value."""
    found: dict[str, Candidate] = {}
    for label, value in _pairs(content):
        if len(value.raw) <= _LONGEST_VALUE:
            text = f"{label}: {value.raw}"
            found.setdefault(key_of(label), Candidate("text", text, text, value.spans, certainty=value.certainty))
    found.pop("", None)
    return list(found.values())[:MOST]


def suggested_field(suggestion: str) -> dict[str, str]:
    """Label and type of the field that a suggestion would make; {} for a text that is none."""
    label, _, value = (part.strip() for part in suggestion.partition(":"))
    return {"label": label, "type": _type_of(value)} if key_of(label) else {}


def _pairs(content: Content) -> Iterator[tuple[str, Candidate]]:
    for row in content.rows:
        alone = len(row) == 2
        for number, line in enumerate(row):
            inline = _INLINE.match(line.text)
            right = row[number + 1] if number + 1 < len(row) else None
            if inline and _is_label(inline["label"]) and not _ANOTHER.search(inline["value"]):
                yield inline["label"], _piece(content, line, inline.start("value"))
            elif right is not None and _is_label(line.text.rstrip(" :")) and _belongs(line, right, alone):
                yield line.text.rstrip(" :"), _piece(content, right, 0)


def _piece(content: Content, line: TextLine, start: int) -> Candidate:
    return cut(content, line, "text", line.text[start:].strip(), start, len(line.text))


def _is_label(text: str) -> bool:
    return bool(_LABEL.match(text)) and len(text.split()) <= 5


def _belongs(label: TextLine, value: TextLine, alone: bool) -> bool:
    """Whether two neighbours of a row are label and value: a colon says so, else data that stands alone beside words."""
    if _ANOTHER.search(value.text):
        return False
    return label.text.rstrip().endswith(":") or (alone and any(letter.isdigit() for letter in value.text))


def _type_of(value: str) -> str:
    """The value type whose candidate is all of the text; "text" where there is none."""
    words = tuple(Word(text, Box(10 * at, 0, 10 * at + 9, 10)) for at, text in enumerate(value.split()))
    content = read_content((Page(1, 600, 800, 0, TEXT_LAYER, words),))
    found = collect(content, decide_style(content))
    for kind in _TYPES:
        for each in found[kind]:
            surely = kind != "amount" or "decimals" in each.marks
            if surely and len(each.raw) >= len(value) - 4:
                return kind
    return "text"
