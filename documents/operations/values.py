"""Single values and rows of a document: set, accepted, restored, and what follows for the whole. Within a transaction."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Any

from django.utils import timezone

from docflow.accounts import audit
from docflow.accounts.actors import Actor
from docflow.errors import InputError, StateConflictError, invalid
from documents.extraction.profiles import Profile as PureProfile
from documents.extraction.recheck import recheck
from documents.models import Annotation, Document, LineItem, ValueSource
from documents.operations import lifecycle
from documents.operations.contact_checks import check_contact
from documents.operations.reading import first_date

LASTING = ("xml_differs", "flagged", "reading_failed")  # problems that a change of values does not settle


def profile_of(document: Document) -> PureProfile:
    """The profile in the version that the document was read with; an empty one before that."""
    if document.profile is None:
        return PureProfile("", "", "", ())
    return document.profile.at(document.profile_version)


def set_value(held: Document, key: str, value: Any, actor: Actor, **decided: Any) -> Annotation:
    """A value given by a person or program: confidence 100, the machine's kept beside it. Within a transaction.

    `decided` may hold raw, page, boxes (taken from the page) or is_unreadable.
    """
    row, _ = Annotation.objects.get_or_create(document=held, key=key)
    old = row.value
    row.value, row.source, row.confidence = value, ValueSource.PERSON, 100
    row.is_unreadable = decided.pop("is_unreadable", False)
    row.is_absent = value is None and not row.is_unreadable
    row.problems = []
    row.evidence = [{"kind": "person", "text": f"Set by {actor.name}.", "weight": 0}]
    if old != value and not decided:
        row.raw, row.page, row.boxes = _found_on_page(held, value)
    for name, given in decided.items():
        setattr(row, name, given)
    _confirm(row, actor)
    row.save()
    detail = f"{key}: {'none' if old is None else old} to {'none' if value is None else value}"
    audit.record(
        held.organization, actor, "document.value_changed", detail, document_id=held.pk,
        contact_id=held.contact_id, before={key: old}, after={key: value},
    )  # fmt: skip
    return row


def _found_on_page(held: Document, value: Any) -> tuple[str, int | None, list[dict[str, Any]]]:
    """Where a typed value stands word for word -> raw text, page, boxes; nothing if it stands nowhere."""
    wanted = str(value).split() if isinstance(value, str) else []
    for page in held.pages.all() if wanted else ():
        words = page.words
        for start in range(len(words) - len(wanted) + 1):
            run = words[start : start + len(wanted)]
            if [word[0] for word in run] == wanted:
                boxes = [{"page": page.number, "x0": w[1], "top": w[2], "x1": w[3], "bottom": w[4]} for w in run]
                return " ".join(wanted), page.number, boxes
    return "" if value is None else str(value), None, []


def machine_boxes(held: Document, key: str) -> list[dict[str, Any]]:
    """Where the machine found its value, as long as nobody has decided the field."""
    row = held.annotations.filter(key=key).first()
    return list(row.boxes) if row is not None and not row.is_confirmed else []


def _confirm(row: Annotation, actor: Actor) -> None:
    row.confirmed_at, row.confirmed_by, row.confirmed_name = timezone.now(), actor.user, actor.name


def accept(held: Document, key: str, actor: Actor) -> None:
    """A person looked at the value and found it right. Within a transaction."""
    row, _ = Annotation.objects.get_or_create(document=held, key=key)
    if row.value is None:
        raise StateConflictError(f"{key} holds no value to accept.")
    _confirm(row, actor)
    row.problems = []
    row.save()
    audit.record(
        held.organization,
        actor,
        "document.value_accepted",
        f"{key}: {row.value}",
        document_id=held.pk,
        contact_id=held.contact_id,
    )


def take_alternative(held: Document, key: str, number: int, actor: Actor) -> None:
    """Another candidate, by its number from 0, with its place on the page. Within a transaction."""
    row = Annotation.objects.filter(document=held, key=key).first()
    if row is None or not 0 <= number < len(row.alternatives):
        raise InputError(invalid("candidate", f"{key} has no candidate {number}."))
    chosen = row.alternatives[number]
    boxes = [{"page": place["page"], **place["box"]} for place in chosen["places"]]
    set_value(held, key, chosen["value"], actor, raw=chosen["raw"], boxes=boxes, page=boxes[0]["page"] if boxes else None)


def restore_machine_value(held: Document, key: str, actor: Actor) -> None:
    """Takes a decision back: the machine's value holds again, unconfirmed. Within a transaction."""
    row = Annotation.objects.filter(document=held, key=key).first()
    if row is None:
        raise InputError(invalid("restore", f"{key} holds nothing to restore."))
    old = row.value
    row.value, row.confidence, row.source = row.machine_value, row.machine_confidence, ValueSource.PAGE
    row.is_absent = row.is_unreadable = False
    row.confirmed_at, row.confirmed_by, row.confirmed_name = None, None, ""
    row.raw, row.page, row.boxes = _found_on_page(held, row.value)
    row.save()
    audit.record(
        held.organization, actor, "document.value_changed", f"{key}: {old} to {row.value}", document_id=held.pk,
        contact_id=held.contact_id, before={key: old}, after={key: row.value},
    )  # fmt: skip


def set_rows(held: Document, rows: list[dict[str, Any]], actor: Actor) -> None:
    """Replaces all rows; a cell that keeps its value keeps its place. Within a transaction."""
    old = list(held.line_items.all())
    before = [{key: cell["value"] for key, cell in row.cells.items()} for row in old]
    fresh = []
    for position, (values, known) in enumerate(zip(rows, _continued(before, rows), strict=True), 1):
        same = old[known] if known is not None else None
        cells = {key: _cell(same, key, value) for key, value in values.items()}
        fresh.append(
            LineItem(
                document=held,
                position=position,
                page=same.page if same else None,
                kind=same.kind if same else "item",
                cells=cells,
                confidence=100,
                is_confirmed=True,
            )
        )
    held.line_items.all().delete()
    LineItem.objects.bulk_create(fresh)
    audit.record(
        held.organization, actor, "document.value_changed", f"line items: {len(before)} to {len(rows)} rows",
        document_id=held.pk, contact_id=held.contact_id, before={"line_items": before}, after={"line_items": rows},
    )  # fmt: skip


def _continued(before: list[dict[str, Any]], rows: list[dict[str, Any]]) -> list[int | None]:
    """For each new row the old one it goes on from, so that rows below an inserted one keep their places on the page."""
    one, other = ([_filled(row) for row in part] for part in (before, rows))
    found: list[int | None] = [None] * len(rows)
    for tag, start, end, new_start, new_end in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag in ("equal", "replace"):
            for step in range(min(end - start, new_end - new_start)):
                found[new_start + step] = start + step
    return found


def _filled(row: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((key, str(value)) for key, value in row.items() if value is not None))


def _cell(same: LineItem | None, key: str, value: Any) -> dict[str, Any]:
    known = same.cells.get(key) if same else None
    if known is not None and known["value"] == value:
        return {**known, "confidence": 100}
    return {"value": value, "raw": "" if value is None else str(value), "confidence": 100, "source": "person", "boxes": []}


def settle(held: Document, profile: PureProfile) -> None:
    """After values changed: checks, confidence, words and date anew; the version goes up. Within a transaction."""
    rows = {row.key: row for row in held.annotations.all()}
    result = recheck(
        profile,
        values={key: row.value for key, row in rows.items()},
        confidences={key: row.confidence for key, row in rows.items()},
        lines=[{key: cell["value"] for key, cell in row.cells.items()} for row in held.line_items.all()],
        doc_type=held.doc_type or "",
        absent=frozenset(key for key, row in rows.items() if row.is_absent),
    )
    kept = [problem for problem in held.problems if problem["code"] in LASTING]
    held.problems = kept + [{"code": p.code, "text": p.text, "blocks": p.blocks} for p in result.problems]
    held.confidence, held.reasoning, held.summary = result.confidence, result.reasoning, result.summary
    day = first_date(held, profile)
    if day is not None:
        held.doc_date = day
    held.save(update_fields=["problems", "confidence", "reasoning", "summary", "doc_date"])
    check_contact(held, profile)
    lifecycle.touch(held)
