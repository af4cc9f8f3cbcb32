"""Folders: where a document lies."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from docflow.api.documents import serializers
from docflow.api.documents.base import DocumentsView
from docflow.api.documents.filters import FolderFilter
from documents import statistics
from documents.models import Folder
from documents.operations import contacts
from rules.records import new_folder_record


class FolderViews(DocumentsView):
    scopes = {
        "list": "contact.read",
        "retrieve": "contact.read",
        "create": "contact.edit",
        "partial_update": "contact.edit",
        "destroy": "contact.delete",
    }
    filters = {"list": FolderFilter}
    forms = {
        "list": (None, serializers.FolderList, 200),
        "retrieve": (None, serializers.FolderRecord, 200),
        "create": (serializers.FolderForm, serializers.FolderRecord, 201),
        "partial_update": (serializers.FolderChange, serializers.FolderRecord, 200),
        "destroy": (None, None, 204),
    }

    def _rows(self) -> Any:
        return Folder.objects.of(self.organization).select_related("contact")

    def list(self, request: Request) -> Response:
        shown = self.listed(self._rows(), "folders", lambda row: {"row": row})
        rows = [each["row"] for each in shown.data["folders"]]
        counted = statistics.of_folders(row.pk for row in rows)
        shown.data["folders"] = [_record(row, counted[row.pk]) for row in rows]
        return shown

    def retrieve(self, request: Request, number: str) -> Response:
        return Response(whole(self.find(self._rows(), number, "folder")))

    def create(self, request: Request) -> Response:
        def make(values: dict[str, Any]) -> tuple[dict[str, Any], str]:
            folder = contacts.create_folder(self.organization, values.get("name"), values.get("contact_id"), self.actor)
            return whole(folder), f"/api/folders/{folder.pk}"

        return self.created(make)

    def partial_update(self, request: Request, number: str) -> Response:
        values = self.body()
        return Response(whole(contacts.rename_folder(self.find(self._rows(), number, "folder"), values, self.actor)))

    def destroy(self, request: Request, number: str) -> Response:
        contacts.delete_folder(self.find(self._rows(), number, "folder"), self.actor)
        return Response(status=204)


def whole(folder: Folder) -> dict[str, Any]:
    return _record(folder, statistics.of_folders([folder.pk])[folder.pk])


def _record(folder: Folder, counted: statistics.Statistics) -> dict[str, Any]:
    return {**new_folder_record(folder), "documents": counted.documents, "by_status": counted.by_status}
