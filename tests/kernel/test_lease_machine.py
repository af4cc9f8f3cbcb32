"""Two workers, a sweeper, crashes and time in any order: whatever happens, work has one effect and nothing stays stuck."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from hypothesis.strategies import booleans, sampled_from

from docflow import leases
from docflow.accounts.models import Organization
from docflow.sweeper import ring_lost, worker_lost
from tests import make
from uploads.models import Task

workers = sampled_from(["one", "two"])
ERROR = {"code": "reading_failed", "message": "It went wrong.", "reason": "test", "page": None}


class Machine(RuleBasedStateMachine):
    """The row is real; a worker is the token it believes to hold. A crash is a worker that forgets its token."""

    task: Task

    def __init__(self) -> None:
        super().__init__()
        leases.reset(self.task, stage="queued", pages_done=0)
        self.tokens: dict[str, UUID] = {}
        self.effects = 0
        self.claims = self.given_back = 0
        self.end: tuple[object, ...] | None = None

    def row(self) -> Task:
        self.task.refresh_from_db()
        return self.task

    @rule(worker=workers, crashes=booleans())
    def a_bell_is_heard(self, worker: str, crashes: bool) -> None:
        token = leases.claim(self.task)
        if token is None:
            return
        self.claims += 1
        if not crashes:
            self.tokens[worker] = token

    @precondition(lambda self: self.tokens)
    @rule(worker=workers, crashes=booleans())
    def a_worker_reads_on(self, worker: str, crashes: bool) -> None:
        if worker in self.tokens and (not leases.renew(self.task, self.tokens[worker], stage="reading") or crashes):
            del self.tokens[worker]

    @precondition(lambda self: self.tokens)
    @rule(worker=workers)
    def a_worker_finishes(self, worker: str) -> None:
        token = self.tokens.pop(worker, None)
        if token and leases.finish(self.task, token, stage="done"):
            self.effects += 1

    @precondition(lambda self: self.tokens)
    @rule(worker=workers, how=sampled_from(["release", "retry", "give up"]))
    def a_worker_gives_it_away(self, worker: str, how: str) -> None:
        token = self.tokens.pop(worker, None)
        if token is None:
            return
        if how == "release":
            self.given_back += leases.release(self.task, token, stage="queued")
        elif how == "retry":
            leases.retry(self.task, token, ERROR)
        elif leases.give_up(self.task, ERROR, token):
            self.effects += 1

    @rule(worker=workers)
    def a_worker_crashes(self, worker: str) -> None:
        self.tokens.pop(worker, None)

    @rule(seconds=sampled_from([1, 25, 130, 4000]))
    def time_goes_by(self, seconds: int) -> None:
        row, ago = self.row(), timedelta(seconds=seconds)
        moved = {name: getattr(row, name) - ago for name in ("lease_until", "next_at", "bell_at") if getattr(row, name)}
        Task.objects.filter(pk=row.pk).update(**moved)

    @rule()
    def the_sweeper_comes(self) -> None:
        leases.ring_waiting(Task, self.task.organization_id)
        ring_lost([Task], 10)
        for row in leases.exhausted(Task):
            if leases.give_up(row, row.error or worker_lost(Task)):
                self.effects += 1

    @invariant()
    def there_is_at_most_one_effect(self) -> None:
        assert self.effects <= 1

    @invariant()
    def attempts_count_every_claim_and_keep_to_the_limit(self) -> None:
        row = self.row()
        assert row.attempts == self.claims - self.given_back
        assert row.attempts <= Task.LIMIT

    @invariant()
    def an_ended_row_never_changes(self) -> None:
        row = self.row()
        if row.stage in Task.OPEN:
            assert self.effects == 0
            return
        now = (row.stage, row.attempts, row.lease_token, row.error)
        assert self.end in (None, now)
        assert self.effects == 1
        self.end = now

    @invariant()
    def an_open_row_can_always_be_ended(self) -> None:
        """Once lease and wait are over, somebody may claim it, or the sweeper gives it up."""
        row = self.row()
        if row.stage in Task.OPEN:
            kept = {name: getattr(row, name) for name in ("lease_until", "next_at")}
            Task.objects.filter(pk=row.pk).update(lease_until=None, next_at=row.queued_at)
            assert leases.claimable(Task).exists() != leases.exhausted(Task).exists()
            Task.objects.filter(pk=row.pk).update(**kept)


@pytest.mark.django_db
def test_whatever_happens_work_has_one_effect_and_nothing_stays_stuck(acme: Organization) -> None:
    Machine.task = make.upload(acme).task
    quiet = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
    run_state_machine_as_test(
        Machine,
        settings=settings(max_examples=20, stateful_step_count=25, deadline=None, database=None, suppress_health_check=quiet),
    )
