"""The two children of a sandbox: one parses files of one organization, the other sees pixels only and stays."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from docflow.errors import ReaderStoppedError
from docflow.sandbox import STEPS, Sandbox, Work
from docflow.sandbox.folders import PREFIX
from docflow.sandbox.limits import PIXELS_LIMITS
from docflow.sandbox.steps import FILE, PIXELS
from tests.fakes.processes import children_of, eventually, session_of
from tests.fakes.steps import MEGABYTE, TABLE


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(base=tmp_path_factory.mktemp("work"), steps=TABLE) as box:
        yield box


def apart(work: Work, step: str, **arguments: Any) -> dict[str, Any]:
    with work.apart() as page:
        return page.run(f"apart_{step}", **arguments)


def pids_of(box: Sandbox, organization: str) -> tuple[int, int]:
    with box.work(organization) as work:
        return work.run("echo")["pid"], apart(work, "echo")["pid"]


def test_only_recognition_runs_apart() -> None:
    assert [name for name, step in STEPS.items() if step.child == PIXELS] == ["recognize"]
    assert (STEPS["recognize"].wall, STEPS["recognize"].cpu) == (STEPS["read_page"].wall, STEPS["read_page"].cpu) == (60, 45)


def test_organizations_share_the_child_that_sees_pixels_and_never_the_one_that_parses(box: Sandbox) -> None:
    parsed_alice, saw_alice = pids_of(box, "alice")
    parsed_charlie, saw_charlie = pids_of(box, "charlie")
    assert parsed_alice != parsed_charlie
    assert saw_alice == saw_charlie not in (parsed_alice, parsed_charlie)
    assert not session_of(parsed_alice)
    assert len(session_of(parsed_charlie)) == len(session_of(saw_alice)) == 2, "each has its guard"


def test_a_child_starts_when_it_is_first_needed(tmp_path: Path) -> None:
    with Sandbox(base=tmp_path, steps=TABLE) as box:
        assert (box.child_pid(FILE), box.child_pid(PIXELS)) == (None, None)
        with box.work() as work:
            apart(work, "echo")
            assert box.child_pid(FILE) is None
            work.run("echo")
        with box.work("other") as work:
            work.run("echo")
            assert box.child_pid(FILE) in children_of(os.getpid())
            assert box.child_pid(PIXELS) in children_of(os.getpid())


def test_a_step_runs_in_its_own_child_only(box: Sandbox) -> None:
    with box.work() as work, work.apart() as page:
        with pytest.raises(ValueError, match="other child"):
            page.run("echo")
        with pytest.raises(ValueError, match="other child"):
            work.run("apart_echo")
        with pytest.raises(ValueError, match="other child"):
            work.run("recognize")


def test_the_child_that_sees_pixels_has_limits_of_its_own(box: Sandbox) -> None:
    with box.work() as work:
        limits = apart(work, "tell")["limits"]
        parser = work.run("tell")["limits"]
    assert limits["AS"] == [PIXELS_LIMITS.address_space] * 2
    assert limits["AS"] > parser["AS"]
    assert {key: value for key, value in limits.items() if key not in ("AS", "CPU")} == {
        key: value for key, value in parser.items() if key not in ("AS", "CPU")
    }


def test_what_is_refused_to_one_is_refused_to_the_other(tmp_path: Path) -> None:
    with Sandbox(base=tmp_path, steps=TABLE) as box, box.work() as work:
        for what in ("network", "local socket", "new session", "more memory", "many files"):
            assert apart(work, "attempt", what=what)["refused"], what


def test_it_is_replaced_after_so_many_pages_whoever_sent_them(tmp_path: Path) -> None:
    with Sandbox(base=tmp_path, steps=TABLE, pixels_limits=replace(PIXELS_LIMITS, works=3)) as box:
        pids = []
        for organization in ("alice", "charlie"):
            with box.work(organization) as work:
                pids += [apart(work, "echo")["pid"] for _ in range(4)]
    assert len(set(pids[0:3])) == len(set(pids[3:6])) == len(set(pids[6:8])) == 1
    assert len(set(pids)) == 3


def test_it_is_replaced_before_its_next_page_when_it_swells(tmp_path: Path) -> None:
    small = replace(PIXELS_LIMITS, resident=80 * MEGABYTE)
    with Sandbox(base=tmp_path, steps=TABLE, pixels_limits=small) as box, box.work() as work:
        lean = apart(work, "hold", megabytes=1)["pid"]
        swollen = apart(work, "hold", megabytes=100)["pid"]
        assert lean == swollen != apart(work, "echo")["pid"]


def test_nothing_of_the_document_lies_before_it_but_one_picture(box: Sandbox) -> None:
    with box.work("org") as work:
        work.put("file", b"%PDF the original")
        for size in (12, 20):
            work.run("grow", name="page.grey", size=size)
            with work.apart() as page:
                work.hand_over("page.grey", page, pixels=size)
                seen = page.run("apart_look_around")
                folder = page.folder
            assert seen == {"places": 1, "files": {"page.grey": size}}
            assert not folder.exists()
    assert not list(folder.parent.glob(f"{PREFIX}*"))


@pytest.mark.parametrize(("size", "pixels"), [(11, 12), (13, 12), (0, 12), (50_000_001, 50_000_001)])
def test_a_picture_of_another_size_than_was_said_is_a_lie(box: Sandbox, size: int, pixels: int) -> None:
    with box.work("org") as work, work.apart() as page:
        liar = work.run("grow", name="page.grey", size=size)["pid"]
        onlooker = page.run("apart_echo")["pid"]
        with pytest.raises(ReaderStoppedError) as stopped:
            work.hand_over("page.grey", page, pixels)
        assert stopped.value.reason == "bad_answer"
        assert not list(page.folder.iterdir())
        assert work.run("echo")["pid"] != liar
        assert page.run("apart_echo")["pid"] == onlooker


def test_a_picture_that_is_a_link_is_a_lie(box: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"another's")
    with box.work("org") as work, work.apart() as page:
        work.run("link", name="page.grey", target=str(tmp_path / "secret"))
        with pytest.raises(ReaderStoppedError):
            work.hand_over("page.grey", page, 9)
        assert not list(page.folder.iterdir())


@pytest.mark.parametrize("fault", ["abort", "leave", "raw"])
def test_a_fault_ends_the_child_it_happened_in_and_not_the_other(box: Sandbox, fault: str) -> None:
    arguments = {"frame": "nonsense"} if fault == "raw" else {}
    with box.work("org") as work:
        parser, painter = work.run("echo")["pid"], apart(work, "echo")["pid"]
        with pytest.raises(ReaderStoppedError):
            apart(work, fault, **arguments)
        assert work.run("echo")["pid"] == parser
        fresh = apart(work, "echo")["pid"]
        assert fresh != painter
        with pytest.raises(ReaderStoppedError):
            work.run(fault, **arguments)
        assert apart(work, "echo")["pid"] == fresh


def test_a_works_deadline_holds_apart_too(box: Sandbox) -> None:
    with box.work("org", deadline=1.5) as work:
        with pytest.raises(ReaderStoppedError) as stopped:
            apart(work, "slow", seconds=60)
        with pytest.raises(ReaderStoppedError):
            apart(work, "echo")
    assert stopped.value.reason == "time"


def test_closing_ends_both_and_both_come_back(tmp_path: Path) -> None:
    box = Sandbox(base=tmp_path, steps=TABLE)
    first = pids_of(box, "org")
    box.close()
    assert not any(session_of(pid) for pid in first)
    assert not set(first) & children_of(os.getpid())
    second = pids_of(box, "org")
    box.close()
    assert not set(first) & set(second)


def test_a_forked_process_starts_two_of_its_own(box: Sandbox) -> None:
    ours = pids_of(box, "org")
    source, target = os.pipe()
    if os.fork() == 0:
        os.write(target, repr(pids_of(box, "org")).encode())
        box.close()
        os._exit(0)
    theirs = {int(pid) for pid in os.read(source, 100).decode().strip("()").split(",")}
    os.wait()
    os.close(source)
    os.close(target)
    assert len(theirs - set(ours)) == 2
    assert pids_of(box, "org") == ours


def test_waiting_for_recognition_gives_signs_of_life_and_their_error_ends_it(tmp_path: Path) -> None:
    signs: list[float] = []
    lease_is_lost = False

    def sign() -> None:
        signs.append(time.monotonic())
        if lease_is_lost:
            raise RuntimeError("the lease is lost")

    with Sandbox(base=tmp_path, steps=TABLE, on_wait=sign, on_wait_every=0.1) as box, box.work("org") as work:
        parser, painter = work.run("echo")["pid"], apart(work, "echo")["pid"]
        signs.clear()
        apart(work, "slow", seconds=0.45)
        assert len(signs) >= 2
        lease_is_lost = True
        with pytest.raises(RuntimeError, match="lease"):
            apart(work, "hang")
        lease_is_lost = False
        assert eventually(lambda: not session_of(painter))
        assert work.run("echo")["pid"] == parser
