"""POST /api/documents/upload: one file, taken in at once and queued."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from docflow.accounts import licences
from docflow.api.documents import serializers
from docflow.api.documents.base import DocumentsView, tagged
from docflow.api.idempotency import AnsweredBefore, Once
from docflow.api.rendering import check_text
from docflow.errors import BodyMalformedError, Fault, InputError, invalid, missing, unknown
from docflow.recognition import asked_in_text
from documents.models import Contact, Document, Folder, Profile
from documents.models.document import Source
from documents.operations.changes import check_object
from documents.operations.contacts import by_id
from documents.record import moment
from uploads.intake.limits import Incoming, IncomingFile, incoming_of, refusal_of
from uploads.models import Project, Upload
from uploads.operations import intake

LONGEST_NOTES = 10_000
REFERENCES: dict[str, Any] = {"contact_id": Contact, "folder_id": Folder, "profile_id": Profile, "project_id": Project}
REQUIRED = ("contact_id", "folder_id")


class UploadView(DocumentsView):
    parser_classes = (MultiPartParser,)  # for the schema; the body is read by our own capped handler
    scopes = {"create": "upload.create"}
    forms = {"create": (serializers.UploadForm, serializers.UploadAnswer, 201)}

    def create(self, request: Request) -> Response:
        raw: HttpRequest = request._request
        languages = raw.POST.getlist("languages")
        fields, arrived = raw.POST.dict(), raw.FILES
        try:
            refusal = refusal_of(raw)
            licences.check(self.organization)
            if refusal is not None:
                raise refusal
            incoming = incoming_of(raw, "file")[:1]
            order = self._order(fields, languages, incoming)
            once = Once(
                request,
                {**fields, "languages": ",".join(languages)} if languages else fields,
                [each.sha256 for each in incoming],
            )
            return self._receive(once, incoming, order)
        except AnsweredBefore as before:
            return before.response
        finally:
            _drop(arrived)

    def _receive(self, once: Once, incoming: list[Incoming], order: intake.Order) -> Response:
        once.look()
        answers: list[Response] = []

        def keep(upload: Upload) -> None:
            answers.append(_answer(upload))
            once.keep(answers[0])

        intake.receive(self.organization, incoming, order, self.actor, first=once.claim, last=keep)
        return answers[0]

    def _order(self, fields: dict[str, str], languages: list[str], incoming: list[Incoming]) -> intake.Order:
        """Raises InputError with all faults at once."""
        faults = [missing("file")] if not incoming else []
        for name, text in fields.items():
            check_text(text, name)
        found = {name: self._reference(name, kind, fields.get(name, ""), faults) for name, kind in REFERENCES.items()}
        contact, folder = found["contact_id"], found["folder_id"]
        if contact and folder and folder.contact_id != contact.pk:
            faults.append(unknown("folder_id", f"Folder {folder.pk} belongs to another contact."))
        objects = {name: _object(name, fields.get(name, ""), faults) for name in ("external_refs", "metadata")}
        wishes = asked_in_text(languages, fields.get("ocr_engine"), faults)
        notes = fields.get("notes", "")
        if len(notes) > LONGEST_NOTES:
            faults.append(invalid("notes", f"notes has {len(notes)} characters, the limit is {LONGEST_NOTES}."))
        if faults:
            raise InputError(*faults)
        return intake.Order(
            source=Source.API if self.caller.key else Source.UI,
            project=found["project_id"],
            contact=contact,
            folder=folder,
            profile=found["profile_id"],
            notes=notes,
            external_refs=objects["external_refs"],
            metadata=objects["metadata"],
            **wishes,
        )

    def _reference(self, name: str, kind: Any, text: str, faults: list[Fault]) -> Any:
        text = text.strip()
        if not text:
            if name in REQUIRED:
                faults.append(missing(name))
            return None
        if not text.isascii() or not text.isdigit():
            faults.append(invalid(name, f"{name} must be a whole number."))
            return None
        found = by_id(kind.objects.of(self.organization), text)
        if found is None:
            faults.append(unknown(name, f"There is no {name.removesuffix('_id')} {text[:20]}."))
        return found


def _object(name: str, text: str, faults: list[Fault]) -> dict[str, Any]:
    if not text.strip():
        return {}
    try:
        value = json.loads(text, parse_constant=_refuse)
        check_text(value, name)
    except (ValueError, RecursionError, InputError, BodyMalformedError):
        faults.append(invalid(name, f"{name} must be text holding a JSON object."))
        return {}
    return check_object(name, value, faults) or {}


def _refuse(word: str) -> None:
    raise ValueError(word)


def _answer(upload: Upload) -> Response:
    """The document of the file; of a mail that of its body, else of its first attachment."""
    task = upload.tasks.exclude(document=None).select_related("document").order_by("id")[0]
    document: Document = task.document  # type: ignore[assignment]
    body = {
        "id": document.pk,
        "filename": document.filename,
        "status": document.status,
        "contact_id": document.contact_id,
        "folder_id": document.folder_id,
        "created_at": moment(document.created_at),
        "uuid": str(document.uuid),
        "upload_id": str(upload.uuid),
        "task_id": str(task.uuid),
        "duplicate_of": document.duplicate_of_id,
    }
    return tagged(document, body, 201, Location=f"/api/documents/{document.pk}")


def _drop(arrived: Any) -> None:
    """Files that no document took: of other fields, or of a call that was refused."""
    for _, files in arrived.lists():
        for file in files:
            if isinstance(file, IncomingFile):
                file.incoming.drop()
