"""Learning weights, judged on vendors that were left out.

The learned weights of a role are taken only where they read more fields of unseen vendors right than the
weights before; else those stay. How much the weights before count against the data is chosen in the same way.
"""

from __future__ import annotations

import hashlib
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from documents.extraction.learning.examples import MADE, MADE_COUNTS, Choice, Example, choices
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
    """All documents, and the choices that their fields pose, by role."""

    examples: tuple[Example, ...]
    before: Model
    parts: Mapping[str, list[Choice]]

    @classmethod
    def of(cls, examples: Sequence[Example], before: Model) -> Material:
        return cls(tuple(examples), before, _by_name(choices(examples, before)))

    @property
    def groups(self) -> frozenset[str]:
        return frozenset(each.group for each in self.examples)


def _by_name(made: Iterable[Choice]) -> dict[str, list[Choice]]:
    found: dict[str, list[Choice]] = defaultdict(list)
    for each in made:
        found[each.name].append(each)
    return dict(sorted(found.items()))


def learn(material: Material, groups: Groups, roles: Wanted) -> Model:
    """The model before, with weights learned from the documents of `groups` for the roles in `roles`, which tells for each
    how much the weights before count. The others stay as they are."""
    before = material.before
    parts = dict(before.weights["roles"])
    for role, strength in roles.items():
        shared = before.weights["types"].get(TYPES[role], {})
        made = [each for each in material.parts.get(role, []) if each.group in groups]
        learned = fit(made, before.of(TYPES[role], role), strength)
        parts[role] = {name: value for name, value in learned.items() if shared.get(name) != value}
    return replace(before, weights={**before.weights, "roles": parts})


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
