"""Parts of the sandbox in one process: serving a request, laying limits on, leaving namespaces, sweeping folders.

The child itself runs in a process that no coverage tool sees; its functions are run here by hand.
"""

from __future__ import annotations

import fcntl
import os
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from docflow.errors import PartDownError, ReaderStoppedError
from docflow.sandbox import Sandbox, serving, sweep, wire
from docflow.sandbox.callfilter import program
from docflow.sandbox.folders import PREFIX, base_folder, remove
from docflow.sandbox.kernel import HalfIsolatedError, Kernel, bind_to_parent, isolate
from docflow.sandbox.limits import Limits, allow_cpu, lay_on
from docflow.sandbox.patience import Patience, TooLateError
from docflow.sandbox.process import environment
from docflow.sandbox.stops import Exit, peak_bytes, reason_of
from tests.fakes.steps import MEGABYTE, TABLE

PATHS = {name: step.path for name, step in TABLE.items()}


@pytest.fixture
def pipes() -> Iterator[tuple[int, int, int, int]]:
    """(child reads, parent writes, parent reads, child writes)"""
    ends = (*os.pipe(), *os.pipe())
    yield ends
    for end in ends:
        os.close(end)


@pytest.fixture
def as_child(tmp_path: Path) -> Iterator[Path]:
    """A work folder; afterwards this process is itself again."""
    here, cpu, temporary = os.getcwd(), resource.getrlimit(resource.RLIMIT_CPU), os.environ.get("TMPDIR")
    yield tmp_path
    os.chdir(here)
    resource.setrlimit(resource.RLIMIT_CPU, cpu)
    tempfile.tempdir = None
    os.environ.pop("TMPDIR")
    if temporary is not None:
        os.environ["TMPDIR"] = temporary


def ask(step: str, folder: Path, **arguments: Any) -> dict[str, Any]:
    return {"step": step, "folder": str(folder), "cpu": 600, "arguments": arguments}


# Serving


def test_a_step_runs_in_its_folder_and_temporary_files_stay_there(as_child: Path) -> None:
    found = serving.answer(ask("echo", as_child, text="ab"), PATHS)["answer"]
    assert found["cwd"] == str(as_child)
    assert found["text"] == "ab"
    assert tempfile.gettempdir() == os.environ["TMPDIR"] == str(as_child)


def test_an_error_of_the_house_is_an_answer(as_child: Path) -> None:
    assert serving.answer(ask("refuse", as_child), PATHS)["error"]["kind"] == "FileRefusedError"
    assert serving.answer(ask("damaged", as_child, number=2), PATHS)["error"] == {
        "kind": "FileError",
        "code": "damaged_file",
        "message": "Page 2 cannot be read: the file is damaged.",
        "reason": "damaged_file",
        "page": 2,
    }


@pytest.mark.parametrize("step", ["os:system", "tests.fakes.steps:echo", ""])
def test_the_child_too_runs_only_what_the_table_names(as_child: Path, step: str) -> None:
    with pytest.raises(KeyError):
        serving.answer(ask(step, as_child), PATHS)


def test_requests_are_served_until_the_parent_is_gone(pipes: tuple[int, int, int, int], as_child: Path) -> None:
    child_reads, parent_writes, parent_reads, child_writes = pipes
    for number in (1, 2):
        wire.write_frame(parent_writes, ask("echo", as_child, number=number))
    os.dup2(os.open(os.devnull, os.O_WRONLY), parent_writes)  # closes it for the reader
    serving.serve(child_reads, child_writes, PATHS)
    assert [wire.read_frame(parent_reads)["answer"]["number"] for _ in range(2)] == [1, 2]


def test_a_child_without_memory_says_so_and_ends(pipes: tuple[int, int, int, int], as_child: Path) -> None:
    child_reads, parent_writes, parent_reads, child_writes = pipes
    wire.write_frame(parent_writes, ask("run_dry", as_child))
    serving.serve(child_reads, child_writes, {"run_dry": "tests.fakes.steps:run_dry"})
    assert wire.read_frame(parent_reads) == {"stopped": "memory"}


def test_last_words_name_the_place_and_not_the_message(pipes: tuple[int, int, int, int], as_child: Path) -> None:
    _, _, parent_reads, child_writes = pipes
    with pytest.raises(LookupError) as raised:
        serving.answer(ask("unexpected", as_child), PATHS)
    serving.last_words(child_writes)(raised.type, raised.value, raised.tb)
    said = wire.read_frame(parent_reads)
    assert said["stopped"] == "crash"
    assert said["where"].startswith("LookupError at steps.py:")


# Limits and the kernel


class RecordingKernel(Kernel):
    """Writes down what it is asked; `allowed` are the flags of unshare that succeed, `mapping` whether ids can be mapped."""

    def __init__(self, allowed: set[int], mapping: bool = True) -> None:
        self.allowed, self.mapping, self.calls = allowed, mapping, []

    calls: list[tuple[str, int]]

    def unshare(self, flags: int) -> bool:
        self.calls.append(("unshare", flags))
        return flags in self.allowed

    def prctl(self, option: int, value: int) -> bool:
        self.calls.append((f"prctl {option}", value))
        return True

    def drop_rights(self) -> bool:
        self.calls.append(("drop rights", 0))
        return True

    def map_ids(self, uid: int, gid: int) -> None:
        if not self.mapping:
            raise PermissionError


USER_AND_NETWORK, NETWORK_ONLY = 0x50000000, 0x40000000


def test_isolation_goes_as_far_as_the_kernel_allows() -> None:
    assert isolate(RecordingKernel({USER_AND_NETWORK})) == "network namespace, user namespace"
    assert isolate(RecordingKernel({NETWORK_ONLY})) == "network namespace"
    assert isolate(RecordingKernel(set())) == "limits only"


def test_half_an_isolation_is_none() -> None:
    with pytest.raises(HalfIsolatedError):
        isolate(RecordingKernel({USER_AND_NETWORK}, mapping=False))


def test_the_child_dies_with_its_parent_and_gains_no_rights() -> None:
    kernel = RecordingKernel(set())
    bind_to_parent(kernel, os.getppid())
    assert kernel.calls == [("prctl 38", 1), ("prctl 1", signal.SIGKILL)]


def test_limits_are_laid_on_hard_and_soft_alike() -> None:
    laid: dict[int, tuple[int, int]] = {}
    lay_on(Limits(), laid.__setitem__)
    assert laid[resource.RLIMIT_AS] == (1536 * MEGABYTE, 1536 * MEGABYTE)
    assert laid[resource.RLIMIT_CORE] == (0, 0)
    assert set(laid) == {resource.RLIMIT_AS, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE, resource.RLIMIT_CORE}


def test_the_cpu_budget_starts_from_what_was_used() -> None:
    laid: dict[int, tuple[int, int]] = {}
    used = time.process_time()
    soft = allow_cpu(8, laid.__setitem__)
    assert used + 8 <= soft <= used + 10
    assert laid[resource.RLIMIT_CPU][0] == soft


def test_the_call_filter_is_known_for_two_machines_and_empty_for_others() -> None:
    assert len(program("x86_64")) == len(program("aarch64")) == 8 * (4 + 2 + 2 * 11 + 1)
    assert program("sparc64") == b""


@pytest.mark.parametrize(
    ("status", "reason"), [(-6, "crash"), (-11, "crash"), (1, "crash"), (0, "crash"), (-9, "memory"), (-24, "time")]
)
def test_an_exit_tells_its_reason(status: int, reason: str) -> None:
    assert reason_of(Exit(status, 0), 1536 * MEGABYTE) == reason


def test_an_abort_near_the_memory_limit_is_told_as_memory() -> None:
    limit = 2 * peak_bytes(resource.getrusage(resource.RUSAGE_SELF))  # a peak below our own would say nothing
    assert reason_of(Exit(-6, int(0.85 * limit)), limit) == "memory"
    assert reason_of(Exit(-6, int(0.45 * limit)), limit) == "crash"


# Waiting, starting, folders


def test_patience_ends_and_gives_signs_meanwhile() -> None:
    signs: list[float] = []
    patience = Patience(0.3, lambda: False, lambda: signs.append(time.monotonic()), every=0.1)
    with pytest.raises(TooLateError):
        wait_for_ever(patience)
    assert len(signs) == 2


def wait_for_ever(patience: Patience) -> None:
    while True:
        time.sleep(patience.slice())


def test_a_child_that_does_not_come_up_is_a_part_that_is_down(tmp_path: Path) -> None:
    # A limit that no kernel takes: the child ends before it can say that it is ready.
    with Sandbox(base=tmp_path, limits=Limits(open_files=-5)) as box, box.work() as work:
        with pytest.raises(PartDownError, match="does not start"):
            work.run("look", file="file", media_type="application/pdf", max_pages=500)
        assert box.child_pid() is None


@pytest.mark.parametrize("interpreter", ["/bin/true", "/nonexistent/python"])
def test_a_program_that_cannot_be_the_child_is_a_part_that_is_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, interpreter: str
) -> None:
    monkeypatch.setattr(sys, "executable", interpreter)
    with Sandbox(base=tmp_path) as box, pytest.raises(PartDownError, match="does not start"):
        box.level()


def test_another_process_leaves_the_child_alone_and_closes_its_pipes(tmp_path: Path) -> None:
    # What a forked server process does first; here without the fork, so that the child ends when its pipes close.
    box = Sandbox(base=tmp_path, steps=TABLE)
    with box.work() as work:
        child = work.run("echo")["pid"]
    box._owner = -1
    with box.work() as work:
        assert work.run("echo")["pid"] != child
    os.waitpid(child, 0)
    box.close()


def test_the_place_of_tesseracts_languages_is_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TESSDATA_PREFIX", "/srv/tessdata")
    assert environment()["TESSDATA_PREFIX"] == "/srv/tessdata"


def test_a_request_to_a_child_that_is_gone_says_so(pipes: tuple[int, int, int, int]) -> None:
    child_reads, parent_writes, parent_reads, child_writes = pipes
    nothing = os.open(os.devnull, os.O_RDWR)
    channel = wire.Channel(parent_writes, parent_reads)
    for end in (child_reads, child_writes):
        os.dup2(nothing, end)
    os.close(nothing)
    with pytest.raises(wire.EndedError):
        channel.send({"step": "echo"}, Patience(5, lambda: False))
    with pytest.raises(wire.EndedError):
        channel.receive(Patience(5, lambda: False))


def test_a_full_disk_is_a_part_that_is_down(tmp_path: Path) -> None:
    with Sandbox(base=tmp_path) as box:
        with pytest.raises(PartDownError, match="disk is full"):
            fill_the_disk(box)
        assert not list(tmp_path.glob(f"{PREFIX}*"))


def fill_the_disk(box: Sandbox) -> None:
    with box.work() as work:
        work.path("file").symlink_to("/dev/full")
        work.put("file", b"bytes")


def test_what_killed_processes_left_is_swept_and_held_folders_stay(tmp_path: Path) -> None:
    left, held, young, other = (tmp_path / f"{PREFIX}{name}" for name in ("left", "held", "young", "file"))
    for folder in (left, held, young):
        folder.mkdir()
    other.touch()
    (left / "part-000").touch()
    long_ago = time.time() - 3_600
    for place in (left, held, other):
        os.utime(place, (long_ago, long_ago))
    holder = os.open(held, os.O_RDONLY)
    fcntl.flock(holder, fcntl.LOCK_EX)

    assert sweep(tmp_path) == 1
    assert not left.exists()
    assert held.exists()
    assert young.exists()
    os.close(holder)
    Sandbox(base=tmp_path).close()
    assert not held.exists(), "a new sandbox sweeps too"


def test_removing_what_is_gone_is_no_fault(tmp_path: Path) -> None:
    remove(tmp_path / "nothing")
    assert base_folder(None) == Path(tempfile.gettempdir())
    assert base_folder(tmp_path / "new" / "base").is_dir()


def test_a_request_that_the_child_never_reads_ends_in_time(tmp_path: Path) -> None:
    with Sandbox(base=tmp_path, steps=TABLE, longest=0.5) as box, box.work() as work:
        child = work.run("echo")["pid"]
        os.kill(child, signal.SIGSTOP)
        with pytest.raises(ReaderStoppedError) as stopped:
            work.run("echo", text="x" * 1_000_000)
    assert stopped.value.reason == "time"
