"""Killed workers, frozen queues, lost and doubled bells: nothing is lost and nothing is done twice."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable

import pytest

from tests import make
from tests.faults.site import Site, session

pytestmark = pytest.mark.xdist_group("serve")


def invoices(count: int, more: str = "") -> list[tuple[str, str]]:
    return [(f"invoice-{number}.txt", f"{make.invoice_text(f'R-{number}').decode()}\n{more}") for number in range(count)]


def each_done_once(site: Site, ids: list[int]) -> bool:
    tasks, effects = site.tasks(), site.effects()
    return all(tasks[each]["stage"] == "done" and effects.get(each) == 1 for each in ids)


def test_f1_nothing_is_lost_or_doubled_when_processes_of_the_worker_are_killed(site: Site) -> None:
    good = site.drive("upload", files=invoices(40, "SLOW 0.2"))
    poison = site.drive("upload", files=[(f"{word}.txt", f"POISON {word}") for word in ("kill", "raise", "crash")])
    site.serve("worker", "sweeper")
    site.wait(site.is_up, 60, "worker")
    dice, killed = random.Random(2), 0
    while killed < 8:
        done = site.stages().get("done", 0)
        site.wait(lambda before=done: site.stages().get("done", 0) >= before + 2 or site.all_ended(), 60, "progress")
        time.sleep(dice.uniform(0, 0.4))
        if victims := session(site.group("worker")):
            os.kill(dice.choice(victims), signal.SIGKILL)
            killed += 1
    site.wait(site.all_ended, 120, "end of all tasks")
    tasks, effects = site.tasks(), site.effects()
    print(f"killed {killed}, attempts {sorted(tasks[each]['attempts'] for each in good)}")
    assert each_done_once(site, good)
    assert {tasks[each]["stage"] for each in poison} == {"failed"}
    assert [tasks[each]["attempts"] for each in poison[:2]] == [5, 5]
    assert tasks[poison[2]]["falls"] == 1  # the second one ends it
    assert "worker_lost" in str(tasks[poison[0]]["error"])
    assert "LookupError" in str(tasks[poison[1]]["error"])
    assert [effects[each] for each in poison] == [1, 1, 1]
    statuses = dict(site.database.rows("SELECT id, status FROM documents_document"))
    assert {statuses[each] for each in poison} == {"Exception"}


def test_f1_each_stack_is_split_once_whenever_its_worker_is_killed(site: Site) -> None:
    wholes = site.drive("upload_stacks", count=5, seconds=0.2)
    site.serve("worker", "sweeper")
    site.wait(site.is_up, 60, "worker")
    dice, killed = random.Random(3), 0
    while killed < 4:
        before = site.stages()
        site.wait(lambda before=before: site.stages() != before or site.all_ended(), 60, "progress")
        time.sleep(dice.uniform(0, 0.4))
        if victims := session(site.group("worker")):
            os.kill(dice.choice(victims), signal.SIGKILL)
            killed += 1
    site.wait(site.all_ended, 180, "end of all tasks")
    tasks, effects = site.tasks(), site.effects()
    query = "SELECT id, whole_id, first_page FROM documents_document WHERE whole_id IS NOT NULL"
    parts = {row[0]: (row[1], row[2]) for row in site.database.rows(query)}
    print(f"killed {killed}, attempts {sorted(task['attempts'] for task in tasks.values())}")
    assert sorted(parts.values()) == [(whole, page) for whole in wholes for page in (1, 3, 5)]
    assert {tasks[whole]["stage"] for whole in wholes} == {"filtered"}
    assert each_done_once(site, list(parts))
    assert set(effects) == set(parts)


def test_f2_a_cluster_frozen_by_the_death_of_idle_workers_is_started_anew(site: Site) -> None:
    site.serve("worker", "sweeper")
    ids = site.drive("upload", files=invoices(2))
    site.wait(lambda: site.is_up() and site.is_idle(), 90, "first results")
    before = site.group("worker")
    for round_ in range(5):  # whether one of them holds the queue's lock at that moment is a race
        for idle in site.workers():
            os.kill(idle, signal.SIGKILL)
        ids += site.drive("upload", files=[(f"{round_}-{name}", f"{text}{round_}") for name, text in invoices(4)])
        site.wait(site.is_idle, 60, "end of all tasks")
        if site.group("worker") != before:
            break
    assert site.group("worker") != before
    assert session(before) == []
    assert each_done_once(site, ids)


def test_f3_a_killed_sentinel_leaves_no_orphans_beside_the_new_worker(site: Site) -> None:
    ids = site.drive("upload", files=invoices(8, "SLOW 0.3"))
    site.serve("worker", "sweeper")
    site.wait(site.is_up, 60, "worker")
    before = site.group("worker")
    os.kill(site.sentinel(), signal.SIGKILL)
    site.wait(lambda: site.group("worker") != before, 30, "new worker")
    assert session(before) == []
    site.wait(site.all_ended, 60, "end of all tasks")
    assert each_done_once(site, ids)


def test_f3_a_new_serve_ends_what_a_killed_one_left(site: Site) -> None:
    ids = site.drive("upload", files=invoices(8, "SLOW 0.3"))
    site.serve("worker", "sweeper")
    site.wait(site.is_up, 60, "worker")
    left = [site.group("worker"), site.group("sweeper")]
    site.kill()
    assert all(session(group) for group in left)
    site.serve("worker", "sweeper")
    site.wait(lambda: site.group("worker") not in (0, left[0]), 60, "new worker")
    assert not any(session(group) for group in left)
    site.wait(site.all_ended, 60, "end of all tasks")
    assert each_done_once(site, ids)


def test_f12_five_bells_for_each_document_have_one_effect(site: Site) -> None:
    ids = site.drive("upload", files=invoices(20))
    site.drive("ring", ids=ids, times=4)
    site.serve("worker", "sweeper")
    site.wait(lambda: site.all_ended() and site.drive("waiting_bells") == 0, 90, "end of all tasks and bells")
    assert each_done_once(site, ids)
    assert {task["attempts"] for task in site.tasks().values()} == {1}


def test_f13_bells_that_a_new_secret_key_made_unreadable_are_rung_anew(site: Site) -> None:
    ids = site.drive("upload", files=invoices(10))
    (site.folder / "secret_key").unlink()
    site.serve("worker", "sweeper")
    site.wait(site.all_ended, 60, "end of all tasks")
    assert each_done_once(site, ids)
    assert {task["attempts"] for task in site.tasks().values()} == {1}


def test_f15_a_stop_under_load_gives_work_back_without_burning_an_attempt(new_site: Callable[..., Site]) -> None:
    site = new_site(divisor=5)  # a lease of 24 s: no step may outlast it, however busy the machine is
    long = "\n".join(f"Line {number} of a very long text" for number in range(1500))
    ids = site.drive("upload", files=[("long.txt", f"{long}\nSLOW 0.5"), *invoices(10, "SLOW 0.5")])
    site.serve("worker", "sweeper")
    site.wait(lambda: site.stages().get("done", 0) >= 2, 60, "first results")
    seconds = site.stop()
    print(f"stopped within {seconds:.1f} s")
    assert seconds < 35
    open_ones = {each: task for each, task in site.tasks().items() if task["stage"] != "done"}
    assert ids[0] in open_ones
    assert {(task["attempts"], task["lease_until"]) for task in open_ones.values()} == {(0, None)}
    site.serve("worker", "sweeper")
    site.wait(site.all_ended, 90, "end of all tasks")
    assert each_done_once(site, ids)
    assert {task["attempts"] for task in site.tasks().values()} == {1}
