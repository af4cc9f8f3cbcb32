from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from docflow.accounts.models import Organization
from docflow.encryption import EncryptedTextField
from docflow.leases import Leased
from documents.models import Document, Transition


class Channel(models.TextChoices):
    DOCUMENTS = "documents"
    CONTACTS = "contacts"
    FOLDERS = "folders"
    NOTIFICATIONS = "notifications"
    RULES = "rules"
    AUDIT = "audit"


class WebhookEndpointQuerySet(models.QuerySet["WebhookEndpoint"]):
    def of(self, organization: Organization) -> WebhookEndpointQuerySet:
        return self.filter(organization=organization)

    def active(self) -> WebhookEndpointQuerySet:
        return self.filter(is_active=True)


class WebhookEndpoint(models.Model):
    """Where the events of one channel go."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="webhook_endpoints")
    channel = models.CharField(max_length=15, choices=Channel.choices)
    url = models.CharField(max_length=2000)
    events = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)
    bearer_token = EncryptedTextField(blank=True, default="")
    secret = EncryptedTextField(editable=False)
    old_secret = EncryptedTextField(editable=False, blank=True, default="")  # signs along until old_secret_until
    old_secret_until = models.DateTimeField(null=True, editable=False)
    secret_last4 = models.CharField(max_length=4, editable=False)
    disabled_reason = models.CharField(max_length=255, null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = WebhookEndpointQuerySet.as_manager()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.channel}, endpoint {self.pk}"


def new_message_id() -> str:
    return f"msg_{uuid.uuid4().hex}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def of(self, organization: Organization) -> DeliveryQuerySet:
        return self.filter(organization=organization)


class Delivery(Leased):
    """One outgoing message. Its body is stored once and sent the same on every try and replay."""

    OPEN = ("pending",)
    LIMIT = 10
    JOB = "rules.jobs.deliver"

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="deliveries")
    # A rule may send to an address of its own: then there is no endpoint, and url and bearer_token stand here.
    endpoint = models.ForeignKey(WebhookEndpoint, null=True, on_delete=models.CASCADE, related_name="deliveries")
    url = models.CharField(max_length=2000)
    bearer_token = EncryptedTextField(blank=True, default="")
    document = models.ForeignKey(Document, null=True, on_delete=models.SET_NULL, related_name="deliveries")
    transition = models.ForeignKey(Transition, null=True, on_delete=models.SET_NULL, related_name="deliveries")
    message_id = models.CharField(max_length=40, default=new_message_id, unique=True)
    event = models.CharField(max_length=60)
    body = models.TextField()
    state = models.CharField(max_length=10, default="pending")
    is_held = models.BooleanField(default=False)  # Offline Mode
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    delivered_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(fields=["state", "next_at"], name="delivery_open", condition=Q(state="pending")),
            models.Index(fields=["organization", "-id"], name="delivery_newest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint", "transition", "event"],
                condition=Q(endpoint__isnull=False, transition__isnull=False),
                name="one_delivery_per_move",
            )
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.message_id}"

    @classmethod
    def workable(cls) -> Q:
        # A subquery, not a join: with a join the claim's UPDATE looks at an old copy of its own row, and PostgreSQL lets two
        # workers have it (measured, 6 processes and 300 rows: 30 claimed twice; like this: none).
        on = WebhookEndpoint.objects.active().values("pk")
        return Q(is_held=False) & (Q(endpoint=None) | Q(endpoint__in=on))


class Attempt(models.Model):
    """One try to deliver."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="tries")
    number = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)
    status = models.PositiveIntegerField(null=True)
    error = models.CharField(max_length=500, null=True)
    duration_ms = models.PositiveIntegerField(default=0)
    response = models.CharField(max_length=1024, blank=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"try {self.number} of {self.delivery}"
