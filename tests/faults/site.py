"""A whole site of its own for one fault test: data folder, database, broker, and the `serve` that runs it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis

ROOT = Path(__file__).resolve().parents[2]
DIVISOR = 20  # lease 6 s, frozen 2.25 s, bell lost after 1 s


def worker_number() -> int:
    """Of pytest-xdist, so that two sites never share a Redis database."""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


def _at(url: str, path: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{path}"))


class Database:
    """The site's database: a copy of a prepared one. PostgreSQL when the suite runs on it, else a file."""

    def __init__(self, folder: Path, prepared: str = "") -> None:
        self.server = os.environ.get("DATABASE_URL", "")
        self.file = folder / "docflow.sqlite3"
        self.name = f"docflow_faults_{uuid.uuid4().hex[:12]}"
        if self.server:
            template = f'TEMPLATE "{prepared}"' if prepared else ""
            self._on_server(f'CREATE DATABASE "{self.name}" {template}')

    @property
    def url(self) -> str:
        return _at(self.server, self.name) if self.server else ""

    def rows(self, query: str) -> list[Any]:
        if self.server:
            with psycopg.connect(self.url, autocommit=True) as connection:
                return list(connection.execute(query).fetchall())  # type: ignore[call-overload]
        connection = sqlite3.connect(self.file, timeout=20)
        try:
            return list(connection.execute(query).fetchall())
        finally:
            connection.close()

    def drop(self) -> None:
        if self.server:
            self._on_server(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def _on_server(self, statement: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]


class Site:
    """Settings, processes and rows of one site."""

    def __init__(self, folder: Path, database: Database, *, key: str = "", divisor: int = DIVISOR) -> None:
        self.folder, self.database, self.key = folder, database, key
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self._others: dict[int, list[int]] = {}
        broker = os.environ.get("BROKER_URL", "")
        self.broker = _at(broker, str(13 - worker_number())) if broker else ""
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "DOCFLOW_DATA_DIR": str(folder),
            "DOCFLOW_TEST_CLOCK_DIVISOR": str(divisor),
            "DOCFLOW_WORKERS": "2",
            "DATABASE_URL": database.url,
            "BROKER_URL": self.broker,
            **{name: os.environ[name] for name in os.environ if name.startswith("COVERAGE")},
        }
        self.forget_broker()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def forget_broker(self) -> None:
        if self.broker:
            redis.from_url(self.broker).flushdb()

    def drive(self, verb: str, **given: Any) -> Any:
        """Does something inside the site (tests/faults/drive.py)."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.faults.drive", verb],
            input=json.dumps(given).encode(),
            capture_output=True,
            env=self.environment,
            cwd=ROOT,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout)

    def serve(self, *parts: str) -> None:
        log = (self.folder / "serve.log").open("ab")
        command = [sys.executable, "manage.py", "serve", *parts, "--port", str(self.port)]
        self.process = subprocess.Popen(command, stdout=log, stderr=log, env=self.environment, cwd=ROOT)
        log.close()

    def stop(self) -> float:
        """SIGTERM, and how many seconds it then took."""
        assert self.process is not None
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        return time.monotonic() - began

    def kill(self) -> None:
        """SIGKILL for `serve` alone: its parts go on."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        """Leaves nothing running, whatever the test did."""
        if self.process is not None and self.process.poll() is None:
            self.kill()
        for path in (self.folder / "run").glob("*.group"):
            for pid in session(json.loads(path.read_text())["number"]):
                os.kill(pid, signal.SIGKILL)
        self.database.drop()
        self.forget_broker()
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- What is seen from outside ---

    def log(self) -> str:
        path = self.folder / "serve.log"
        return path.read_text() if path.exists() else ""

    def group(self, part: str) -> int:
        """The number of the part's process group; 0 while there is none."""
        try:
            return int(json.loads((self.folder / "run" / f"{part}.group").read_text())["number"])
        except FileNotFoundError:
            return 0

    def workers(self) -> list[int]:
        """The processes that read documents: the sentinel's children but monitor and pusher, which it starts after them."""
        sentinel = self.sentinel()
        children = children_of(sentinel)
        if sentinel not in self._others and len(children) >= 4:
            self._others[sentinel] = children[2:4]
        return [pid for pid in children if pid not in self._others.get(sentinel, children)]

    def sentinel(self) -> int:
        found = children_of(self.group("worker"))
        return found[0] if found else 0

    def is_up(self) -> bool:
        """Whether its worker has begun to listen."""
        return len(self.workers()) == 2 and (self.folder / "run" / "worker.life").exists()

    def stages(self) -> dict[str, int]:
        return dict(self.database.rows("SELECT stage, count(*) FROM uploads_task GROUP BY stage"))

    def is_idle(self) -> bool:
        """Whether everything is read and drawn, so that the workers wait for bells."""
        drawn = "SELECT count(*) FROM documents_page WHERE image_width IS NULL"
        return self.all_ended() and self.database.rows(drawn)[0][0] == 0

    def all_ended(self) -> bool:
        return not set(self.stages()) & {"queued", "reading", "classifying", "extracting"}

    def effects(self) -> dict[int, int]:
        """How often each document's reading ended with something that was stored."""
        query = "SELECT document_id, count(*) FROM documents_transition WHERE is_reading GROUP BY document_id"
        return dict(self.database.rows(query))

    def tasks(self) -> dict[int, dict[str, Any]]:
        """By document."""
        names = ("document_id", "stage", "attempts", "lease_until", "error", "falls")
        rows = self.database.rows(f"SELECT {', '.join(names)} FROM uploads_task")
        return {row[0]: dict(zip(names, row, strict=True)) for row in rows}

    def wait(self, true: Callable[[], bool], seconds: float, what: str) -> None:
        """Polls until it is true; a deadline against hanging, no measure of speed."""
        until = time.monotonic() + seconds
        while not true():
            if time.monotonic() > until:
                raise AssertionError(f"{what}: not within {seconds:.0f} s. Stages {self.stages()}.\n{self.log()[-6000:]}")
            time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def session(leader: int) -> list[int]:
    """The living processes of a session."""
    return [pid for pid, (state, _, number) in _processes().items() if number == leader and state not in "ZX"]


def children_of(parent: int) -> list[int]:
    """In the order of their start."""
    return sorted(pid for pid, (state, mother, _) in _processes().items() if parent and mother == parent and state not in "ZX")


def _processes() -> dict[int, tuple[str, int, int]]:
    """Every process: state, parent, session."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            found[int(folder.name)] = (fields[0], int(fields[1]), int(fields[3]))
    return found
