"""/healthz: the process answers. /readyz: its parts work. A dead worker warns; it must not take the upload door away."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from docflow import life

OK, WARN, FAIL = "ok", "warn", "fail"
LEAST_FREE = 1 << 30
QUIET = 60.0  # seconds without a sign of life


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
    known = cache.get("readyz-storage")
    if known:
        return str(known)
    try:
        name = default_storage.save("probe/readyz", ContentFile(b"docflow"))
        with default_storage.open(name) as file:
            state = OK if file.read() == b"docflow" else FAIL
        default_storage.delete(name)
    except OSError:
        state = FAIL
    cache.set("readyz-storage", state, 10)
    return state


def _disk() -> str:
    usage = shutil.disk_usage(settings.DATA_DIR)
    return FAIL if usage.free < LEAST_FREE or usage.free < usage.total * 0.05 else OK


def _worker() -> str:
    age = life.age()
    return OK if age is not None and age < QUIET else WARN


def _sweeper() -> str:
    seen = cache.get("sweeper-seen")
    return OK if seen and time.time() - seen < QUIET else WARN


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _migrations,
    "storage": _storage,
    "disk": _disk,
    "worker": _worker,
    "sweeper": _sweeper,
}
