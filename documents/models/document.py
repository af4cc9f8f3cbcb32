from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from docflow.accounts.models import Organization
from documents.models.contact import Contact, Folder
from documents.models.profile import Profile
from documents.statuses import LOCKED, OPEN_FOR_REVIEW, UNREAD, Status, confidence_label


class Source(models.TextChoices):
    """How a document came in."""

    UI = "UI"
    API = "API"
    EMAIL = "Email"
    HOT_FOLDER = "Hot Folder"


class DocumentQuerySet(models.QuerySet["Document"]):
    def of(self, organization: Organization) -> DocumentQuerySet:
        return self.filter(organization=organization)

    def awaiting_review(self) -> DocumentQuerySet:
        return self.filter(status__in=OPEN_FOR_REVIEW)

    def with_relations(self) -> DocumentQuerySet:
        """What a record needs, in two queries."""
        related = self.select_related("contact", "folder", "profile", "organization", "task__upload__project")
        return related.prefetch_related("profile__versions")

    def containing(self, words: str) -> DocumentQuerySet:
        """Every word stands in the file name, notes, summary, a value or the text of a page."""
        found = self
        for word in words.split():
            found = found.filter(
                Q(filename__icontains=word)
                | Q(notes__icontains=word)
                | Q(summary__icontains=word)
                | Q(pk__in=Document.objects.filter(annotations__raw__icontains=word).values("pk"))
                | Q(pk__in=Document.objects.filter(pages__text__icontains=word).values("pk"))
            )
        return found


class Document(models.Model):
    """The record of one file: what it is, where it lies, what was read, how far it is. Its task stands at `.task`."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="documents")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="documents")
    folder = models.ForeignKey(Folder, on_delete=models.PROTECT, related_name="documents")
    profile = models.ForeignKey(Profile, null=True, blank=True, on_delete=models.PROTECT, related_name="documents")
    profile_version = models.PositiveIntegerField(null=True, blank=True)
    asked_version = models.PositiveIntegerField(null=True, blank=True)  # of asked_profile; None: the one of today
    asked_profile = models.ForeignKey(Profile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    filename = models.CharField(max_length=255)
    original_filename = models.CharField(max_length=255)
    file = models.CharField(max_length=255)  # its name in the storage
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    source = models.CharField(max_length=10, choices=Source.choices)
    # A part of a stack that was split: which pages of the file are its own. Of the whole: the sheets it was split at.
    whole = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="parts")
    first_page = models.PositiveIntegerField(null=True, blank=True)
    last_page = models.PositiveIntegerField(null=True, blank=True)
    separators = models.JSONField(null=True, blank=True)
    layout = models.ForeignKey("Layout", null=True, blank=True, on_delete=models.SET_NULL, related_name="documents")
    duplicate_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="duplicates")

    status = models.CharField(max_length=20, choices=Status.choices, default=Status.NEW)
    status_since = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)
    read_at = models.DateTimeField(null=True, blank=True)  # end of the last reading that gave values
    is_verified = models.BooleanField(default=False)  # a person or client program confirmed after the last reading
    doc_type = models.CharField(max_length=255, null=True, blank=True)
    doc_date = models.DateField(null=True, blank=True)
    language = models.CharField(max_length=10, blank=True)
    number_style = models.CharField(max_length=20, blank=True)
    date_style = models.CharField(max_length=20, blank=True)
    summary = models.TextField(blank=True)
    confidence = models.PositiveSmallIntegerField(null=True, blank=True)
    reasoning = models.TextField(blank=True)
    extractor = models.CharField(max_length=60, blank=True, default="")  # version of the learned numbers it was read with
    problems = models.JSONField(default=list)  # [{"code", "text", "blocks"}] of the whole document
    differences = models.JSONField(null=True, blank=True)  # what the last further reading changed: operations/differences.py
    error = models.JSONField(null=True, blank=True)  # {"code", "message", "reason", "page"} of an Exception
    page_count = models.PositiveIntegerField(null=True, blank=True)

    external_refs = models.JSONField(default=dict, blank=True)
    metadata = models.JSONField(default=dict, blank=True)
    notes = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = [
            models.Index(fields=["organization", "-created_at", "-id"], name="document_newest"),
            models.Index(fields=["organization", "status", "created_at"], name="document_by_status"),
            models.Index(fields=["organization", "sha256"], name="document_by_bytes"),
            models.Index(fields=["contact", "status"], name="document_by_contact"),
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def confidence_label(self) -> str | None:
        return confidence_label(self.confidence)

    @property
    def is_locked(self) -> bool:
        return self.status in LOCKED

    @property
    def is_unread(self) -> bool:
        return self.status in UNREAD

    def page_in_file(self, number: int) -> int:
        """Where its page `number` stands in its file; both count from 1."""
        return number + (self.first_page or 1) - 1

    @property
    def etag(self) -> str:
        return f'"{self.pk}-{self.version}"'
