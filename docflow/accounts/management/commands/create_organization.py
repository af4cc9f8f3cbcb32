"""manage.py create_organization NAME [--plan P] -> prints the uuid."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from docflow.accounts import operations
from docflow.accounts.actors import COMMAND
from docflow.errors import DocflowError


class Command(BaseCommand):
    help = "Creates an organization with its built-in contact, folder and project, and prints its uuid."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--plan", default="standard", help="small, standard (default) or unlimited")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            organization = operations.create_organization(options["name"], COMMAND, plan=options["plan"])
        except DocflowError as error:
            raise CommandError(error.message) from None
        self.stdout.write(str(organization.uuid))
