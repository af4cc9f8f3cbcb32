"""Values in normal form: strict for programs, lenient for people."""

from __future__ import annotations

import pytest

from documents import normal


@pytest.mark.parametrize(
    ("kind", "given", "normal_form"),
    [
        ("amount", "18500", "18500.00"),
        ("amount", 1500.5, "1500.50"),
        ("number", "10", "10"),
        ("percent", "19.5", "19.5"),
        ("date", "2025-11-15", "2025-11-15"),
        ("currency", "eur", "EUR"),
        ("boolean", True, "true"),
        ("boolean", "FALSE", "false"),
        ("list", ["a"], ["a"]),
        ("text", "  x ", "x"),
        ("text", "", None),
        ("amount", None, None),
    ],
)
def test_programs_give_values_in_one_form(kind: str, given: object, normal_form: object) -> None:
    assert normal.strict(kind, given) == normal_form


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("amount", "1,5"),
        ("amount", "NaN"),
        ("amount", "1e30"),
        ("date", "15.11.2025"),
        ("date", "2025-02-30"),
        ("currency", "XYZ1"),
        ("boolean", "maybe"),
        ("list", "a"),
        ("text", {"a": 1}),
        ("text", True),
        ("text", "x" * 10_001),
    ],
)
def test_anything_else_is_refused_with_a_sentence(kind: str, given: object) -> None:
    with pytest.raises(ValueError, match=r".{8}"):
        normal.strict(kind, given)


@pytest.mark.parametrize(
    ("kind", "typed", "normal_form"),
    [
        ("amount", "1.234,50 €", "1234.50"),
        ("amount", "$1,234.50", "1234.50"),
        ("amount", "1,234", "1234.00"),
        ("amount", "12,5", "12.50"),
        ("amount", "1 234,5", "1234.50"),
        ("amount", "-3.00", "-3.00"),
        ("amount", "1.234.567", "1234567.00"),
        ("amount", "100", "100.00"),
        ("date", "15.11.2025", "2025-11-15"),
        ("date", "15/11/2025", "2025-11-15"),
        ("date", "", None),
        ("list", "a\n\n b ", ["a", "b"]),
        ("text", " x ", "x"),
    ],
)
def test_people_type_as_they_are_used_to(kind: str, typed: str, normal_form: object) -> None:
    assert normal.lenient(kind, typed) == normal_form


def test_what_is_no_date_is_told_so() -> None:
    with pytest.raises(ValueError, match="Type it like"):
        normal.lenient("date", "tomorrow")
