"""Notifications: with a key those of the organization, for a person also their own."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from rest_framework.request import Request
from rest_framework.response import Response

from docflow.api.documents import serializers
from docflow.api.documents.base import DocumentsView
from docflow.api.documents.filters import NotificationFilter
from docflow.errors import InputError, invalid, missing
from rules.models import Notification
from rules.operations import notifications
from rules.records import notification_record


class NotificationViews(DocumentsView):
    scopes = {"list": "document.read", "partial_update": "document.read"}
    filters = {"list": NotificationFilter}
    forms = {
        "list": (None, serializers.NotificationList, 200),
        "partial_update": (serializers.NotificationChange, serializers.NotificationRecord, 200),
    }

    def _rows(self) -> Any:
        mine = Q(person=None) | Q(person=self.caller.user) if self.caller.user else Q(person=None)
        return Notification.objects.of(self.organization).filter(mine)

    def list(self, request: Request) -> Response:
        unread = self._rows().filter(is_read=False).count()
        return self.listed(self._rows(), "notifications", notification_record, unread=unread)

    def partial_update(self, request: Request, number: str) -> Response:
        values = self.body()
        notification = self.find(self._rows(), number, "notification")
        if "read" not in values:
            raise InputError(missing("read"))
        if not isinstance(values["read"], bool):
            raise InputError(invalid("read", "read must be true or false."))
        return Response(notification_record(notifications.mark(notification, values["read"])))
