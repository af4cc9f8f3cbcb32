"""The one door to django-q2, and the calls that go upwards by name so that no import does."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

log = logging.getLogger(__name__)


def enqueue(path: str, *ids: int) -> None:
    """Rings a bell: some worker will call the job `path` ("documents.jobs.read") with `ids`.

    With the ORM broker the bell is a row of the caller's transaction. With Redis it is rung on commit, and a broker that
    is away is logged, not raised: the row it stands for is there, and the sweeper rings again.
    """
    if settings.BROKER_URL:
        transaction.on_commit(lambda: _ring(path, ids))
    else:
        _ring(path, ids)


def _ring(path: str, ids: tuple[int, ...]) -> None:
    from django_q.tasks import async_task
    from redis.exceptions import RedisError

    try:
        async_task(path, *ids)
    except RedisError as error:
        log.warning("bell not rung", extra={"job": path, "reason": type(error).__name__})


def waiting_bells() -> int | None:
    """How many bells nobody has heard yet; None while the broker is away."""
    from django_q.brokers import get_broker
    from redis.exceptions import RedisError

    try:
        return int(get_broker().queue_size())
    except RedisError as error:
        log.warning("broker is away", extra={"reason": type(error).__name__})
        return None


def call(setting: str, *arguments: Any) -> None:
    """Calls the function that a setting names, e.g. ON_TRANSITION, in the caller's transaction."""
    import_string(getattr(settings, setting))(*arguments)
