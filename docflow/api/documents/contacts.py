"""Contacts: whose document it is."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from docflow.api.documents import serializers
from docflow.api.documents.base import DocumentsView
from docflow.api.documents.filters import ContactFilter
from documents import statistics
from documents.models import Contact
from documents.operations import contacts
from rules.records import new_contact_record


class ContactViews(DocumentsView):
    scopes = {
        "list": "contact.read",
        "retrieve": "contact.read",
        "create": "contact.edit",
        "partial_update": "contact.edit",
        "destroy": "contact.delete",
    }
    filters = {"list": ContactFilter}
    forms = {
        "list": (None, serializers.ContactList, 200),
        "retrieve": (None, serializers.ContactRecord, 200),
        "create": (serializers.ContactForm, serializers.ContactRecord, 201),
        "partial_update": (serializers.ContactForm, serializers.ContactRecord, 200),
        "destroy": (None, None, 204),
    }

    def _rows(self) -> Any:
        return Contact.objects.of(self.organization)

    def list(self, request: Request) -> Response:
        shown = self.listed(self._rows().prefetch_related("folders"), "contacts", lambda row: {"row": row})
        rows = [each["row"] for each in shown.data["contacts"]]
        counted = statistics.of_contacts(row.pk for row in rows)
        shown.data["contacts"] = [_record(row, counted[row.pk]) for row in rows]
        return shown

    def retrieve(self, request: Request, number: str) -> Response:
        return Response(whole(self.find(self._rows(), number, "contact")))

    def create(self, request: Request) -> Response:
        def make(values: dict[str, Any]) -> tuple[dict[str, Any], str]:
            contact = contacts.create_contact(self.organization, values, self.actor)
            return whole(contact), f"/api/contacts/{contact.pk}"

        return self.created(make)

    def partial_update(self, request: Request, number: str) -> Response:
        values = self.body()
        contact = self.find(self._rows().select_related("organization"), number, "contact")
        return Response(whole(contacts.change_contact(contact, values, self.actor)))

    def destroy(self, request: Request, number: str) -> Response:
        contacts.delete_contact(self.find(self._rows(), number, "contact"), self.actor)
        return Response(status=204)


def whole(contact: Contact) -> dict[str, Any]:
    return _record(contact, statistics.of_contacts([contact.pk])[contact.pk])


def _record(contact: Contact, counted: statistics.Statistics) -> dict[str, Any]:
    return {**new_contact_record(contact), "statistics": counted.as_json()}
