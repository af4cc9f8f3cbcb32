"""The whole training: weights, then confidence, then how good both are on vendors that were left out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from documents.extraction.learning.calibrating import calibrate
from documents.extraction.learning.measure import Answer, answers
from documents.extraction.learning.training import (
    STRENGTHS,
    Groups,
    Material,
    Tell,
    Wanted,
    best_roles,
    crossed,
    halved,
    learn,
)
from documents.extraction.model import Model


@dataclass(frozen=True)
class Trained:
    """The model learned from all documents, and what is read in documents of unseen vendors: with the weights before, with
    weights and confidence learned from all other vendors, and from every second one of them."""

    model: Model
    before: list[Answer]
    unseen: list[Answer]
    half: list[Answer]


def steps_of(material: Material) -> int:
    """How many steps `train` takes."""
    return len(STRENGTHS) + len(material.parts) + 5


def train(material: Material, count: int, tell: Tell) -> Trained:
    """Everything, with `count` heaps of vendors left out in turn; `tell` hears of each of the `steps_of` it that is done."""
    roles = best_roles(material, count, tell)
    model, unseen, half = judge(material, roles, count, tell)
    given = answers(material.examples, material.before)
    tell("weights before")
    return Trained(model, given, unseen, half)


def judge(material: Material, roles: Wanted, count: int, tell: Tell) -> tuple[Model, list[Answer], list[Answer]]:
    """The model of all documents, and its answers on unseen vendors: learned from all others, and from half of them."""
    first = crossed(material, lambda groups: learn(material, groups, roles), count)
    tell("values of unseen vendors")

    def made(groups: Groups) -> Model:
        learned = learn(material, groups, roles)
        known = [each for each in first if each.group in groups]
        return replace(learned, calibration=calibrate(known, material.before.calibration))

    unseen = crossed(material, made, count)
    tell("confidence of unseen vendors")
    half = crossed(material, lambda groups: made(halved(groups)), count)
    tell("half of the vendors")
    model = made(material.groups)
    tell("all vendors")
    return replace(model, weights=_named(model.weights, roles)), unseen, half


def _named(weights: dict[str, Any], roles: Wanted) -> dict[str, Any]:
    """The weights with what was learned, and how much the weights before counted."""
    return {"version": "learned-1", "learned": dict(roles), **_without(weights)}


def _without(weights: dict[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in weights.items() if name not in ("version", "learned")}
