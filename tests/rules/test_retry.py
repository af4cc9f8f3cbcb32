"""The table of waits, its spread, and what receivers may wish for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rules.webhooks.retry import WAITS, Verdict, judge, wait

NOW = datetime(2025, 11, 15, 9, 0, tzinfo=UTC)


def after(tries: int, wish: str = "", random: float = 0.5) -> timedelta | None:
    return wait(tries, wish, NOW, lambda: random)


def test_ten_tries_take_75_hours_35_minutes_and_5_seconds() -> None:
    assert len(WAITS) == 10
    assert sum(WAITS, timedelta()) == timedelta(hours=75, minutes=35, seconds=5)
    assert [after(tries) for tries in range(1, 10)] == list(WAITS[1:])
    assert after(10) is None


@pytest.mark.parametrize("tries", range(1, 10))
def test_waits_are_spread_by_a_fifth(tries: int) -> None:
    assert after(tries, random=0.0) == WAITS[tries] * 0.8
    assert after(tries, random=1.0) == WAITS[tries] * 1.2


def test_the_receivers_longer_wish_wins_and_a_day_is_the_most() -> None:
    assert after(1, "120") == timedelta(minutes=2)
    assert after(3, "120") == WAITS[3]
    assert after(1, "Sat, 15 Nov 2025 10:00:00 GMT") == timedelta(hours=1)
    assert after(1, "9999999999999") == timedelta(hours=24)
    assert after(1, "Sat, 15 Nov 2099 10:00:00 GMT") == timedelta(hours=24)


@pytest.mark.parametrize("wish", ["", "soon", "-5", "١٢٠", "Sat, 15 Nov 2020 10:00:00 GMT", "Sat, 99 Nov 2025 10:00:00 GMT"])
def test_a_wish_that_says_nothing_changes_nothing(wish: str) -> None:
    assert after(1, wish) == WAITS[1]


@pytest.mark.parametrize(
    ("status", "verdict"),
    [(200, Verdict.DELIVERED), (204, Verdict.DELIVERED), (299, Verdict.DELIVERED), (302, Verdict.AGAIN), (400, Verdict.AGAIN),
     (404, Verdict.AGAIN), (410, Verdict.GONE), (429, Verdict.AGAIN), (503, Verdict.AGAIN), (None, Verdict.AGAIN)],
)  # fmt: skip
def test_only_2xx_is_delivered_and_only_410_is_final(status: int | None, verdict: Verdict) -> None:
    assert judge(status) is verdict
