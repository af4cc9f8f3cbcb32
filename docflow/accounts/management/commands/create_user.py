"""manage.py create_user EMAIL --organization NAME|UUID --role R [--operator]; password from DOCFLOW_PASSWORD or stdin."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from docflow import env
from docflow.accounts import operations
from docflow.accounts.actors import COMMAND
from docflow.accounts.lookup import organization_named
from docflow.accounts.models import User
from docflow.accounts.models.organization import Role
from docflow.errors import DocflowError


class Command(BaseCommand):
    help = "Creates a person, or makes a known one a member of a further organization."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--organization", metavar="NAME|UUID", required=True)
        parser.add_argument("--role", choices=Role.values, required=True)
        parser.add_argument("--operator", action="store_true", help="may use the admin and see the whole installation")
        parser.add_argument("--name", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            organization = organization_named(options["organization"])
            user = User.objects.filter(email=options["email"].lower()).first()
            if user is None:
                password = env.secret("DOCFLOW_PASSWORD") or sys.stdin.readline().rstrip("\n")
                user = operations.create_user(options["email"], password, name=options["name"], operator=options["operator"])
            elif options["operator"]:
                User.objects.filter(pk=user.pk).update(is_operator=True)
            operations.set_membership(user, organization, options["role"], COMMAND)
        except DocflowError as error:
            raise CommandError(error.message) from None
        self.stdout.write(user.email)
