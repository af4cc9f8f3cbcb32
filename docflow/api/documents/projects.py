"""Projects: intake channels with their defaults."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from rest_framework.request import Request
from rest_framework.response import Response

from docflow.api.documents import serializers
from docflow.api.documents.base import DocumentsView
from documents.record import moment
from uploads.models import Project
from uploads.operations import projects


class ProjectViews(DocumentsView):
    scopes = {
        "list": "upload.read",
        "retrieve": "upload.read",
        "create": "upload.edit",
        "partial_update": "upload.edit",
        "destroy": "upload.edit",
    }
    forms = {
        "list": (None, serializers.ProjectList, 200),
        "retrieve": (None, serializers.ProjectRecord, 200),
        "create": (serializers.ProjectForm, serializers.ProjectRecord, 201),
        "partial_update": (serializers.ProjectForm, serializers.ProjectRecord, 200),
        "destroy": (None, None, 204),
    }

    def _rows(self) -> Any:
        return Project.objects.of(self.organization).select_related("organization").annotate(sent=Count("uploads"))

    def _whole(self, project: Project) -> dict[str, Any]:
        return _record(self._rows().get(pk=project.pk))

    def list(self, request: Request) -> Response:
        return self.listed(self._rows(), "projects", _record)

    def retrieve(self, request: Request, number: str) -> Response:
        return Response(_record(self.find(self._rows(), number, "project")))

    def create(self, request: Request) -> Response:
        def make(values: dict[str, Any]) -> tuple[dict[str, Any], str]:
            project = projects.create_project(self.organization, values, self.actor)
            return self._whole(project), f"/api/projects/{project.pk}"

        return self.created(make)

    def partial_update(self, request: Request, number: str) -> Response:
        values = self.body()
        project = self.find(self._rows(), number, "project")
        return Response(self._whole(projects.change_project(project, values, self.actor)))

    def destroy(self, request: Request, number: str) -> Response:
        projects.delete_project(self.find(self._rows(), number, "project"), self.actor)
        return Response(status=204)


def _record(project: Any) -> dict[str, Any]:
    return {
        "id": project.pk,
        "name": project.name,
        "is_default": project.is_default,
        "contact_id": project.contact_id,
        "folder_id": project.folder_id,
        "profile_id": project.profile_id,
        "automation_level": project.automation_level,
        "email_body_as_task": project.email_body_as_task,
        "duplicate_policy": project.duplicate_policy,
        "uploads": project.sent,
        "created_at": moment(project.created_at),
        "updated_at": moment(project.updated_at),
        "languages": project.languages,
        "ocr_engine": project.ocr_engine or None,
    }
