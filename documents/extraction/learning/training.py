"""Learning weights, judged on vendors that were left out.

The learned weights of a role or value type are taken only where they read more fields of unseen vendors right than the
weights before; else those stay. How much the weights before count against the data is chosen in the same way.
"""

from __future__ import annotations

import hashlib
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from documents.extraction.learning.examples import AS_OWN, AS_PART, MADE, MADE_COUNTS, Choice, Example, choices
from documents.extraction.learning.fit import fit
from documents.extraction.learning.measure import Answer, answers
from documents.extraction.model import Model
from documents.extraction.roles import TYPES

STRENGTHS = (1.0, 4.0)
_LEAST = 1.0  # values more that must be right for a role's learned weights to be taken
Groups = Collection[str]
Make = Callable[[Groups], Model]
Tell = Callable[[str], object]
Wanted = Mapping[str, float]


@dataclass(frozen=True)
class Material:
    """All documents, and the choices that their fields pose, by role and by value type."""

    examples: tuple[Example, ...]
    before: Model
    parts: Mapping[str, list[Choice]]
    own: Mapping[str, list[Choice]]

    @classmethod
    def of(cls, examples: Sequence[Example], before: Model) -> Material:
        return cls(
            tuple(examples),
            before,
            _by_name(choices(examples, before, AS_PART)),
            _by_name(choices(examples, before, AS_OWN)),
        )

    @property
    def groups(self) -> frozenset[str]:
        return frozenset(each.group for each in self.examples)


def _by_name(made: Iterable[Choice]) -> dict[str, list[Choice]]:
    found: dict[str, list[Choice]] = defaultdict(list)
    for each in made:
        found[each.name].append(each)
    return dict(sorted(found.items()))


def learn(material: Material, groups: Groups, roles: Wanted, types: Wanted | None = None) -> Model:
    """The model before, with weights learned from the documents of `groups` for the named roles and value types.

    `roles` and `types` tell how much the weights before count. What another role counts with stays as it is.
    """
    before = material.before
    shared = dict(before.weights["types"])
    for kind, strength in (types or {}).items():
        shared[kind] = fit(_among(material.own.get(kind, []), groups), shared.get(kind, {}), strength)
    parts = {}
    for role in {*before.weights["roles"], *roles}:
        weights = before.of(TYPES[role], role)
        if role in roles:
            weights = fit(_among(material.parts.get(role, []), groups), weights, roles[role])
        common = shared.get(TYPES[role], {})
        parts[role] = {name: value for name, value in weights.items() if common.get(name) != value}
    return replace(before, weights={**before.weights, "types": shared, "roles": parts})


def _among(made: Iterable[Choice], groups: Groups) -> list[Choice]:
    return [each for each in made if each.group in groups]


def folds(groups: Groups, count: int) -> list[frozenset[str]]:
    """The groups dealt into `count` heaps, whole vendors together, always alike: in the order of their digests."""
    names = sorted(groups, key=lambda name: hashlib.sha256(name.encode()).hexdigest())
    return [heap for number in range(count) if (heap := frozenset(names[number::count]))]


def crossed(material: Material, make: Make, count: int) -> list[Answer]:
    """What is read in each document by a model made (`make`, of groups) without any document of its vendor."""
    given: list[Answer] = []
    for left_out in folds(material.groups, count):
        model = make(material.groups - left_out)
        given += answers([each for each in material.examples if each.group in left_out], model)
    return given


def halved(groups: Groups) -> frozenset[str]:
    """Every second vendor, drawn by a chance that is always the same."""
    names = sorted(groups)
    random.Random(7).shuffle(names)  # noqa: S311
    return frozenset(names[::2])


def credit(given: Iterable[Answer]) -> Counter[str]:
    """How many values of each role are right: nearly right names and addresses count a half, invented documents less."""
    found: Counter[str] = Counter()
    for each in given:
        worth = MADE_COUNTS if each.source == MADE else 1.0
        found[each.role] += worth * (each.right + each.nearly) / 2  # type: ignore[assignment]
    return found


def best_roles(material: Material, count: int, tell: Tell) -> dict[str, float]:
    """The roles whose learned weights read unseen vendors better than those before, with the best strength of each.

    First all are learned at once; then those that gained are taken one by one, the most promising first, each only if
    with it more values of all roles together are right.
    """
    start = credit(answers(material.examples, material.before))
    gains: dict[str, tuple[float, float]] = {}
    for strength in STRENGTHS:
        every = dict.fromkeys(material.parts, strength)
        reached = credit(crossed(material, _learning(material, every), count))
        for role in material.parts:
            gains[role] = max(gains.get(role, (0.0, 0.0)), (reached[role] - start[role], strength))
        tell(f"weights before count {strength:g}")
    taken: dict[str, float] = {}
    most = start.total()
    for role, (gain, strength) in sorted(gains.items(), key=lambda each: (-each[1][0], each[0])):
        if gain >= _LEAST:
            tried = {**taken, role: strength}
            reached_all = credit(crossed(material, _learning(material, tried), count)).total()
            if reached_all >= most + _LEAST:
                taken, most = tried, reached_all
        tell(role)
    return dict(sorted(taken.items()))


def _learning(material: Material, roles: Wanted) -> Make:
    return lambda groups: learn(material, groups, roles)


def best_types(material: Material, count: int) -> dict[str, float]:
    """The same for value types: fields that people invent, found by their label alone."""
    best: dict[str, float] = {}
    for kind, made in material.own.items():
        before = material.before.weights["types"].get(kind, {})
        most = sum(_hits(each, before) for each in made)
        for strength in STRENGTHS:
            reached = 0
            for left_out in folds(material.groups, count):
                learned = fit([each for each in made if each.group not in left_out], before, strength)
                reached += sum(_hits(each, learned) for each in made if each.group in left_out)
            if reached > most:
                most, best[kind] = reached, strength
    return best


def _hits(choice: Choice, weights: Mapping[str, float]) -> bool:
    """Whether the best candidate, or none, is the right one."""
    scores = choice.scores(weights)
    best = int(np.argmax(scores))
    return bool(choice.right[best]) if scores[best] > 0 else not choice.right.any()
