"""Documents: list, record, status, values, read again, delete."""

from __future__ import annotations

import json
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from docflow.accounts import licences
from docflow.api import etags
from docflow.api.documents import serializers
from docflow.api.documents.base import DocumentsView, tagged
from docflow.api.documents.filters import DocumentFilter
from docflow.errors import InputError, StatusInvalidError, invalid, unknown
from documents import record
from documents.matching import ContactMatch, matches_of
from documents.models import Document, Profile
from documents.operations import changes, lifecycle, reading
from documents.operations.contacts import by_id
from documents.operations.values import profile_of
from documents.statuses import Status, is_status
from rules.operations.deliveries import export_state, with_export_state
from uploads.operations import tasks

LONGEST_REASON = 500


class DocumentViews(DocumentsView):
    scopes = {
        "list": "document.read",
        "retrieve": "document.read",
        "partial_update": "document.edit",
        "destroy": "document.delete",
        "status": "document.edit",
        "reprocess": "document.edit",
        "history": "document.read",
        "contact_matches": "document.read",
        "differences": "document.read",
    }
    filters = {"list": DocumentFilter}
    forms = {
        "list": (None, serializers.DocumentList, 200),
        "retrieve": (None, serializers.DocumentRecord, 200),
        "partial_update": (serializers.DocumentChange, serializers.DocumentRecord, 200),
        "destroy": (None, None, 204),
        "status": (serializers.StatusChange, serializers.StatusAnswer, 200),
        "reprocess": (serializers.Reprocess, serializers.StatusAnswer, 202),
        "history": (None, serializers.TransitionList, 200),
        "contact_matches": (None, serializers.ContactMatchList, 200),
        "differences": (None, serializers.DifferenceRecord, 200),
    }

    def list(self, request: Request) -> Response:
        rows = with_export_state(Document.objects.of(self.organization))
        return self.listed(rows, "documents", lambda row: record.listed(row, row.export_state))

    def retrieve(self, request: Request, number: str) -> Response:
        document = self.find_document(number)
        # The state of an export moves without the document changing, so its tag alone does not vouch for the record.
        if document.status != Status.EXPORT and etags.is_known(request, document):
            return tagged(document, None, 304)
        return _whole(document)

    def partial_update(self, request: Request, number: str) -> Response:
        values = self.body()
        document = self.find_document(number)
        expected = etags.expected_version(request, document)
        changes.change(document, values, self.actor, expected_version=expected)
        return _whole(self.find_document(str(document.pk)))

    def destroy(self, request: Request, number: str) -> Response:
        document = self.find_document(number)
        tasks.delete_document(document, actor=self.actor, expected_version=etags.expected_version(request, document))
        return Response(status=204)

    def status(self, request: Request, number: str) -> Response:
        values = self.body()
        document = self.find_document(number)
        word, reason = values.get("status"), values.get("reason") or ""
        if not is_status(word):
            shown = word if isinstance(word, str) else json.dumps(word)
            raise StatusInvalidError(f'"{shown[:100]}" is not a status. Use one of {", ".join(Status.values)}.')
        if not isinstance(reason, str) or len(reason) > LONGEST_REASON:
            raise InputError(invalid("reason", f"reason must be text of at most {LONGEST_REASON} characters."))
        expected = etags.expected_version(request, document)
        lifecycle.change_status(document, str(word), actor=self.actor, reason=reason, expected_version=expected)
        return tagged(document, _short(document))

    def reprocess(self, request: Request, number: str) -> Response:
        values = self.body(optional=True)
        document = self.find_document(number)
        licences.check(self.organization)
        profile, given = None, values.get("profile_id")
        if given is not None:
            profile = by_id(Profile.objects.of(self.organization), given)
            if profile is None:
                raise InputError(unknown("profile_id", f"There is no profile {given}."))
        expected = etags.expected_version(request, document)
        version = values.get("profile_version")
        if version is not None and (isinstance(version, bool) or not isinstance(version, int) or not 0 < version < 2**31):
            raise InputError(invalid("profile_version", "profile_version must be a whole number from 1."))
        reading.read_again(document, actor=self.actor, profile=profile, version=version, expected_version=expected)
        document.refresh_from_db()
        return tagged(document, _short(document), 202)

    def history(self, request: Request, number: str) -> Response:
        document = self.find_document(number)
        return self.listed(document.transitions.all(), "transitions", _transition)

    def differences(self, request: Request, number: str) -> Response:
        document = self.find_document(number)
        return Response({"document_id": document.pk, "differences": document.differences})

    def contact_matches(self, request: Request, number: str) -> Response:
        document = self.find_document(number)
        found = matches_of(document, profile_of(document), most=50)
        return self.listed(found, "matches", _match)


def _match(match: ContactMatch) -> dict[str, Any]:
    contact = match.contact
    return {"contact_id": contact.pk, "contact_name": contact.name, "score": match.score, "reasons": list(match.why)}


def _whole(document: Document) -> Response:
    return tagged(document, record.full(document, export_state(document)))


def _short(document: Document) -> dict[str, Any]:
    return {"id": document.pk, "status": document.status, "updated_at": record.moment(document.updated_at)}


def _transition(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "old": row.old,
        "new": row.new,
        "reason": row.reason,
        "actor": {"kind": row.actor_kind, "name": row.actor_name},
        "at": record.moment(row.at),
    }
