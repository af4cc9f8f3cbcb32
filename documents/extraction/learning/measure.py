"""How good values and their confidence are: answers beside the truth, shares, calibration error, straight-through share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from documents.extraction.fieldvalues import signals_of, tell
from documents.extraction.learning import truth
from documents.extraction.learning.examples import Example
from documents.extraction.model import Model
from documents.extraction.pipeline import conclude, search


@dataclass(frozen=True)
class Answer:
    """One field of one document, read beside its truth. `confidence` 0-1, of the document too; `alike` as truth.likeness."""

    document: str
    source: str
    group: str
    role: str
    wanted: bool
    given: bool
    alike: float
    confidence: float
    of_document: float
    signals: dict[str, float] = field(default_factory=dict)

    @property
    def right(self) -> bool:
        """As the scorer counts: the very value, or nothing where nothing is to be found."""
        return self.alike == 1.0 if self.wanted else not self.given

    @property
    def nearly(self) -> bool:
        """The same, but names and addresses may differ in a tenth of their letters."""
        return self.alike >= truth.ALIKE if self.wanted else not self.given


@dataclass(frozen=True)
class Shares:
    """Right among all fields that are to be found (recall), among all that were found (precision), and their mean (F1)."""

    wanted: int
    given: int
    right: int

    @property
    def f1(self) -> float:
        return 2 * self.right / max(self.wanted + self.given, 1)


def answers(examples: Iterable[Example], model: Model) -> list[Answer]:
    """What the model reads in each document, for every part that the truth knows."""
    return [answer for each in examples for answer in _answers(each, model)]


def _answers(each: Example, model: Model) -> list[Answer]:
    roles = [role for role in each.row["expected"] if truth.known(each.row, role)]
    if not each.seen.is_wanted:
        return [_answer(each, role, None, 0.0, 0.0, {}) for role in roles]
    found = search(each.seen, model)
    told = conclude(each.seen, tell(each.seen.profile, found, model), model)
    by_role = {found.roles.get(value.key, ""): value for value in told.fields}
    made = []
    for role in roles:
        value = by_role.get(role)
        text = value.value if value is not None and isinstance(value.value, str) else None
        chosen = found.chosen.get(value.key) if value is not None and text is not None else None
        signals = signals_of(value.key, chosen, found) if value is not None and chosen is not None else {}
        made.append(_answer(each, role, text, value.confidence / 100 if value else 0.0, told.confidence / 100, signals))
    return made


def _answer(each: Example, role: str, value: str | None, sure: float, of_document: float, signals: dict[str, float]) -> Answer:
    return Answer(
        each.id, each.source, each.group, role, truth.wanted(each.row, role), value is not None,
        truth.likeness(each.row, role, value), sure, of_document, signals,
    )  # fmt: skip


def shares(given: Iterable[Answer], *, nearly: bool = False) -> Shares:
    every = list(given)
    right = sum(each.wanted and each.given and (each.nearly if nearly else each.right) for each in every)
    return Shares(sum(each.wanted for each in every), sum(each.given for each in every), right)


def calibration_error(pairs: Sequence[tuple[float, bool]], bins: int = 10) -> float:
    """Expected calibration error: how far confidence (0-1) and the share of right values lie apart, bin by bin, on average."""
    heaps: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for sure, right in pairs:
        heaps[min(int(sure * bins), bins - 1)].append((sure, right))
    apart = sum(abs(sum(sure for sure, _ in heap) - sum(right for _, right in heap)) for heap in heaps.values())
    return apart / max(len(pairs), 1)


def straight_through(given: Iterable[Answer], target: float = 0.99) -> tuple[float, float | None]:
    """The largest share of documents that may pass unseen, most certain first, with at least `target` of their fields right;
    and the confidence from which on. Documents with equal confidence pass or fall together."""
    by_document: dict[str, list[Answer]] = defaultdict(list)
    for each in given:
        if each.wanted or each.given:
            by_document[each.document].append(each)
    ordered = sorted(by_document.values(), key=lambda fields: -fields[0].of_document)
    passed, threshold, right, every = 0, None, 0, 0
    for number, fields in enumerate(ordered, 1):
        right += sum(each.right for each in fields)
        every += len(fields)
        last = number == len(ordered) or ordered[number][0].of_document < fields[0].of_document
        if last and right >= target * every:
            passed, threshold = number, fields[0].of_document
    return passed / max(len(ordered), 1), threshold
