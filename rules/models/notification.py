from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from docflow.accounts.models import Organization
from documents.models import Document
from rules.models.rule import Rule


class NotificationQuerySet(models.QuerySet["Notification"]):
    def of(self, organization: Organization) -> NotificationQuerySet:
        return self.filter(organization=organization)


class Notification(models.Model):
    """Something people should know: from a rule, a delivery, a reading or a key. Without a person it is for all reviewers."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="notifications")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=255)
    message = models.CharField(max_length=500)
    kind = models.CharField(max_length=10)  # rule, delivery, reading, key
    document = models.ForeignKey(Document, null=True, on_delete=models.SET_NULL, related_name="+")
    rule = models.ForeignKey(Rule, null=True, on_delete=models.SET_NULL, related_name="+")
    is_read = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.title
