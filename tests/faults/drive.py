"""What a fault test does inside its site, in a process with that site's settings: `python -m tests.faults.drive VERB`.

Reads JSON on stdin, writes JSON on stdout.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import django


def prepare() -> dict[str, str]:
    """What every site needs and no test looks at: tables, static files, an organization -> its key."""
    from docflow.serve import preparation
    from tests import make

    preparation.migrate()
    preparation.collect_static()
    return {"key": make.key(make.organization("Faults"))}


def upload(files: list[tuple[str, str]]) -> list[int]:
    """Sends text files in through the front door -> ids of their documents."""
    from docflow.accounts.models import Organization
    from tests import make

    organization = Organization.objects.get(name="Faults")
    return [make.upload(organization, text.encode(), name).pk for name, text in files]


def upload_stacks(count: int, seconds: float) -> list[int]:
    """Sends stacks of three letters with separator sheets between them, each page slow -> ids of the wholes."""
    from docflow.accounts.models import Organization
    from documents.extraction.synthesis import marks
    from tests import make

    organization, stack = Organization.objects.get(name="Faults"), marks.stack_pdf(3)
    slow = [f"% {number} SLOW {seconds}\n".encode() for number in range(count)]
    return [make.upload(organization, stack + words, f"stack-{number}.pdf").pk for number, words in enumerate(slow)]


def ring(ids: list[int], times: int) -> int:
    """Rings more bells for documents than anybody asked for."""
    from docflow import jobs
    from uploads.models import Task

    for _ in range(times):
        for document in ids:
            jobs.enqueue(Task.JOB, document)
    return len(ids) * times


def waiting_bells() -> int | None:
    from docflow import jobs

    return jobs.waiting_bells()


VERBS: dict[str, Callable[..., Any]] = {each.__name__: each for each in (prepare, upload, upload_stacks, ring, waiting_bells)}

if __name__ == "__main__":
    django.setup()
    print(json.dumps(VERBS[sys.argv[1]](**json.load(sys.stdin))))
