"""What kind of document this is, how sure that is, and which built-in profile fits. "other" is a legal answer."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from documents.extraction.candidates.candidate import Candidate
from documents.extraction.content import Content, TextLine, plain
from documents.extraction.labels import Hit, find_labels
from documents.extraction.profiles import Profile, built_in
from documents.extraction.vocabulary import TITLES, one_of, pattern_of

_SPACED = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")  # a Chinese title is spaced out letter by letter
_LETTER = re.compile(rf"(?<!\w)(?:{one_of('letter')})(?!\w)")
_TILL = re.compile(rf"(?<!\w)(?:{one_of('till')})(?!\w)")
OWN_PROFILES = {
    "fapiao": "chinese-fapiao",
    "business_license": "chinese-business-license",
    "meeting_notes": "meeting-notes",
}
_STRONG = frozenset(
    {
        "invoice_number",
        "invoice_date",
        "due_date",
        "po_number",
        "vendor_vat_id",
        "subtotal",
        "tax",
        "total_amount",
        "amount_due",
        "iban",
    }
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A kind of document with confidence 0-100."""

    doc_type: str
    confidence: int


def classify(
    content: Content, hits: tuple[Hit, ...], candidates: Mapping[str, tuple[Candidate, ...]], said: str = ""
) -> Verdict:
    """The kind with most evidence from titles, labels with values, and the look of a till receipt.

    What an e-invoice said (`said`) stands.
    """
    if said:
        return Verdict(said, 100)
    points = {kind: _titled(content, pattern_of(words)) for kind, words in TITLES.items()}
    business = _business(content, hits, candidates)
    till = _till(content)
    points["invoice"] += business - (till if till >= 3 else 0.0)
    points["receipt"] += min(business, 3.0) + till
    points["credit_note"] += business * 0.9 if points["credit_note"] >= 3 else -3.0
    for kind in ("order", "delivery_note", "statement"):
        points[kind] += 0.4 * business if points[kind] >= 3 else -2.0
    points["letter"] = 3.4 if len(set(_LETTER.findall(content.plain_text))) >= 2 and business < 2.5 else 0.0
    if not any("decimals" in each.marks or each.marked("currency") for each in candidates.get("amount", ())):
        for kind in ("invoice", "receipt", "credit_note"):
            points[kind] -= 3.0
    _of_own_profile(content, points)
    points["other"] = 3.3
    return _verdict(points)


def _of_own_profile(content: Content, points: dict[str, float]) -> None:
    """Kinds with a built-in profile of their own: the title and at least three of its labels, or it is none."""
    for kind, key in OWN_PROFILES.items():
        if points[kind] >= 2:
            profile = built_in(key)
            own = {field.key for field in profile.fields}
            named = {concept for hit in find_labels(content, profile) for concept, _ in hit.concepts if concept in own}
            if len(named) >= 3:
                points[kind] += 1.2 * len(named)
                points["invoice"] -= 3.0 if kind == "fapiao" else 0.0
                continue
        points[kind] = -3.0


def _verdict(points: dict[str, float]) -> Verdict:
    top = max(points.values())
    total = sum(math.exp(value - top) for value in points.values())
    share, kind = max((math.exp(value - top) / total, kind) for kind, value in points.items())
    return Verdict(kind, round(100 * min(share, 0.99)))


def _titled(content: Content, pattern: str) -> float:
    """Points for the words of a kind: much as a short or large line at the top, little in running text."""
    word = re.compile(rf"(?<![a-z])(?:{pattern})(?![a-z])")
    best, mentions = 0.0, 0
    for line in content.lines:
        match = word.search(plain(_SPACED.sub("", line.text)))
        if match is None:
            continue
        mentions += 1
        best = max(best, _weight(content, line, match))
    return best + min(mentions, 4) * 0.3


def _weight(content: Content, line: TextLine, match: re.Match[str]) -> float:
    first_page = line.page == content.pages[0].number
    if not first_page:
        return 0.3
    depth = line.box.middle / max(content.page(line.page).height, 1.0)
    short = len(line.text.split()) <= 7
    starts = match.start() <= 2
    big = min(2.0, max(0.0, line.height / content.line_height - 1.2) * 3)
    if short and depth < 0.5:
        return 2.2 + (1.0 if starts else 0.0) + big
    return 1.4 if starts and len(line.text) < 80 else 0.4


def _business(content: Content, hits: tuple[Hit, ...], candidates: Mapping[str, tuple[Candidate, ...]]) -> float:
    """Points for sure labels of an invoice and for amounts in a row with a label of money."""
    named = {
        concept
        for hit in hits
        for concept, weight in hit.concepts
        if weight == 1.0 and concept in _STRONG and hit.likeness > 0.9
    }
    rows_with_money = {
        content.lines[each.span.line].row
        for each in candidates.get("amount", ())
        if "decimals" in each.marks or each.marked("currency")
    }
    totals = sum(
        1
        for hit in hits
        if content.lines[hit.span.line].row in rows_with_money
        and any(hit.strength(concept) >= 0.8 for concept in ("total_amount", "subtotal", "tax", "amount_due"))
    )
    numbers = len(named & {"invoice_number", "invoice_date", "due_date"})
    return 1.0 * numbers + 0.9 * min(totals, 4) + 0.3 * len(named - {"invoice_number", "invoice_date", "due_date", "tax"})


def _till(content: Content) -> float:
    """Points for a till receipt: its words, and lines as short as a paper roll is narrow (their width in line heights)."""
    words = len(set(_TILL.findall(content.plain_text)))
    boxes = [word.box for line in content.on_page(content.pages[0].number) for word in line.words if len(word.text) > 1]
    if not boxes:
        return 0.0
    width = _within(sorted(box.x0 for box in boxes), sorted(box.x1 for box in boxes))
    tall = max(box.bottom for box in boxes) - min(box.top for box in boxes)
    slim = min(1.0, max(0.0, (38 - width / content.line_height) / 8)) * min(1.0, max(0.0, (tall / width - 0.6) / 0.4))
    return 3.5 * slim + 0.8 * min(words, 4) * (1.0 if slim else 0.5)


def _within(left: list[float], right: list[float]) -> float:
    """The width that holds nearly all words, without specks at the rim."""
    return max(1.0, right[int(0.97 * (len(right) - 1))] - left[int(0.03 * len(left))])


def profile_for(verdict: Verdict) -> Profile:
    """The built-in profile that fits a kind of document."""
    if verdict.doc_type in OWN_PROFILES:
        return built_in(OWN_PROFILES[verdict.doc_type])
    if verdict.doc_type in {"invoice", "credit_note"}:
        return built_in("standard-invoice")
    return built_in("universal-invoices-receipts" if verdict.doc_type == "receipt" else "default")
