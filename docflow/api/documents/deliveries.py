"""Deliveries: what was sent, every try, once more."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from docflow.api.documents import serializers
from docflow.api.documents.base import DocumentsView
from docflow.api.documents.filters import DeliveryFilter
from rules.models import Delivery
from rules.operations import deliveries
from rules.records import delivery_record


class DeliveryViews(DocumentsView):
    scopes = {
        "list": "webhook.read",
        "retrieve": "webhook.read",
        "replay": "webhook.edit",
        "destroy": "webhook.edit",
    }
    filters = {"list": DeliveryFilter}
    forms = {
        "list": (None, serializers.DeliveryList, 200),
        "retrieve": (None, serializers.DeliveryRecord, 200),
        "replay": (None, serializers.DeliveryRecord, 202),
        "destroy": (None, None, 204),
    }

    def _rows(self) -> Any:
        return Delivery.objects.of(self.organization).select_related("organization", "endpoint")

    def list(self, request: Request) -> Response:
        return self.listed(self._rows(), "deliveries", delivery_record)

    def retrieve(self, request: Request, number: str) -> Response:
        return Response(delivery_record(self.find(self._rows(), number, "delivery"), whole=True))

    def replay(self, request: Request, number: str) -> Response:
        delivery = deliveries.replay(self.find(self._rows(), number, "delivery"), self.actor)
        return Response(delivery_record(delivery, whole=True), status=202)

    def destroy(self, request: Request, number: str) -> Response:
        deliveries.drop(self.find(self._rows(), number, "delivery"), self.actor)
        return Response(status=204)
