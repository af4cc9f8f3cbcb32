"""JSON: a list of whole records, as the API shows them, written one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from documents.models.document import DocumentQuerySet
from rules.exports.tables import in_portions
from rules.webhooks.payload import document_keys, json_text

MEDIA_TYPE = "application/json"


def lines(documents: DocumentQuerySet) -> Iterator[str]:
    """The file, record by record."""
    before = "[\n"
    for document in in_portions(documents):
        yield before + json_text(document_keys(document))
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"
