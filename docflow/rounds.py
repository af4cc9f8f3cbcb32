"""Slow rounds: rung by the sweeper, claimed by a row, so that one missed day means one catch-up run; done by a worker."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models.functions import Now

from docflow import jobs, leases
from docflow.models import Round
from docflow.sandbox.folders import sweep as sweep_work_folders

DAY = timedelta(hours=24)
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def ring_due() -> list[str]:
    """Rings the rounds whose time has come -> their names."""
    return [name for name, seconds, job in settings.SLOW_ROUNDS if _claim(name, seconds) and _ring(job)]


def _claim(name: str, seconds: float) -> bool:
    Round.objects.get_or_create(name=name, defaults={"last_run_at": NEVER})
    due = Round.objects.filter(name=name, last_run_at__lte=Now() - leases.divided(seconds))
    return bool(due.update(last_run_at=Now()))


def _ring(job: str) -> bool:
    jobs.enqueue(job)
    return True


def tidy_files() -> int:
    """Removes temporary files, and stored files that no row names, older than a day -> how many.

    Not earlier: a running backup may still need the file of a row that was deleted a moment ago.
    """
    removed = sweep_work_folders(settings.WORK_DIR, DAY.total_seconds())
    for path in settings.INCOMING_DIR.iterdir():
        if path.is_file() and time.time() - path.stat().st_mtime > DAY.total_seconds():
            path.unlink(missing_ok=True)
            removed += 1
    for names in _stored():
        for name in sorted(names - _named(names)):
            if datetime.now(UTC) - default_storage.get_modified_time(name) > DAY:
                default_storage.delete(name)
                removed += 1
    return removed


def _stored() -> Iterator[set[str]]:
    """Names in the storage, one of its folders at a time."""
    folders, _ = default_storage.listdir("")
    for folder in folders:
        _, names = default_storage.listdir(folder)
        yield {str(Path(folder) / name) for name in names}


def _named(names: set[str]) -> set[str]:
    """Those that a row names."""
    found: set[str] = set()
    for model, column in settings.STORED_FILES:
        rows = apps.get_model(model)._default_manager.filter(**{f"{column}__in": names})
        found.update(rows.values_list(column, flat=True))
    return found


def tidy_rows() -> int:
    """Removes rows that are kept for a while only -> how many."""
    removed = 0
    for model, column, hours in settings.SHORT_LIVED:
        old = apps.get_model(model)._default_manager.filter(**{f"{column}__lt": Now() - timedelta(hours=hours)})
        removed += old.delete()[0]
    return removed
