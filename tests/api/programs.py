"""What tests of the API share: an upload as a client sends it, and documents in bulk without reading them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from docflow.accounts.actors import COMMAND
from docflow.accounts.models import Organization
from documents.models import Contact, Document, Folder
from documents.operations import contacts
from tests import make
from uploads.models import Task, Upload
from uploads.operations.projects import default_of


def contact_with_folder(organization: Organization, name: str = "Acme Corporation", **values: Any) -> tuple[Contact, Folder]:
    contact = contacts.create_contact(organization, {"name": name, **values}, COMMAND)
    return contact, contacts.create_folder(organization, "Q4 Invoices", contact.pk, COMMAND)


def post(
    client: Client,
    content: bytes | None = None,
    name: str = "invoice.txt",
    headers: dict[str, str] | None = None,
    **fields: Any,
) -> Any:
    """POST /api/documents/upload, multipart."""
    file = SimpleUploadedFile(name, make.invoice_text() if content is None else content)
    return client.post("/api/documents/upload", {"file": file, **fields}, headers=headers or {})


def patch(client: Client, path: str, body: Any, **headers: str) -> Any:
    return client.patch(
        path, body, content_type="application/json", headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


def rows(
    organization: Organization, folder: Folder, number: int, created_at: datetime | None = None, **values: Any
) -> list[Document]:
    """Many documents at once, as if they had been read."""
    upload = Upload.objects.create(
        organization=organization,
        project=default_of(organization),
        name="bulk",
        source="API",
        actor_kind="key",
        actor_name="test",
    )
    usual: dict[str, Any] = {
        "file": "none",
        "size": 1,
        "media_type": "application/pdf",
        "source": "API",
        "status": "Needs Review",
        "confidence": 87,
        "original_filename": "sent.pdf",
        "created_at": created_at or timezone.now(),
    }
    made = Document.objects.bulk_create(
        Document(
            organization=organization,
            contact=folder.contact,
            folder=folder,
            sha256=f"{place:064}",
            **{**usual, "filename": f"{place}.pdf", **values},
        )
        for place in range(number)
    )
    Task.objects.bulk_create(
        Task(organization=organization, upload=upload, document=each, filename=each.filename, stage="done") for each in made
    )
    return made
