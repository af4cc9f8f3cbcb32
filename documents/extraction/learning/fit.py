"""Weights from choices: the most likely ones, given the hand-set weights as what is believed beforehand (MAP).

For each field the right candidates compete with the others and with "none", whose score is 0: conditional (softmax)
log-likelihood, less half the squared distance from the weights before times `strength`. numpy only, no chance involved.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from documents.extraction.learning.examples import Choice
from documents.extraction.scoring import UNKNOWN

_FEWEST_GROUPS = 4
Goal = Callable[[np.ndarray], tuple[float, np.ndarray]]


def fit(choices: Sequence[Choice], before: Mapping[str, float], strength: float) -> dict[str, float]:
    """The learned weights of one role; those of features that few vendors show stay as they were."""
    names = _names(choices)
    start = np.array([before.get(name, UNKNOWN.get(name, 0.0)) for name in names])
    rows = [[amounts.get(name, 0.0) for name in names] for each in choices for amounts in each.amounts]
    if not rows or not names:
        return dict(before)
    others = np.array([_rest(row, before, names) for each in choices for row in _rows(each)])
    goal = _goal(np.array(rows), others, choices, start, strength)
    learned = smallest(goal, start)
    return {**before, **{name: round(float(value), 2) for name, value in zip(names, learned, strict=True)}}


def _rows(each: Choice) -> list[tuple[Mapping[str, float], float]]:
    return list(zip(each.amounts, each.fixed, strict=True))


def _rest(row: tuple[Mapping[str, float], float], before: Mapping[str, float], names: Sequence[str]) -> float:
    """What the features that are not learned add."""
    amounts, fixed = row
    return fixed + sum(before.get(name, 0.0) * amount for name, amount in amounts.items() if name not in names)


def _names(choices: Sequence[Choice]) -> list[str]:
    groups: dict[str, set[str]] = defaultdict(set)
    for each in choices:
        for amounts in each.amounts:
            for name in amounts:
                groups[name].add(each.group)
    return sorted(name for name, seen in groups.items() if len(seen) >= _FEWEST_GROUPS)


def _goal(rows: np.ndarray, fixed: np.ndarray, choices: Sequence[Choice], before: np.ndarray, strength: float) -> Goal:
    sizes = [len(each.amounts) for each in choices]
    firsts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(int)
    owner = np.repeat(np.arange(len(choices)), sizes)
    right = np.concatenate([each.right for each in choices])
    weights = np.array([each.weight for each in choices])
    some = np.logical_or.reduceat(right, firsts)

    def goal(point: np.ndarray) -> tuple[float, np.ndarray]:
        scores = rows @ point + fixed
        highest = np.maximum(np.maximum.reduceat(scores, firsts), 0.0)
        powers = np.exp(scores - highest[owner])
        every = np.add.reduceat(powers, firsts) + np.exp(-highest)
        good = np.where(some, np.add.reduceat(np.where(right, powers, 0.0), firsts), np.exp(-highest))
        good = np.maximum(good, 1e-300)
        chance = powers / every[owner] - np.where(right & some[owner], powers / good[owner], 0.0)
        away = point - before
        loss = float(weights @ (np.log(every) - np.log(good)) + strength / 2 * away @ away)
        return loss, rows.T @ (weights[owner] * chance) + strength * away

    return goal


def smallest(goal: Goal, start: np.ndarray, *, floor: np.ndarray | None = None, rounds: int = 400) -> np.ndarray:
    """Where a smooth function (value and slope at a point) is smallest, by L-BFGS; not below `floor`, where one is given."""
    point, (value, slope) = start.copy(), goal(start)
    steps: list[tuple[np.ndarray, np.ndarray]] = []
    for _ in range(rounds):
        free = np.ones(len(point), dtype=bool) if floor is None else (point > floor) | (slope < 0)
        downhill = -_curved(np.where(free, slope, 0.0), steps) * free
        if slope @ downhill > -1e-12:
            if not steps:
                break
            steps = []
            continue
        found = _step(goal, point, value, slope, downhill, floor)
        if found is None:
            if not steps:
                break
            steps = []
            continue
        new, new_value, new_slope = found
        moved, bent = new - point, new_slope - slope
        steps = [*steps[-9:], (moved, bent)] if moved @ bent > 1e-12 else []
        done = value - new_value < 1e-9 * max(1.0, abs(value))
        point, value, slope = new, new_value, new_slope
        if done:
            break
    return point


def _curved(slope: np.ndarray, steps: Sequence[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """The slope divided by the curvature that the last steps showed."""
    direction, parts = slope.copy(), []
    for moved, bent in reversed(steps):
        part = (moved @ direction) / (moved @ bent)
        parts.append(part)
        direction -= part * bent
    if steps:
        moved, bent = steps[-1]
        direction *= (moved @ bent) / (bent @ bent)
    else:
        direction /= max(1.0, float(np.linalg.norm(direction)))
    for (moved, bent), part in zip(steps, reversed(parts), strict=True):
        direction += (part - (bent @ direction) / (moved @ bent)) * moved
    return direction


def _step(
    goal: Goal, point: np.ndarray, value: float, slope: np.ndarray, downhill: np.ndarray, floor: np.ndarray | None
) -> tuple[np.ndarray, float, np.ndarray] | None:
    length = 1.0
    for _ in range(40):
        new = point + length * downhill
        if floor is not None:
            new = np.maximum(new, floor)
        new_value, new_slope = goal(new)
        if new_value <= value + 1e-4 * float(slope @ (new - point)):
            return new, new_value, new_slope
        length /= 2
    return None
