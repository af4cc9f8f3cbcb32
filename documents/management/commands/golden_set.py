"""`manage.py golden_set --organization O`: reads confirmed documents anew and compares with what people confirmed."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from docflow.accounts.lookup import organization_named
from docflow.errors import DocflowError
from docflow.sandbox import Sandbox
from documents import golden
from documents.models import Document, Profile


class Command(BaseCommand):
    help = "Reads an organization's confirmed documents with today's profiles and tells, by field, how many values are right."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organization", required=True, metavar="NAME|UUID")
        parser.add_argument("--profile", metavar="KEY", help="only this profile")
        parser.add_argument("--against", type=int, metavar="VERSION", help="compare with this version of the profile")
        parser.add_argument(
            "--limit", type=int, default=golden.MOST, metavar="N", help=f"documents of each profile ({golden.MOST})"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            organization = organization_named(options["organization"])
        except DocflowError as error:
            raise CommandError(error.message) from None
        used = Document.objects.of(organization).filter(is_verified=True).values("profile")
        profiles = Profile.objects.filter(pk__in=used).prefetch_related("versions").order_by("pk")
        if options["profile"]:
            profiles = profiles.filter(key=options["profile"])
        found = list(profiles)
        if not found:
            raise CommandError("No document was confirmed yet.")
        worse = False
        with Sandbox(base=settings.WORK_DIR) as box:
            for profile in found:
                result = self._judge(box, organization, profile, options)
                worse = worse or bool(result["worse"])
                self.stdout.write(
                    json.dumps({"profile": profile.key, "version": profile.version, **result}, ensure_ascii=False)
                )
        if worse:
            sys.exit(1)

    def _judge(self, box: Sandbox, organization: Any, profile: Profile, options: dict[str, Any]) -> dict[str, Any]:
        version = options["against"] or profile.version
        if not any(row.version == version for row in profile.versions.all()):
            raise CommandError(f"The profile {profile.key} has no version {version}.")
        documents = golden.golden_documents(organization, profile, options["limit"])
        bar = tqdm(documents, unit="document", desc=profile.key, disable=None, file=sys.stderr, leave=False)
        return golden.judge(bar, profile.at(version), profile.at(), golden.in_sandbox(box))
