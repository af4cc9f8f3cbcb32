from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Count, Q
from django.utils import timezone

from docflow.accounts.models import Organization
from docflow.accounts.models.organization import DuplicatePolicy
from docflow.leases import Leased
from docflow.recognition import ENGINES
from documents.models import Contact, Document, Folder, Profile
from documents.models.document import Source
from documents.operations import reading
from documents.statuses import LOCKED, Status
from uploads.statuses import OPEN_STAGES, Stage, task_word, upload_word


class AutomationLevel(models.TextChoices):
    EVERYTHING = "review everything"
    PROBLEMS = "review problems"
    NOTHING = "review nothing"


class ProjectQuerySet(models.QuerySet["Project"]):
    def of(self, organization: Organization) -> ProjectQuerySet:
        return self.filter(organization=organization)


class Project(models.Model):
    """An intake channel with its defaults. Each organization has one that is its default."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="projects")
    name = models.CharField(max_length=255)
    is_default = models.BooleanField(default=False, editable=False)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    folder = models.ForeignKey(Folder, on_delete=models.PROTECT, related_name="+")
    profile = models.ForeignKey(Profile, null=True, blank=True, on_delete=models.PROTECT, related_name="projects")
    automation_level = models.CharField(max_length=20, choices=AutomationLevel.choices, default=AutomationLevel.EVERYTHING)
    email_body_as_task = models.BooleanField(default=True)
    duplicate_policy = models.CharField(max_length=10, choices=DuplicatePolicy.choices, null=True, blank=True)
    languages = models.JSONField(default=list, blank=True)  # ISO 639-1 codes for recognition; empty: the organization's
    ocr_engine = models.CharField(max_length=20, blank=True, default="", choices=[(each, each) for each in ENGINES])
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ("name", "id")
        constraints = [
            models.UniqueConstraint(fields=["organization", "name"], name="project_name_once"),
            models.UniqueConstraint(fields=["organization"], condition=Q(is_default=True), name="one_default_project"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def effective_duplicate_policy(self) -> str:
        return self.duplicate_policy or self.organization.duplicate_policy


class UploadQuerySet(models.QuerySet["Upload"]):
    def of(self, organization: Organization) -> UploadQuerySet:
        return self.filter(organization=organization)


class Upload(models.Model):
    """One submission: what was handed over in one go, by whom, with which data of the caller."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="uploads")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="uploads")
    name = models.CharField(max_length=255)
    source = models.CharField(max_length=10, choices=Source.choices)
    metadata = models.JSONField(default=dict, blank=True)
    sender = models.CharField(max_length=255, blank=True)  # of an e-mail: a claim, not an identity
    subject = models.CharField(max_length=500, blank=True)
    mail_file = models.CharField(max_length=255, blank=True)  # the e-mail itself, where its body is no document
    left_out = models.JSONField(default=list, blank=True)  # of an e-mail: pictures of its text, {"name", "reason"} each
    actor_kind = models.CharField(max_length=10)
    actor_name = models.CharField(max_length=255)
    languages = models.JSONField(default=list, blank=True)  # ISO 639-1 codes for recognition; empty: as further up
    ocr_engine = models.CharField(max_length=20, blank=True, default="", choices=[(each, each) for each in ENGINES])
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    starts: tuple[int, ...] = ()  # ids of the first task of each file sent; known only to who just made the upload

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = [models.Index(fields=["organization", "-created_at"], name="upload_newest")]

    def __str__(self) -> str:
        return self.name

    @property
    def word(self) -> str:
        """How its tasks are summed up."""
        return upload_word(task.word for task in self.tasks.all())


class TaskQuerySet(models.QuerySet["Task"]):
    def of(self, organization: Organization) -> TaskQuerySet:
        return self.filter(organization=organization)

    def counted(self, uploads: Iterable[Upload]) -> dict[int, Counter[str]]:
        """For each of the uploads, by its id, how many of its tasks are in which word; one query, however many tasks."""
        counts: dict[int, Counter[str]] = {each.pk: Counter() for each in uploads}
        alike = self.filter(upload__in=counts).order_by().annotate(gone=Q(discarded_at__isnull=False))
        groups = alike.values_list("upload", "stage", "document__status", "gone").annotate(number=Count("id"))
        for upload, stage, status, discarded, number in groups:
            counts[upload][task_word(stage, status, discarded)] += number
        return counts


class Task(Leased):
    """The work on one document: its stage is the truth about how far the pipeline is."""

    STATE, OPEN, FAILED = "stage", OPEN_STAGES, Stage.FAILED
    LIMIT = 5
    JOB = "documents.jobs.read"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="tasks")
    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="tasks")
    document = models.OneToOneField(Document, null=True, on_delete=models.CASCADE, related_name="task")
    filename = models.CharField(max_length=255)
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.QUEUED)
    pages_done = models.PositiveIntegerField(default=0)
    pages_total = models.PositiveIntegerField(null=True)
    falls = models.PositiveSmallIntegerField(default=0)  # how often the child had to be stopped over this file
    discarded_at = models.DateTimeField(null=True)
    queued_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        indexes = [
            models.Index(fields=["stage", "next_at"], name="task_open", condition=Q(stage__in=OPEN_STAGES)),
        ]

    def __str__(self) -> str:
        return self.filename

    @classmethod
    def workable(cls) -> Q:
        return Q(discarded_at=None, document__isnull=False)

    def bell_id(self) -> int:
        assert self.document_id is not None
        return self.document_id

    def end_exhausted(self, error: dict[str, Any]) -> None:
        if self.document is not None:
            reading.give_up(self.document, error)

    @property
    def is_split(self) -> bool:
        """Whether its document is the whole of parts that have tasks of their own."""
        return self.stage == Stage.FILTERED and self.document is not None and self.document.separators is not None

    @property
    def is_settled(self) -> bool:
        """Whether its document was confirmed, approved or exported, and not discarded afterwards."""
        if self.document is None or self.discarded_at is not None:
            return False
        return self.document.is_verified or self.document.status in (Status.READY, *LOCKED)

    @property
    def word(self) -> str:
        """PROCESSING, REVIEWING, COMPLETED, FAILED, DISCARDED or FILTERED."""
        return task_word(self.stage, self.document.status if self.document else None, self.discarded_at is not None)


class KnownFile(models.Model):
    """The first document with certain bytes in an organization. A unique row, so that twins at once notice each other."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="known_files")
    sha256 = models.CharField(max_length=64)
    document = models.ForeignKey(Document, null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "sha256"], name="bytes_once")]

    def __str__(self) -> str:
        return self.sha256
