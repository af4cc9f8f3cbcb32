"""What the API remembers of calls: answers that a repeated call gets again."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from docflow.accounts.models import Organization


class IdempotentCall(models.Model):
    """One POST with an Idempotency-Key. Written in the transaction that creates the object, kept for 24 hours."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    credential = models.CharField(max_length=60)  # which key or person
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)  # SHA-256 of path, fields and the checksum of each file
    status = models.PositiveIntegerField(null=True)  # null while the first call is running
    headers = models.JSONField(default=dict)
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "credential", "key"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return self.key
