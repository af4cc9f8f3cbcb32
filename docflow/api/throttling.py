"""How often a caller may call: counted in the cache that all web processes share.

It is for fairness. The counter of the file cache may lose a call when two arrive at the same instant; hard limits belong
in the proxy. A cache that is away opens the door: nobody is kept out because Redis is being restarted.
"""

from __future__ import annotations

import logging
import math
import time
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from docflow.errors import RateLimitedError

log = logging.getLogger(__name__)
WINDOW = 60  # seconds
WRONG_KEYS = 20  # a minute from one address
USUAL = 600  # calls a minute where no plan says otherwise: account keys, organizations without a plan


@dataclass(frozen=True, slots=True)
class Rate:
    """How a caller stands in the current window; `reset` in seconds."""

    limit: int
    used: int
    reset: int

    @property
    def remaining(self) -> int:
        return max(0, self.limit - self.used)

    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
        }


def count(name: str, limit: int) -> Rate:
    """Counts one call. A window begins with its first call, so that a minute is a minute."""
    now = time.time()
    try:
        cache.add(f"rate-from:{name}", now, WINDOW)
        began = cache.get(f"rate-from:{name}") or now
        counter = f"rate:{name}:{began:.6f}"
        cache.add(counter, 0, 2 * WINDOW)
        used = cache.incr(counter)
    except (RedisError, OSError, ValueError) as error:  # ValueError: the counter went away in between
        log.warning("calls are not counted", extra={"reason": type(error).__name__})
        return Rate(limit, 0, WINDOW)
    return Rate(limit, used, max(1, math.ceil(began + WINDOW - now)))


def count_wrong_key(address: str) -> None:
    """Raises RateLimitedError for the 21st wrong key of a minute from one address."""
    rate = count(f"wrong-key:{address}", WRONG_KEYS)
    if rate.used > rate.limit:
        raise RateLimitedError(rate.reset)


def address_of(request: Request) -> str:
    """The caller's address; X-Forwarded-For counts only as far as proxies of ours wrote it (DOCFLOW_PROXIES)."""
    return str(BaseThrottle().get_ident(request))


def limit_of(caller: object) -> int | None:
    """Calls a minute by the plan of the caller's organization; None = no limit."""
    organization = getattr(caller, "organization", None)
    plan = organization.plan if organization else None
    return plan.calls_per_minute if plan else USUAL


def check(request: Request) -> Rate | None:
    """Counts this call of a known caller -> how it stands, None without a limit. The caller decides what a breach means."""
    caller: Any = request.user
    limit = limit_of(caller)
    return None if limit is None else count(caller.credential, limit)
