"""manage.py create_key --organization NAME|UUID | --account EMAIL [--scopes "*"] [--days N] -> prints the key, once."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from docflow.accounts import operations
from docflow.accounts.actors import COMMAND
from docflow.accounts.lookup import organization_named
from docflow.accounts.models import User
from docflow.errors import DocflowError


class Command(BaseCommand):
    help = "Creates an API key and prints it. It cannot be shown again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        owner = parser.add_mutually_exclusive_group(required=True)
        owner.add_argument("--organization", metavar="NAME|UUID")
        owner.add_argument("--account", metavar="EMAIL")
        parser.add_argument("--scopes", default="*", help='comma separated, default "*"')
        parser.add_argument("--days", type=int, default=0, help="life in days, 0 = never ends")
        parser.add_argument("--name", default="command line")

    def handle(self, *args: Any, **options: Any) -> None:
        granted = [scope.strip() for scope in options["scopes"].split(",") if scope.strip()]
        try:
            organization = organization_named(options["organization"]) if options["organization"] else None
            account = self._account(options["account"]) if options["account"] else None
            _, text = operations.create_key(
                options["name"], granted, COMMAND, organization=organization, account=account, days=options["days"]
            )
        except DocflowError as error:
            raise CommandError(error.message) from None
        self.stdout.write(text)

    def _account(self, email: str) -> User:
        user = User.objects.filter(email=email.lower()).first()
        if user is None:
            raise CommandError(f"There is no user {email}.")
        return user
