"""The sweeper's rounds, the watchdog, the slow rounds and what /readyz makes of them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone

from docflow import health, life, rounds
from docflow.accounts.models import Organization
from docflow.api.models import IdempotentCall
from docflow.models import Round
from docflow.serve.group import Group
from docflow.serve.record import AlreadyServedError, Record
from docflow.sweeper import Sweeper, sweep
from docflow.watchdog import START, Watchdog
from tests import make
from tests.fakes.processes import eventually
from uploads.models import Task

MINUTE_AGO = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _fresh_signs() -> Iterator[None]:
    """No sign of life or report of an earlier test."""
    cache.clear()
    shutil.rmtree(settings.RUN_DIR)
    settings.RUN_DIR.mkdir()
    yield
    shutil.rmtree(settings.RUN_DIR)
    settings.RUN_DIR.mkdir()


@pytest.fixture
def hanging_worker() -> Iterator[subprocess.Popen[bytes]]:
    """A process group that stands for a worker which neither works nor ends by itself."""
    process = subprocess.Popen(["sh", "-c", "trap '' TERM; sleep 300 & wait"], start_new_session=True)
    group = Group.led_by(process.pid)
    Record("worker").write(group)
    yield process
    group.kill()
    process.wait()


def aged(path: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


def test_a_round_rings_for_rows_that_nobody_rang_for(acme: Organization) -> None:
    task = make.upload(acme).task
    Task.objects.update(bell_at=None)
    assert sweep() is True
    task.refresh_from_db()
    assert task.bell_at is not None


def test_a_round_ends_rows_whose_attempts_are_used_up_with_a_reason(acme: Organization) -> None:
    document = make.upload(acme)
    Task.objects.update(attempts=5, lease_until=Now() - MINUTE_AGO)
    sweep()
    document.refresh_from_db()
    assert document.status == "Exception"
    assert document.task.stage == "failed"
    assert document.error is not None
    assert document.error["reason"] == "worker_lost"
    assert document.error["message"] == "Reading was interrupted 5 times. Retry, or tell your operator."
    assert document.transitions.filter(is_reading=True).count() == 1


def test_a_round_rings_again_only_while_the_broker_holds_fewer_bells_than_rows_wait(acme: Organization) -> None:
    from django_q.brokers import get_broker

    get_broker().purge_queue()
    task = make.upload(acme).task
    get_broker().purge_queue()  # lost
    Task.objects.update(bell_at=Now() - MINUTE_AGO)
    task.refresh_from_db()
    lost = task.bell_at
    sweep()
    task.refresh_from_db()
    assert lost is not None
    assert task.bell_at is not None
    assert task.bell_at > lost


@pytest.mark.django_db(transaction=True)
def test_a_round_that_fails_costs_a_round_and_nothing_else() -> None:
    make.upload(make.organization())
    sweeper = Sweeper()
    (settings.RUN_DIR / "worker.group").mkdir()  # reading the record fails
    sweeper.round()
    assert cache.get(life.SWEEPER) is None
    (settings.RUN_DIR / "worker.group").rmdir()
    sweeper.round()
    assert cache.get(life.SWEEPER)


def test_a_sweeper_ends_when_it_is_told_to() -> None:
    sweeper = Sweeper()
    sweeper.stop()
    sweeper.run()


def test_a_worker_that_is_silent_while_work_waits_is_ended(hanging_worker: subprocess.Popen[bytes], settings: Any) -> None:
    settings.CLOCK_DIVISOR = 500  # frozen after 0.09 s
    watchdog = Watchdog()
    life.touch()
    assert watchdog.look(False) is False
    assert watchdog.look(True) is False  # work has only now begun to wait
    assert hanging_worker.poll() is None
    assert eventually(lambda: watchdog.look(True))
    assert hanging_worker.wait(5) == -signal.SIGKILL
    assert watchdog.look(True) is False  # there is nobody left to end


def test_a_worker_that_never_said_a_word_gets_its_time_to_start(hanging_worker: subprocess.Popen[bytes]) -> None:
    group = Record("worker").read()
    assert group is not None
    assert group.seconds_up() < START
    assert Watchdog().look(True) is False
    assert group.members()


def test_a_group_is_killed_whole_and_not_mistaken_for_a_later_one(hanging_worker: subprocess.Popen[bytes]) -> None:
    group = Group.led_by(hanging_worker.pid)
    assert eventually(lambda: len(group.members()) == 2)
    assert Group(group.number, group.started - 1, group.boot).members() == []
    assert Group(group.number, group.started, "another start of the machine").members() == []
    os.kill(hanging_worker.pid, signal.SIGKILL)
    hanging_worker.wait()
    assert len(group.members()) == 1  # the orphan
    assert group.kill() is True
    assert group.members() == []
    assert group.kill() is False


def test_a_part_is_held_by_one_serve_at_a_time() -> None:
    first, second = Record("web"), Record("web")
    first.hold()
    with pytest.raises(AlreadyServedError, match="already running on this machine"):
        second.hold()
    first.let_go()
    second.hold()
    second.let_go()


def test_a_record_that_was_cut_off_is_as_good_as_none() -> None:
    assert Record("worker").read() is None
    Record("worker").path.write_text('{"number": 4')
    assert Record("worker").read() is None


def test_a_slow_round_is_rung_once_however_long_it_was_missed(db: None) -> None:
    names = [name for name, _, _ in settings.SLOW_ROUNDS]
    assert rounds.ring_due() == names
    assert rounds.ring_due() == []
    Round.objects.update(last_run_at=timezone.now() - timedelta(days=3))
    assert rounds.ring_due() == names
    assert rounds.ring_due() == []


def test_tidying_removes_old_files_that_no_row_names_and_nothing_else(acme: Organization) -> None:
    document = make.upload(acme)
    names = {age: default_storage.save(f"zz/{age}", ContentFile(b"left")) for age in ("old", "young")}
    day = rounds.DAY.total_seconds() + 60
    aged(Path(default_storage.path(names["old"])), day)
    aged(Path(default_storage.path(document.file)), day)
    for age in ("old", "young"):
        (settings.INCOMING_DIR / age).write_bytes(b"left")
    aged(settings.INCOMING_DIR / "old", day)
    assert rounds.tidy_files() == 2
    assert not default_storage.exists(names["old"])
    assert default_storage.exists(names["young"])
    assert default_storage.exists(document.file)
    assert [path.name for path in settings.INCOMING_DIR.iterdir()] == ["young"]
    (settings.INCOMING_DIR / "young").unlink()
    default_storage.delete(names["young"])


def test_tidying_removes_rows_that_are_kept_for_a_day(acme: Organization) -> None:
    for hours in (1, 30):
        at = timezone.now() - timedelta(hours=hours)
        IdempotentCall.objects.create(organization=acme, credential="k", key=str(hours), fingerprint="f", created_at=at)
    assert rounds.tidy_rows() == 1
    assert IdempotentCall.objects.get().key == "1"


@pytest.mark.django_db(transaction=True)
def test_readyz_tells_waiting_work_from_idleness(client: Client) -> None:
    parts = client.get("/readyz").json()["parts"]
    assert (parts["worker"], parts["sweeper"], parts["canary"], parts["queue"]) == ("ok", "warn", "warn", "ok")
    make.upload(make.organization())
    Task.objects.update(next_at=Now() - timedelta(minutes=10))
    parts = client.get("/readyz").json()["parts"]
    assert (parts["worker"], parts["queue"]) == ("warn", "warn")
    life.canary()
    Sweeper().round()
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert (answer.json()["parts"]["worker"], answer.json()["parts"]["canary"]) == ("ok", "ok")
    assert answer.json()["parts"]["sweeper"] == "ok"
    assert set(answer.json()["parts"].values()) <= {health.OK, health.WARN}


def test_healthz_answers_without_the_database(client: Client) -> None:
    assert client.get("/healthz").content == b"ok"
