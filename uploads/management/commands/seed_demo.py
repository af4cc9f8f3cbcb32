"""manage.py seed_demo: the demo organization with its samples. A second call changes nothing."""

from __future__ import annotations

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from docflow.errors import DocflowError
from docflow.serve import preparation
from docflow.serve.preparation import NotReadyError
from uploads.operations import demo


class Command(BaseCommand):
    help = "Brings the database up to date and makes the organization Demo with sample documents, unless it is there."
    requires_system_checks = ()  # `serve` makes them; here they would only slow down every start

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.LOOPBACK:
            raise CommandError(
                "The demo has a password that everybody knows. It is made only where DOCFLOW_ALLOWED_HOSTS is localhost."
            )
        try:
            preparation.migrate()
            if demo.is_there():
                self.stderr.write("The demo organization is there already.")
                return
            self.stderr.write("Making the demo organization and its sample documents.")
            demo.seed(lambda samples: tqdm(samples, desc="samples", disable=not sys.stderr.isatty()))
        except (NotReadyError, DocflowError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{demo.EMAIL} {demo.PASSWORD}")
        self.stdout.write((settings.DATA_DIR / "demo_key").read_text())
