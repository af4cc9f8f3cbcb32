from __future__ import annotations

from django.conf import settings
from django.db import models

from documents.models.document import Document
from documents.statuses import confidence_label


class ValueSource(models.TextChoices):
    """Where a value comes from."""

    PAGE = "page"
    EINVOICE = "einvoice"
    LAYOUT = "layout"
    RULE = "rule"
    PERSON = "person"
    CONTACT = "contact data"
    LLM = "llm"


class Annotation(models.Model):
    """One value of a document. What the machine read is kept apart from what holds now."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="annotations")
    key = models.CharField(max_length=100)
    value = models.JSONField(null=True)  # text, list of text, or null
    raw = models.TextField(blank=True)
    page = models.PositiveIntegerField(null=True)
    boxes = models.JSONField(default=list)  # [{"page", "x0", "top", "x1", "bottom"}]
    confidence = models.PositiveSmallIntegerField(default=0)
    evidence = models.JSONField(default=list)  # [{"kind", "text", "weight"}]
    problems = models.JSONField(default=list)  # [{"code", "text", "blocks"}]
    alternatives = models.JSONField(default=list)  # [{"value", "raw", "places", "confidence", "why"}]
    source = models.CharField(max_length=15, choices=ValueSource.choices, default=ValueSource.PAGE)
    machine_value = models.JSONField(null=True)
    machine_confidence = models.PositiveSmallIntegerField(default=0)
    is_absent = models.BooleanField(default=False)  # a person said that it is not on the document
    is_unreadable = models.BooleanField(default=False)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    confirmed_name = models.CharField(max_length=255, blank=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["document", "key"], name="value_once")]

    def __str__(self) -> str:
        return f"{self.key} of {self.document}"

    @property
    def confidence_label(self) -> str | None:
        return confidence_label(self.confidence)

    @property
    def is_confirmed(self) -> bool:
        """A person or client program decided it; no later reading replaces it."""
        return self.confirmed_at is not None


class LineItem(models.Model):
    """One row of the table of goods; a cell has value, raw, confidence, boxes, source, like an annotation."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="line_items")
    position = models.PositiveIntegerField()
    page = models.PositiveIntegerField(null=True)
    kind = models.CharField(max_length=10, default="item")
    cells = models.JSONField(default=dict)  # {column: {"value", "raw", "confidence", "boxes", "source"}}
    confidence = models.PositiveSmallIntegerField(default=0)
    is_confirmed = models.BooleanField(default=False)

    class Meta:
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=["document", "position"], name="row_once")]

    def __str__(self) -> str:
        return f"row {self.position} of {self.document}"
