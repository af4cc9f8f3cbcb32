"""Question and answer from the parent's side: both are worked on in the sandboxed child, where the pages already lie."""

from __future__ import annotations

import json

from documents.extraction.llm.question import Question
from documents.extraction.profiles import Profile
from documents.extraction.reading import PAGES, Work, findings_from
from documents.extraction.values import Findings

_FINDINGS, _ANSWER = "findings.json", "answer.txt"


class NothingToAskError(Exception):
    """Why no question can be asked, in a few words."""


def question(work: Work, profile: Profile, most_characters: int) -> Question:
    """What to ask about the pages that `reading.find_values` was just given. Raises NothingToAskError, FileError."""
    told = work.run("ask_model", pages=PAGES, profile=profile.as_json(), most_characters=most_characters)
    if told["reason"]:
        raise NothingToAskError(told["reason"])
    return Question(told["system"], told["user"], told["schema"], told["left_out"])


def weighed(work: Work, findings: Findings, answer: str, profile: Profile) -> tuple[Findings, str]:
    """The findings with what the model answered, and why that could not be used, if so. Raises FileError."""
    work.path(_FINDINGS).write_text(json.dumps(findings.as_json()), encoding="utf-8")
    work.path(_ANSWER).write_text(answer, encoding="utf-8", errors="replace")
    told = work.run("weigh_answer", pages=PAGES, findings=_FINDINGS, answer=_ANSWER, profile=profile.as_json())
    note = told.pop("note")
    return (findings, note) if note else (findings_from(told), "")
