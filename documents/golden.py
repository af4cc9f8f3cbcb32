"""An organization's confirmed documents as its regression test: two versions of a profile read them, people's values judge.

The pages are those that were stored: nothing is recognized anew. Documents with an e-invoice say nothing about a profile, and
long ones would hold up the worker; both are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from docflow.accounts.models import Organization
from docflow.errors import FileError
from docflow.sandbox import Sandbox
from documents.extraction import reading as reader
from documents.extraction.profiles import Profile as PureProfile
from documents.extraction.values import Findings
from documents.models import Document, Profile

MOST = 50
MOST_PAGES = 20
_MOST_EXAMPLES = 20
LINES = "line_items"
Read = Callable[[Document, PureProfile], Findings]


@dataclass
class Judged:
    """One field over all documents; `worse` and `better` are examples: document, what is right, what each version reads."""

    key: str
    label: str
    checked: int = 0
    right_before: int = 0
    right_after: int = 0
    worse: list[dict[str, Any]] = field(default_factory=list)
    better: list[dict[str, Any]] = field(default_factory=list)


def golden_documents(organization: Organization, profile: Profile, most: int = MOST) -> list[Document]:
    """The last documents of that profile that people or programs confirmed, newest first."""
    found = Document.objects.of(organization).filter(profile=profile, is_verified=True, page_count__lte=MOST_PAGES)
    found = found.filter(einvoice=None).select_related("organization").prefetch_related("annotations", "line_items")
    return list(found.order_by("-read_at", "-id")[:most])


def in_sandbox(box: Sandbox) -> Read:
    """Values of a document's stored pages, found in the sandboxed child. Raises FileError."""

    def read(document: Document, profile: PureProfile) -> Findings:
        pages = (row.as_layout() for row in document.pages.order_by("number").iterator(chunk_size=20))
        with box.work(organization=str(document.organization.uuid)) as work:
            return reader.find_values(work, pages, einvoice=None, profile=profile, filename=document.filename)

    return read


def judge(documents: Iterable[Document], before: PureProfile, after: PureProfile, read: Read) -> dict[str, Any]:
    """How many values each version reads right, field by field; fields that only one of them has are not judged."""
    known = {each.key for each in before.fields}
    judged = {each.key: Judged(each.key, each.label) for each in after.fields if each.key in known}
    if before.columns and after.columns:
        judged[LINES] = Judged(LINES, "Line items")
    checked, failed = 0, []
    for document in documents:
        try:
            one, other = read(document, before), read(document, after)
        except FileError:
            failed.append(document.pk)
            continue
        checked += 1
        columns = {each.key for each in before.columns} & {each.key for each in after.columns}
        _count(document, judged, _told(one, columns), _told(other, columns), columns)
    fields = [asdict(each) for each in judged.values() if each.checked]
    return {
        "documents": checked,
        "failed": failed,
        "fields": fields,
        "worse": [each["key"] for each in fields if each["right_after"] < each["right_before"]],
        "removed": [each.key for each in before.fields if each.key not in {own.key for own in after.fields}],
    }


def _told(findings: Findings, columns: set[str]) -> dict[str, Any]:
    rows = [{key: cell.value for key, cell in line.cells.items() if key in columns} for line in findings.line_items]
    return {**{each.key: each.value for each in findings.fields}, LINES: rows}


def _count(
    document: Document, judged: dict[str, Judged], one: dict[str, Any], other: dict[str, Any], columns: set[str]
) -> None:
    for key, right in _expected(document, columns).items():
        each = judged.get(key)
        if each is None:
            continue
        was, now = _same(one.get(key), right), _same(other.get(key), right)
        each.checked += 1
        each.right_before += was
        each.right_after += now
        if was != now:
            examples = each.better if now else each.worse
            if len(examples) < _MOST_EXAMPLES:
                examples.append({"document_id": document.pk, "right": right, "before": one.get(key), "after": other.get(key)})


def _expected(document: Document, columns: set[str]) -> dict[str, Any]:
    """What stands on a confirmed document: its values, and None for what a person said is not on it."""
    rows = [row for row in document.annotations.all() if row.is_absent or row.value not in (None, "", [])]
    told: dict[str, Any] = {row.key: row.value for row in rows if not row.is_unreadable}
    lines = [{key: cell["value"] for key, cell in row.cells.items() if key in columns} for row in document.line_items.all()]
    return {**told, LINES: lines} if lines else told


def _same(found: Any, right: Any) -> bool:
    """Alike but for spaces and capitals; numbers by their value."""
    if isinstance(found, list) and isinstance(right, list):
        return len(found) == len(right) and all(_same(one, other) for one, other in zip(found, right, strict=True))
    if isinstance(found, dict) and isinstance(right, dict):
        return all(_same(found.get(key), right.get(key)) for key in found.keys() | right.keys())
    if not isinstance(found, str) or not isinstance(right, str):
        return bool(found == right)
    try:
        return Decimal(found) == Decimal(right)
    except InvalidOperation:
        return " ".join(found.split()).casefold() == " ".join(right.split()).casefold()
