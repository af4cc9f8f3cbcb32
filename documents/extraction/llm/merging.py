"""What the model said beside what the reader found: one more reason for or against, never a replacement.

- Both say the same: surer. They differ, and what the model says stands on the pages: less sure, and it is an alternative.
- The reader found nothing and the value stands on the pages: proposed, too unsure to pass without a look.
- It stands on no page: an alternative marked as such, and nothing else changes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from documents.extraction.checks import check_document, check_fields, money
from documents.extraction.comparison import same
from documents.extraction.confidence import SHAKING, of_document, reasoning
from documents.extraction.layout import Page
from documents.extraction.lean import shown_places, straightened
from documents.extraction.llm.answer import Said
from documents.extraction.llm.grounding import Ground, Grounded, normal
from documents.extraction.llm.question import rows_of
from documents.extraction.profiles import Profile, ProfileField
from documents.extraction.roles import roles_of
from documents.extraction.summary import NAMES, summarize
from documents.extraction.values import LLM, Alternative, Evidence, FieldValue, Findings

RAISED, LOWERED = 2.0, 0.1  # the odds of a value, times this
SUREST = 97  # what agreement alone can reach
PROPOSED, UNGROUNDED = 50, 10
NOT_GROUNDED = "llm not grounded"
_MOST_ALTERNATIVES = 9
_NAMES = ("party", "address", "text")


def merged(findings: Findings, said: Mapping[str, Said], pages: Sequence[Page], profile: Profile) -> Findings:
    """The findings with what was said of them. `pages` as they were read; `profile` is the one of the findings."""
    ground, leans = Ground(rows_of(pages)), straightened(pages)[1]
    wanted = {field.key: field for field in profile.fields}
    fields = list(findings.fields)
    for number, value in enumerate(fields):
        if value.key not in said or value.key not in wanted:
            continue
        other = said[value.key]
        stands = ground.find(wanted[value.key], other)
        if stands is not None:
            stands = replace(stands, places=shown_places(stands.places, leans))
        fields[number] = _weighed(value, wanted[value.key], other, stands, ground)
        if value.value is None and fields[number].value is not None:
            fields[number] = _checked(fields, number, value, findings, profile)
    return _told(findings, fields, profile)


def _weighed(value: FieldValue, field: ProfileField, said: Said, stands: Grounded | None, ground: Ground) -> FieldValue:
    if value.value is not None and _agree(value, field, said, stands, ground):
        raised = max(value.confidence, min(SUREST, _odds(value.confidence, RAISED)))
        return _with(replace(value, confidence=raised), Evidence(LLM, "The language model reads the same", 0.7))
    if stands is None:
        return _marked(value, said)
    if value.value is None:
        return _proposed(value, field, stands)
    if _about_the_same(value, field, stands):
        return _offered(value, stands, "The language model reads it at another length", 100 - value.confidence)
    text = f"The language model reads {_shortened(field, stands.value)}"
    lowered = _with(replace(value, confidence=_odds(value.confidence, LOWERED)), Evidence(LLM, text, -2.3))
    return _offered(lowered, stands, "Read by the language model", 100 - lowered.confidence)


def _agree(value: FieldValue, field: ProfileField, said: Said, stands: Grounded | None, ground: Ground) -> bool:
    if isinstance(value.value, list) or isinstance(said.value, list):
        mine = value.value if isinstance(value.value, list) else [str(value.value)]
        theirs = said.value if isinstance(said.value, list) else [said.value]
        return {_packed(each) for each in mine} == {_packed(each) for each in theirs}
    theirs_normal = normal(field.type, said.value, ground.style)
    texts = [each for each in (theirs_normal, stands.value if stands else None) if isinstance(each, str)]
    return any(same(str(value.value), each, field.type) for each in texts)


def _about_the_same(value: FieldValue, field: ProfileField, stands: Grounded) -> bool:
    """A name with or without its legal form, an address with or without its country: no contradiction."""
    if field.type not in _NAMES or not isinstance(value.value, str) or not isinstance(stands.value, str):
        return False
    one, other = _packed(value.value), _packed(stands.value)
    return one in other or other in one or fuzz.ratio(one, other) >= 85


def _marked(value: FieldValue, said: Said) -> FieldValue:
    """Kept beside, and nothing of the value changes."""
    text = said.value if isinstance(said.value, str) else "; ".join(said.value)
    noted = _with(value, Evidence(NOT_GROUNDED, f'The language model says "{_clipped(text)}", which stands on no page', 0.0))
    if isinstance(value.value, list) or isinstance(said.value, list):
        return noted
    other = Alternative(text, "", (), UNGROUNDED, "Only the language model says so; it stands on no page")
    known = {_packed(each.value) for each in value.alternatives}
    return (
        noted
        if _packed(text) in known
        else replace(noted, alternatives=(*noted.alternatives[: _MOST_ALTERNATIVES - 1], other))
    )


def _proposed(value: FieldValue, field: ProfileField, stands: Grounded) -> FieldValue:
    """Always below the field's threshold: what only the model saw waits for a person."""
    evidence = Evidence(LLM, "Only the language model found it; it stands there", 0.5)
    sure = max(0, min(PROPOSED, field.threshold - 1))
    others = tuple(each for each in value.alternatives if _packed(each.value) != _packed(str(stands.value)))
    return replace(
        value, value=stands.value, raw=stands.raw, places=stands.places, confidence=sure, source=LLM,
        evidence=(*value.evidence, evidence), alternatives=others,
    )  # fmt: skip


def _offered(value: FieldValue, stands: Grounded, why: str, most: int) -> FieldValue:
    if not isinstance(stands.value, str):
        return value
    others = [each for each in value.alternatives if _packed(each.value) != _packed(stands.value)]
    known = max((each.confidence for each in value.alternatives if each not in others), default=0)
    first = Alternative(stands.value, stands.raw, stands.places, min(max(PROPOSED, known), most), why)
    return replace(value, alternatives=(first, *others)[:_MOST_ALTERNATIVES])


def _checked(
    fields: Sequence[FieldValue], number: int, before: FieldValue, findings: Findings, profile: Profile
) -> FieldValue:
    """A proposal, unless it contradicts the values that were read: then it is an alternative only."""
    roles = roles_of(profile)
    proposal = check_fields([fields[number]], roles)[0]
    old = [*fields[:number], before, *fields[number + 1 :]]
    new = [*fields[:number], proposal, *fields[number + 1 :]]
    problems = [
        {each.text for each in check_document(each_way, findings.line_items, roles, profile.fields) if each.code in SHAKING}
        for each_way in (old, new)
    ]
    if problems[1] <= problems[0] and not any(each.code in SHAKING for each in proposal.problems):
        return proposal
    stands = Grounded(proposal.value or "", proposal.raw, proposal.places)
    return _offered(before, stands, "Read by the language model; it does not fit the other values", PROPOSED)


def _told(findings: Findings, fields: Sequence[FieldValue], profile: Profile) -> Findings:
    """Confidence, sentence and summary anew; of the problems only those of required values that were missing may go."""
    roles = roles_of(profile)
    missing = [
        each for each in check_document(fields, findings.line_items, roles, profile.fields) if each.code == "required_missing"
    ]
    problems = tuple(each for each in findings.problems if each.code != "required_missing" or each in missing)
    own = [each for field in fields for each in field.problems]
    return replace(
        findings,
        fields=tuple(fields),
        problems=problems,
        confidence=of_document(fields, profile.fields, problems),
        reasoning=reasoning(fields, profile.fields, [each for each in problems if each not in own]),
        summary=summarize(findings.doc_type if findings.doc_type in NAMES else "other", fields, roles),
    )


def _with(value: FieldValue, evidence: Evidence) -> FieldValue:
    return replace(value, evidence=tuple(sorted((*value.evidence, evidence), key=lambda each: -abs(each.weight))))


def _odds(confidence: int, factor: float) -> int:
    chance = min(max(confidence / 100, 0.01), 0.99)
    odds = chance / (1 - chance) * factor
    return round(100 * odds / (1 + odds))


def _shortened(field: ProfileField, value: str | list[str]) -> str:
    if isinstance(value, list):
        return "another list"
    return f'"{_clipped(money(value) if field.type == "amount" else value)}"'


def _clipped(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"


def _packed(text: str) -> str:
    return re.sub(r"[\W_]", "", text.casefold())
