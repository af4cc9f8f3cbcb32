"""Payment code against page (or e-invoice): what both say is surer, what only the code says is taken, what differs is told.

What is printed and said by the code is favoured before values are assigned: of several printed accounts the one that is to
be paid. A difference to a value that stands elsewhere on the page may be a part or what is left to pay: a person looks.
What is printed nowhere blocks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from documents.extraction.candidates import Candidate
from documents.extraction.checks import check_document, money
from documents.extraction.comparison import same
from documents.extraction.confidence import of_document, reasoning
from documents.extraction.content import plain
from documents.extraction.payments import Payment
from documents.extraction.profiles import Profile
from documents.extraction.roles import roles_of
from documents.extraction.scoring import Scored
from documents.extraction.summary import NAMES, summarize
from documents.extraction.values import EINVOICE, PAGE, Alternative, Evidence, FieldValue, Findings, Problem

SAYS = {
    "iban": "iban", "bic": "bic", "total_amount": "amount", "currency": "currency", "vendor": "vendor",
    "vendor_address": "vendor_address", "customer": "customer", "payment_reference": "reference",
    "invoice_number": "invoice_number", "invoice_date": "invoice_date",
}  # fmt: skip
# Names and addresses are written in many ways, and who is paid need not be who sold.
_COMPARED = {"iban": "IBAN", "total_amount": "total", "currency": "currency"}
_SAME, _ALONE, _CLEAR = 97, 95, 70
_FAVOUR = 3.0  # as much as a label beside the value


def favour(
    ranked: Mapping[str, list[Scored]], payments: Sequence[Payment], profile: Profile, roles: Mapping[str, str]
) -> dict[str, list[Scored]]:
    """Ranked candidates in which those that a payment code names too have one more reason."""
    types = {"@vendor": "party", **{field.key: field.type for field in profile.fields}}
    found = {}
    for key, rows in ranked.items():
        said = _said(payments, "vendor" if key == "@vendor" else roles.get(key) or key)
        if said:
            if types[key] == "party" and any(same(row.candidate.value, said, "party") for row in rows):
                rows = [row for row in rows if not _is_short_for(row.candidate.value, said)]
            rows = [
                row.raised(_FAVOUR, "code", "A payment code says the same")
                if same(row.candidate.value, said, types.get(key, ""))
                else row
                for row in rows
            ]
            rows.sort(key=lambda row: -row.score)
        found[key] = rows
    return found


def _is_short_for(name: str, said: str) -> bool:
    """Whether a name is part of the payee's, as in its logo."""
    words, whole = set(plain(name).split()), set(plain(said).split())
    return words < whole


def compare_payments(
    findings: Findings, payments: Sequence[Payment], profile: Profile, candidates: Mapping[str, Sequence[Candidate]]
) -> Findings:
    """The findings with what the payment codes say. Several codes count only where they agree."""
    roles, types = roles_of(profile), {field.key: field.type for field in profile.fields}
    due = next((each.value for each in findings.fields if roles.get(each.key) == "amount_due"), None)
    fields = []
    for each in findings.fields:
        role = roles.get(each.key) or each.key
        said = _said(payments, role)
        if role == "total_amount" and isinstance(due, str) and same(due, said or "", "amount"):
            said = None
        printed = candidates.get(types[each.key], ())
        fields.append(_met(each, role, types[each.key], said, payments[0], printed) if said else _noted(each, role, payments))
    differing = [each for field in fields for each in field.problems if each.code in ("check_failed", "xml_differs")]
    lines = [each for each in findings.problems if each.code == "lines_mismatch"]
    fresh = check_document(fields, findings.line_items, roles, profile.fields)
    whole = [*(each for each in fresh if each.code != "lines_mismatch"), *lines]
    problems = (*whole, *differing)
    return replace(
        findings,
        fields=tuple(fields),
        problems=problems,
        confidence=of_document(fields, profile.fields, problems),
        reasoning=reasoning(fields, profile.fields, whole),
        summary=summarize(findings.doc_type if findings.doc_type in NAMES else "other", fields, roles),
    )


def _said(payments: Sequence[Payment], role: str) -> str | None:
    values = {str(getattr(payment, SAYS[role])) for payment in payments} if role in SAYS else set()
    return values.pop() or None if len(values) == 1 else None


def _met(field: FieldValue, role: str, kind: str, said: str, payment: Payment, printed: Sequence[Candidate]) -> FieldValue:
    if field.value is None:
        reason = Evidence("code", f"Read from the payment code ({payment.kind})", 5.0)
        return FieldValue(field.key, said, said, (payment.place,), _ALONE, evidence=(reason,), alternatives=field.alternatives)
    if not isinstance(field.value, str):
        return field
    if role == "vendor" and field.source == PAGE and field.confidence < _CLEAR and _packed(field.value) in _packed(said):
        return _agreed(replace(field, value=said), f"The payment code ({payment.kind}) says the whole name", payment)
    if same(field.value, said, kind):
        return _agreed(field, f"The payment code ({payment.kind}) says the same", payment)
    seen = next((each for each in printed if same(each.value, said, kind)), None)
    if role not in _COMPARED:
        return field
    if role == "iban" and seen is not None and field.source == EINVOICE:
        return field
    shown = (money(said), money(field.value)) if kind == "amount" else (said, field.value)
    told = "XML" if field.source == EINVOICE else "page"
    problem = Problem("check_failed", f"Payment code says {shown[0]}, {told} says {shown[1]}", blocks=seen is None)
    other = Alternative(said, said, (payment.place,), 60, f"Read from the payment code ({payment.kind})")
    return replace(field, problems=(*field.problems, problem), alternatives=(other, *field.alternatives)[:9])


def _noted(field: FieldValue, role: str, payments: Sequence[Payment]) -> FieldValue:
    """An invoice number that stands in the text for the payer."""
    if role != "invoice_number" or not isinstance(field.value, str) or len(_packed(field.value)) < 4:
        return field
    named = next((each for each in payments if _packed(field.value) in _packed(each.remark)), None)
    return _agreed(field, f"Stands in the text of the payment code ({named.kind})", named) if named else field


def _agreed(field: FieldValue, why: str, payment: Payment) -> FieldValue:
    """Surer than before; placed at the code where nothing is printed."""
    others = tuple(each for each in field.evidence if each.kind != "code")
    return replace(
        field,
        confidence=max(field.confidence, _SAME),
        evidence=(Evidence("code", why, _FAVOUR), *others),
        places=field.places or (payment.place,),
    )


def _packed(text: str) -> str:
    return re.sub(r"[\W_]", "", text.casefold())
