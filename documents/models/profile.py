from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from docflow.accounts.models import Organization
from docflow.recognition import ENGINES
from documents.extraction import profiles as pure
from documents.statuses import Status


class ProfileQuerySet(models.QuerySet["Profile"]):
    def of(self, organization: Organization) -> ProfileQuerySet:
        """Those of the organization and the built-in ones, which belong to nobody."""
        return self.filter(Q(organization=organization) | Q(organization=None), deleted_at=None)

    def own(self, organization: Organization) -> ProfileQuerySet:
        return self.filter(organization=organization, deleted_at=None)


class Profile(models.Model):
    """What to look for in one kind of document. Its fields and columns stand in its versions."""

    organization = models.ForeignKey(Organization, null=True, blank=True, on_delete=models.CASCADE, related_name="profiles")
    key = models.SlugField(max_length=255)
    name = models.CharField(max_length=255)
    description = models.TextField(blank=True)
    doc_type = models.CharField(max_length=255, blank=True)
    after_confirming = models.CharField(
        max_length=20, default=Status.READY, choices=[(each, each) for each in (Status.READY, Status.APPROVED, Status.EXPORT)]
    )
    languages = models.JSONField(default=list, blank=True)  # ISO 639-1 codes for recognition; empty: the project's
    ocr_engine = models.CharField(max_length=20, blank=True, default="", choices=[(each, each) for each in ENGINES])
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)  # documents that were read with it still need it

    objects = ProfileQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["organization", "name"], condition=Q(deleted_at=None), name="profile_name_once"),
            models.UniqueConstraint(fields=["organization", "key"], condition=Q(deleted_at=None), name="profile_key_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_built_in(self) -> bool:
        return self.organization_id is None

    def at(self, version: int | None = None) -> pure.Profile:
        """The profile as a plain value, as it was in `version` (default: today's)."""
        wanted = version or self.version
        row = next(each for each in self.versions.all() if each.version == wanted)  # prefetched where there are many
        return self.with_fields(row.fields, row.columns)

    def with_fields(self, fields: list[dict[str, Any]], columns: list[dict[str, Any]]) -> pure.Profile:
        """The profile as a plain value with other fields and columns, e.g. those of a draft."""
        return pure.Profile.from_json(
            {
                "key": self.key,
                "name": self.name,
                "doc_type": self.doc_type,
                "description": self.description,
                "fields": fields,
                "columns": columns,
            }
        )


class ProfileVersion(models.Model):
    """Fields and columns of a profile as they were from `changed_at` on. Documents keep the version they were read with."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    fields = models.JSONField(default=list)  # ProfileField of documents.extraction.profiles, as JSON
    columns = models.JSONField(default=list)  # Column, as JSON; empty = no line items
    changed_by = models.CharField(max_length=255, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-version",)
        constraints = [models.UniqueConstraint(fields=["profile", "version"], name="profile_version_once")]

    def __str__(self) -> str:
        return f"{self.profile}, version {self.version}"


class ProfileTrial(models.Model):
    """How a draft (or the version `after` that was saved) of a profile reads confirmed documents, beside version `before`."""

    WAITING, DONE = "waiting", "done"

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="trials")
    before = models.PositiveIntegerField()
    after = models.PositiveIntegerField(null=True)
    fields = models.JSONField(default=list)  # as in ProfileVersion
    columns = models.JSONField(default=list)
    limit = models.PositiveIntegerField()
    asked_by = models.CharField(max_length=255, blank=True)
    state = models.CharField(max_length=10, default=WAITING)
    result = models.JSONField(null=True)  # of documents.golden.judge
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"trial {self.pk} of {self.profile}"
