"""Rules, their order, their run log and the dry run."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from docflow.api.documents import serializers
from docflow.api.documents.base import DocumentsView
from docflow.api.documents.filters import DocumentFilter, RunFilter, queried
from docflow.errors import InputError, invalid, missing, unknown
from documents.models import Document
from documents.operations.contacts import by_id
from rules.models import Rule, RuleRun
from rules.operations import rules
from rules.operations.deliveries import with_export_state
from rules.records import rule_record, run_record


class RuleViews(DocumentsView):
    scopes = {
        "list": "rule.read",
        "retrieve": "rule.read",
        "create": "rule.edit",
        "partial_update": "rule.edit",
        "destroy": "rule.delete",
        "order": "rule.edit",
        "dry_run": "rule.read",
        "all_runs": "rule.read",
        "runs": "rule.read",
    }
    filters = {"all_runs": RunFilter, "runs": RunFilter}
    forms = {
        "list": (None, serializers.RuleList, 200),
        "retrieve": (None, serializers.RuleRecord, 200),
        "create": (serializers.RuleForm, serializers.RuleRecord, 201),
        "partial_update": (serializers.RuleForm, serializers.RuleRecord, 200),
        "destroy": (None, None, 204),
        "order": (serializers.RuleOrder, serializers.RuleList, 200),
        "dry_run": (serializers.DryRun, serializers.DryRunAnswer, 200),
        "all_runs": (None, serializers.RunList, 200),
        "runs": (None, serializers.RunList, 200),
    }

    def _rows(self) -> Any:
        return Rule.objects.of(self.organization).select_related("profile")

    def list(self, request: Request) -> Response:
        return self.listed(self._rows(), "rules", rule_record)

    def retrieve(self, request: Request, number: str) -> Response:
        return Response(rule_record(self.find(self._rows(), number, "rule")))

    def create(self, request: Request) -> Response:
        def make(values: dict[str, Any]) -> tuple[dict[str, Any], str]:
            rule = rules.create_rule(self.organization, values, self.actor)
            return rule_record(rule), f"/api/rules/{rule.pk}"

        return self.created(make)

    def partial_update(self, request: Request, number: str) -> Response:
        values = self.body()
        return Response(rule_record(rules.change_rule(self.find(self._rows(), number, "rule"), values, self.actor)))

    def destroy(self, request: Request, number: str) -> Response:
        rules.delete_rule(self.find(self._rows(), number, "rule"), self.actor)
        return Response(status=204)

    def order(self, request: Request) -> Response:
        values = self.body()
        if "rule_ids" not in values:
            raise InputError(missing("rule_ids"))
        return self.listed(rules.order_rules(self.organization, values["rule_ids"], self.actor), "rules", rule_record)

    def all_runs(self, request: Request) -> Response:
        return self.listed(RuleRun.objects.filter(organization=self.organization), "runs", run_record)

    def runs(self, request: Request, number: str) -> Response:
        rule = self.find(self._rows(), number, "rule")
        return self.listed(RuleRun.objects.filter(organization=self.organization, rule=rule), "runs", run_record)

    def dry_run(self, request: Request) -> Response:
        values = self.body()
        rule, raw = None, values.get("rule")
        if "rule_id" in values:
            rule = by_id(self._rows(), values["rule_id"])
            if rule is None:
                raise InputError(unknown("rule_id", f"There is no rule {values['rule_id']}."))
        elif raw is None:
            raise InputError(missing("rule"))
        documents = self._narrowed(values.get("filter") or {})
        limit = values.get("limit", 100)
        return Response(rules.dry_run(self.organization, documents, rule=rule, raw=raw, limit=limit))

    def _narrowed(self, given: Any) -> Any:
        if not isinstance(given, dict):
            raise InputError(invalid("filter", "filter must be an object."))
        narrowed = DocumentFilter(queried(given), queryset=with_export_state(Document.objects.of(self.organization)))
        faults = narrowed.faults()
        if faults:
            raise InputError(*faults)
        return narrowed.qs
