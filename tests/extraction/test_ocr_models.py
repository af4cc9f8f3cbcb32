"""The recognizer with its last layer cut answers as the whole one does."""

from __future__ import annotations

import numpy as np
import pytest

from documents.extraction.ocr import letters, models
from documents.extraction.ocr.onnx_cut import cut
from tests.extraction import reading_samples as samples


def strips():
    grey = np.asarray(samples.picture())
    return [
        letters.crop(grey, np.array([[100, y], [900, y], [900, y + 60], [100, y + 60]], np.float32)) for y in (80, 175, 270)
    ]


def test_the_cut_model_reads_what_the_whole_one_reads():
    cut_short, whole = (letters.read(strips(), east_asian=east_asian) for east_asian in (False, True))
    assert ["".join(line.characters) for line in cut_short] == list(samples.LINES[:3])
    assert [line.characters for line in cut_short] == [line.characters for line in whole]
    assert all(np.array_equal(one.columns, other.columns) for one, other in zip(cut_short, whole, strict=True))


def test_the_cut_leaves_the_letters_of_europe_and_no_ideographs():
    _, characters = models.recognizer(False)
    assert set("ÄÖÜäöüßéèçñøåłşžőțğ€£%§&@#0123456789 –") <= set(characters)
    assert len(characters) < 1000 < len(models.recognizer(True)[1])
    assert characters[0] == ""


def test_a_model_without_such_a_layer_is_refused():
    with pytest.raises(ValueError, match="0 tensors end in 17 classes"):
        cut(models._file(models._RECOGNIZER).read_bytes(), 17, [0, 1])
