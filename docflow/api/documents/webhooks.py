"""Webhook endpoints: where events go."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from docflow.api.documents import serializers
from docflow.api.documents.base import DocumentsView
from rules.models import WebhookEndpoint
from rules.operations import deliveries, endpoints
from rules.records import delivery_record, endpoint_record


class WebhookViews(DocumentsView):
    scopes = {
        "list": "webhook.read",
        "retrieve": "webhook.read",
        "create": "webhook.edit",
        "partial_update": "webhook.edit",
        "destroy": "webhook.delete",
        "test": "webhook.edit",
        "secret": "webhook.edit",
    }
    forms = {
        "list": (None, serializers.WebhookList, 200),
        "retrieve": (None, serializers.WebhookRecord, 200),
        "create": (serializers.WebhookForm, serializers.WebhookSecret, 201),
        "partial_update": (serializers.WebhookForm, serializers.WebhookRecord, 200),
        "destroy": (None, None, 204),
        "test": (None, serializers.DeliveryRecord, 202),
        "secret": (None, serializers.WebhookSecret, 200),
    }

    def _rows(self) -> Any:
        return WebhookEndpoint.objects.of(self.organization).select_related("organization")

    def list(self, request: Request) -> Response:
        return self.listed(self._rows(), "webhooks", endpoint_record)

    def retrieve(self, request: Request, number: str) -> Response:
        return Response(endpoint_record(self.find(self._rows(), number, "webhook")))

    def create(self, request: Request) -> Response:
        def make(values: dict[str, Any]) -> tuple[dict[str, Any], str]:
            endpoint, secret = endpoints.create_endpoint(self.organization, values, self.actor)
            return endpoint_record(endpoint, secret), f"/api/webhooks/{endpoint.pk}"

        return self.created(make)

    def partial_update(self, request: Request, number: str) -> Response:
        values = self.body()
        return Response(
            endpoint_record(endpoints.change_endpoint(self.find(self._rows(), number, "webhook"), values, self.actor))
        )

    def destroy(self, request: Request, number: str) -> Response:
        endpoints.delete_endpoint(self.find(self._rows(), number, "webhook"), self.actor)
        return Response(status=204)

    def test(self, request: Request, number: str) -> Response:
        delivery = deliveries.try_endpoint(self.find(self._rows(), number, "webhook"), self.actor)
        return Response(delivery_record(delivery, whole=True), status=202)

    def secret(self, request: Request, number: str) -> Response:
        endpoint = self.find(self._rows(), number, "webhook")
        secret = endpoints.roll_secret(endpoint, self.actor)
        return Response(endpoint_record(endpoint, secret))
