"""From documents with known values to what is learned from: for each field its candidates, and which of them are right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from documents.extraction.layout import Page
from documents.extraction.lean import straightened
from documents.extraction.learning import truth
from documents.extraction.model import Model
from documents.extraction.pipeline import Seen, look, search
from documents.extraction.roles import TYPES
from documents.extraction.scoring import UNKNOWN

MADE, MADE_COUNTS = "made", 0.3  # invented documents, and how much each counts beside a real one
_HARDLY = 0.6


@dataclass(frozen=True)
class Example:
    """One document with known values: the truth list it is from (`source`), its vendor (`group`), and how it looks."""

    id: str
    source: str
    group: str
    row: truth.Row
    seen: Seen


@dataclass(frozen=True)
class Choice:
    """One field of one document: the features of each candidate, what no learned weight decides, and which are right.

    Where none is right, none is to be taken. `name` is the role.
    """

    group: str
    name: str
    weight: float
    amounts: tuple[Mapping[str, float], ...]
    fixed: np.ndarray
    right: np.ndarray

    def scores(self, weights: Mapping[str, float]) -> np.ndarray:
        """The score of each candidate with those weights."""
        return self.fixed + np.array([dot(weights, each) for each in self.amounts])


def example(source: str, row: truth.Row, pages: tuple[Page, ...]) -> Example:
    """A document as the pipeline sees it."""
    straight, _ = straightened(pages)
    seen = look(straight, einvoice=None, profile=None, filename=str(row["file"]).rsplit("/", 1)[-1])
    return Example(str(row["id"]), source, truth.group_of(row), row, seen)


def choices(examples: Sequence[Example], model: Model) -> list[Choice]:
    """The choices of all documents. Many documents of a vendor count less than as many of different ones."""
    sizes = Counter(each.group for each in examples)
    weights = {each.group: sizes[each.group] ** -0.5 * (MADE_COUNTS if each.source == MADE else 1.0) for each in examples}
    return [made for each in examples if each.seen.is_wanted for made in _choices(each, model, weights[each.group])]


def _choices(each: Example, model: Model, weight: float) -> Iterable[Choice]:
    found = search(each.seen, model)
    for key, role in found.roles.items():
        if not truth.known(each.row, role) or not found.ranked.get(key):
            continue
        ranked = found.ranked[key]
        right = _right(each.row, role, [one.candidate.value for one in ranked])
        if right is None:
            continue
        amounts = tuple(one.amounts for one in ranked)
        weights = model.of(TYPES[role], role)
        fixed = np.array([one.score - dot(weights, one.amounts) for one in ranked])
        yield Choice(each.group, role, weight, amounts, fixed, right)


def dot(weights: Mapping[str, float], amounts: Mapping[str, float]) -> float:
    """The part of a score that weights decide."""
    return sum(weights.get(name, UNKNOWN.get(name, 0.0)) * amount for name, amount in amounts.items())


def _right(row: truth.Row, role: str, values: Sequence[str]) -> np.ndarray | None:
    """Which values are right; None where the best one is neither right nor clearly wrong (names misread by recognition)."""
    alike = np.array([truth.likeness(row, role, value) for value in values])
    best = float(alike.max())
    if best >= truth.ALIKE:
        return alike >= max(truth.ALIKE, best - 0.02)
    return None if best >= _HARDLY else np.zeros(len(values), dtype=bool)
