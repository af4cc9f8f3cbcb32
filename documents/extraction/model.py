"""The numbers that are learned: weights of evidence and calibration of confidence, as readable JSON, with their version."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

WEIGHTS_FILE = Path(__file__).parent / "weights.json"
CALIBRATION_FILE = Path(__file__).parent / "calibration.json"


@dataclass(frozen=True)
class Model:
    """What the scorer and the judge of confidence count with; replaced as a whole when something else is tried."""

    weights: dict[str, Any]
    calibration: dict[str, Any]

    @cached_property
    def version(self) -> str:
        """The name of the weights and a digest of all numbers, such as "learned-1-3f9a02c4": same numbers, same version."""
        numbers = json.dumps([self.weights, self.calibration], sort_keys=True)
        return f"{self.weights['version']}-{hashlib.sha256(numbers.encode()).hexdigest()[:8]}"

    def of(self, kind: str, role: str) -> dict[str, float]:
        """The weights for a value type, those of the role in the place of the type's."""
        return {**self.weights["types"].get(kind, {}), **self.weights["roles"].get(role, {})}


def read_model(weights: Path = WEIGHTS_FILE, calibration: Path = CALIBRATION_FILE) -> Model:
    """The model in two JSON files. Raises OSError and ValueError."""
    return Model(json.loads(weights.read_text(encoding="utf-8")), json.loads(calibration.read_text(encoding="utf-8")))


MODEL = read_model()
