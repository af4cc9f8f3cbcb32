#!/usr/bin/env python3
"""What a long file costs from page to page: `python -m bench.long_files [--digital 200] [--scans 100]`.

A digital and a scanned PDF are made by docflow's own generator and read by the real job against a fresh database: this
process is the worker. For chosen pages are printed: the memory of the worker and of its children (resident, the most since
the page before), seconds a page since then, and how many pages could be looked at. The last line of stdout is JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.reading import long_digital, long_scan  # noqa: E402

AT = (1, 10, 50, 100, 150, 200, 300, 400, 500)
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class Watch:
    """Looks at memory and progress every tenth of a second, from a thread with a database connection of its own."""

    def __init__(self, document: Any) -> None:
        self.document, self.rows = document, []  # type: ignore[var-annotated]
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        from django.db import connections

        marks = list(AT)
        worker = children = 0.0
        since, last = time.monotonic(), 0
        while not self._done.wait(0.1):
            own, others = resident()
            worker, children = max(worker, own), max(children, others)
            task = type(self.document.task).objects.get(pk=self.document.task.pk)
            if task.pages_done == last or not marks or task.pages_done < marks[0]:
                continue
            while marks and marks[0] <= task.pages_done:
                marks.pop(0)
            now = time.monotonic()
            self.rows.append({
                "page": task.pages_done, "of": task.pages_total, "worker_mb": round(worker), "children_mb": round(children),
                "seconds_a_page": round((now - since) / (task.pages_done - last), 3), "shown": self.document.pages.count(),
            })  # fmt: skip
            print(self.rows[-1], file=sys.stderr, flush=True)
            worker = children = 0.0
            since, last = now, task.pages_done
        connections.close_all()


def resident() -> tuple[float, float]:
    """Megabytes of this process, and of all that it started together."""
    found: dict[int, tuple[int, float]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            found[int(folder.name)] = (parent, int((folder / "statm").read_text().split()[1]) * _PAGE_BYTES / 1_000_000)
        except OSError:
            continue  # it has just ended
    ours, total = {os.getpid()}, 0.0
    while ours := {pid for pid, (parent, _) in found.items() if parent in ours}:
        total += sum(found[pid][1] for pid in ours)
    return found[os.getpid()][1], total


def measure(kind: str, path: Path) -> dict[str, Any]:
    from docflow.accounts import operations as accounts
    from docflow.accounts.actors import COMMAND
    from documents import jobs
    from documents.models import Document
    from documents.statuses import UNREAD
    from uploads.intake.limits import arrived
    from uploads.operations import intake

    organization = accounts.create_organization(f"Bench {kind}", COMMAND, plan="unlimited")
    upload = intake.receive(organization, [arrived(path.name, path.read_bytes())], intake.Order(), COMMAND)
    document = Document.objects.with_relations().get(pk=upload.tasks.get().document_id)
    began, turns = time.monotonic(), 0
    with Watch(document) as watch:
        while Document.objects.get(pk=document.pk).status in UNREAD:
            jobs.read(document.pk)
            turns += 1
    document.refresh_from_db()
    seconds = time.monotonic() - began
    return {"kind": kind, "status": document.status, "turns": turns, "seconds": round(seconds, 1), "rows": watch.rows}


def main() -> int:
    parser = argparse.ArgumentParser(description="Memory and time from page to page of long files.")
    parser.add_argument("--digital", type=int, default=200, metavar="N", help="pages of a text layer (default 200; 0: none)")
    parser.add_argument("--scans", type=int, default=100, metavar="N", help="scanned pages (default 100; 0: none)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        os.environ.update(
            DJANGO_SETTINGS_MODULE="docflow.settings", DOCFLOW_DATA_DIR=name, DOCFLOW_SECRET_KEY=secrets.token_urlsafe(64),
            DOCFLOW_MAX_FILE_MB="200", DOCFLOW_DEBUG="false", DOCFLOW_ALLOWED_HOSTS="docflow.example", DOCFLOW_SITE_URL="https://docflow.example",
        )  # fmt: skip
        for variable in ("DATABASE_URL", "BROKER_URL"):
            os.environ.pop(variable, None)
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        kinds = (("digital", asked.digital, long_digital), ("scan", asked.scans, long_scan))
        results = [measure(kind, made(Path(name) / f"{kind}.pdf", pages)) for kind, pages, made in kinds if pages]
    for result in results:
        print(f"{result['kind']}: {result['status']} after {result['seconds']} s, {result['turns']} turns")
        print(f"{'page':>6}{'worker MB':>12}{'children MB':>13}{'s/page':>9}{'shown':>7}")
        for row in result["rows"]:
            print(
                f"{row['page']:6}{row['worker_mb']:12}{row['children_mb']:13}{row['seconds_a_page']:9}{row['shown']:7}",
            )
    print(json.dumps(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
