"""manage.py serve [web] [worker] [sweeper] [--host H] [--port N] [--workers N]: the whole site under one supervisor."""

from __future__ import annotations

import http.client
import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from docflow.serve import part, preparation
from docflow.serve.part import Part
from docflow.serve.preparation import NotReadyError
from docflow.serve.record import AlreadyServedError
from docflow.serve.supervisor import Supervisor


class Command(BaseCommand):
    help = "Brings the database up to date, then runs web, worker and sweeper until it is stopped. Restarts what ends."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("parts", nargs="*", metavar="PART", help="web, worker, sweeper; default: all three")
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (default 8000)")
        parser.add_argument("--workers", type=int, default=settings.WORKERS, help="documents read at once on this machine")

    def handle(self, *args: Any, **options: Any) -> None:
        self.host, self.port = options["host"], options["port"]
        names = options["parts"] or list(part.NAMES)
        unknown = sorted(set(names) - set(part.NAMES))
        if unknown:
            raise CommandError(f"There is no part {unknown[0]!r}. Parts: {', '.join(part.NAMES)}.")
        if not 1 <= options["workers"] <= 64:
            raise CommandError("--workers must be between 1 and 64.")
        os.environ.pop("Q_CLUSTER_NAME", None)
        self.is_told = "web" not in names
        supervisor = Supervisor(self._parts(names), options["workers"], self._tell_when_ready)
        try:
            supervisor.hold()
            self._prepare(names)
        except (NotReadyError, AlreadyServedError) as error:
            raise CommandError(str(error)) from None
        connections.close_all()
        supervisor.run()
        self.stderr.write("docflow has stopped.")

    def _parts(self, names: list[str]) -> list[Part]:
        made = {"web": part.web(self.host, self.port), "worker": part.worker(), "sweeper": part.sweeper()}
        return [made[name] for name in part.NAMES if name in names]

    def _prepare(self, names: list[str]) -> None:
        if "web" in names:
            preparation.check_port(self.host, self.port)
        if preparation.migrate():
            self.stderr.write("The database is up to date.")
        if "web" in names and preparation.collect_static():
            self.stderr.write("The static files are collected.")

    def _tell_when_ready(self) -> None:
        """Once: the address, and what `seed_demo` left to be said."""
        if self.is_told or not self._answers():
            return
        self.is_told = True
        shown = "localhost" if self.host in ("127.0.0.1", "0.0.0.0", "::", "::1") else self.host  # noqa: S104  compared only
        url = f"http://{shown}:{self.port}"
        self.stdout.write(f"docflow is ready: {url}")
        welcome = settings.DATA_DIR / "welcome.txt"
        if settings.LOOPBACK and welcome.exists():
            self.stdout.write(welcome.read_text().replace("{url}", url))
        self.stdout.flush()

    def _answers(self) -> bool:
        """Any answer will do: behind a proxy the bare address may be refused, and the web is up all the same."""
        local = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104  compared only
        caller = http.client.HTTPConnection(local, self.port, timeout=1)
        try:
            caller.request("GET", "/healthz")
            caller.getresponse()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            caller.close()
        return True
