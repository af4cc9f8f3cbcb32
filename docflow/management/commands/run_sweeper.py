"""manage.py run_sweeper: rings for what waits, gives up what cannot be done, watches the worker. `serve` starts it."""

from __future__ import annotations

import signal
from typing import Any

from django.core.management.base import BaseCommand

from docflow.sweeper import Sweeper


class Command(BaseCommand):
    help = "Every 5 s: rings for waiting work, ends what used up its attempts, restarts a frozen worker. Several are fine."

    def handle(self, *args: Any, **options: Any) -> None:
        sweeper = Sweeper()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *told: sweeper.stop())
        sweeper.run()
