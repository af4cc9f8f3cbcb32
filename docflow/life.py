"""Signs of life and stop marks of this machine's processes: files in the run folder."""

from __future__ import annotations

import time

from django.conf import settings
from django.core.cache import cache

_NAME, _STOP = "worker.life", "stop"
CANARY, WORKER, SWEEPER = "canary-seen", "worker-seen", "sweeper-seen"  # cache keys: when, in seconds since 1970


def touch() -> None:
    """Says that a worker of this machine is alive. Cheap enough for every claim, renewal and wait."""
    (settings.RUN_DIR / _NAME).touch()


def age() -> float | None:
    """Seconds since the last sign of life of any worker here, None if there never was one."""
    try:
        return time.time() - (settings.RUN_DIR / _NAME).stat().st_mtime
    except FileNotFoundError:
        return None


def canary() -> None:
    """A job that does nothing but live: rung each minute, it shows that bells are heard when there is no work."""
    touch()
    cache.set(CANARY, time.time(), None)


def ask_to_stop() -> None:
    """Leaves the mark that jobs look for between two steps."""
    (settings.RUN_DIR / _STOP).touch()


def forget_stop() -> None:
    (settings.RUN_DIR / _STOP).unlink(missing_ok=True)


def is_stopping() -> bool:
    return (settings.RUN_DIR / _STOP).exists()
