"""Extraction profiles: what to look for."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from rest_framework.request import Request
from rest_framework.response import Response

from docflow.api.documents import serializers
from docflow.api.documents.base import DocumentsView
from docflow.api.documents.filters import ProfileFilter
from docflow.errors import InputError, unknown
from documents.models import Document, Profile, ProfileTrial, ProfileVersion
from documents.operations import profiles
from documents.operations.contacts import by_id
from documents.operations.trials import told
from documents.record import moment


class ProfileViews(DocumentsView):
    scopes = {
        "list": "profile.read",
        "retrieve": "profile.read",
        "create": "profile.edit",
        "partial_update": "profile.edit",
        "destroy": "profile.delete",
        "versions": "profile.read",
        "trials": "profile.read",
        "try_draft": "profile.edit",
    }
    filters = {"list": ProfileFilter}
    forms = {
        "list": (None, serializers.ProfileList, 200),
        "retrieve": (None, serializers.ProfileRecord, 200),
        "create": (serializers.ProfileForm, serializers.ProfileRecord, 201),
        "partial_update": (serializers.ProfileForm, serializers.ProfileRecord, 200),
        "destroy": (None, None, 204),
        "versions": (None, serializers.VersionList, 200),
        "trials": (None, serializers.TrialList, 200),
        "try_draft": (serializers.TrialForm, serializers.TrialRecord, 202),
    }

    def _rows(self) -> Any:
        """The built-in ones belong to nobody; only the organization's own documents are counted."""
        own = Q(documents__organization=self.organization)
        return Profile.objects.of(self.organization).annotate(used=Count("documents", filter=own)).prefetch_related("versions")

    def _whole(self, profile: Profile) -> dict[str, Any]:
        return _record(self._rows().get(pk=profile.pk))

    def list(self, request: Request) -> Response:
        return self.listed(self._rows(), "profiles", _record)

    def retrieve(self, request: Request, number: str) -> Response:
        return Response(_record(self.find(self._rows(), number, "profile")))

    def create(self, request: Request) -> Response:
        def make(values: dict[str, Any]) -> tuple[dict[str, Any], str]:
            profile = profiles.create_profile(self.organization, self._drafted(values), self.actor)
            return self._whole(profile), f"/api/profiles/{profile.pk}"

        return self.created(make)

    def _drafted(self, values: dict[str, Any]) -> dict[str, Any]:
        """What the drafter found on a document, under what the caller says."""
        given = values.get("from_document")
        if given is None:
            return values
        document = by_id(Document.objects.of(self.organization), given)
        if document is None:
            raise InputError(unknown("from_document", f"There is no document {given}."))
        return {**profiles.draft_from(document), **values}

    def partial_update(self, request: Request, number: str) -> Response:
        values = self.body()
        profile = self.find(self._rows(), number, "profile")
        return Response(self._whole(profiles.change_profile(profile, values, self.actor)))

    def destroy(self, request: Request, number: str) -> Response:
        profiles.delete_profile(self.find(Profile.objects.of(self.organization), number, "profile"), self.actor)
        return Response(status=204)

    def versions(self, request: Request, number: str) -> Response:
        profile = self.find(Profile.objects.of(self.organization), number, "profile")
        return self.listed(profile.versions.all(), "versions", _version)

    def trials(self, request: Request, number: str) -> Response:
        profile = self.find(Profile.objects.own(self.organization), number, "profile")
        return self.listed(profile.trials.all(), "trials", _trial)

    def try_draft(self, request: Request, number: str) -> Response:
        def make(values: dict[str, Any]) -> tuple[dict[str, Any], str]:
            profile = self.find(Profile.objects.of(self.organization), number, "profile")
            trial = profiles.try_draft(profile, values, self.actor)
            return _trial(trial), f"/api/profiles/{profile.pk}/trials"

        return self.created(make, 202)


def _trial(trial: ProfileTrial) -> dict[str, Any]:
    result = trial.result or {}
    return {
        "id": trial.pk,
        "state": trial.state,
        "before": trial.before,
        "after": trial.after,
        "asked_by": trial.asked_by,
        "created_at": moment(trial.created_at),
        "ended_at": moment(trial.ended_at),
        "documents": result.get("documents"),
        "worse": result.get("worse", []),
        "removed": result.get("removed", []),
        "text": told(trial) if trial.result is not None else "",
        "fields": result.get("fields", []),
    }


def _version(row: ProfileVersion) -> dict[str, Any]:
    return {
        "version": row.version,
        "changed_by": row.changed_by,
        "changed_at": moment(row.changed_at),
        "fields": row.fields,
        "line_item_columns": row.columns,
    }


def _record(profile: Any) -> dict[str, Any]:
    now = next(row for row in profile.versions.all() if row.version == profile.version)
    return {
        "id": profile.pk,
        "key": profile.key,
        "name": profile.name,
        "description": profile.description,
        "doc_type": profile.doc_type,
        "after_confirming": profile.after_confirming,
        "fields": now.fields,
        "extract_line_items": bool(now.columns),
        "line_item_columns": now.columns,
        "version": profile.version,
        "is_built_in": profile.is_built_in,
        "documents": profile.used,
        "created_at": moment(profile.created_at),
        "updated_at": moment(profile.updated_at),
        "languages": profile.languages,
        "ocr_engine": profile.ocr_engine or None,
    }
