from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from documents.models.document import Document


class Review(models.Model):
    """One person's pass over a document: when, how many corrections, how it ended. An open one locks the document."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="reviews")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reviews")
    opened_at = models.DateTimeField(default=timezone.now)
    locked_until = models.DateTimeField()
    corrections = models.PositiveIntegerField(default=0)
    outcome = models.CharField(max_length=20, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(fields=["document"], condition=Q(ended_at=None), name="one_open_review")]

    def __str__(self) -> str:
        return f"{self.person} on {self.document}"
