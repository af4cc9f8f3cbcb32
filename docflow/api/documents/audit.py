"""The audit log, to be read only."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from docflow.accounts.models import Event
from docflow.api.documents import serializers
from docflow.api.documents.base import DocumentsView
from docflow.api.documents.filters import EventFilter
from rules.records import event_record


class AuditView(DocumentsView):
    scopes = {"list": "audit.read"}
    filters = {"list": EventFilter}
    forms = {"list": (None, serializers.EventList, 200)}

    def list(self, request: Request) -> Response:
        return self.listed(Event.objects.of(self.organization), "events", event_record)
