from __future__ import annotations

from django.db import models
from django.utils import timezone

from docflow.accounts.models import Organization
from documents.extraction.memory.fingerprint import LONGEST_MARK, Fingerprint
from documents.extraction.memory.lessons import MOST_FIELDS, MOST_LESSONS, LearnedLayout, Tally
from documents.extraction.memory.lessons import Lesson as PureLesson
from documents.models.document import Document

_MOST = MOST_LESSONS * 40  # lessons of a layout that travel with a document


class LayoutQuerySet(models.QuerySet["Layout"]):
    def of(self, organization: Organization) -> LayoutQuerySet:
        return self.filter(organization=organization)

    def switched_on(self) -> LayoutQuerySet:
        return self.filter(is_on=True)


class Layout(models.Model):
    """What corrections taught about one sender's layout. It belongs to one organization."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="layouts")
    name = models.CharField(max_length=255)
    fingerprint = models.JSONField(default=dict)
    doc_type = models.CharField(max_length=20, blank=True)  # as the classification calls it, e.g. credit_note
    is_on = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    taught_at = models.DateTimeField(default=timezone.now)

    objects = LayoutQuerySet.as_manager()

    class Meta:
        ordering = ("-taught_at", "-id")

    def __str__(self) -> str:
        return self.name

    def as_learned(self, apart_from: Document) -> LearnedLayout:
        """As the pure core takes it: the newest lessons first, and how often each field was right. What `apart_from` itself
        taught is left out: a further reading of it tells what the machine reads."""
        taught = [PureLesson.from_json(row.content) for row in self.lessons.exclude(document=apart_from)[:_MOST]]
        return LearnedLayout(self.pk, Fingerprint.from_json(self.fingerprint), tuple(taught), self.tallies(), self.doc_type)

    def tallies(self) -> dict[str, Tally]:
        """By field: how often a value was told from memory, and right, among those that a person decided."""
        decided = (
            self.uses.exclude(is_right=None)
            .values("key")
            .annotate(used=models.Count("id"), right=models.Count("id", filter=models.Q(is_right=True)))
        )
        return {row["key"]: Tally(row["used"], row["right"]) for row in decided[:MOST_FIELDS]}


class LayoutMark(models.Model):
    """A mark of a layout's fingerprint, by which layouts that may be a document's are found."""

    layout = models.ForeignKey(Layout, on_delete=models.CASCADE, related_name="marks")
    mark = models.CharField(max_length=LONGEST_MARK)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["layout", "mark"], name="mark_once")]
        indexes = [models.Index(fields=["mark", "layout"], name="layout_by_mark")]

    def __str__(self) -> str:
        return self.mark


class Lesson(models.Model):
    """What one document taught about one field."""

    layout = models.ForeignKey(Layout, on_delete=models.CASCADE, related_name="lessons")
    document = models.ForeignKey(Document, null=True, on_delete=models.SET_NULL, related_name="lessons")
    key = models.CharField(max_length=100)
    content = models.JSONField()  # documents.extraction.memory.lessons.Lesson
    is_correction = models.BooleanField()  # else a person confirmed what was read
    taught_by = models.CharField(max_length=255, blank=True)
    taught_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-taught_at", "-id")
        constraints = [models.UniqueConstraint(fields=["document", "key"], name="lesson_once")]

    def __str__(self) -> str:
        return f"{self.key} of {self.layout}"


class LayoutUse(models.Model):
    """A value that was told from memory; `is_right` as a person found it, None until then."""

    layout = models.ForeignKey(Layout, on_delete=models.CASCADE, related_name="uses")
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="layout_uses")
    key = models.CharField(max_length=100)
    is_right = models.BooleanField(null=True)
    used_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "key"], name="use_once")]

    def __str__(self) -> str:
        return f"{self.key} of {self.document}"
