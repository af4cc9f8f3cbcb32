"""The sandbox keeps its word: limits, no secrets, one organization a child, nothing believed that the child says."""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from docflow.errors import FileError, FileRefusedError, PartDownError, ReaderStoppedError
from docflow.sandbox import STEPS, Sandbox, Step
from docflow.sandbox.limits import Limits
from tests.fakes.processes import eventually, session_of
from tests.fakes.steps import MEGABYTE, TABLE

ALL_SECRETS = ("DATABASE_URL", "BROKER_URL", "DOCFLOW_SECRET_KEY", "DOCFLOW_ENCRYPTION_KEYS", "AWS_SECRET_ACCESS_KEY")


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(base=tmp_path_factory.mktemp("work"), steps=TABLE) as box:
        yield box


# What the child is


def test_the_child_has_the_limits_of_the_table(box: Sandbox) -> None:
    with box.work("org") as work:
        seen = work.run("tell")
    assert seen["limits"]["AS"] == [1536 * MEGABYTE] * 2
    assert seen["limits"]["FSIZE"] == [200 * MEGABYTE] * 2
    assert seen["limits"]["NOFILE"] == [64, 64]
    assert seen["limits"]["CORE"] == [0, 0]
    soft, hard = seen["limits"]["CPU"]
    assert seen["cpu"] < soft <= seen["cpu"] + 8 + 1, "what it used so far plus its budget, rounded up"
    assert hard == -1, "a hard limit could not be raised for the next step"


def test_the_cpu_budget_is_counted_anew_for_each_step(tmp_path: Path) -> None:
    one_second = {"cpu": Step(TABLE["cpu"].path, wall=60, cpu=1)}
    with Sandbox(base=tmp_path, steps=one_second) as box, box.work("org") as work:
        used = [work.run("cpu", seconds=0.7)["used"] for _ in range(4)]
    assert used[-1] > 2.5, "more in all than any one step may use"


def test_a_step_that_uses_up_its_cpu_time_ends_before_its_wall_time(tmp_path: Path) -> None:
    greedy = {"spin": Step(TABLE["spin"].path, wall=60, cpu=1)}
    with Sandbox(base=tmp_path, steps=greedy) as box, box.work() as work:
        started = time.monotonic()
        with pytest.raises(ReaderStoppedError) as stopped:
            work.run("spin")
    assert (stopped.value.code, stopped.value.reason) == ("time_limit", "time")
    assert time.monotonic() - started < 50


def test_no_secret_and_no_address_is_in_the_childs_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ALL_SECRETS:
        monkeypatch.setenv(name, "CANARY-secret")
    with Sandbox(base=tmp_path, steps=TABLE) as box, box.work() as work:
        seen = work.run("tell")["environ"]
        start = Path(f"/proc/{box.child_pid()}/environ").read_bytes()
    assert "CANARY" not in str(seen)
    assert b"CANARY" not in start
    assert set(seen) <= {
        *("PATH", "LANG", "OMP_THREAD_LIMIT", "OPENBLAS_NUM_THREADS", "CMAP_PATH", "TESSDATA_PREFIX", "TMPDIR"),
        "LC_CTYPE",
    }
    assert seen["OMP_THREAD_LIMIT"] == "1"


def test_the_child_knows_no_django_and_holds_no_file_of_its_parent(tmp_path: Path) -> None:
    held = os.open(tmp_path, os.O_RDONLY)
    os.set_inheritable(held, True)
    with Sandbox(base=tmp_path, steps=TABLE) as box, box.work() as work:
        seen = work.run("tell")
    os.close(held)
    assert "django" not in seen["modules"]
    kinds = {target.split(":")[0] for target in seen["files"].values()}
    assert kinds <= {"pipe", "/dev/null", f"/proc/{seen['status'].split('Pid:')[1].split()[0]}/fd"}


FORBIDDEN = ["network", "local socket", "new session", "more memory", "many files"]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_child_is_refused(box: Sandbox, what: str) -> None:
    with box.work("org") as work:
        assert work.run("attempt", what=what)["refused"]


def test_a_user_namespace_closes_the_parents_environment(box: Sandbox) -> None:
    # Without one, the same user may read /proc/PARENT/environ: `Sandbox.level` tells the operator which it is.
    level = box.level()
    with box.work("org") as work:
        refused = work.run("attempt", what="parent's environment")["refused"]
    assert (refused is not None) == ("user namespace" in level)


def test_a_file_larger_than_the_limit_cannot_be_written(tmp_path: Path) -> None:
    with Sandbox(base=tmp_path, steps=TABLE, limits=Limits(written_file=MEGABYTE)) as box, box.work() as work:
        assert work.run("attempt", what="big file")["refused"] == "OSError"
        assert work.path("big").stat().st_size <= MEGABYTE


def test_the_sandbox_says_how_far_the_kernel_let_it_go(tmp_path: Path) -> None:
    with Sandbox(base=tmp_path) as box:
        level = box.level()
    with Sandbox(base=tmp_path, isolate=False) as box:
        plain = box.level()
    assert "call filter" in level
    assert plain == "limits only, call filter"


def test_without_namespaces_there_still_is_no_network(tmp_path: Path) -> None:
    with Sandbox(base=tmp_path, steps=TABLE, isolate=False) as box, box.work() as work:
        assert work.run("attempt", what="network")["refused"] == "PermissionError"


# Which child


def test_a_step_that_is_not_in_the_table_is_never_sent(box: Sandbox) -> None:
    with box.work("org") as work:
        for step in ("os:system", "documents.extraction.steps:look", "nothing"):
            with pytest.raises(ValueError, match="There is no step"):
                work.run(step)


def test_the_table_of_production_holds_only_the_thirteen_steps() -> None:
    assert set(STEPS) == {
        "look", "unpack", "open_file", "read_page", "recognize", "draw_page", "scale_image", "searchable_page", "join_pages",
        "mark_page", "find_values", "ask_model", "weigh_answer",
    }  # fmt: skip
    assert all(step.path == f"documents.extraction.steps:{name}" for name, step in STEPS.items())
    assert {name: (step.wall, step.cpu) for name, step in STEPS.items()} == {
        **dict.fromkeys(("look", "unpack", "scale_image"), (10, 8)),
        **dict.fromkeys(("open_file", "ask_model"), (20, 15)),
        "weigh_answer": (30, 25),
        **dict.fromkeys(
            ("read_page", "recognize", "draw_page", "searchable_page", "join_pages", "mark_page", "find_values"), (60, 45)
        ),
    }


def test_another_organizations_file_never_meets_the_same_child(box: Sandbox) -> None:
    met: dict[int, str] = {}
    for organization in ("alice", "alice", "charlie", "alice", "", "charlie"):
        with box.work(organization) as work:
            pid = work.run("echo")["pid"]
            work.run("hold", megabytes=1)
        assert met.setdefault(pid, organization) == organization
        assert len(session_of(pid)) == 2, "child and guard"
    assert len(met) == 5, "the second work of Alice had the warm one"
    assert not any(session_of(pid) for pid in list(met)[:-1]), "the others are gone before the next begins"


def test_a_child_is_replaced_after_its_works_not_within_one(tmp_path: Path) -> None:
    pids = []
    with Sandbox(base=tmp_path, steps=TABLE, limits=Limits(works=2)) as box:
        for _ in range(5):
            with box.work("org") as work:
                pids.append({work.run("echo")["pid"] for _ in range(3)})
    assert all(len(each) == 1 for each in pids)
    assert pids[0] == pids[1] != pids[2] == pids[3] != pids[4]


def test_a_child_that_swells_is_replaced_before_its_next_step(tmp_path: Path) -> None:
    with Sandbox(base=tmp_path, steps=TABLE, limits=Limits(resident=80 * MEGABYTE)) as box, box.work("org") as work:
        small = [work.run("hold", megabytes=1)["pid"] for _ in range(2)]
        swollen = work.run("hold", megabytes=100)["pid"]
        fresh = work.run("echo")["pid"]
    assert small[0] == small[1] == swollen != fresh


def test_a_child_that_died_between_two_works_is_replaced(box: Sandbox) -> None:
    with box.work("org") as work:
        child = work.run("echo")["pid"]
    os.kill(child, 9)
    assert eventually(lambda: not session_of(child)), "its guard has gone with it"
    with box.work("org") as work:
        assert work.run("echo")["pid"] != child


def test_a_forked_process_starts_a_child_of_its_own(box: Sandbox) -> None:
    with box.work("org") as work:
        ours = work.run("echo")["pid"]
    source, target = os.pipe()
    if os.fork() == 0:
        with box.work("org") as work:
            os.write(target, str(work.run("echo")["pid"]).encode())
        box.close()
        os._exit(0)
    theirs = int(os.read(source, 20))
    os.wait()
    os.close(source)
    os.close(target)
    with box.work("org") as work:
        assert work.run("echo")["pid"] == ours != theirs


# Errors and tries


def test_errors_of_the_house_cross_over_and_keep_the_child(box: Sandbox) -> None:
    with box.work("org") as work:
        child = work.run("echo")["pid"]
        with pytest.raises(FileRefusedError) as refused:
            work.run("refuse")
        with pytest.raises(FileError) as damaged:
            work.run("damaged", number=3)
        assert work.run("echo")["pid"] == child
    assert refused.value.as_json() == {
        "code": "too_many_pages",
        "message": "file has 900 pages, the limit is 500.",
        "reason": "too_many_pages",
        "page": None,
    }
    assert (damaged.value.code, damaged.value.page) == ("damaged_file", 3)
    assert not isinstance(damaged.value, FileRefusedError | ReaderStoppedError)


def test_an_unknown_error_tells_its_place_and_never_its_words(box: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    with box.work("org") as work, pytest.raises(ReaderStoppedError) as stopped:
        work.run("unexpected")
    assert stopped.value.reason == "crash"
    assert "LookupError at steps.py:" in caplog.text
    assert "IBAN" not in caplog.text + str(stopped.value) + str(stopped.value.__notes__)


def test_a_second_try_gets_a_fresh_child_and_the_same_files(box: Sandbox) -> None:
    with box.work("org") as work:
        before = work.run("echo")["pid"]
        assert work.run("fails_first", tries=2)["pid"] != before
    with box.work("org") as work, pytest.raises(ReaderStoppedError):
        work.run("abort", tries=2)


def test_people_are_told_what_happened_and_what_to_do(tmp_path: Path) -> None:
    steps = {
        "read_page": Step(TABLE["slow"].path, wall=0.5, cpu=8),
        "open_file": Step(TABLE["abort"].path, wall=60, cpu=8),
        "find_values": Step(TABLE["eat"].path, wall=60, cpu=8),
    }
    told = {}
    with Sandbox(base=tmp_path, steps=steps, limits=Limits(address_space=200 * MEGABYTE)) as box, box.work() as work:
        for step, arguments in {"read_page": {"seconds": 60, "number": 7}, "open_file": {}, "find_values": {}}.items():
            with pytest.raises(ReaderStoppedError) as stopped:
                work.run(step, **arguments)
            told[step] = stopped.value.message
    advice = "Send a simpler copy or enter the values by hand."
    assert told == {
        "read_page": f"Reading page 7 took longer than 0.5 s. {advice}",
        "open_file": f"The file ended the reader. {advice}",
        "find_values": f"The file needed too much memory. {advice}",
    }


# Time and locks


def test_a_works_deadline_holds_for_all_its_steps_together(box: Sandbox) -> None:
    with box.work("org") as work:
        work.run("echo")
    started = time.monotonic()
    with box.work("org", deadline=2.5) as work:
        work.run("slow", seconds=0.5)
        with pytest.raises(ReaderStoppedError) as stopped:
            work.run("slow", tries=3, seconds=60)
        with pytest.raises(ReaderStoppedError):
            work.run("echo")
    assert stopped.value.code == "time_limit"
    assert 2 < time.monotonic() - started < 2.5 + 1


def test_a_busy_reader_is_a_part_that_is_down(tmp_path: Path) -> None:
    with Sandbox(base=tmp_path, steps=TABLE, busy=0.3) as box:
        inside, leave = threading.Event(), threading.Event()

        def occupy() -> None:
            with box.work("org"):
                inside.set()
                leave.wait(10)

        other = threading.Thread(target=occupy)
        other.start()
        inside.wait(10)
        with pytest.raises(PartDownError, match="busy"), box.work("org"):
            pass
        leave.set()
        other.join()
        with box.work("org") as work:
            assert work.run("echo")


def test_many_threads_share_one_child_in_turn(box: Sandbox) -> None:
    answers: list[tuple[int, int]] = []

    def request(number: int) -> None:
        with box.work("org") as work:
            found = work.run("echo", number=number)
            answers.append((found["number"], found["pid"]))

    threads = [threading.Thread(target=request, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(number for number, _ in answers) == list(range(12))
    assert len({pid for _, pid in answers}) == 1


def test_waiting_gives_signs_of_life_and_their_error_ends_the_child(tmp_path: Path) -> None:
    signs: list[float] = []
    lease_is_lost = False

    def sign() -> None:
        signs.append(time.monotonic())
        if lease_is_lost:
            raise RuntimeError("the lease is lost")

    with Sandbox(base=tmp_path, steps=TABLE, on_wait=sign, on_wait_every=0.1) as box, box.work("org") as work:
        work.run("echo")
        signs.clear()
        work.run("slow", seconds=0.45)
        assert len(signs) >= 2
        assert all(later - sign > 0.09 for sign, later in itertools.pairwise(signs))
        child = box.child_pid()
        assert child
        lease_is_lost = True
        with pytest.raises(RuntimeError, match="lease"):
            work.run("hang")
        assert eventually(lambda: not session_of(child))
