"""What `serve` does before it starts anything: database up to date, static files collected, a free port."""

from __future__ import annotations

import hashlib
import logging
import os
import socket
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

log = logging.getLogger(__name__)
ADVISORY_LOCK = 7_436_201  # any number that nobody else of this database uses
KEPT_COPIES = 2


class NotReadyError(Exception):
    """The site cannot be started; the message says why and what to do."""


def migrate() -> bool:
    """Brings the database up to date -> whether there was anything to do. Raises NotReadyError.

    PostgreSQL: one at a time, by an advisory lock. SQLite: after a copy of the file beside it.
    """
    try:
        if not _pending():
            return False
        if connection.vendor == "postgresql":
            _migrate_alone()
        else:
            _copy_first()
            call_command("migrate", interactive=False, verbosity=0)
    except OperationalError as error:
        raise NotReadyError(f"The database does not answer: {str(error).strip().splitlines()[0]}") from None
    return True


def _pending() -> list[Any]:
    executor = MigrationExecutor(connection)
    plan: list[Any] = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return plan


def _migrate_alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET lock_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
        try:
            cursor.execute("SET lock_timeout = '2s'")
            call_command("migrate", interactive=False, verbosity=0)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])
    connection.close()  # the next one has the usual time limits


def _copy_first() -> None:
    """A whole and readable copy, made by SQLite itself. The last two are kept."""
    if not connection.introspection.table_names():
        return
    stem = "before-migration-"
    target = settings.DATA_DIR / f"{stem}{datetime.now(UTC):%Y%m%d-%H%M%S}.sqlite3"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(target)])
    target.chmod(0o600)
    for old in sorted(settings.DATA_DIR.glob(f"{stem}*.sqlite3"))[:-KEPT_COPIES]:
        old.unlink(missing_ok=True)


def collect_static() -> bool:
    """Collects the static files if any of them changed since the last time -> whether it did."""
    mark, seen = settings.STATIC_ROOT / ".collected", _static_state()
    if mark.exists() and mark.read_text() == seen:
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    mark.write_text(seen)
    return True


def _static_state() -> str:
    """A digest of names, sizes and times of every static file."""
    state = hashlib.sha256(settings.VERSION.encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            about = storage.path(name)
            stat = os.stat(about)
            state.update(f"{name} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return state.hexdigest()


def check_port(host: str, port: int) -> None:
    """Raises NotReadyError if nobody could listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host, port))
        except OSError as error:
            reason = f"Port {port} of {host} cannot be used ({error.strerror})."
            raise NotReadyError(f"{reason} Stop what uses it, or choose another with --port N.") from None
