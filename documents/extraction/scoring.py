"""Candidates + labels + layout -> ranked values with evidence. One scorer for every field, built in or custom.

A score is the sum of weight x feature (weights.json: `types` for all fields of a value type, `roles` on top for the part a
field plays). It is read as log odds; the evidence lists the features that counted, in words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from documents.extraction.candidates.candidate import Candidate
from documents.extraction.candidates.text import find_texts
from documents.extraction.content import Content, plain
from documents.extraction.evidence import in_words, quoted
from documents.extraction.features import features_of
from documents.extraction.labels import Hit
from documents.extraction.model import MODEL, Model
from documents.extraction.profiles import Profile, ProfileField
from documents.extraction.relations import ABOVE, WIDE_TYPES, Link, Relations
from documents.extraction.sides import Sides
from documents.extraction.surroundings import Surroundings
from documents.extraction.values import Evidence
from documents.extraction.vocabulary import NAMES

_ALWAYS = {"@vendor": "vendor", "@customer": "customer"}


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate for one field with its score (log odds) and why. `label` 0-1: how surely a label names it.

    `amounts` are the features that the weights were multiplied with.
    """

    candidate: Candidate
    score: float
    evidence: tuple[Evidence, ...]
    label: float = 0.0
    amounts: Mapping[str, float] = field(default_factory=dict)

    def raised(self, by: float, kind: str, text: str) -> Scored:
        """The same with one more reason."""
        return replace(self, score=self.score + by, evidence=(*self.evidence, Evidence(kind, text, round(by, 2))))


@dataclass(frozen=True)
class Scorer:
    """Scores candidates of one document. What it has found out about them, links and features, holds with any model."""

    content: Content
    hits: tuple[Hit, ...]
    candidates: dict[str, tuple[Candidate, ...]]
    roles: dict[str, str] = field(default_factory=dict)
    table_rows: frozenset[int] = frozenset()
    model: Model = MODEL
    known_links: dict[int, list[Link]] = field(default_factory=dict)
    known_features: dict[int, dict[str, float]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        content: Content,
        hits: tuple[Hit, ...],
        candidates: dict[str, tuple[Candidate, ...]],
        profile: Profile,
        roles: dict[str, str],
        table_rows: frozenset[int],
    ) -> Scorer:
        """A scorer that also knows the free texts beside the profile's labels."""
        concepts = frozenset(each.key for each in profile.fields if each.type == "text")
        texts = tuple(find_texts(content, hits, concepts))
        near = {
            kind: tuple(each for each in found if each.span.page in content.outer_pages) for kind, found in candidates.items()
        }
        return cls(content, hits, {**near, "text": texts}, {**roles, **_ALWAYS}, table_rows)

    def rank_all(self, profile: Profile) -> dict[str, list[Scored]]:
        """The ranked candidates of every field, and of vendor and customer even where nobody asks for them."""
        ranked = {each.key: self.ranked(each) for each in profile.fields if each.type in self.candidates}
        asked = {self.roles.get(each.key, ""): each.key for each in profile.fields if not each.pattern}
        for key, role in _ALWAYS.items():
            known = ranked.get(asked.get(role, ""))
            ranked[key] = known if known is not None else self.ranked(ProfileField(key, role, "party"))
        return ranked

    @cached_property
    def relations(self) -> Relations:
        return Relations(self.content, self.hits)

    @cached_property
    def sides(self) -> Sides:
        return Sides(self.content, self.hits)

    @cached_property
    def surroundings(self) -> Surroundings:
        return Surroundings(self.content, self.sides, self.hits, self.candidates, self.table_rows)

    def features(self, candidate: Candidate) -> dict[str, float]:
        known = self.known_features.get(id(candidate))
        if known is None:
            known = self.known_features[id(candidate)] = features_of(candidate, self.surroundings)
        return known

    def links(self, candidate: Candidate) -> list[Link]:
        known = self.known_links.get(id(candidate))
        if known is None:
            known = self.known_links[id(candidate)] = self.relations.links(candidate)
        return known

    def ranked(self, wanted: ProfileField, most: int = 40) -> list[Scored]:
        """The best candidates for a field, best first; one for each value, the best placed."""
        role = self.roles.get(wanted.key, "")
        weights = self.model.of(wanted.type, role)
        weighed = [self._weigh(wanted, role, weights, each) for each in self.candidates.get(wanted.type, ())]
        counts = Counter(each.candidate.value for each in weighed)
        best: dict[str, _Weighed] = {}
        for each in sorted(weighed, key=lambda one: (-one.score, one.candidate.span.line, one.candidate.span.start)):
            best.setdefault(each.candidate.value, each)
        again = {
            value: self.model.weights["repeated"] * min(counts[value] - 1, 2) if each.label > 0 else 0.0
            for value, each in best.items()
        }
        order = sorted(best, key=lambda value: -best[value].score - again[value])
        return [_told(best[value], weights, again[value], counts[value]) for value in order[:most]]

    def _weigh(self, wanted: ProfileField, role: str, weights: Mapping[str, float], candidate: Candidate) -> _Weighed:
        own, rival = self._best_links(wanted, role, candidate)
        label = own.strength * _named(own.hit, wanted, role) if own else 0.0
        amounts = {"start": 1.0, **self.features(candidate)}
        if own:
            amounts["label"] = label
        near = own.strength if own and wanted.type not in WIDE_TYPES else label
        if rival and rival.strength > 0.8 * near:
            amounts["rival"] = rival.strength - 0.5 * label
        total = _fixed(wanted, role, candidate, label)
        if not role and wanted.type == "party":
            labels = self.surroundings.label_share(self.content.lines[candidate.span.line])
            total += 1.2 * bool(label) - 4.0 * labels  # who stands at the label is meant; a label is nobody
        for name, amount in amounts.items():
            weight = weights.get(name)
            total += (UNKNOWN.get(name, 0.0) if weight is None else weight) * amount
        return _Weighed(candidate, total, label, amounts, own, rival)

    def _best_links(self, wanted: ProfileField, role: str, candidate: Candidate) -> tuple[Link | None, Link | None]:
        own: Link | None = None
        rival: Link | None = None
        best = 0.0
        for link in self.links(candidate):
            strength = _named(link.hit, wanted, role)
            if strength > 0:
                if link.strength * strength > best:
                    own, best = link, link.strength * strength
            elif rival is None and _competes(link, wanted.type):
                rival = link
        return own, rival


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A score before it is told in words: most candidates are never looked at again."""

    candidate: Candidate
    score: float
    label: float
    amounts: dict[str, float]
    own: Link | None
    rival: Link | None


def _told(weighed: _Weighed, weights: Mapping[str, float], again: float, times: int) -> Scored:
    """With every reason that counted, in words; `again` for standing there `times` times."""
    words: dict[str, str] = {}
    if weighed.own:
        words["label"] = f"The label {quoted(weighed.own.hit.text)} stands {weighed.own.direction}"
    if weighed.rival:
        words["rival"] = f"{quoted(weighed.rival.hit.text)} {weighed.rival.direction} names {_name(weighed.rival.hit)}"
    evidence = []
    for name, amount in weighed.amounts.items():
        part = weights.get(name, UNKNOWN.get(name, 0.0)) * amount
        if abs(part) >= 0.01 and name != "start":
            told = words.get(name) or in_words(name, weighed.candidate.type, amount)
            evidence.append(Evidence(_KINDS.get(name) or name.replace(" ", "_"), told, round(part, 2)))
    scored = Scored(weighed.candidate, weighed.score, tuple(evidence), weighed.label, weighed.amounts)
    return scored.raised(again, "repeated", f"Stands {times} times on the document") if again else scored


# What counts where the weights of a type do not say.
UNKNOWN = {"start": -2.0, "label": 5.0, "rival": -4.0}
_KINDS = {"rival": "other label"}
_MONEY = ("subtotal", "tax", "total_amount", "amount_due", "paid_amount", "discount", "extra_charge", "tax_base", "line_sum")
_OF_PARTY = ("customer", "contact", "other_number", "customer_number", "payment_terms", "payment_method")
_DATES = ("invoice_date", "due_date", "delivery_date", "order_date", "period", "discount_date", "print_date", "other_number")
_CONCEPT_TYPES: dict[str, frozenset[str]] = {
    "date": frozenset(_DATES),
    "party": frozenset((*_OF_PARTY, "iban", "total_amount", "invoice_number", "invoice_date", "due_date")),
    "address": frozenset(("customer", "contact")),
    "iban": frozenset(("customer_iban",)),
    "currency": frozenset(),
    "amount": frozenset((*_MONEY, "tax_rate", "price", "capital", "meter")),
}


def _competes(link: Link, kind: str) -> bool:
    """Whether a label speaks against a candidate of that type; above a name only the customer's label does,
    above a date only that of another date."""
    allowed = _CONCEPT_TYPES.get(kind)
    named = [name for name, _ in link.hit.concepts]
    if kind == "party" and link.direction == ABOVE:
        return "customer" in named
    if kind == "amount" and link.direction != ABOVE:
        return True
    if kind == "date" and link.direction == ABOVE:
        return any(name in _DATES and name != "other_number" for name in named)
    return allowed is None or any(name in allowed for name in named)


def _named(hit: Hit, wanted: ProfileField, role: str) -> float:
    """How surely a label names this field, by its own wordings or by those of the part it plays."""
    return max((weight for name, weight in hit.concepts if name in (wanted.key, role)), default=0.0)


def _name(hit: Hit) -> str:
    concept = max(hit.concepts, key=lambda each: each[1])[0]
    return NAMES.get(concept) or f"the {concept.replace('_', ' ')}"


def _fixed(wanted: ProfileField, role: str, candidate: Candidate, label: float) -> float:
    """What no weight decides: a field of one's own needs its label, its pattern counts much, doubtful words count less."""
    total = 0.0 if label or role else -6.0
    if wanted.pattern:
        total += _by_pattern(wanted.pattern, candidate.value)
    return total - max(0, 80 - candidate.certainty) / 40


def _by_pattern(pattern: str, value: str) -> float:
    """A field's own pattern decides much. A pattern that cannot be compiled was refused when the profile was saved."""
    return 2.5 if re.search(pattern, value[:200]) else -5.0


def same_words(one: str, other: str) -> bool:
    return re.sub(r"\W", "", plain(one)) == re.sub(r"\W", "", plain(other))
