"""JSON: a list of whole records, as the API shows them, written one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from documents.models import Document
from rules.webhooks.payload import document_keys, json_text

MEDIA_TYPE = "application/json"


def lines(documents: Iterable[Document]) -> Iterator[str]:
    """The file, record by record."""
    before = "[\n"
    for document in documents:
        yield before + json_text(document_keys(document))
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"
