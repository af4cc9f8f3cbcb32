"""Learning: weights from choices, confidence from answers, both judged on vendors that were left out."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import replace
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from documents.extraction.confidence import SIGNALS, of_value
from documents.extraction.learning import truth
from documents.extraction.learning.calibrating import calibrate
from documents.extraction.learning.chart import threshold_chart
from documents.extraction.learning.examples import Choice
from documents.extraction.learning.fit import fit, smallest
from documents.extraction.learning.measure import Answer, calibration_error, shares, straight_through
from documents.extraction.learning.training import folds, halved
from documents.extraction.model import MODEL, Model, read_model
from documents.extraction.roles import TYPES
from documents.extraction.synthesis.samples import digital_invoice
from documents.management.commands.train_extractor import BY_HAND

QUIET = dict.fromkeys(SIGNALS, 0.0)


def answer(document: str, *, right: bool, sure: float = 0.9, of_document: float = 0.5, **signals: float) -> Answer:
    told = {**QUIET, **signals}
    return Answer(document, "set", document, "vendor", True, True, float(right), sure, of_document, told)


# --- Truth ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "expected", "value", "alike"),
    [
        ("total_amount", "119.00", "119.00", 1.0),
        ("total_amount", "119", "119.00", 1.0),
        ("total_amount", "119.00", "-119.00", 0.0),
        ("total_amount", "119.00", "nothing", 0.0),
        ("invoice_number", "RE 2024 / 7", "re2024/7", 1.0),
        ("invoice_number", "#RE 1", "re1", 1.0),
        ("iban", "DE02 1203", "DE021203", 1.0),
        ("invoice_date", "2024-05-01", "2024-05-02", 0.0),
        ("vendor", "Müller & Söhne", "MÜLLER SÖHNE", 1.0),
        ("vendor_address", "Hafenstraße 12, 20457 Hamburg", "Hafenstrasse 12 20457 Hamburg", 1.0),
        ("vendor", None, "Anybody", 0.0),
    ],
)
def test_values_are_compared_as_the_scorer_does(role: str, expected: str | None, value: str, alike: float) -> None:
    assert truth.likeness({"expected": {role: expected}}, role, value) == alike


def test_the_sign_of_a_credit_note_and_other_accepted_names_count() -> None:
    row = {
        "doc_type": "credit_note",
        "expected": {"total_amount": "119.00", "vendor": "A"},
        "expected_alt": {"vendor": ["B Ltd"]},
    }
    assert truth.likeness(row, "total_amount", "-119.00") == 1.0
    assert truth.likeness(row, "vendor", "B LTD.") == 1.0


def test_a_misread_name_is_nearly_right() -> None:
    alike = truth.likeness({"expected": {"vendor": "Harrowgate Books"}}, "vendor", "Harrowgate Bocks")
    assert truth.ALIKE < alike < 1.0
    assert truth.likeness({"expected": {"vendor": "Nordlicht GmbH"}}, "vendor", "Südlicht AG") < truth.ALIKE


# --- Weights ----------------------------------------------------------------------------------------------------------


def choice(number: int, *amounts: dict[str, float], right: Sequence[bool]) -> Choice:
    rows = tuple({"start": 1.0, **each} for each in amounts)
    return Choice(f"vendor {number}", "invoice_date", 1.0, rows, np.zeros(len(rows)), np.array(right))


def test_what_marks_the_right_candidate_gains_weight() -> None:
    made = [choice(number, {"top": 1.0}, {"bottom": 1.0}, right=(False, True)) for number in range(30)]
    learned = fit(made, {"start": -1.0, "top": 1.0, "bottom": 0.0}, strength=1.0)
    assert learned["bottom"] > 1.5 > 0 > learned["top"]
    assert made[0].scores(learned)[1] > 1 > made[0].scores(learned)[0]


def test_none_wins_where_nothing_is_right() -> None:
    made = [choice(number, {"top": 1.0}, right=(False,)) for number in range(30)]
    assert made[0].scores(fit(made, {"start": 2.0}, strength=0.1))[0] < 0


def test_the_weights_before_hold_against_little_data() -> None:
    made = [choice(number, {"top": 1.0}, {"bottom": 1.0}, right=(False, True)) for number in range(5)]
    before = {"start": -1.0, "top": 1.0, "bottom": 0.0}
    near, far = fit(made, before, strength=100.0), fit(made, before, strength=1.0)
    assert abs(near["top"] - 1.0) < 0.1 < abs(far["top"] - 1.0)


def test_what_few_vendors_show_is_not_learned() -> None:
    made = [choice(1, {"rare": 1.0}, {}, right=(True, False)) for _ in range(30)]
    assert "rare" not in fit(made, {"start": -1.0}, strength=1.0)


def test_the_smallest_point_may_not_pass_the_floor() -> None:
    def bowl(point: np.ndarray) -> tuple[float, np.ndarray]:
        away = point - np.array([-2.0, 3.0])
        return float(away @ away), 2 * away

    assert smallest(bowl, np.zeros(2)) == pytest.approx([-2.0, 3.0], abs=1e-3)
    assert smallest(bowl, np.zeros(2), floor=np.zeros(2)) == pytest.approx([0.0, 3.0], abs=1e-3)


def test_vendors_are_dealt_once_and_always_alike() -> None:
    names = [f"vendor {number}" for number in range(23)]
    heaps = folds(names, 5)
    assert sorted(name for heap in heaps for name in heap) == sorted(names)
    assert heaps == folds(list(reversed(names)), 5)
    assert halved(names) == halved(list(reversed(names)))
    assert len(halved(names)) == 12


# --- Confidence -------------------------------------------------------------------------------------------------------


def test_confidence_becomes_the_share_of_right_values() -> None:
    doubtful = [answer(f"a{number}", right=number % 2 == 0, score=1.0) for number in range(200)]
    clear = [answer(f"b{number}", right=number % 20 != 0, score=8.0, label=1.0) for number in range(200)]
    model = replace(MODEL, calibration=calibrate([*doubtful, *clear], MODEL.calibration))
    assert of_value(doubtful[0].signals, "vendor", model) == pytest.approx(50, abs=4)
    assert of_value(clear[0].signals, "vendor", model) == pytest.approx(95, abs=3)
    assert of_value(clear[0].signals, "a field of one's own", model) == pytest.approx(95, abs=5)


def test_more_evidence_never_makes_less_sure() -> None:
    perverse = [answer(f"{number}", right=number % 2 == 0, score=8.0 * (number % 2)) for number in range(100)]
    table = calibrate(perverse, MODEL.calibration)
    weights = [line[name] for line in (table["all"], *table["roles"].values()) for name in SIGNALS]
    assert min(weights) >= 0
    shipped = MODEL.calibration
    assert min(line.get(name, 0.0) for line in (shipped["all"], *shipped["roles"].values()) for name in SIGNALS) >= 0


def test_calibration_error_and_shares() -> None:
    assert calibration_error([(0.9, True)] * 9 + [(0.9, False)]) == pytest.approx(0.0)
    assert calibration_error([(0.9, False)] * 10) == pytest.approx(0.9)
    assert shares([answer("a", right=True), answer("b", right=False)]).f1 == 0.5


def test_documents_of_one_confidence_pass_together() -> None:
    good = [answer(f"g{number}", right=True, of_document=0.9) for number in range(6)]
    tied = [answer("t1", right=True, of_document=0.8), answer("t2", right=False, of_document=0.8)]
    assert straight_through([*tied, *good]) == (0.75, 0.9)
    assert straight_through(tied) == (0.0, None)


def test_the_chart_is_a_picture_that_says_what_it_shows() -> None:
    drawn = ET.fromstring(threshold_chart([(0.95, True)] * 9 + [(0.4, False)], "Error & threshold"))
    texts = [each.text or "" for each in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert texts[0] == "Error & threshold"
    assert any("10 values" in text for text in texts)
    assert len(list(drawn.iter("{http://www.w3.org/2000/svg}polyline"))) == 7


# --- Commands ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def truth_list(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("list")
    rows = []
    for seed, (language, layout) in enumerate([("en", "letter"), ("de", "band"), ("fr", "ledger"), ("en", "sidebar")], 3):
        sample = digital_invoice(seed, language, layout, lines=2)
        (folder / sample.filename).write_bytes(sample.data)
        rows.append({**(sample.truth or {}), "group": layout})
    (folder / "truth.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder / "truth.jsonl"


def train(truth_list: Path, output: Path) -> str:
    printed = StringIO()
    call_command(
        "train_extractor", "--truth", str(truth_list), "--made", "0", "--folds", "2", "--output", str(output),
        "--words", str(truth_list.parent / "words"), stdout=printed, stderr=StringIO(),
    )  # fmt: skip
    return printed.getvalue()


def test_training_is_reproducible_and_says_how_good_it_is(truth_list: Path, tmp_path: Path) -> None:
    one, two = train(truth_list, tmp_path / "one"), train(truth_list, tmp_path / "two")
    assert one == two
    for name in ("weights.json", "calibration.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    weights, calibration = (json.loads((tmp_path / "one" / name).read_text()) for name in ("weights.json", "calibration.json"))
    assert Model(weights, calibration).version in one
    assert weights["joint"] == json.loads(BY_HAND.read_text())["joint"]
    assert {"vendor", "total_amount"} <= calibration["roles"].keys()
    assert "| total_amount | 4 | 4 | 4 | 4 |" in one


def test_training_needs_vendors_to_leave_out(truth_list: Path) -> None:
    with pytest.raises(CommandError, match="vendors"):
        call_command("train_extractor", "--truth", str(truth_list), "--made", "0", "--folds", "9")


def test_calibration_prints_tables_and_draws_the_chart(truth_list: Path, tmp_path: Path) -> None:
    printed = StringIO()
    call_command("calibration", "--truth", str(truth_list), "--chart", str(tmp_path / "a.svg"), stdout=printed)
    assert "| total_amount | 4 |" in printed.getvalue()
    assert (tmp_path / "a.svg").read_text().startswith("<svg")
    with pytest.raises(CommandError, match="either"):
        call_command("calibration")


def test_what_was_not_learned_is_as_it_was_set_by_hand() -> None:
    """A weight is changed in learning/by_hand.json, and `manage.py train_extractor` run: docs/accuracy.md."""
    hand = read_model(BY_HAND)
    rest = [role for role in hand.weights["roles"] if role not in MODEL.weights["learned"]]
    assert {role: MODEL.of(TYPES[role], role) for role in rest} == {role: hand.of(TYPES[role], role) for role in rest}
    for part in ("types", "joint", "repeated"):
        assert MODEL.weights[part] == hand.weights[part]
