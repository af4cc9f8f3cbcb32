"""The words on documents, from vocabulary.json: labels of each wanted value in en, de, fr, es, it, nl, and of what competes.

A concept is a field key (also of custom profiles: same key, same words) or something that only competes for a place, such
as the delivery date, so that its value is not taken for another one. "~" marks a weak label, which says little alone.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_READ: dict[str, Any] = json.loads((Path(__file__).parent / "vocabulary.json").read_text(encoding="utf-8"))

LABELS: dict[str, tuple[str, ...]] = {concept: tuple(words) for concept, words in _READ["labels"].items()}
COLUMNS: dict[str, tuple[str, ...]] = {column: tuple(words) for column, words in _READ["columns"].items()}
NAMES: dict[str, str] = _READ["names"]
