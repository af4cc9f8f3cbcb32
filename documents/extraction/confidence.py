"""Evidence -> confidence 0-100, for a value and for the document, and the reason in words (surfaces/documents.md 14)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from documents.extraction.model import MODEL, Model
from documents.extraction.profiles import ProfileField
from documents.extraction.scoring import Scored
from documents.extraction.values import FieldValue, Problem

SHAKING = frozenset({"check_failed", "lines_mismatch", "invalid_number"})


SIGNALS = (
    "score", "lead", "certainty", "kind", "label", "checked", "arithmetic", "repeated", "agreed", "text layer",
)  # fmt: skip
_AGREED = frozenset({"code", "payment", "lines", "payment terms", "neighbour", "layout"})


def signals(chosen: Scored, rivals: Sequence[Scored], kind_sure: int, recognized: bool) -> dict[str, float]:
    """What confidence is made of; more of each never makes a value less sure.

    Its score, its lead over the next candidate and over none at all, the certainty of its words and of the kind of document
    (0, or below for doubt), whether a label names it, check digits hold, sums close, it stands there again, something else
    agrees, and nothing had to be recognized.
    """
    kinds = {each.kind for each in chosen.evidence if each.weight > 0}
    return {
        "score": min(max(chosen.score, 0.0), 9.0),
        "lead": min(4.0, max(0.0, chosen.score - max((0.0, *(each.score for each in rivals))))),
        "certainty": (chosen.candidate.certainty - 100) / 20,
        "kind": (kind_sure - 100) / 20,
        "label": chosen.label,
        "checked": float("checked" in kinds),
        "arithmetic": float("arithmetic" in kinds),
        "repeated": float("repeated" in kinds),
        "agreed": float(bool(kinds & _AGREED)),
        "text layer": float(not recognized),
    }


def of_value(given: Mapping[str, float], role: str, model: Model = MODEL) -> int:
    """How sure a value with those signals is, 2-99: logistic, with weights for all fields and others for a role."""
    table = {**model.calibration["all"], **model.calibration["roles"].get(role, {})}
    odds = table["start"] + sum(table.get(name, 0.0) * amount for name, amount in given.items())
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
