from __future__ import annotations

from django.db import models
from django.utils import timezone

from documents.models.document import Document


class Transition(models.Model):
    """A status change: audit trail and outbox in one. Written only by documents.operations.lifecycle."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="transitions")
    old = models.CharField(max_length=20, null=True)
    new = models.CharField(max_length=20)
    reason = models.CharField(max_length=500, blank=True)
    actor_kind = models.CharField(max_length=10)
    actor_name = models.CharField(max_length=255)
    is_reading = models.BooleanField(default=False)  # the end of a reading: fires document_ready or document_failed
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.old} to {self.new}"
