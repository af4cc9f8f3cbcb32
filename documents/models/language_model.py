from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from docflow.accounts.models import Organization
from docflow.encryption import EncryptedTextField
from documents.models.document import Document

LIMITS = {
    "seconds": (5, 90),
    "most_characters": (4_000, 400_000),
    "most_tokens": (100, 32_000),
    "calls_per_day": (1, 1_000_000),
}


def _within(name: str) -> list[MinValueValidator | MaxValueValidator]:
    low, high = LIMITS[name]
    return [MinValueValidator(low), MaxValueValidator(high)]


class LanguageModelQuerySet(models.QuerySet["LanguageModel"]):
    def of(self, organization: Organization) -> LanguageModelQuerySet:
        return self.filter(organization=organization)

    def active(self) -> LanguageModelQuerySet:
        return self.filter(is_active=True)


class LanguageModel(models.Model):
    """The endpoint that an organization's documents are shown to for a second opinion, and how much it may cost."""

    organization = models.OneToOneField(Organization, on_delete=models.CASCADE, related_name="language_model")
    is_active = models.BooleanField(
        "asked", default=False, help_text="While this is on, the text of each document that is read is sent there."
    )
    base_url = models.CharField(
        "address",
        max_length=2000,
        help_text="Of an OpenAI-compatible API, e.g. https://llm.example/v1 or http://10.0.5.7:8080/v1 "
        "(private addresses: DOCFLOW_OUTBOUND_ALLOW).",
    )
    name = models.CharField("model", max_length=200, help_text="As the server calls it.")
    api_key = EncryptedTextField(editable=False, blank=True, default="")
    seconds = models.PositiveSmallIntegerField(
        default=30, validators=_within("seconds"), help_text="For one document, all tries together."
    )
    most_characters = models.PositiveIntegerField(
        default=24_000,
        validators=_within("most_characters"),
        help_text="Sent for one document; of more the middle is left out.",
    )
    most_tokens = models.PositiveIntegerField(
        default=2_000, validators=_within("most_tokens"), help_text="Longest answer that is asked for."
    )
    calls_per_day = models.PositiveIntegerField(
        default=500, validators=_within("calls_per_day"), help_text="Documents shown to it in a day (UTC)."
    )
    day = models.DateField(null=True, editable=False)  # the newest day on which it was asked, UTC
    calls = models.PositiveIntegerField(default=0, editable=False)  # of that day
    last_outcome = models.CharField(max_length=300, blank=True, default="", editable=False)
    last_at = models.DateTimeField(null=True, editable=False)

    objects = LanguageModelQuerySet.as_manager()

    class Meta:
        verbose_name = "language model"

    def __str__(self) -> str:
        return f"language model of {self.organization}"

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).netloc.lower()

    def calls_of(self, day: date) -> int:
        return self.calls if self.day is not None and self.day >= day else 0

    @property
    def state(self) -> str:
        """In a sentence, for people."""
        if not self.is_active:
            return "Off: nothing is sent."
        if self.organization.is_held_offline:
            return "Held by Offline Mode: nothing is sent."
        calls = self.calls_of(timezone.now().date())
        if calls >= self.calls_per_day:
            return f"Reached its limit: {calls} of {self.calls_per_day} documents today. It is asked again from 00:00 UTC on."
        return f"On: {calls} of {self.calls_per_day} documents today."


class LanguageModelAnswer(models.Model):
    """What was answered about a document. Reading it again with the same question asks nobody and costs nothing."""

    document = models.OneToOneField(Document, on_delete=models.CASCADE, related_name="language_model_answer")
    digest = models.CharField(max_length=64)  # SHA-256 of address and question
    text = models.TextField()
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"answer about {self.document_id}"
