"""Buyer and seller of a Chinese fapiao: the same labels (name, taxpayer number) stand twice, the buyer's left or above.

The old form has the buyer's block at the top and the seller's at the foot, the fully digital one has them side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from documents.extraction.content import Content
from documents.extraction.labels import Hit

_PAIRS = (("buyer_name", "seller_name"), ("buyer_tax_number", "seller_tax_number"))


def part_sides(content: Content, hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """The labels, those that could name either side reduced to the one they stand on."""
    found = list(hits)
    for buyer, seller in _PAIRS:
        either = [at for at, hit in enumerate(found) if hit.strength(buyer) and hit.strength(seller)]
        both = sorted(either, key=lambda at: _place(content, found[at]))
        decided = {
            side for hit in found for side in (buyer, seller) if hit.strength(side) and not _names_both(hit, buyer, seller)
        }
        for number, at in enumerate(both):
            if len(both) == 1:
                low = found[at].span.box.middle > content.page(found[at].span.page).height / 2
                side = seller if low or buyer in decided else buyer
            else:
                side = buyer if number < (len(both) + 1) // 2 else seller
            found[at] = _only(found[at], side, {buyer, seller})
    return tuple(found)


def _names_both(hit: Hit, one: str, other: str) -> bool:
    return bool(hit.strength(one) and hit.strength(other))


def _place(content: Content, hit: Hit) -> tuple[int, float, float]:
    """By row, then from left to right."""
    return hit.span.page, content.lines[hit.span.line].row, hit.span.box.x0


def _only(hit: Hit, side: str, sides: set[str]) -> Hit:
    """With what names the party in general, so that its block is known as the seller's or the buyer's."""
    general = {"buyer_name": (("customer", 1.0),), "seller_name": (("vendor", 1.0),)}.get(side, ())
    return replace(hit, concepts=(*(each for each in hit.concepts if each[0] not in sides - {side}), *general))
