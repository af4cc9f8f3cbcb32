"""Names on Chinese papers: no spaces part a label from its name, so a line is cut at the labels that are known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from documents.extraction.candidates.candidate import Candidate, cut
from documents.extraction.content import HAN, Content, TextLine
from documents.extraction.vocabulary import LABELS, TITLES

_COMPANY = re.compile(
    r"(?:公司|集团|厂|店|行|社|部|院|所|中心|工作室|合作社|大学|学校|医院|酒店|餐厅|超市|合伙[)）]?|分公司)$"
)
_NO_NAME = re.compile(r"[:。；;]$|[圆元角分]整?$|^[a-z ]+$")
_TRIM = " :;,.。、，；|*_'\"·⊗"
_LONGEST = 60


@cache
def _labels() -> re.Pattern[str]:
    """Any Chinese label, its letters perhaps spaced out, with what stands between it and its value."""
    words = {word.lstrip("~") for wordings in LABELS.values() for word in wordings if HAN.search(word)}
    spaced = (r"\s*".join(re.escape(letter) for letter in word.replace(" ", "")) for word in words)
    longest_first = "|".join(sorted(spaced, key=len, reverse=True))
    return re.compile(rf"(?<![\u3400-\u9fff])(?:{longest_first})(?![\u3400-\u9fff]*(?:公司|厂|店))\s*:?\s*")


def find_parties(content: Content) -> list[Candidate]:
    """Every piece of a line between two labels that could be a name."""
    return [candidate for line in content.outer_lines for candidate in _on_line(content, line)]


def _on_line(content: Content, line: TextLine) -> Iterator[Candidate]:
    at, after_colon = 0, False
    for label in (*_labels().finditer(line.text), None):
        end = label.start() if label else len(line.text)
        text = line.text[at:end].strip(_TRIM)
        if _could_be_name(text):
            start = line.text.index(text, at)
            marks = {"after colon"} if after_colon else set()
            if _COMPANY.search(text):
                marks.add("company suffix")
            if any(word in text for words in TITLES.values() for word in words if HAN.search(word)):
                marks.add("title word")
            if re.search(r"\d", text):
                marks.add("digits")
            yield cut(content, line, "party", text, start, start + len(text), frozenset(marks))
        if label:
            at, after_colon = label.end(), ":" in label[0]


def _could_be_name(text: str) -> bool:
    letters = sum(1 for letter in text if letter.isalpha())
    return 2 <= letters <= _LONGEST and letters > 0.6 * len(text) and not _NO_NAME.search(text)
