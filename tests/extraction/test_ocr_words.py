"""Where words end within a line that was read: at spaces, and at gaps in the ink that are as wide as one."""

from __future__ import annotations

import numpy as np
import pytest

from documents.extraction.ocr.letters import HEIGHT, Letters
from documents.extraction.ocr.words import words_of

PITCH = 30


def split(text: str, *, narrow: str = "", missing: int = -1) -> list[str]:
    """The words of a line in type of one width, 22 pixels of ink on a pitch of 30; those in `narrow` have 4.

    `missing` is the index of a character before which a space was printed and not read.
    """
    columns, at = [], PITCH
    for index in range(len(text)):
        at += PITCH if index == missing else 0
        columns.append(float(at))
        at += PITCH
    crop = np.full((HEIGHT, at), 255, np.uint8)
    for character, column in zip(text, columns, strict=True):
        half = 2 if character in narrow else 11
        if not character.isspace():
            crop[8:-8, int(column) - half : int(column) + half] = 0
    letters = Letters(tuple(text), np.array(columns), np.full(len(text), 0.99))
    corners = np.array([[0, 0], [at, 0], [at, HEIGHT], [0, HEIGHT]], np.float32)
    return [word.text for word in words_of(letters, crop, corners)]


@pytest.mark.parametrize("text", ["HotlineNumber", "PETALINGJAYA", "UTAMA,"])
def test_narrow_letters_in_type_of_one_width_part_no_word(text: str) -> None:
    assert split(text, narrow="liI,") == [text]


def test_a_space_that_was_not_read_shows_in_the_places_of_the_letters() -> None:
    assert split("SIMPLIFIEDTAX", narrow="I", missing=10) == ["SIMPLIFIED", "TAX"]
    assert split("GOOD NEWS") == ["GOOD", "NEWS"]
