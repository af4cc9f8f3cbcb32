"""The job pattern, call by call: who may claim, who may finish, what a bell is."""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.db.models.functions import Now

from docflow import jobs, leases, life
from docflow.accounts.models import Organization
from tests import make
from uploads.models import Task

ERROR = {"code": "reading_failed", "message": "It went wrong.", "reason": "test", "page": None}


@pytest.fixture
def task(acme: Organization) -> Task:
    return make.upload(acme).task


def passed(task: Task, seconds: float) -> None:
    """As if so many seconds had gone by for this row."""
    task.refresh_from_db()
    ago = timedelta(seconds=seconds)
    moved = {name: getattr(task, name) - ago for name in ("lease_until", "next_at", "bell_at") if getattr(task, name)}
    Task.objects.filter(pk=task.pk).update(**moved)
    task.refresh_from_db()


def test_a_claim_counts_the_attempt_and_uses_up_the_bell(task: Task) -> None:
    assert task.bell_at is not None
    token = leases.claim(task)
    task.refresh_from_db()
    assert task.lease_token == token
    assert task.attempts == 1
    assert task.bell_at is None
    assert leases.claim(task) is None


@pytest.mark.parametrize("state", [{"stage": "done"}, {"attempts": 5}, {"next_at": Now() + timedelta(minutes=1)}])
def test_a_row_that_has_ended_or_is_used_up_or_is_not_due_cannot_be_claimed(task: Task, state: dict[str, object]) -> None:
    Task.objects.filter(pk=task.pk).update(**state)
    assert leases.claim(task) is None


def test_a_discarded_task_cannot_be_claimed_and_its_holder_notices(task: Task) -> None:
    token = leases.claim(task)
    assert token is not None
    Task.objects.filter(pk=task.pk).update(discarded_at=Now())
    assert leases.renew(task, token) is False
    assert leases.finish(task, token, stage="done") is False
    assert leases.claim(task) is None


def test_a_lease_that_ran_out_is_anybodys_and_its_old_holder_can_store_nothing(task: Task) -> None:
    old = leases.claim(task)
    assert old is not None
    passed(task, leases.LEASE + 1)
    new = leases.claim(task)
    assert new is not None
    for late in (leases.renew, leases.finish, leases.release):
        assert late(task, old) is False
    assert leases.retry(task, old, ERROR) is False
    assert leases.give_up(task, ERROR, old) is False
    assert leases.finish(task, new, stage="done") is True


def test_a_renewed_lease_holds_on_and_shows_progress(task: Task) -> None:
    token = leases.claim(task)
    assert token is not None
    passed(task, leases.LEASE - 1)
    assert leases.renew(task, token, pages_done=3)
    passed(task, 2)
    assert leases.claim(task) is None
    assert task.pages_done == 3


def test_what_is_finished_never_changes_again(task: Task) -> None:
    token = leases.claim(task)
    assert token is not None
    assert leases.finish(task, token, stage="done")
    assert not leases.finish(task, token, stage="failed")
    assert not leases.give_up(task, ERROR)
    task.refresh_from_db()
    assert (task.stage, task.lease_token, task.lease_until) == ("done", None, None)


def test_a_row_given_back_for_later_waits_longer_after_each_attempt(task: Task) -> None:
    waits = []
    for _ in range(3):
        token = leases.claim(task)
        assert token is not None
        assert leases.retry(task, token, ERROR)
        assert leases.claim(task) is None
        task.refresh_from_db()
        waits.append((task.next_at - task.queued_at).total_seconds())
        passed(task, 3700)
    assert task.error == ERROR
    assert task.attempts == 3
    assert 4 < waits[0] < 20
    assert 18 < waits[2] < 65


def test_a_released_row_is_due_at_once_and_keeps_its_attempts(task: Task) -> None:
    token = leases.claim(task)
    assert token is not None
    assert leases.release(task, token, stage="queued")
    task.refresh_from_db()
    assert task.attempts == 0
    assert leases.claim(task) is not None


def test_giving_up_without_a_token_ends_only_what_is_used_up(task: Task) -> None:
    assert leases.give_up(task, ERROR) is False
    Task.objects.filter(pk=task.pk).update(attempts=5)
    assert list(leases.exhausted(Task)) == [task]
    assert leases.give_up(task, ERROR) is True
    task.refresh_from_db()
    assert (task.stage, task.error) == ("failed", ERROR)


def test_a_reset_takes_the_lease_away_and_forgets_the_attempts(task: Task) -> None:
    token = leases.claim(task)
    assert token is not None
    leases.reset(task, stage="queued")
    assert leases.renew(task, token) is False
    task.refresh_from_db()
    assert task.attempts == 0
    assert leases.claim(task) is not None


def test_a_fault_that_nobody_foresaw_gives_the_row_back_and_goes_on(task: Task) -> None:
    token = leases.claim(task)
    assert token is not None
    with pytest.raises(LookupError), leases.Guard(task, token):
        raise LookupError("secret text of a document")
    task.refresh_from_db()
    assert task.lease_token is None
    assert task.error is not None
    assert task.error["reason"] == "LookupError"
    assert "secret" not in str(task.error)


def test_a_guard_leaves_good_work_alone(task: Task) -> None:
    token = leases.claim(task)
    assert token is not None
    with leases.Guard(task, token):
        assert leases.finish(task, token, stage="done")
    task.refresh_from_db()
    assert (task.stage, task.error) == ("done", None)


def test_a_machine_that_is_being_stopped_begins_nothing_and_takes_its_bells_back(task: Task) -> None:
    life.ask_to_stop()
    try:
        assert leases.claim(task) is None
    finally:
        life.forget_stop()
    task.refresh_from_db()
    assert (task.attempts, task.bell_at) == (0, None)
    assert leases.organizations_waiting(Task) == [task.organization_id]


def test_only_a_handful_of_an_organizations_rows_are_rung_for(acme: Organization, other: Organization) -> None:
    for number in range(settings.BELLS_AHEAD + 3):
        make.upload(acme, make.invoice_text(f"A-{number}"))
    assert leases.rung(Task).count() == settings.BELLS_AHEAD
    assert leases.ring_waiting(Task, acme.pk) == 0
    newcomer = make.upload(other).task
    assert newcomer.bell_at is not None
    oldest = Task.objects.order_by("id")[0]
    assert leases.claim(oldest) is not None
    assert leases.ring_waiting(Task, acme.pk) == 1


def test_a_bell_is_rung_again_only_when_it_is_old_and_only_once(task: Task) -> None:
    assert leases.ring_lost(Task, 10) == 0
    passed(task, leases.RERING + 1)
    assert leases.ring_lost(Task, 0) == 0
    assert leases.ring_lost(Task, 10) == 1
    assert leases.ring_lost(Task, 10) == 0


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_that_claim_at_once_exactly_one_wins() -> None:
    organization = make.organization()
    tasks = [make.upload(organization, make.invoice_text(f"C-{number}")).task for number in range(6)]
    won: list[int] = []
    start = threading.Barrier(4)

    def claim_all() -> None:
        start.wait()
        for task in tasks:
            if leases.claim(task):
                won.append(task.pk)
        connection.close()

    threads = [threading.Thread(target=claim_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [task.pk for task in tasks]
    assert set(Task.objects.values_list("attempts", flat=True)) == {1}


@pytest.mark.django_db(transaction=True)
def test_a_bell_is_a_message_to_the_broker() -> None:
    jobs.enqueue("docflow.life.canary")
    before = jobs.waiting_bells()
    assert before is not None
    jobs.enqueue("docflow.life.canary")
    assert jobs.waiting_bells() == before + 1


def test_a_token_of_nobody_holds_nothing(task: Task) -> None:
    assert leases.renew(task, uuid4()) is False
