"""Reading order: which words share a line."""

from __future__ import annotations

from documents.extraction.geometry import Box
from documents.extraction.layout import Word, in_reading_order


def words(*placed: tuple[str, float, float]) -> list[Word]:
    return [Word(text, Box(x, top, x + 6 * len(text), top + 11)) for text, x, top in placed]


def lines(found: tuple[Word, ...]) -> list[str]:
    numbers = sorted({word.line for word in found})
    return [" ".join(word.text for word in found if word.line == number) for number in numbers]


def test_lines_printed_closer_than_their_height_stay_two() -> None:
    upper = words(("Adresse", 40, 100), ("de", 86, 100), ("livraison", 102, 100))
    lower = words(("Ma", 40, 105.5), ("jolie", 56, 105.5), ("boutique", 90, 105.5))
    assert lines(in_reading_order(upper + lower)) == ["Adresse de livraison", "Ma jolie boutique"]


def test_a_leaning_row_is_one_line() -> None:
    assert lines(in_reading_order(words(("one", 40, 100), ("two", 62, 102), ("three", 84, 104)))) == ["one two three"]
