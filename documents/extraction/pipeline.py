"""From pages of words to values, step by step. Each step is a module of its own; this is the table of contents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from documents.extraction.assignment import Facts, assign
from documents.extraction.candidates import Candidate, Style, collect, decide_style
from documents.extraction.checks import check_document, check_fields
from documents.extraction.classify import Verdict, classify, profile_for
from documents.extraction.comparison import compare
from documents.extraction.confidence import of_document, reasoning
from documents.extraction.content import Content, read_content
from documents.extraction.facts import facts_of
from documents.extraction.fieldvalues import Found, empty, tell
from documents.extraction.labels import Hit, find_labels
from documents.extraction.layout import Page
from documents.extraction.lean import as_shown, straightened
from documents.extraction.lines import Table, find_lines
from documents.extraction.payment_comparison import compare_payments, favour
from documents.extraction.payments import Payment, payments_of
from documents.extraction.profiles import Profile, built_in
from documents.extraction.roles import roles_of
from documents.extraction.scoring import Scored, Scorer
from documents.extraction.summary import summarize
from documents.extraction.values import FieldValue, Findings

if TYPE_CHECKING:
    from documents.extraction.readers.einvoice import EInvoice


def find_values(pages: tuple[Page, ...], *, einvoice: EInvoice | None, profile: Profile | None, filename: str) -> Findings:
    """All values of a document. `profile` None: a built-in one that fits its content, and nothing is read from what fits none.

    With an e-invoice its values stand, and are compared with those of the page; then both with a payment code.
    """
    straight, leans = straightened(pages)
    return as_shown(_find(straight, einvoice, profile, filename), leans)


def _find(pages: tuple[Page, ...], einvoice: EInvoice | None, profile: Profile | None, filename: str) -> Findings:
    content = read_content(pages, filename)
    style = decide_style(content)
    candidates = collect(content, style)
    hits = find_labels(content, profile or built_in("standard-invoice"))
    verdict = classify(content, hits, candidates, einvoice.doc_type if einvoice else "")
    wanted = profile or profile_for(verdict)
    if verdict.doc_type == "other" and profile is None:
        return _told(content, style, verdict, wanted, empty(wanted), Table((), frozenset()))
    table = find_lines(content, candidates, hits, wanted.columns)
    payments = payments_of(pages)
    found = _search(content, hits, candidates, wanted, table, verdict, payments)
    told = _told(content, style, verdict, wanted, tell(wanted, found), table)
    if einvoice is not None:
        told = compare(told, einvoice, wanted, candidates, content.text)
    return compare_payments(told, payments, wanted, candidates) if payments else told


def _search(
    content: Content,
    hits: tuple[Hit, ...],
    candidates: dict[str, tuple[Candidate, ...]],
    profile: Profile,
    table: Table,
    verdict: Verdict,
    payments: tuple[Payment, ...],
) -> Found:
    roles = roles_of(profile)
    scorer = Scorer.of(content, hits, candidates, profile, roles, table.rows)
    ranked: dict[str, list[Scored]] = scorer.rank_all(profile)
    if payments:
        ranked = favour(ranked, payments, profile, roles)
    facts: Facts = facts_of(content, hits, candidates, table.total)
    return Found(content, hits, candidates, ranked, assign(ranked, roles, facts), roles, verdict)


def _told(
    content: Content, style: Style, verdict: Verdict, profile: Profile, fields: tuple[FieldValue, ...], table: Table
) -> Findings:
    roles = roles_of(profile)
    fields = check_fields(fields, roles)
    problems = check_document(fields, table.items, roles, profile.fields)
    return Findings(
        profile=profile.key,
        doc_type=verdict.doc_type,
        doc_type_confidence=verdict.confidence,
        language=content.language,
        number_style=style.numbers,
        date_style=style.dates,
        fields=fields,
        line_items=table.items,
        problems=problems,
        confidence=of_document(fields, profile.fields, problems),
        reasoning=reasoning(fields, profile.fields, problems),
        summary=summarize(verdict.doc_type, fields, roles),
    )
