"""Checks, confidence and words of a document anew, after a person or program changed its values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from documents.extraction.checks import check_document, check_fields
from documents.extraction.confidence import of_document, reasoning
from documents.extraction.profiles import Profile
from documents.extraction.roles import roles_of
from documents.extraction.summary import NAMES, summarize
from documents.extraction.values import FieldValue, LineValue, Problem, Value


@dataclass(frozen=True, slots=True)
class Rechecked:
    problems: tuple[Problem, ...]
    confidence: int
    reasoning: str
    summary: str


def recheck(
    profile: Profile,
    *,
    values: Mapping[str, Value],
    confidences: Mapping[str, int],
    lines: Sequence[Mapping[str, Value]],
    doc_type: str,
    absent: frozenset[str],
) -> Rechecked:
    """What holds between the values as they are now. A field in `absent` was decided: nobody waits for it any more.

    `values` and `confidences` by field key, `lines` by column key, normal forms as in documents.extraction.values.
    """
    roles = roles_of(profile)
    wanted = [field for field in profile.fields if field.key not in absent]
    fields = check_fields(
        [FieldValue(field.key, values.get(field.key), confidence=confidences.get(field.key, 0)) for field in wanted], roles
    )
    rows = [
        LineValue(None, {key: FieldValue(key, value) for key, value in line.items() if value is not None}, 100)
        for line in lines
    ]
    problems = check_document(fields, rows, roles, wanted)
    kind = doc_type.lower().replace(" ", "_")
    return Rechecked(
        problems,
        of_document(fields, wanted, problems),
        reasoning(fields, wanted, problems),
        summarize(kind if kind in NAMES else "other", fields, roles),
    )
