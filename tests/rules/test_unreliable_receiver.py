"""P5: a receiver that fails, hangs and drops gets every event all the same, signed, at the waits of the table."""

from __future__ import annotations

import random
import socket
import threading

from django.utils import timezone
from pytest_django import Settings

from docflow.accounts.actors import COMMAND
from docflow.accounts.models import Organization
from rules import jobs
from rules.models import Attempt, Delivery
from rules.operations import deliveries
from rules.webhooks.retry import SPREAD, WAITS
from tests.fakes.receivers import receiver
from tests.rules.made import endpoint, verified

EVENTS = 40
DIVISOR = 50  # an attempt may take 0.3 s


class Moods:
    """Fails 30 %, hangs 10 %, drops 10 %, accepts the rest; the same moods in each run."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._lock = threading.Lock()
        self.accepted = 0

    def __call__(self, connection: socket.socket) -> None:
        with self._lock:
            mood = self._chance.random()
            self.accepted += mood >= 0.5
        if mood < 0.3:
            connection.sendall(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")
        elif mood < 0.4:
            connection.recv(1)
        elif mood >= 0.5:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


def test_every_event_reaches_a_receiver_that_fails_half_of_the_time(acme: Organization, settings: Settings) -> None:
    settings.CLOCK_DIVISOR = DIVISOR
    moods = Moods(seed=2025)
    with receiver(moods) as unreliable:
        receiving, secret = endpoint(acme, unreliable)
        for _ in range(EVENTS):
            deliveries.try_endpoint(receiving, COMMAND)
        for _ in range(len(WAITS)):
            Delivery.objects.filter(state="pending").update(next_at=timezone.now())
            for delivery in Delivery.objects.filter(state="pending").order_by("pk"):
                tried_at = timezone.now()
                jobs.deliver(delivery.pk)
                check_wait(delivery, tried_at.timestamp())
    requests = unreliable.requests
    assert {each.state for each in Delivery.objects.all()} == {"delivered"}
    assert len({got.headers["webhook-id"] for got in requests}) == EVENTS
    assert len(requests) == Attempt.objects.count() > EVENTS
    assert moods.accepted == EVENTS
    for got in requests:
        verified(got, secret)
    print(f"{EVENTS} events, {len(requests)} tries, {Attempt.objects.filter(status=None).count()} without an answer")


def check_wait(delivery: Delivery, tried_at: float) -> None:
    """The next try is planned as the table says, give or take a fifth and the time of the try itself."""
    delivery.refresh_from_db()
    if delivery.state == "pending":
        planned = WAITS[delivery.attempts].total_seconds() / DIVISOR
        waits = delivery.next_at.timestamp() - tried_at
        assert planned * (1 - SPREAD) - 0.1 <= waits <= planned * (1 + SPREAD) + 1.0
