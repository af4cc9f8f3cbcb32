"""What `serve` does before it starts anything."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from docflow import env
from docflow.serve import part, preparation
from docflow.serve.preparation import NotReadyError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        yield door.getsockname()[1]


def test_a_port_in_use_is_told_with_what_to_do(taken: int) -> None:
    with pytest.raises(NotReadyError, match=f"Port {taken} of 127.0.0.1 cannot be used .* choose another with --port N"):
        preparation.check_port("127.0.0.1", taken)


def test_an_unknown_part_and_a_silly_number_of_workers_are_refused() -> None:
    with pytest.raises(CommandError, match=r"There is no part 'mailer'\. Parts: web, worker, sweeper"):
        call_command("serve", "mailer")
    with pytest.raises(CommandError, match="between 1 and 64"):
        call_command("serve", "--workers", "0")


def test_a_part_is_told_its_name_and_not_the_name_of_another_cluster() -> None:
    told = part.worker().environment(3)
    assert (told["DOCFLOW_PART"], told["DOCFLOW_WORKERS"]) == ("worker", "3")
    assert "Q_CLUSTER_NAME" not in told
    assert set(os.environ) - {"Q_CLUSTER_NAME"} <= set(told)


def test_the_web_server_is_started_with_its_limits() -> None:
    command = " ".join(part.web("::1", 8000).command)
    for flag in (
        "--bind=[::1]:8000",
        "--worker-class=gthread",
        "--workers=2 --threads=8",
        "--timeout=60",
        "--no-control-socket",
    ):
        assert flag in command


@pytest.mark.django_db
def test_an_up_to_date_database_is_left_alone() -> None:
    assert preparation.migrate() is False


def test_static_files_are_collected_once_and_again_after_a_change(settings: Any, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "a.css").write_text("a {}")
    settings.STATICFILES_DIRS, settings.STATIC_ROOT = [source], tmp_path / "collected"
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    assert preparation.collect_static() is True
    assert preparation.collect_static() is False
    (source / "a.css").write_text("a { color: red }")
    assert preparation.collect_static() is True


def test_an_older_sqlite_database_is_copied_before_it_is_changed(tmp_path: Path) -> None:
    """In a process of its own: the test run's database must not be changed."""
    settings = {"DOCFLOW_DATA_DIR": str(tmp_path), "DATABASE_URL": "", "BROKER_URL": "", "PATH": os.environ["PATH"]}
    lines = "from docflow.serve.preparation import migrate; print(migrate(), migrate())"

    def run(*command: str) -> str:
        done = subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=settings, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert run("shell", "-v", "0", "-c", lines).strip() == "True False"
    assert list(tmp_path.glob("before-migration-*")) == []  # there was nothing to lose
    run("migrate", "sessions", "zero", "-v", "0")
    assert run("shell", "-v", "0", "-c", lines).strip() == "True False"
    copies = list(tmp_path.glob("before-migration-*.sqlite3"))
    assert len(copies) == 1
    names = {row[0] for row in sqlite3.connect(copies[0]).execute("SELECT name FROM sqlite_master")}
    assert "uploads_task" in names
    assert "django_session" not in names


def test_a_word_that_is_not_on_the_list_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCFLOW_LOG_LEVEL", "loud")
    with pytest.raises(env.SettingError, match=r"DOCFLOW_LOG_LEVEL is 'loud'\. Use one of: DEBUG, INFO"):
        env.one_of("DOCFLOW_LOG_LEVEL", "INFO", "DEBUG", "INFO")
