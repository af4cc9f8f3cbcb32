from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.text import slugify

from docflow.recognition import ENGINES

if TYPE_CHECKING:
    from docflow.accounts.models.user import User


class Role(models.TextChoices):
    """What a member may do; each role includes those before it."""

    VIEWER = "viewer"
    REVIEWER = "reviewer"
    APPROVER = "approver"
    ADMIN = "admin"

    def includes(self, other: str) -> bool:
        order = list(Role)
        return order.index(self) >= order.index(Role(other))


class DuplicatePolicy(models.TextChoices):
    """What happens to a file whose very bytes are already here."""

    ACCEPT = "accept"
    FLAG = "flag"
    REJECT = "reject"


class Plan(models.Model):
    """How much an organization may ask of the installation."""

    key = models.SlugField(unique=True)
    calls_per_minute = models.PositiveIntegerField(null=True, blank=True, help_text="Empty = no limit.")

    def __str__(self) -> str:
        return self.key


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def of_member(self, user: User) -> OrganizationQuerySet:
        return self.filter(memberships__user=user)


class Organization(models.Model):
    """One customer of the installation. Organizations never see each other."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=255, unique=True)
    slug = models.SlugField(unique=True, help_text="Stands in the address of its pages; fixed after creation.")
    plan = models.ForeignKey(
        Plan, null=True, blank=True, on_delete=models.PROTECT, help_text="Without one nothing new is taken in."
    )
    license_expires_at = models.DateTimeField(null=True, blank=True)
    is_offline = models.BooleanField("offline mode", default=False, help_text="Nothing is sent out while this is on.")
    duplicate_policy = models.CharField(max_length=10, choices=DuplicatePolicy.choices, default=DuplicatePolicy.FLAG)
    languages = models.JSONField(default=list, blank=True)  # ISO 639-1 codes for recognition; empty: the installation's
    ocr_engine = models.CharField(max_length=20, blank=True, default="", choices=[(each, each) for each in ENGINES])
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        if not self.slug:
            self.slug = self._free_slug()
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def _free_slug(self) -> str:
        base = slugify(self.name)[:40] or "organization"
        slug, number = base, 2
        while Organization.objects.filter(slug=slug).exists():
            slug, number = f"{base}-{number}", number + 1
        return slug

    @property
    def is_held_offline(self) -> bool:
        """Offline Mode of this organization or of the whole installation."""
        return self.is_offline or settings.OFFLINE


class Membership(models.Model):
    """A person's role in an organization."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.REVIEWER)
    last_seen_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "organization"], name="one_membership_each")]

    def __str__(self) -> str:
        return f"{self.user}, {self.role} of {self.organization}"

    def may(self, role: str) -> bool:
        return Role(self.role).includes(role)
