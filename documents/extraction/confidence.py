"""Evidence -> confidence 0-100, for a value and for the document, and the reason in words (surfaces/documents.md 14)."""

from __future__ import annotations

import math
from collections.abc import Sequence

from documents.extraction.model import MODEL, Model
from documents.extraction.profiles import ProfileField
from documents.extraction.scoring import Scored
from documents.extraction.values import FieldValue, Problem

SHAKING = frozenset({"check_failed", "lines_mismatch", "invalid_number"})


def of_value(chosen: Scored, rivals: Sequence[Scored], role: str, doc_sure: int, model: Model = MODEL) -> int:
    """How sure a value is, from its score, its lead over the next candidate, the words' certainty and the kind of document."""
    table = {**model.calibration["all"], **model.calibration["roles"].get(role, {})}
    lead = min(4.0, max(0.0, chosen.score - max((each.score for each in rivals), default=-4.0)))
    odds = table["start"] + table["score"] * min(chosen.score, 9.0) + table["lead"] * lead
    odds += table["certainty"] * (chosen.candidate.certainty - 100) / 20 + table["kind"] * (doc_sure - 100) / 20
    return round(100 * min(0.99, max(0.02, 1 / (1 + math.exp(-odds)))))


def of_document(
    fields: Sequence[FieldValue], wanted: Sequence[ProfileField], problems: Sequence[Problem], model: Model = MODEL
) -> int:
    """The chance that all required fields are right: the product of their chances, less for what does not add up."""
    values = {each.key: each for each in fields}
    chance = 1.0
    required = [each for each in wanted if each.required] or list(wanted)
    for each in required:
        field = values.get(each.key)
        chance *= field.confidence / 100 if field is not None and field.value else model.calibration["missing"]
    codes = [problem.code for problem in problems if problem.code in SHAKING]
    chance *= model.calibration["shaken"] ** len(codes)
    if any(problem.code == "xml_differs" for problem in problems):
        chance = min(chance, model.calibration["xml_differs"])
    return round(100 * min(chance, 1.0))


def reasoning(fields: Sequence[FieldValue], wanted: Sequence[ProfileField], problems: Sequence[Problem]) -> str:
    """`All 8 fields extracted successfully.` or counts and reasons.

    A field counts as missed when it is required, or when the document needs it for its sums; others may be absent.
    """
    found = [each.key for each in fields if each.value]
    missed = _missed(fields, wanted)
    own = [problem for each in fields for problem in each.problems]
    others = [problem for problem in (*own, *problems) if problem.code != "required_missing"]
    if not missed and not others:
        return f"All {len(found)} fields extracted successfully."
    parts = [f"{len(found)} of {len(found) + len(missed)} fields extracted."]
    if missed:
        parts.append(f"Not found: {', '.join(missed)}.")
    parts += [problem.text if problem.text.endswith(".") else problem.text + "." for problem in others]
    return " ".join(parts)


def _missed(fields: Sequence[FieldValue], wanted: Sequence[ProfileField]) -> list[str]:
    found = {each.key for each in fields if each.value}
    return [each.key for each in wanted if each.required and each.key not in found]
