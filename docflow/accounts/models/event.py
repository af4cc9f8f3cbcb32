from __future__ import annotations

from django.db import models
from django.utils import timezone

from docflow.accounts.models.organization import Organization


class EventQuerySet(models.QuerySet["Event"]):
    def of(self, organization: Organization) -> EventQuerySet:
        return self.filter(organization=organization)


class Event(models.Model):
    """One line of the audit log: who did what to which object, and what it was before and after. Only ever added."""

    organization = models.ForeignKey(Organization, null=True, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(default=timezone.now, db_index=True)
    actor_kind = models.CharField(max_length=10)
    actor_name = models.CharField(max_length=255)
    event_type = models.CharField(max_length=60)
    document_id = models.BigIntegerField(null=True, db_index=True)
    contact_id = models.BigIntegerField(null=True)
    detail = models.TextField(blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    request_id = models.CharField(max_length=64, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=["organization", "-id"], name="event_newest_first")]

    def __str__(self) -> str:
        return f"{self.event_type} by {self.actor_name}"
