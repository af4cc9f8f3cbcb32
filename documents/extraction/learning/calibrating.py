"""Confidence from answers of known rightness: one logistic model, with weights for all fields and others for each role.

A role's weights are drawn towards the common ones, the more the fewer values it has. No weight of a signal is below 0, so
that more evidence never makes a value less sure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from documents.extraction.confidence import SIGNALS
from documents.extraction.learning.examples import MADE
from documents.extraction.learning.fit import smallest
from documents.extraction.learning.measure import Answer

_NAMES = ("start", *SIGNALS)
_TOWARDS_ALL, _TOWARDS_0 = 5.0, 0.2
_MADE_COUNTS = 0.1  # an invented value beside a real one
_REQUIRED = frozenset({"vendor", "invoice_number", "invoice_date", "currency", "total_amount"})


def calibrate(given: Sequence[Answer], before: Mapping[str, Any]) -> dict[str, Any]:
    """The content of calibration.json. Every vendor counts
    alike, however many documents there are of it, invented ones less; what is said of documents
    that are shaken by a failed check stays as it was `before`."""
    known = [each for each in given if each.signals]
    roles = sorted({each.role for each in known})
    rows = np.array([[1.0, *(each.signals[name] for name in SIGNALS)] for each in known])
    owner = np.array([roles.index(each.role) for each in known])
    right = np.array([float(each.right) for each in known])
    times = Counter((each.group, each.role) for each in known)
    weights = np.array([(_MADE_COUNTS if each.source == MADE else 1.0) / times[each.group, each.role] for each in known])
    size = len(_NAMES)

    def goal(point: np.ndarray) -> tuple[float, np.ndarray]:
        table = point.reshape(len(roles) + 1, size)
        odds = np.einsum("ij,ij->i", rows, table[1:][owner])
        chance = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
        loss = float(weights @ (np.logaddexp(0, odds) - right * odds))
        slope = np.zeros_like(table)
        np.add.at(slope, owner + 1, rows * (weights * (chance - right))[:, None])
        apart = table[1:] - table[0]
        loss += float(_TOWARDS_ALL / 2 * (apart**2).sum() + _TOWARDS_0 / 2 * (table[0] ** 2).sum())
        slope[1:] += _TOWARDS_ALL * apart
        slope[0] += _TOWARDS_0 * table[0] - _TOWARDS_ALL * apart.sum(axis=0)
        return loss, slope.ravel()

    floor = np.tile([-np.inf, *([0.0] * len(SIGNALS))], len(roles) + 1)
    table = smallest(goal, np.maximum(0.0, floor), floor=floor, rounds=2000).reshape(len(roles) + 1, size)
    named = [dict(zip(_NAMES, (round(float(value), 2) + 0.0 for value in line), strict=True)) for line in table]
    return {
        **before,
        "version": "fitted-1",
        "all": named[0],
        "roles": dict(zip(roles, named[1:], strict=True)),
        "missing": _missing(given),
    }


def _missing(given: Sequence[Answer]) -> float:
    """How often a required value that was not found is rightly missing."""
    absent = [each.right for each in given if each.role in _REQUIRED and not each.given]
    return round((sum(absent) + 1) / (len(absent) + 10), 2)
