from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone

from docflow.accounts.models import Organization
from docflow.leases import Leased
from documents.models import Document, Profile, Transition


class RuleQuerySet(models.QuerySet["Rule"]):
    def of(self, organization: Organization) -> RuleQuerySet:
        return self.filter(organization=organization)


class Rule(models.Model):
    """When something happens and all conditions hold, do the actions in order (surfaces/documents.md section 11)."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="rules")
    name = models.CharField(max_length=255)
    is_active = models.BooleanField(default=True)
    position = models.IntegerField(default=10)
    profile = models.ForeignKey(Profile, null=True, blank=True, on_delete=models.PROTECT, related_name="rules")
    trigger = models.JSONField(default=dict)
    conditions = models.JSONField(default=list, blank=True)
    actions = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = RuleQuerySet.as_manager()

    class Meta:
        ordering = ("position", "id")
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="rule_name_once")]

    def __str__(self) -> str:
        return self.name


class RuleRun(models.Model):
    """What a rule did to a document for one transition, and why. Unique, so that an event never runs a rule twice."""

    rule = models.ForeignKey(Rule, null=True, on_delete=models.SET_NULL, related_name="rule_runs")
    rule_name = models.CharField(max_length=255)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="rule_runs")
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="rule_runs")
    transition = models.ForeignKey(Transition, null=True, on_delete=models.CASCADE, related_name="rule_runs")
    trigger = models.CharField(max_length=40)
    matched = models.BooleanField()
    conditions = models.JSONField(default=list)
    actions = models.JSONField(default=list)
    ok = models.BooleanField(default=True)
    duration_ms = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(fields=["rule", "transition"], name="rule_once_per_transition")]

    def __str__(self) -> str:
        return f"{self.rule_name} on {self.document}"


class Reaction(Leased):
    """The work order to run an organization's rules for one transition. Written with the transition, so never lost."""

    OPEN = ("pending",)
    LIMIT = 5
    JOB = "rules.jobs.react"

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    transition = models.OneToOneField(Transition, on_delete=models.CASCADE, related_name="reaction")
    state = models.CharField(max_length=10, default="pending")

    class Meta:
        indexes = [models.Index(fields=["state", "next_at"], name="reaction_open", condition=models.Q(state="pending"))]

    def __str__(self) -> str:
        return f"rules for {self.transition}"

    @property
    def trigger(self) -> dict[str, Any]:
        failed = self.transition.new == "Exception"
        return {"type": "document", "event": "document_failed" if failed else "document_ready"}
