"""From assigned candidates to field values: normal form, places, evidence, confidence, alternatives. And the values that are
no candidate: lists, choices, the kind of document, a currency that only the account's country tells."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from documents.extraction import confidence
from documents.extraction.candidates.candidate import Candidate
from documents.extraction.candidates.text import find_texts, list_below
from documents.extraction.classify import Verdict
from documents.extraction.content import Content, plain
from documents.extraction.drafting import suggestions
from documents.extraction.evidence import for_clerk, why
from documents.extraction.labels import Hit
from documents.extraction.layout import OCR
from documents.extraction.model import MODEL, Model
from documents.extraction.profiles import Profile, ProfileField
from documents.extraction.scoring import Scored
from documents.extraction.values import LAYOUT, PAGE, Alternative, Evidence, FieldValue
from documents.extraction.vocabulary import one_of

_ARTICLES = {"Invoice": "an invoice", "Receipt": "a receipt", "Credit Note": "a credit note"}
KINDS = {"invoice": "Invoice", "receipt": "Receipt", "credit_note": "Credit Note"}
EURO = frozenset(
    ["AT", "BE", "CY", "DE", "EE", "ES", "FI", "FR", "GR", "HR", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PT", "SI", "SK"]
)
_MOST_ALTERNATIVES = 9
_UNTAKEN = 49  # what was not taken is less likely than not
_DECIDES = 4.0  # evidence of the learned layout that outweighs the rest
_TRUE = re.compile(rf"^(?:(?:{one_of('yes')}|1)(?!\w)|[✓✔☑☒√])")


@dataclass(frozen=True)
class Found:
    """What the search for values ended with, before it is told."""

    content: Content
    hits: tuple[Hit, ...]
    candidates: Mapping[str, tuple[Candidate, ...]]
    ranked: Mapping[str, Sequence[Scored]]
    chosen: Mapping[str, Scored | None]
    roles: Mapping[str, str]
    verdict: Verdict


def empty(profile: Profile) -> tuple[FieldValue, ...]:
    """Every field of the profile, without a value."""
    return tuple(FieldValue(field.key, None) for field in profile.fields)


def tell(profile: Profile, found: Found, model: Model = MODEL) -> tuple[FieldValue, ...]:
    """Every field of the profile in its order."""
    return tuple(_tell(field, found, model) for field in profile.fields)


def _tell(field: ProfileField, found: Found, model: Model) -> FieldValue:
    special = _SPECIAL.get(field.key) or _SPECIAL.get(field.type)
    if special is not None:
        return special(field, found)
    chosen = found.chosen.get(field.key)
    if chosen is None:
        return (
            _inferred(field, found)
            if field.type == "currency"
            else FieldValue(field.key, None, alternatives=_others(field, found, None, model, _UNTAKEN))
        )
    return _value(field, chosen, found, model)


def _value(field: ProfileField, chosen: Scored, found: Found, model: Model) -> FieldValue:
    sure = confidence.of_value(signals_of(field.key, chosen, found), found.roles.get(field.key, ""), model)
    each = chosen.candidate
    return FieldValue(
        field.key,
        _in_normal_form(each),
        each.raw,
        each.places,
        sure,
        LAYOUT if any(one.kind == "layout" and one.weight > _DECIDES for one in chosen.evidence) else PAGE,
        evidence=for_clerk(chosen.evidence),
        alternatives=_others(field, found, chosen, model, 100 - sure),
    )


def signals_of(key: str, chosen: Scored, found: Found) -> dict[str, float]:
    """What the confidence of a field's value is made of."""
    rivals = [each for each in found.ranked.get(key, ()) if each.candidate.value != chosen.candidate.value]
    return _signals(chosen, rivals, found)


def _signals(chosen: Scored, rivals: Sequence[Scored], found: Found) -> dict[str, float]:
    source = found.content.lines[chosen.candidate.span.line].source
    return confidence.signals(chosen, rivals, found.verdict.confidence, source == OCR)


def _in_normal_form(candidate: Candidate) -> str:
    return re.sub(r"\s+", " ", candidate.value).strip()


def _others(field: ProfileField, found: Found, chosen: Scored | None, model: Model, most: int) -> tuple[Alternative, ...]:
    """The other candidates, none surer than `most`: the chances of all together are no more than 100."""
    role = found.roles.get(field.key, "")
    taken = chosen.candidate.value if chosen else None
    others = [each for each in found.ranked.get(field.key, ()) if each.candidate.value != taken and each.score > -4]
    return tuple(
        Alternative(
            _in_normal_form(each.candidate),
            each.candidate.raw,
            each.candidate.places,
            min(confidence.of_value(_signals(each, [chosen] if chosen else [], found), role, model), most, _UNTAKEN),
            why(each.evidence, field.type),
        )
        for each in others[:_MOST_ALTERNATIVES]
    )


def _inferred(field: ProfileField, found: Found) -> FieldValue:
    """No currency is printed: the country of the account may tell."""
    for each in found.chosen.values():
        if each is not None and each.candidate.type == "iban":
            country = each.candidate.value[:2]
            code = "EUR" if country in EURO else {"GB": "GBP", "CH": "CHF", "LI": "CHF"}.get(country)
            if code and any("decimals" in amount.marks for amount in found.candidates.get("amount", ())):
                reason = Evidence("inferred", f"No currency is printed; the account is in {country}", 0.5)
                return FieldValue(field.key, code, "", (), 60, evidence=(reason,))
    return FieldValue(field.key, None)


def _kind(field: ProfileField, found: Found) -> FieldValue:
    kind = KINDS.get(found.verdict.doc_type)
    if kind is None or kind not in field.choices:
        return FieldValue(field.key, None)
    reason = Evidence("kind", f"Titles and labels are those of {_ARTICLES[kind]}", 1.0)
    return FieldValue(field.key, kind, "", (), found.verdict.confidence, evidence=(reason,))


def _choice(field: ProfileField, found: Found) -> FieldValue:
    """The choice whose words follow the label, else one that alone is named on the document."""
    for each in find_texts(found.content, found.hits, frozenset({field.key})):
        for choice in field.choices:
            if re.search(rf"\b{re.escape(plain(choice))}\b", plain(each.raw)):
                return _beside_label(field, choice, each, 80)
    return FieldValue(field.key, None)


def _boolean(field: ProfileField, found: Found) -> FieldValue:
    for each in find_texts(found.content, found.hits, frozenset({field.key})):
        value = "true" if _TRUE.match(plain(each.raw)) else "false"
        return _beside_label(field, value, each, 65)
    return FieldValue(field.key, None)


def _beside_label(field: ProfileField, value: str, candidate: Candidate, sure: int) -> FieldValue:
    reason = Evidence("label", "Stands beside its label", 3.0)
    return FieldValue(field.key, value, candidate.raw, candidate.places, min(sure, candidate.certainty), evidence=(reason,))


def _list(field: ProfileField, found: Found) -> FieldValue:
    for hit in found.hits:
        if hit.strength(field.key) > 0 and (entries := list_below(found.content, hit, found.hits)):
            return _entries(field, entries, 65, "Stands below its label")
    return FieldValue(field.key, None)


def _entries(field: ProfileField, entries: Sequence[Candidate], sure: int, reason: str) -> FieldValue:
    values = list(dict.fromkeys(_in_normal_form(each) for each in entries))
    places = tuple(place for each in entries for place in each.places)
    raw = "; ".join(each.raw for each in entries)
    return FieldValue(field.key, values or None, raw, places, sure if values else 0, evidence=(Evidence("list", reason, 1.0),))


def _named_parties(field: ProfileField, found: Found) -> FieldValue:
    named = [each.candidate for key in ("@vendor", "@customer") for each in found.ranked.get(key, ())[:1] if each.score > 0]
    return _entries(field, named, 60, "Reads like the name of a party")


def _all_amounts(field: ProfileField, found: Found) -> FieldValue:
    money = [each for each in found.candidates.get("amount", ()) if each.marked("currency") and Decimal(each.value) != 0]
    return _entries(field, money[:50], 70, "A currency stands beside each")


def _suggestions(field: ProfileField, found: Found) -> FieldValue:
    return _entries(field, suggestions(found.content), 60, "Reads like a label with its value")


def _title(field: ProfileField, found: Found) -> FieldValue:
    """The largest short line in the upper half of the first page, the first of equals."""
    content = found.content
    first = content.pages[0]
    lines = [
        line
        for line in content.on_page(first.number)
        if line.box.middle < first.height / 2 and 3 <= len(line.text) <= 120 and re.search(r"[^\W\d_]{3,}", line.text)
    ]
    if not lines:
        return FieldValue(field.key, None)
    best = max(lines, key=lambda line: (round(line.height), -line.box.top))
    reason = Evidence("size", "The largest line in the upper half of the first page", 1.0)
    span = content.span(best, 0, len(best.text))
    return FieldValue(field.key, best.text, best.text, (span.place,), 60, evidence=(reason,))


_SPECIAL = {
    "document_kind": _kind,
    "parties": _named_parties,
    "amounts": _all_amounts,
    "title": _title,
    "suggested_name": _title,
    "suggested_fields": _suggestions,
    "choice": _choice,
    "boolean": _boolean,
    "list": _list,
}
