"""One sentence about a document, from its values, without an LLM; its words stand in languages/*.json."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from documents.extraction.values import FieldValue
from documents.extraction.vocabulary import SUMMARIES

NAMES: Mapping[str, str] = SUMMARIES["en"]["kinds"]


def summarize(doc_type: str, fields: Sequence[FieldValue], roles: Mapping[str, str], language: str = "en") -> str:
    """E.g. "Invoice INV-2025-1147 of Acme Corporation over 18500.00 CNY, dated 2025-11-15, due 2025-12-15."

    "" without values. `language` as ISO 639-1; one without a file is answered in English. Stored and sent to programs is the
    English sentence; who shows it to people asks for theirs.
    """
    words = SUMMARIES.get(language.partition("-")[0], SUMMARIES["en"])
    kind = words["kinds"].get(doc_type, words["kinds"]["other"])
    values = {roles[each.key]: each.value for each in fields if roles.get(each.key) and isinstance(each.value, str)}
    if not values:
        title = next((each.value for each in fields if each.key == "title" and isinstance(each.value, str)), "")
        return f"{kind}{words['colon']}{title}{words['stop']}" if title else ""
    head = [f"{kind} {values['invoice_number']}" if "invoice_number" in values else kind]
    head += _said(words, values, "vendor", "vendor")
    if "total_amount" in values:
        head.append(words["total"].format(f"{values['total_amount']} {values.get('currency', '')}".rstrip()))
    dates = [*_said(words, values, "date", "invoice_date"), *_said(words, values, "due", "due_date")]
    return str(words["comma"].join([words["between"].join(head), *dates]) + words["stop"])


def _said(words: Mapping[str, Any], values: Mapping[str, str], word: str, role: str) -> list[str]:
    return [words[word].format(values[role])] if role in values else []
