"""How a layout is known again: words, pairs of words, long numbers, web addresses of its first page, and their places.

Numbers of six digits and more and web addresses tell the sender (tax and register numbers, accounts, telephones); words
tell the form. What one document has by chance (its own number, its goods) drops out when the second one teaches.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from documents.extraction.content import Content, TextLine, plain
from documents.extraction.geometry import Box
from documents.extraction.layout import Word

Spot = tuple[int, int, int]  # thousandths of the page's width and height, and how many documents had the mark

MOST_MARKS = 400
LONGEST_MARK = 60
_WEB = re.compile(r"(?:www\.|@|https?://(?:www\.)?)([a-z0-9-]{1,40}(?:\.[a-z0-9-]{1,40}){1,3})")
_NEAR = (20, 15)
_LONG = 6  # digits of a number that tells the sender
_PASSING = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}|\d[.,]\d{2}\D?$|\d{1,2}:\d{2}")  # dates, amounts, times
_LONGEST_LINE = 400
_TELLING = 3  # long numbers of which senders have their own


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Marks of a layout with their spots; `documents` is how many gave them, `width` and `height` of the page in points."""

    width: int
    height: int
    marks: Mapping[str, Spot]
    documents: int = 1

    def of_kind(self, kind: str) -> set[str]:
        """The marks that half of the documents have: "w" words, "p" pairs of words, "n" long numbers, "u" web addresses."""
        least = self.documents / 2
        return {mark for mark, (_, _, times) in self.marks.items() if mark.startswith(kind + ":") and times >= least}

    @property
    def sender(self) -> frozenset[str]:
        """Numbers and web addresses."""
        return frozenset(self.of_kind("n") | self.of_kind("u"))

    def joined(self, other: Fingerprint) -> Fingerprint:
        """The same layout after one more document of it. From the third on, marks that few documents have are dropped."""
        number = self.documents + other.documents
        marks = {mark: (x, y, times + (mark in other.marks)) for mark, (x, y, times) in self.marks.items()}
        if self.documents < 3:
            marks.update({mark: spot for mark, spot in other.marks.items() if mark not in marks})
        kept = {mark: spot for mark, spot in marks.items() if number < 3 or spot[2] * 3 >= number}
        first = sorted(kept.items(), key=lambda each: -each[1][2])[:MOST_MARKS]
        return Fingerprint(self.width, self.height, dict(first), number)

    def as_json(self) -> dict[str, Any]:
        marks = {mark: list(spot) for mark, spot in self.marks.items()}
        return {"width": self.width, "height": self.height, "documents": self.documents, "marks": marks}

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> Fingerprint:
        """Raises KeyError, TypeError or ValueError for another shape or too many marks."""
        marks = {str(mark): (int(x), int(y), int(times)) for mark, (x, y, times) in raw["marks"].items()}
        if len(marks) > MOST_MARKS or any(len(mark) > LONGEST_MARK for mark in marks):
            raise ValueError("too many marks")
        return cls(int(raw["width"]), int(raw["height"]), marks, int(raw["documents"]))


def fingerprint_of(content: Content) -> Fingerprint:
    """The fingerprint of a document's first page."""
    page = content.pages[0]
    marks: dict[str, Spot] = {}
    for line in content.on_page(page.number):
        for mark, box in _marks_of(line):
            spot = (round(1000 * box.x0 / page.width), round(1000 * box.middle / page.height), 1)
            marks.setdefault(mark[:LONGEST_MARK], spot)
            if len(marks) >= MOST_MARKS:
                return Fingerprint(round(page.width), round(page.height), marks)
    return Fingerprint(round(page.width), round(page.height), marks)


def _marks_of(line: TextLine) -> list[tuple[str, Box]]:
    words = [(re.sub(r"[\W_]", "", plain(word.text)), word) for word in line.words]
    found: list[tuple[str, Box]] = []
    before = ""
    for letters, word in words:
        named = len(letters) >= 3 and not re.search(r"\d", letters)
        if named:
            found.append((f"w:{letters}", word.box))
            if before:
                found.append((f"p:{before} {letters}", word.box))
        before = letters if named else ""
    found += [(f"n:{number}", box) for number, box in _numbers(words)]
    return found + [(f"u:{host}", line.box) for host in _WEB.findall(line.text[:_LONGEST_LINE].lower())]


def _numbers(words: Sequence[tuple[str, Word]]) -> Iterator[tuple[str, Box]]:
    """Numbers of six digits and more, each by itself and those in a row as one ("DE89 3704 ..."); no dates, no amounts."""
    run, began, size = "", words[0][1].box, 0
    for letters, word in (*words, ("", words[-1][1])):
        if re.search(r"\d", letters) and not _PASSING.search(word.text):
            began, size = (began, size + 1) if run else (word.box, 1)
            run += letters
            if _digits(letters) >= _LONG:
                yield letters, word.box
        else:
            if size > 1 and _digits(run) >= _LONG:
                yield run, began
            run = ""


def _digits(text: str) -> int:
    return sum(letter.isdigit() for letter in text)


def likeness(known: Fingerprint, seen: Fingerprint, common: Collection[str] = ()) -> float:
    """How surely `seen` has the layout of `known`, 0-1; from 0.5 on it is taken for the same.

    `common` are numbers and addresses that several layouts share, such as those of the receiving company: they tell nothing.
    """
    words, pairs = _shared(known, seen, "w"), _shared(known, seen, "p")
    form = max(pairs, words - 0.15)
    sender = (known.sender & seen.sender) - set(common)
    if sender:
        return min(1.0, 0.1 + form + 0.1 * min(len(sender), 3))
    strangers = -0.3 if min(len(each.of_kind("n")) for each in (known, seen)) >= _TELLING else 0.0
    alike = 0.9 < known.width * seen.height / max(known.height * seen.width, 1) < 1.1
    return 0.65 * form + 0.25 * _in_place(known, seen) + (0.05 if alike else -0.05) + strangers


def _shared(known: Fingerprint, seen: Fingerprint, kind: str) -> float:
    one, other = known.of_kind(kind), seen.of_kind(kind)
    least = min(len(one), len(other))
    return len(one & other) / least if least >= 4 else 0.0


def _in_place(known: Fingerprint, seen: Fingerprint) -> float:
    """The share of words that stand where they stood."""
    one, other = known.of_kind("w"), seen.of_kind("w")
    still = sum(
        abs(known.marks[mark][0] - seen.marks[mark][0]) <= _NEAR[0]
        and abs(known.marks[mark][1] - seen.marks[mark][1]) <= _NEAR[1]
        for mark in one & other
    )
    return still / max(min(len(one), len(other)), 1)
