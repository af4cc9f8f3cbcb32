from __future__ import annotations

from django.db import models

from documents.extraction.einvoice_content import InvoiceContent
from documents.models.document import Document


class EInvoice(models.Model):
    """All that the e-invoice of a document says, beyond what its profile asks for. A row of its own: lists never load it."""

    document = models.OneToOneField(Document, on_delete=models.CASCADE, related_name="einvoice")
    content = models.JSONField()

    def __str__(self) -> str:
        return f"e-invoice of {self.document_id}"

    def as_content(self) -> InvoiceContent:
        return InvoiceContent.from_json(self.content)
