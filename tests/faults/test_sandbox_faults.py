"""F16: a child that hangs, forks, ignores SIGTERM, fills memory, floods its pipe; a worker killed while a child runs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from docflow.errors import ReaderStoppedError
from docflow.sandbox import Sandbox
from docflow.sandbox.limits import Limits
from tests.fakes.processes import children_of, eventually, session_of
from tests.fakes.steps import MEGABYTE, TABLE

LONGEST = 1.5
SMALL = Limits(address_space=300 * MEGABYTE)


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(base=tmp_path_factory.mktemp("short"), steps=TABLE, longest=LONGEST, limits=SMALL) as box:
        yield box


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """Lets a fault show itself, however busy this machine is."""
    with Sandbox(base=tmp_path_factory.mktemp("patient"), steps=TABLE, limits=SMALL) as box:
        yield box


@pytest.fixture(scope="module")
def roomy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """With the real memory limit: an abort is told as memory only where the child held more than we ever did ourselves."""
    with Sandbox(base=tmp_path_factory.mktemp("roomy"), steps=TABLE) as box:
        yield box


TIME = ("time_limit", "time")
FAULTS = {
    "hang": TIME,
    "ignore_signals": TIME,
    "spin": TIME,
    "fork": TIME,
    "flood_in_time": TIME,
    "drip": TIME,
    "eat": ("reading_failed", "memory"),
    "eat_in_c": ("reading_failed", "memory"),
    "killed": ("reading_failed", "memory"),
    "fork_and_end": ("reading_failed", "crash"),
    "abort": ("reading_failed", "crash"),
    "segfault": ("reading_failed", "crash"),
    "leave": ("reading_failed", "crash"),
    "unexpected": ("reading_failed", "crash"),
    "flood": ("reading_failed", "bad_answer"),
    "huge": ("reading_failed", "bad_answer"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_ends_its_child_in_time_and_nothing_else(short: Sandbox, patient: Sandbox, roomy: Sandbox, fault: str) -> None:
    box = roomy if fault == "eat_in_c" else short if FAULTS[fault] == TIME else patient
    with box.work("org") as work:
        child = work.run("echo")["pid"]
    before = children_of(os.getpid()) - {child}

    with box.work("org") as work:
        started = time.monotonic()
        with pytest.raises(ReaderStoppedError) as stopped:
            work.run(fault)
        took = time.monotonic() - started

    assert (stopped.value.code, stopped.value.reason) == FAULTS[fault]
    assert took < box.step(fault).wall + 1
    assert eventually(lambda: not session_of(child)), "the child left processes behind"
    assert children_of(os.getpid()) == before, "a zombie or a process is left"
    with box.work("org") as work:
        assert work.run("echo")["pid"] != child, "the next work has a fresh child"


def test_what_tries_to_leave_the_group_is_killed_with_it(short: Sandbox) -> None:
    with short.work("org") as work:
        child = work.run("echo")["pid"]
        seen: set[int] = set()

        def watch() -> None:
            eventually((work.folder / "forked").exists, LONGEST)
            seen.update(session_of(child))

        watcher = threading.Thread(target=watch)
        watcher.start()
        with pytest.raises(ReaderStoppedError):
            work.run("fork")
        watcher.join()

    assert len(seen) >= 7, "child, guard, three programs, three copies"
    assert eventually(lambda: not any(Path(f"/proc/{pid}/fd").exists() and _alive(pid) for pid in seen))


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.parametrize("step", ["fork", "spin"])
def test_a_killed_worker_leaves_neither_child_nor_grandchild(tmp_path: Path, step: str) -> None:
    program = f"""
from docflow.sandbox import Sandbox
from tests.fakes.steps import TABLE
box = Sandbox(base={str(tmp_path)!r}, steps=TABLE)
with box.work("org") as work:
    print(work.run("echo")["pid"], flush=True)
    work.run({step!r})
"""
    worker = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2])
    assert worker.stdout is not None
    with worker.stdout:
        child = int(worker.stdout.readline())
    if step == "fork":
        assert eventually(lambda: any(tmp_path.glob("*/forked")))
    assert len(session_of(child)) >= 2

    worker.send_signal(signal.SIGKILL)
    worker.wait()

    assert eventually(lambda: not session_of(child))


def test_a_killed_worker_leaves_nothing_of_either_child(tmp_path: Path) -> None:
    program = f"""
from docflow.sandbox import Sandbox
from tests.fakes.steps import TABLE
box = Sandbox(base={str(tmp_path)!r}, steps=TABLE)
with box.work("org") as work, work.apart() as page:
    print(work.run("echo")["pid"], page.run("apart_echo")["pid"], flush=True)
    page.run("apart_fork")
"""
    worker = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2])
    assert worker.stdout is not None
    with worker.stdout:
        parser, recognizer = map(int, worker.stdout.readline().split())
    assert eventually(lambda: any(tmp_path.glob("*/forked")))
    assert len(session_of(parser)) == 2
    assert len(session_of(recognizer)) > 2

    worker.send_signal(signal.SIGKILL)
    worker.wait()

    assert eventually(lambda: not session_of(parser) and not session_of(recognizer))


@pytest.mark.parametrize("fault", ["hang", "spin", "fork", "drip"])
def test_recognition_that_takes_too_long_is_ended_with_all_it_started(short: Sandbox, fault: str) -> None:
    with short.work("org") as work, work.apart() as page:
        parser, recognizer = work.run("echo")["pid"], page.run("apart_echo")["pid"]
        with pytest.raises(ReaderStoppedError) as stopped:
            page.run(f"apart_{fault}")
        assert (stopped.value.code, stopped.value.reason) == TIME
        assert eventually(lambda: not session_of(recognizer))
        assert work.run("echo")["pid"] == parser


def test_the_child_outlives_the_thread_that_asked_first(tmp_path: Path) -> None:
    # The kernel's death signal fires when the starting thread ends: request threads of a web server do so all day.
    pids = []
    with Sandbox(base=tmp_path, steps=TABLE) as box:

        def request() -> None:
            with box.work("org") as work:
                pids.append(work.run("echo")["pid"])

        for _ in range(3):
            thread = threading.Thread(target=request)
            thread.start()
            thread.join()
            time.sleep(0.05)
    assert len(set(pids)) == 1


def test_memory_stays_below_the_limit_while_it_is_eaten(tmp_path: Path) -> None:
    most = 0
    with Sandbox(base=tmp_path, steps=TABLE, limits=SMALL) as box, box.work("org") as work:
        child = work.run("echo")["pid"]
        done = threading.Event()

        def watch() -> None:
            nonlocal most
            while not done.wait(0.002):
                try:
                    status = Path(f"/proc/{child}/status").read_text()
                except (FileNotFoundError, ProcessLookupError):
                    return
                sizes = [int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmPeak")]
                most = max([most, *sizes])

        watcher = threading.Thread(target=watch)
        watcher.start()
        with pytest.raises(ReaderStoppedError):
            work.run("eat")
        done.set()
        watcher.join()
    assert 200 * MEGABYTE < most <= SMALL.address_space
