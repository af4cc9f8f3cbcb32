"""Evidence as a clerk reads it: what says the same is said once, what hardly counts is left out, nouns fit the value."""

from __future__ import annotations

from collections.abc import Iterable

from documents.extraction.features import FEATURE_WORDS
from documents.extraction.values import Evidence

NOUNS = {
    "address": "address",
    "amount": "sum of money",
    "currency": "currency",
    "date": "date",
    "iban": "account number",
    "identifier": "number or code",
    "number": "number",
    "party": "name",
    "percent": "percentage",
    "tax_id": "tax number",
}
# Features that say the same of a value: the words of the one that counts most stand for all, with their weights together.
_ALIKE = (
    frozenset({"over_address", "before_address", "neighbour"}),
    frozenset({"head", "top"}),
    frozenset({"repeated", "again"}),
    frozenset({"currency", "money"}),
    frozenset({"only_one", "first_of_its_kind"}),
)
# What holds for many values of a document is no answer to the question why this one might be meant.
_COMMON = frozenset(
    {
        "again", "alone", "bare", "beside_number", "big", "bottom", "code", "currency", "decimals", "digits",
        "first_of_its_kind", "head", "letters", "long", "money", "only_one",
        "plain", "repeated", "right", "short", "top", "unambiguous",
    }
)  # fmt: skip
_LEAST = 0.1


def noun_of(kind: str) -> str:
    """What a value of that type is called in a sentence."""
    return NOUNS.get(kind, "text")


def in_words(feature: str, kind: str, amount: float) -> str:
    """A feature of a candidate of that type in the words of a clerk; `amount` is how far it holds, 0-1."""
    if feature == "head" and amount < 0.5:
        return "Stands near the top of the first page"
    return FEATURE_WORDS.get(feature, feature.capitalize()).format(noun=noun_of(kind))


def quoted(label: str) -> str:
    """A label in quotation marks, with the bracket closed that its last word left open."""
    return f'"{label})"' if label.count("(") > label.count(")") else f'"{label}"'


def for_clerk(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """The reasons for a value, strongest first."""
    groups: dict[object, list[Evidence]] = {}
    for each in evidence:
        alike = next((group for group in _ALIKE if each.kind in group), each)
        groups.setdefault(alike, []).append(each)
    told = [_together(group) for group in groups.values()]
    return tuple(sorted((each for each in told if abs(each.weight) >= _LEAST), key=lambda each: -abs(each.weight)))


def _together(group: list[Evidence]) -> Evidence:
    strongest = max(group, key=lambda each: abs(each.weight))
    return Evidence(strongest.kind, strongest.text, round(sum(each.weight for each in group), 2))


def why(evidence: Iterable[Evidence], kind: str) -> str:
    """Why another candidate might be meant: the strongest reason that sets it apart."""
    speaking = [each for each in evidence if each.weight >= _LEAST and each.kind not in _COMMON]
    best = max(speaking, key=lambda each: each.weight, default=None)
    return best.text if best else f"Another {noun_of(kind)} on the document"
