"""What the pure core hands out: values with their place, evidence and confidence. Frozen, JSON in and out.

Units: boxes in points from the top left corner; dates ISO 8601; amounts decimal text with a point and at least two
decimals; currencies ISO 4217; confidence a whole number 0-100.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from documents.extraction.einvoice_content import InvoiceContent
from documents.extraction.geometry import Box

PAGE = "page"
EINVOICE = "einvoice"
LLM = "llm"
LAYOUT = "layout"

Value = str | list[str] | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: page from 1, and its box."""

    page: int
    box: Box


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for a value, in words a clerk understands, with its weight (positive speaks for it)."""

    kind: str
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a value or a document. `code` is a word of ui.md 2.4; `blocks` stops automation."""

    code: str
    text: str
    blocks: bool = True


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another candidate for the same field, best first."""

    value: str
    raw: str
    places: tuple[Place, ...]
    confidence: int
    why: str


@dataclass(frozen=True, slots=True)
class FieldValue:
    """One value of a field or a cell. `value` None means nothing was found."""

    key: str
    value: Value
    raw: str = ""
    places: tuple[Place, ...] = ()
    confidence: int = 0
    source: str = PAGE
    evidence: tuple[Evidence, ...] = ()
    problems: tuple[Problem, ...] = ()
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True, slots=True)
class LineValue:
    """One row of the table of goods; `cells` by column key."""

    page: int | None
    cells: dict[str, FieldValue]
    confidence: int


@dataclass(frozen=True, slots=True)
class Findings:
    """All that was found in a document, ready to be stored or printed.

    `doc_type` is one of invoice, credit_note, receipt, order, delivery_note, statement, letter, other.
    `problems` are those of the whole document (arithmetic, e-invoice against page, profile unsure). `einvoice` is the whole
    e-invoice, beyond what the profile asks for, where there is one. `extractor` is the version of the learned numbers,
    `layout` the id of the learned layout it has.
    """

    profile: str
    doc_type: str
    doc_type_confidence: int
    language: str
    number_style: str
    date_style: str
    fields: tuple[FieldValue, ...]
    line_items: tuple[LineValue, ...]
    problems: tuple[Problem, ...]
    confidence: int
    reasoning: str
    summary: str
    extractor: str = ""
    einvoice: InvoiceContent | None = None
    layout: int | None = None

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "einvoice": self.einvoice.as_json() if self.einvoice else None}

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> Findings:
        """Raises KeyError, TypeError or ValueError when `raw` has another shape: what a child answers is hostile too."""
        return cls(
            **{
                **raw,
                "doc_type_confidence": int(raw["doc_type_confidence"]),
                "confidence": int(raw["confidence"]),
                "extractor": str(raw["extractor"])[:60],
                "fields": tuple(_field(each) for each in raw["fields"]),
                "line_items": tuple(
                    LineValue(
                        each["page"], {str(key): _field(cell) for key, cell in each["cells"].items()}, int(each["confidence"])
                    )
                    for each in raw["line_items"]
                ),
                "problems": tuple(Problem(**each) for each in raw["problems"]),
                "einvoice": InvoiceContent.from_json(raw["einvoice"]) if raw.get("einvoice") else None,
                "layout": None if raw.get("layout") is None else int(raw["layout"]),
            }
        )


def _places(raw: list[dict[str, Any]]) -> tuple[Place, ...]:
    return tuple(Place(int(each["page"]), Box(**each["box"])) for each in raw)


def _field(raw: dict[str, Any]) -> FieldValue:
    return FieldValue(
        **{
            **raw,
            "confidence": int(raw["confidence"]),
            "places": _places(raw["places"]),
            "evidence": tuple(Evidence(**each) for each in raw["evidence"]),
            "problems": tuple(Problem(**each) for each in raw["problems"]),
            "alternatives": tuple(Alternative(**{**each, "places": _places(each["places"])}) for each in raw["alternatives"]),
        }
    )
