"""An organization that asks a model, and what a reading with it left behind."""

from __future__ import annotations

from typing import Any

from docflow.accounts.actors import COMMAND
from docflow.accounts.models import Organization
from documents.models import Document, LanguageModel
from documents.operations import language_models
from tests.fakes.language_model import ModelServer

KEY = "sk-canary-7f3a9c"
RIGHT = {
    "vendor": "Nordwind Handels GmbH", "invoice_number": "R-1001", "invoice_date": "2025-11-15",
    "total_amount": "119.00", "currency": "EUR",
}  # fmt: skip


def set_up(organization: Organization, server: ModelServer, **values: Any) -> LanguageModel:
    given = {"is_active": True, "base_url": server.base_url, "name": "tiny", "api_key": KEY, "seconds": 5, **values}
    return language_models.configure(organization, given, COMMAND)


def state_of(document: Document) -> dict[str, Any]:
    """All that a reading leaves behind, but for the note on the model and its marks."""
    rows = {
        row.key: (row.value, row.raw, row.boxes, row.confidence, row.source, row.problems)
        for row in document.annotations.all()
    }
    told = (document.status, document.doc_type, document.confidence, document.reasoning, document.summary)
    problems = [each for each in document.problems if each["code"] != "model_not_heard"]
    return {"rows": rows, "told": told, "problems": problems, "lines": document.line_items.count()}


def note_of(document: Document) -> str:
    return " ".join(each["text"] for each in document.problems if each["code"] == "model_not_heard")
