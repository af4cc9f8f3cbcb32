"""When a delivery is tried again, and what an answer means (reliability.md section 2.6). Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import Enum

_SECOND, _MINUTE, _HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
# The n-th entry is the wait before try n + 1; all of them together are 75 hours and 35 minutes.
WAITS = (
    0 * _SECOND, 5 * _SECOND, 5 * _MINUTE, 30 * _MINUTE, 2 * _HOUR, 5 * _HOUR, 10 * _HOUR, 14 * _HOUR, 20 * _HOUR, 24 * _HOUR,
)  # fmt: skip
SPREAD = 0.2  # so that a thousand deliveries that failed together do not come back together
LONGEST_WISH = 24 * _HOUR


class Verdict(Enum):
    """What an answer means for its delivery."""

    DELIVERED = "delivered"
    AGAIN = "again"
    GONE = "gone"  # 410: the receiver wants nothing more; the endpoint is switched off


def judge(status: int | None) -> Verdict:
    """2xx is delivered, 410 is final; everything else, redirects and silence included, is tried again."""
    if status is not None and 200 <= status < 300:
        return Verdict.DELIVERED
    return Verdict.GONE if status == 410 else Verdict.AGAIN


def wait(
    tries: int, retry_after: str, now: datetime, random: Callable[[], float], waits: tuple[timedelta, ...] = WAITS
) -> timedelta | None:
    """How long to wait after `tries` tries have failed, or None when that was the last.

    `random` gives numbers from 0 to 1; `retry_after` is that header as sent: a longer wish of the receiver wins.
    """
    if tries >= len(waits):
        return None
    planned = waits[tries] * (1 + SPREAD * (2 * random() - 1))
    return max(planned, wished(retry_after, now))


def wished(retry_after: str, now: datetime) -> timedelta:
    """What Retry-After asks for, in seconds or as a date, at most a day; nothing if it says nothing."""
    if retry_after.isascii() and retry_after.isdigit():
        seconds = float(retry_after[:9])
    else:
        try:
            moment = parsedate_to_datetime(retry_after)
        except ValueError:
            return timedelta()
        seconds = (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds()
    return min(timedelta(seconds=max(0.0, seconds)), LONGEST_WISH)
