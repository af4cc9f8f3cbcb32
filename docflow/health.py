"""/healthz: the process answers. /readyz: its parts work. A dead worker warns; it must not take the upload door away."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Min
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from redis.exceptions import RedisError

from docflow import leases, life

OK, WARN, FAIL = "ok", "warn", "fail"
LEAST_FREE = 1 << 30
QUIET = 60.0  # seconds without a sign of life
LATE = 300.0  # seconds that work may be due, or the canary silent


def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process answers; touches nothing else."""
    return HttpResponse("ok", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """Each part with ok, warn or fail; 503 if one fails. Names and states only: anybody may ask."""
    parts = {name: check() for name, check in CHECKS.items()}
    return JsonResponse({"parts": parts}, status=503 if FAIL in parts.values() else 200)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return FAIL
    return OK


def _migrations() -> str:
    try:
        executor = MigrationExecutor(connection)
        return FAIL if executor.migration_plan(executor.loader.graph.leaf_nodes()) else OK
    except DatabaseError:
        return FAIL


def _storage() -> str:
    """Writes, reads and deletes a small file; the answer is kept for 10 seconds."""
    if known := _remembered("readyz-storage"):
        return str(known)
    try:
        name = default_storage.save("probe/readyz", ContentFile(b"docflow"))
        with default_storage.open(name) as file:
            state = OK if file.read() == b"docflow" else FAIL
        default_storage.delete(name)
    except OSError:
        state = FAIL
    with suppress(RedisError):
        cache.set("readyz-storage", state, 10)
    return state


def _remembered(key: str) -> Any:
    """From the cache; None also while that is away."""
    with suppress(RedisError):
        return cache.get(key)
    return None


def _disk() -> str:
    usage = shutil.disk_usage(settings.DATA_DIR)
    return FAIL if usage.free < LEAST_FREE or usage.free < usage.total * 0.05 else OK


def _worker() -> str:
    """Warns when work waits and no worker of any machine gave a sign of life for a minute."""
    return WARN if _oldest_wait() is not None and not _seen_within(life.WORKER, QUIET) else OK


def _sweeper() -> str:
    return OK if _seen_within(life.SWEEPER, QUIET) else WARN


def _canary() -> str:
    """The job that is rung each minute: were bells heard of late?"""
    return OK if _seen_within(life.CANARY, LATE) else WARN


def _queue() -> str:
    """Warns when a row has been due for five minutes and nobody took it."""
    waited = _oldest_wait()
    return WARN if waited is not None and waited > LATE else OK


def _seen_within(key: str, seconds: float) -> bool:
    seen = _remembered(key)
    return bool(seen) and time.time() - seen < seconds


def _oldest_wait() -> float | None:
    """Seconds that the oldest claimable row has been due; None if nothing waits."""
    models = (apps.get_model(name) for name in settings.SWEPT_MODELS)
    try:
        dues = [leases.claimable(model).aggregate(due=Min("next_at"))["due"] for model in models]
    except DatabaseError:
        return None
    known = [due for due in dues if due is not None]
    return (timezone.now() - min(known)).total_seconds() if known else None


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _migrations,
    "storage": _storage,
    "disk": _disk,
    "worker": _worker,
    "sweeper": _sweeper,
    "canary": _canary,
    "queue": _queue,
}
