"""Documents that harm who reads them, by what stands in them. Known to the settings of fault tests only.

POISON kill     the worker process that reads it is killed
POISON raise    the job raises what nobody foresaw
POISON crash    the child crashes, in the real sandbox
SLOW 0.5        each page takes so many seconds
"""

from __future__ import annotations

import os
import re
import signal
import time
from typing import Any

from django.apps import AppConfig
from django.conf import settings

from docflow import life
from docflow.sandbox import Sandbox, Step, Work

CRASH = Step("tests.fakes.steps:abort", 10, 8)


class HarmfulSandbox(Sandbox):
    """Looks at the file before each step and does what it says."""

    def ask(self, work: Work, name: str, step: Step, arguments: dict[str, Any]) -> dict[str, Any]:
        if name == "recognize":  # it has the page's pixels and not the file
            return super().ask(work, name, step, arguments)
        content = work.path("file").read_bytes()
        if b"POISON kill" in content:
            os.kill(os.getpid(), signal.SIGKILL)
        if b"POISON raise" in content:
            raise LookupError("nobody foresaw this")
        if b"POISON crash" in content:
            name, step, arguments = "crash", CRASH, {}
        if name == "read_page" and (slow := re.search(rb"SLOW ([0-9.]+)", content)):
            time.sleep(float(slow[1]))
        return super().ask(work, name, step, arguments)


class HarmConfig(AppConfig):
    name = "tests.faults"
    label = "harm"

    def ready(self) -> None:
        from docflow import leases
        from documents import jobs

        every = leases.divided(leases.SWEEP).total_seconds()
        table = {"crash": CRASH}
        jobs._box = HarmfulSandbox(base=settings.WORK_DIR, on_wait=life.touch, on_wait_every=every, steps=table)
