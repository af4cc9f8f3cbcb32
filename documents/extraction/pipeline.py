"""From pages of words to values, step by step. Each step is a module of its own; this is the table of contents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from documents.extraction.assignment import Facts, assign
from documents.extraction.candidates import Candidate, Style, collect, decide_style
from documents.extraction.checks import check_document, check_fields, with_rest
from documents.extraction.classify import Verdict, classify, profile_for
from documents.extraction.comparison import compare
from documents.extraction.confidence import of_document, reasoning
from documents.extraction.content import Content, read_content
from documents.extraction.facts import facts_of
from documents.extraction.fapiao import part_sides
from documents.extraction.fieldvalues import Found, empty, tell
from documents.extraction.labels import GENERAL, Hit, find_labels
from documents.extraction.layout import OWN_SHEET, Page
from documents.extraction.lean import as_shown, straightened
from documents.extraction.lines import Table, find_lines
from documents.extraction.memory.lessons import LearnedLayout
from documents.extraction.memory.recall import recalled, recognize, unprinted
from documents.extraction.model import MODEL, Model
from documents.extraction.payment_comparison import compare_payments, favour
from documents.extraction.payments import Payment, payments_of
from documents.extraction.profiles import Profile, built_in
from documents.extraction.roles import roles_of
from documents.extraction.scoring import Scored, Scorer
from documents.extraction.summary import summarize
from documents.extraction.values import FieldValue, Findings

if TYPE_CHECKING:
    from documents.extraction.readers.einvoice import EInvoice


_SURE_OF_KIND = 80


@dataclass(frozen=True)
class Seen:
    """A document looked at: everything that is known before candidates are weighed."""

    content: Content
    style: Style
    candidates: dict[str, tuple[Candidate, ...]]
    hits: tuple[Hit, ...]
    verdict: Verdict
    profile: Profile
    table: Table
    payments: tuple[Payment, ...]
    is_wanted: bool
    layout: LearnedLayout | None = None

    @cached_property
    def scorer(self) -> Scorer:
        return Scorer.of(self.content, self.hits, self.candidates, self.profile, roles_of(self.profile), self.table.rows)


def find_values(
    pages: tuple[Page, ...],
    *,
    einvoice: EInvoice | None,
    profile: Profile | None,
    filename: str,
    model: Model = MODEL,
    layouts: Sequence[LearnedLayout] = (),
) -> Findings:
    """All values of a document. `profile` None: a built-in one that fits its content, and nothing is read from what fits none.

    With an e-invoice its values stand, and are compared with those of the page; then both with a payment code. `layouts` are
    those that were learned in the organization and may be this document's: they speak where there is no e-invoice.
    """
    straight, leans = straightened(pages)
    seen = look(straight, einvoice=einvoice, profile=profile, filename=filename, layouts=() if einvoice else layouts)
    if not seen.is_wanted:
        return as_shown(with_rest(conclude(seen, empty(seen.profile), model), pages), leans)
    fields = tell(seen.profile, search(seen, model), model)
    if seen.layout:
        fields = unprinted(seen.layout, seen.profile, fields)
    told = conclude(seen, fields, model)
    if einvoice is not None:
        is_own_sheet = any(page.reason == OWN_SHEET for page in pages)
        told = compare(told, einvoice, seen.profile, seen.candidates, seen.content.text, is_own_sheet=is_own_sheet)
    if seen.payments:
        told = compare_payments(told, seen.payments, seen.profile, seen.candidates)
    rows_left_out = seen.table.is_cut and told.line_items == seen.table.items
    return as_shown(with_rest(told, pages, rows_left_out=rows_left_out), leans)


def look(
    pages: tuple[Page, ...],
    *,
    einvoice: EInvoice | None,
    profile: Profile | None,
    filename: str,
    layouts: Sequence[LearnedLayout] = (),
) -> Seen:
    """Candidates, labels, kind of document and table of goods of pages that stand straight, and the layout that they have."""
    content = read_content(pages, filename)
    layout = recognize(content, layouts)
    style = _style(content, layout)
    candidates = collect(content, style)
    hits = find_labels(content, profile or built_in("standard-invoice"))
    verdict = classify(content, hits, candidates, einvoice.doc_type if einvoice else "")
    if layout and layout.doc_type and verdict.doc_type == "other":
        verdict = Verdict(layout.doc_type, _SURE_OF_KIND)
    wanted = profile or profile_for(verdict)
    if verdict.doc_type == "other" and profile is None:
        return Seen(content, style, candidates, hits, verdict, wanted, Table((), frozenset()), (), False, layout)
    if profile is None and wanted.key not in GENERAL:
        hits = find_labels(content, wanted)
    if wanted.key == "chinese-fapiao":
        hits = part_sides(content, hits)
    table = find_lines(content, candidates, hits, wanted.columns)
    return Seen(content, style, candidates, hits, verdict, wanted, table, payments_of(pages), True, layout)


def search(seen: Seen, model: Model = MODEL) -> Found:
    """The ranked candidates of each field and the one that it gets."""
    roles = roles_of(seen.profile)
    scorer = seen.scorer if model is MODEL else replace(seen.scorer, model=model)
    ranked: dict[str, list[Scored]] = scorer.rank_all(seen.profile)
    if seen.layout:
        ranked = recalled(ranked, seen.content, scorer.candidates, seen.layout, seen.profile)
    if seen.payments:
        ranked = favour(ranked, seen.payments, seen.profile, roles)
    facts: Facts = facts_of(seen.content, seen.hits, seen.candidates, seen.table.total)
    chosen = assign(ranked, roles, facts)
    return Found(seen.content, seen.hits, seen.candidates, ranked, chosen, roles, seen.verdict)


def _style(content: Content, layout: LearnedLayout | None) -> Style:
    """How numbers and dates are written: as a person's corrections showed for this layout, else as the document tells."""
    style = decide_style(content)
    if layout is None:
        return style
    decimal, order = (layout.said(name, content.language) for name in ("decimal", "order"))
    return replace(style, decimal=decimal or style.decimal, order=order or style.order)


def conclude(seen: Seen, fields: tuple[FieldValue, ...], model: Model = MODEL) -> Findings:
    """The values with what is wrong between them, and how sure the document is."""
    roles = roles_of(seen.profile)
    fields = check_fields(fields, roles)
    problems = check_document(fields, seen.table.items, roles, seen.profile.fields)
    return Findings(
        profile=seen.profile.key,
        doc_type=seen.verdict.doc_type,
        doc_type_confidence=seen.verdict.confidence,
        language=seen.content.language,
        number_style=seen.style.numbers,
        date_style=seen.style.dates,
        fields=fields,
        line_items=seen.table.items,
        problems=problems,
        confidence=of_document(fields, seen.profile.fields, problems, model),
        reasoning=reasoning(fields, seen.profile.fields, problems),
        summary=summarize(seen.verdict.doc_type, fields, roles),
        extractor=model.version,
        layout=seen.layout.id if seen.layout else None,
    )
