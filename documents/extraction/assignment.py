"""One assignment for the whole document: which candidate each field gets, or none.

Fields that belong together are decided together: net + tax = total, invoice date before due date, name above address,
no text for two numbers. Nothing is taken below 0 (even odds): a missing value is better than an invented one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import combinations, product

from documents.extraction.candidates.amounts import decimal_text
from documents.extraction.candidates.candidate import overlaps
from documents.extraction.model import MODEL
from documents.extraction.scoring import Scored, same_words
from documents.extraction.values import Evidence

JOINT = MODEL.weights["joint"]
TOLERANCE = Decimal("0.02")
_MOST = 7
_FLOOR = -6.0

Ranked = Mapping[str, Sequence[Scored]]


@dataclass(frozen=True, slots=True)
class Facts:
    """What else is known about the document: sum of the lines, days to pay, payments as (given, change), rounding."""

    lines_sum: Decimal | None = None
    days: tuple[int, ...] = ()
    paid: tuple[tuple[Decimal, Decimal], ...] = ()
    rounding: tuple[Decimal, ...] = ()


def assign(ranked: Ranked, roles: Mapping[str, str], facts: Facts) -> dict[str, Scored | None]:
    """The chosen candidate by field key; None where nothing is likely enough."""
    by_role = {role: key for key, role in roles.items() if role and key in ranked}
    chosen: dict[str, Scored | None] = {}
    for decide in (_amounts, _dates, _parties):
        chosen.update(decide(ranked, by_role, facts))
    issued = by_role.get("invoice_date")
    if issued is not None and chosen.get(issued) is None:
        chosen[issued] = next(iter(_apart(ranked, [issued], chosen).values())) or _unclaimed(ranked[issued])
    rest = [key for key in ranked if key not in chosen and not key.startswith("@")]
    chosen.update(_apart(ranked, rest, chosen))
    return chosen


def _options(ranked: Ranked, key: str | None, floor: float = _FLOOR) -> list[Scored | None]:
    if key is None:
        return [None]
    return [None, *(each for each in ranked.get(key, ())[:_MOST] if each.score > floor)]


def _worth(*choice: Scored | None) -> float:
    return sum(each.score for each in choice if each is not None)


def _number(each: Scored) -> Decimal:
    return abs(Decimal(each.candidate.value))


def _amounts(ranked: Ranked, by_role: Mapping[str, str], facts: Facts) -> Iterator[tuple[str, Scored | None]]:
    keys = [by_role.get(role) for role in ("subtotal", "tax", "total_amount")]
    if not any(keys):
        return
    options = [_options(ranked, key) for key in keys]
    _complete(options, ranked, keys)
    if keys[2]:
        options[2] += _paid(ranked[keys[2]], facts)
    options[2] = [_rounded(_proved(each, facts), options[2], facts) for each in options[2]]
    options[0] = [_summed(each, facts) for each in options[0]]
    best = max(product(*options), key=lambda choice: _worth(*choice) + _arithmetic(*choice))
    best = tuple(each or _plainly_printed(found) for each, found in zip(best, options, strict=True))
    closes = _arithmetic(*best) >= JOINT["arithmetic"]
    for key, each in zip(keys, best, strict=True):
        if key is not None:
            if each is not None and closes:
                each = each.raised(JOINT["arithmetic"] / 2, "arithmetic", _equation(best))
            yield key, each


def _plainly_printed(found: Sequence[Scored | None]) -> Scored | None:
    """A surely read amount right at its label is shown even where it contradicts the others: the clerk must see that."""
    sure = [each for each in found if each and each.label > 0.6 and each.score > 0 and each.candidate.certainty == 100]
    return max(sure, key=lambda each: each.score, default=None)


def _complete(options: list[list[Scored | None]], ranked: Ranked, keys: Sequence[str | None]) -> None:
    """Adds what closes net + tax = total for likely pairs: a worse placed amount, or the sum of the taxes at several rates."""
    nets, taxes, totals = (
        [each for each in found[:4] if each is not None and each.score > -1] for found in map(_best_first, options)
    )
    for total in totals:
        for net in nets:
            missing = _number(total) - _number(net)
            if keys[1] and missing > 0 and all(_number(tax) != missing for tax in taxes):
                options[1] += _of_value(ranked[keys[1]], missing) or _of_several(taxes, missing)
        for tax in taxes:
            if keys[0]:
                options[0] += _of_value(ranked[keys[0]], _number(total) - _number(tax))


def _best_first(found: list[Scored | None]) -> list[Scored]:
    return sorted((each for each in found if each is not None), key=lambda each: -each.score)


def _of_value(ranked: Sequence[Scored], value: Decimal) -> list[Scored]:
    return [each for each in ranked[_MOST:] if _number(each) == value]


def _of_several(taxes: Sequence[Scored], sum_wanted: Decimal) -> list[Scored]:
    """The taxes at two or three rates as one, if they add up."""
    for size in (2, 3):
        for parts in combinations(taxes, size):
            if sum(_number(part) for part in parts) == sum_wanted and all(map(_is_tax, parts)):
                return [_together(parts)]
    return []


def _is_tax(part: Scored) -> bool:
    return part.label > 0.3 or any(each.kind == "after_tax_base" for each in part.evidence)


def _together(parts: Sequence[Scored]) -> Scored:
    each = [part.candidate for part in parts]
    value = decimal_text(sum((Decimal(one.value) for one in each), Decimal(0)))
    spans = tuple(span for one in each for span in one.spans)
    whole = replace(
        each[0],
        value=value,
        raw=" + ".join(one.raw for one in each),
        spans=spans,
        certainty=min(one.certainty for one in each),
    )
    worst = min(parts, key=lambda part: part.score)
    words = Evidence("sum", f"The sum of {' and '.join(one.value for one in each)}", 0.5)
    return Scored(whole, worst.score + 0.5, (*worst.evidence, words), worst.label)


def _equation(choice: Sequence[Scored | None]) -> str:
    net, tax, total = (each.candidate.value if each else "" for each in choice)
    return f"Net {net} + tax {tax} = total {total}"


def _paid(ranked: Sequence[Scored], facts: Facts) -> list[Scored]:
    """What was paid, where no label or a wrong one stands beside it."""
    sums = {given - change for given, change in facts.paid}
    poor = [each for number, each in enumerate(ranked) if number >= _MOST or each.score <= _FLOOR]
    return [
        replace(each, score=max(each.score, _FLOOR))
        for each in poor
        if _number(each) in sums and "decimals" in each.candidate.marks
    ]


def _proved(each: Scored | None, facts: Facts) -> Scored | None:
    if each is None:
        return None
    for given, change in facts.paid:
        if given - change == _number(each):
            raised = replace(each, score=max(each.score, JOINT["least paid"]))
            words = f"Paid {given} less change {change} is this amount" if change else "Is what was paid, without change"
            return raised.raised(JOINT["payment"], "payment", words)
    return each


def _rounded(each: Scored | None, others: Sequence[Scored | None], facts: Facts) -> Scored | None:
    """Rounding to five cents: the rounded one of two totals is what is paid."""
    if each is None or _number(each) % Decimal("0.05"):
        return each
    for other in others:
        if other is not None and other is not each and abs(_number(each) - _number(other)) in facts.rounding:
            return each.raised(JOINT["rounding"], "rounding", f"Is {other.candidate.value} rounded")
    return each


def _summed(each: Scored | None, facts: Facts) -> Scored | None:
    if each is None or facts.lines_sum is None or abs(facts.lines_sum - _number(each)) > TOLERANCE:
        return each
    return each.raised(JOINT["lines"], "lines", f"The line items add up to {facts.lines_sum}")


def _arithmetic(net: Scored | None, tax: Scored | None, total: Scored | None) -> float:
    """What speaks for three amounts being net, tax and total of one document."""
    if total is None:
        return -1.0 if net and tax and _number(tax) > _number(net) * Decimal("0.4") else 0.0
    if net and tax:
        return _sum_of_three(net, tax, total)
    if tax:
        return JOINT["implausible"] if _number(tax) * 3 > _number(total) else 0.0
    if net and _number(net) > _number(total) + TOLERANCE:
        return JOINT["net above total"]
    return 0.0


def _sum_of_three(net: Scored, tax: Scored, total: Scored) -> float:
    off = abs(_number(net) + _number(tax) - _number(total))
    if any(overlaps(one.candidate.span, two.candidate.span) for one, two in ((net, tax), (tax, total), (net, total))):
        return JOINT["mismatch"]
    if _number(tax) > _number(net):  # the sum closes the other way round as well
        return float(JOINT["implausible"])
    if off <= TOLERANCE:
        return float(JOINT["arithmetic"] if _number(tax) else JOINT["zero tax"])
    if off <= Decimal("0.06"):
        return float(JOINT["rounded"])
    return float(JOINT["mismatch"])


def _dates(ranked: Ranked, by_role: Mapping[str, str], facts: Facts) -> Iterator[tuple[str, Scored | None]]:
    issued, due = by_role.get("invoice_date"), by_role.get("due_date")
    if issued is None or due is None:
        return
    options = (_options(ranked, issued), _options(ranked, due))
    best = max(product(*options), key=lambda choice: _worth(*choice) + _order(choice[0], choice[1], facts))
    yield issued, best[0]
    if best[0] and best[1] and _order(best[0], best[1], facts) >= JOINT["days"]:
        yield due, best[1].raised(JOINT["days"], "payment terms", "Is the invoice date plus the days to pay")
    else:
        yield due, best[1]


def _unclaimed(found: Sequence[Scored]) -> Scored | None:
    """The only date beside which no label of another one stands."""
    free = [each for each in found if not any(reason.kind == "other label" for reason in each.evidence)]
    if len(free) != 1 or len(found) == 1 or free[0].score < JOINT["least unclaimed"]:
        return None
    return free[0].raised(JOINT["unclaimed"], "unclaimed", "Is the only date that no other label claims")


def _order(issued: Scored | None, due: Scored | None, facts: Facts) -> float:
    if issued is None or due is None:
        return 0.0
    if overlaps(issued.candidate.span, due.candidate.span):
        return -20.0
    days = (date.fromisoformat(due.candidate.value) - date.fromisoformat(issued.candidate.value)).days
    if days < 0 or days > 400:
        return float(JOINT["dates reversed"])
    return float(JOINT["days"] if days and days in facts.days else 0.0)


def _parties(ranked: Ranked, by_role: Mapping[str, str], facts: Facts) -> Iterator[tuple[str, Scored | None]]:
    name, address, customer = by_role.get("vendor"), by_role.get("vendor_address"), by_role.get("customer")
    if name is None:
        return
    buyers = (*ranked.get("@customer", ())[:1], *ranked.get(customer or "", ())[:1])
    buyer = max(buyers, key=lambda each: each.score, default=None)
    options = (_options(ranked, name), _options(ranked, address))
    best = max(
        product(*options),
        key=lambda choice: _worth(*choice) + _neighbours(choice[0], choice[1]) + _not_buyer(choice[0], buyer),
    )
    near = _neighbours(best[0], best[1])
    for key, each, text in ((name, best[0], "The address follows"), (address, best[1], "The vendor's name stands with it")):
        if key is not None:
            yield key, each.raised(near, "neighbour", text) if each is not None and near > 0 else each
    if customer is not None:
        taken = best[0].candidate.value if best[0] else ""
        yield customer, buyer if buyer and buyer.score > 0 and not same_words(buyer.candidate.value, taken) else None


def _neighbours(name: Scored | None, address: Scored | None) -> float:
    if name is None or address is None:
        return 0.0
    last, first = name.candidate.spans[-1], address.candidate.spans[0]
    if last.page != first.page:
        return 0.0
    if last.line == first.line:
        return float(JOINT["same line"])
    gap = first.box.top - last.box.bottom
    beside = (
        abs(first.box.x0 - last.box.x0) < 12
        or abs(first.box.center - last.box.center) < 20
        or abs(first.box.x1 - last.box.x1) < 6
    )
    if beside and -2 < gap < 1.5 * last.box.height:
        return float(JOINT["name above address"])
    return float(JOINT["name near address"]) if beside and -2 < gap < 4 * last.box.height else 0.0


def _not_buyer(name: Scored | None, buyer: Scored | None) -> float:
    if name is None or buyer is None or buyer.score <= 0 or not same_words(name.candidate.value, buyer.candidate.value):
        return 0.0
    return float(JOINT["vendor is customer"])


def _apart(ranked: Ranked, keys: list[str], chosen: Mapping[str, Scored | None]) -> dict[str, Scored | None]:
    """The rest, best score first; no two fields of one type take the same characters."""
    found: dict[str, Scored | None] = dict.fromkeys(keys)
    pairs = sorted(
        ((each, key) for key in keys for each in ranked[key]),
        key=lambda pair: (-pair[0].score, pair[1], pair[0].candidate.span.line),
    )
    for each, key in pairs:
        if found[key] is not None or each.score <= 0:
            continue
        others = (other for other in found.values() if other is not None and other.candidate.type == each.candidate.type)
        if not any(overlaps(each.candidate.span, other.candidate.span) for other in others):
            found[key] = each
    return found
