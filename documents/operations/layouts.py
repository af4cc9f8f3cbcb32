"""What corrections teach about layouts: asked before a reading, taught with each decision, measured, switched, forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from docflow.accounts import audit
from docflow.accounts.actors import Actor
from documents.extraction.content import Content, read_content
from documents.extraction.geometry import Box
from documents.extraction.lean import Lean, straight_places, straightened
from documents.extraction.memory.fingerprint import Fingerprint, fingerprint_of
from documents.extraction.memory.lessons import MOST_LAYOUTS, LearnedLayout
from documents.extraction.memory.recall import recognize
from documents.extraction.memory.teaching import Decision, lesson_of
from documents.extraction.profiles import Profile
from documents.extraction.roles import roles_of
from documents.extraction.values import Findings, Place
from documents.models import Annotation, Document, EInvoice, Layout, LayoutMark, LayoutUse, Lesson
from documents.models.page import Sheet

_MOST_MARKS = 80  # that find a layout again; its fingerprint has more
_OUTER = 3  # pages at either end, where everything stands that is said of a document as a whole
_RECENT = timedelta(days=30)


def likely(document: Document, first_page: Sheet | None) -> list[LearnedLayout]:
    """The layouts of the document's organization that may be its own, the likeliest first, at most MOST_LAYOUTS."""
    if first_page is None:
        return []
    pages, _ = straightened([first_page.as_layout()])
    return _likely(document, fingerprint_of(read_content(pages)))


def _likely(document: Document, seen: Fingerprint) -> list[LearnedLayout]:
    alike = (
        Layout.objects.of(document.organization)
        .switched_on()
        .filter(marks__mark__in=_marks(seen))
        .annotate(shared=Count("marks"))
        .order_by("-shared", "-id")[:MOST_LAYOUTS]
    )
    return [each.as_learned(apart_from=document) for each in alike]


def _marks(fingerprint: Fingerprint) -> list[str]:
    """Numbers and web addresses, then pairs of words: single words stand on too many pages."""
    told = sorted(fingerprint.sender) + sorted(fingerprint.of_kind("p"))
    return told[:_MOST_MARKS]


def note_reading(held: Document, findings: Findings) -> None:
    """Which layout a reading found, and which values it told from memory. Within a transaction."""
    layout = Layout.objects.of(held.organization).filter(pk=findings.layout).first() if findings.layout else None
    held.layout = layout
    held.layout_uses.filter(is_right=None).delete()
    if layout is None:
        return
    decided = set(held.layout_uses.values_list("key", flat=True))
    told = [
        each.key
        for each in findings.fields
        if each.value and each.key not in decided and any(one.kind == "layout" and one.weight > 0 for one in each.evidence)
    ]
    LayoutUse.objects.bulk_create(LayoutUse(layout=layout, document=held, key=key) for key in told)


def teach_correction(
    held: Document, key: str, profile: Profile, machine_boxes: Sequence[dict[str, Any]], actor: Actor
) -> None:
    """After one field was decided: the layout learns it, or forgets what was taken back. Within a transaction."""
    row = held.annotations.filter(key=key).first()
    if row is None or not row.is_confirmed or row.is_unreadable:
        _unlearn(held, key)
        held.layout_uses.filter(key=key).update(is_right=None)
        return
    _measure(held, [row])
    if row.value != row.machine_value or row.is_absent:
        _teach(held, profile, [row], {key: machine_boxes}, actor)
    else:
        _unlearn(held, key)


def _unlearn(held: Document, key: str) -> Lesson | None:
    """Forgets what the document taught about a field; a layout of which nothing is left goes with it."""
    lesson = Lesson.objects.select_related("layout").filter(document=held, key=key).first()
    if lesson is not None:
        lesson.delete()
        if not lesson.layout.lessons.exists():
            held.layout = None if held.layout_id == lesson.layout_id else held.layout
            lesson.layout.delete()
    return lesson


def teach_confirmation(held: Document, profile: Profile, actor: Actor) -> None:
    """After a person confirmed the document: what was read right strengthens what the layout knows. Within a transaction."""
    rows = list(held.annotations.all())
    _measure(held, rows)
    taught = set(Lesson.objects.filter(document=held).values_list("key", flat=True))
    _teach(held, profile, [row for row in rows if row.key not in taught and row.value is not None], {}, actor)


def _measure(held: Document, rows: Iterable[Annotation]) -> None:
    uses = {use.key: use for use in held.layout_uses.all()}
    for row in rows:
        use = uses.get(row.key)
        if use is not None:
            use.is_right = row.value == row.machine_value and not row.is_absent
            use.save(update_fields=["is_right"])


def _teach(
    held: Document, profile: Profile, rows: Sequence[Annotation], machine: dict[str, Sequence[dict[str, Any]]], actor: Actor
) -> None:
    """E-invoices teach nothing, they are read from their XML; nor does what has no words."""
    kinds = {field.key: field.type for field in profile.fields}
    if not rows or EInvoice.objects.filter(document=held).exists():
        return
    content, leans = _content(held)
    if content is None:
        return
    lessons = []
    for row in rows:
        corrected = row.is_confirmed and (row.value != row.machine_value or row.is_absent)
        decision = Decision(
            row.key, kinds.get(row.key, "list"), None if row.is_absent else row.value, corrected,
            _places(row.boxes, leans), _places(machine.get(row.key, ()), leans),
        )  # fmt: skip
        lesson = lesson_of(content, decision)
        if lesson is not None:
            lessons.append((row.key, lesson))
    if not lessons:
        return
    layout = _layout_of(held, profile, content)
    if not layout.is_on:
        return
    before = {each.key: each.content for each in layout.lessons.filter(document=held)}
    for key, lesson in lessons:
        known = before.get(key, {}).get("rejected", [])  # what the machine had said is known at the first correction only
        Lesson.objects.update_or_create(
            document=held, key=key,
            defaults={
                "layout": layout, "is_correction": lesson.corrected,
                "content": {**lesson.as_json(), "rejected": [each.as_json() for each in lesson.rejected] or known},
                "taught_by": actor.name, "taught_at": timezone.now(),
            },
        )  # fmt: skip


def _content(held: Document) -> tuple[Content | None, dict[int, Lean]]:
    """The words of the first and last pages, set straight."""
    numbers = list(held.pages.values_list("number", flat=True))
    outer = {*numbers[:_OUTER], *numbers[-_OUTER:]}
    pages, leans = straightened([page.as_layout() for page in held.pages.filter(number__in=outer)])
    return (read_content(pages), leans) if any(page.words for page in pages) else (None, leans)


def _places(boxes: Sequence[dict[str, Any]], leans: dict[int, Lean]) -> tuple[Place, ...]:
    shown = [Place(each["page"], Box(each["x0"], each["top"], each["x1"], each["bottom"])) for each in boxes]
    return straight_places(shown, leans)


def _layout_of(held: Document, profile: Profile, content: Content) -> Layout:
    """The layout that this document teaches: the one it was read with, one that was learned since, or a new one."""
    seen = fingerprint_of(content)
    layout = held.layout
    if layout is None:
        known = recognize(content, _likely(held, seen))
        layout = Layout.objects.of(held.organization).get(pk=known.id) if known else None
    doc_type = (held.doc_type or "").lower().replace(" ", "_")
    if layout is None:
        layout = Layout.objects.create(
            organization=held.organization,
            name=_name_of(held, profile),
            fingerprint=seen.as_json(),
            doc_type=doc_type[:20] if doc_type in ("invoice", "credit_note", "receipt") else "",
        )
        _store_marks(layout, seen)
    else:
        layout = Layout.objects.select_for_update().get(pk=layout.pk)
        if not layout.lessons.filter(document=held).exists():
            joined = Fingerprint.from_json(layout.fingerprint).joined(seen)
            layout.fingerprint = joined.as_json()
            _store_marks(layout, joined)
        layout.name, layout.taught_at = _name_of(held, profile) or layout.name, timezone.now()
        layout.save(update_fields=["fingerprint", "name", "taught_at"])
    if held.layout_id != layout.pk:
        held.layout = layout
        Document.objects.filter(pk=held.pk).update(layout=layout)
    return layout


def _store_marks(layout: Layout, fingerprint: Fingerprint) -> None:
    layout.marks.all().delete()
    LayoutMark.objects.bulk_create(LayoutMark(layout=layout, mark=mark) for mark in _marks(fingerprint))


def _name_of(held: Document, profile: Profile) -> str:
    """The vendor's name, else that of the contact or the file."""
    vendor = next((key for key, role in roles_of(profile).items() if role == "vendor"), "vendor")
    value = held.annotations.filter(key=vendor).values_list("value", flat=True).first()
    other = held.filename if held.contact.is_system else held.contact.name
    return str(value or other)[:255]


def forget(held: Document, key: str, actor: Actor) -> None:
    """Undoes what one document taught about one field; the value stays."""
    with transaction.atomic():
        lesson = _unlearn(held, key)
        if lesson is not None:
            audit.record(held.organization, actor, "layout.forgotten", f"{lesson.layout}: {key}", document_id=held.pk)


def switch(layout: Layout, actor: Actor, *, on: bool) -> None:
    """Switched off it tells nothing and learns nothing."""
    Layout.objects.filter(pk=layout.pk).update(is_on=on)
    audit.record(layout.organization, actor, "layout.switched", f"{layout}: {'on' if on else 'off'}")


def delete(layout: Layout, actor: Actor) -> None:
    """Forgets all that was taught about it. Documents keep their values."""
    with transaction.atomic():
        audit.record(layout.organization, actor, "layout.deleted", f"{layout}: {layout.lessons.count()} lessons")
        layout.delete()


def effect_of(layout: Layout) -> dict[str, int]:
    """What it did lately: documents and values of the last 30 days, how many were decided and right, and what waits."""
    recent = layout.uses.filter(used_at__gte=timezone.now() - _RECENT)
    return {
        "documents": recent.values("document").distinct().count(),
        "values": recent.count(),
        "decided": recent.exclude(is_right=None).count(),
        "right": recent.filter(is_right=True).count(),
        "waiting": layout.documents.awaiting_review().count(),
        "taught_by": layout.lessons.exclude(document=None).values("document").distinct().count(),
        "fields": layout.lessons.values("key").distinct().count(),
    }
