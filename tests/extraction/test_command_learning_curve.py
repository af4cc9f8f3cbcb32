"""`manage.py learning_curve`: accuracy on the first, second, third document of a layout, and what became worse."""

from __future__ import annotations

import json
import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from documents.extraction.synthesis.series import invoice_series


def curve(*arguments: str) -> str:
    printed = StringIO()
    call_command("learning_curve", *arguments, stdout=printed)
    return printed.getvalue()


def test_one_correction_is_right_on_the_next_document_of_each_layout(tmp_path: Path) -> None:
    rows = []
    for sample in (each for series in invoice_series(6, 3) for each in series):
        (tmp_path / sample.filename).write_bytes(sample.data)
        rows.append({**sample.truth, "id": sample.filename, "file": sample.filename})
    truth = tmp_path / "truth.jsonl"
    truth.write_text("".join(json.dumps(row) + "\n" for row in rows))
    printed = curve("--truth", str(truth))
    shares = {int(n): (float(one), float(two)) for n, one, two in re.findall(r"^ +(\d) +\d+ +(\S+) +(\S+)$", printed, re.M)}
    assert shares[1][0] == shares[1][1] < 0.95
    assert shares[2][1] > 0.97 > shares[2][0]
    assert "right without the memory and wrong with it: 0" in printed
    right, of = re.search(r"next document: (\d+) of (\d+)", printed).groups()
    assert int(of) >= 3
    assert int(right) / int(of) >= 0.97


def test_it_says_what_is_missing_or_wrong(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Say --truth"):
        curve()
    with pytest.raises(CommandError, match="20x5"):
        curve("--generated", "many")
    with pytest.raises(CommandError, match="cannot be opened"):
        curve("--truth", str(tmp_path / "none.jsonl"))
    for bad in ("{", '{"id": "a"}', "[]"):
        (tmp_path / "bad.jsonl").write_text(bad)
        with pytest.raises(CommandError, match="no truth list"):
            curve("--truth", str(tmp_path / "bad.jsonl"))
    (tmp_path / "gone.jsonl").write_text('{"id": "a", "file": "gone.pdf"}')
    with pytest.raises(CommandError, match=r"gone\.pdf cannot be opened"):
        curve("--truth", str(tmp_path / "gone.jsonl"))


def test_series_are_the_same_each_time_and_one_sender_each() -> None:
    one, two = invoice_series(2, 2), invoice_series(2, 2)
    assert [[each.truth for each in series] for series in one] == [[each.truth for each in series] for series in two]
    for series in one:
        assert len({each.truth["expected"]["vendor"] for each in series}) == 1
        assert len({each.truth["expected"]["invoice_number"] for each in series}) == 2
