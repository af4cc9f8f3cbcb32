"""Which known party a document's vendor is: compared by VAT id, bank account, name and address. Each match has its reasons."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

from documents.extraction.candidates.legal_forms import LEGAL_FORM
from documents.extraction.content import plain

SURE = 80  # from here on a party is taken for the vendor when bank accounts are compared
LOWEST = 50  # below this nobody is proposed
_BY_VAT_ID, _BY_ACCOUNT, _BY_NAME, _BY_ADDRESS = 96, 92, 88, 70
_LIKE_NAME, _LIKE_ADDRESS = 75, 85


@dataclass(frozen=True, slots=True)
class Party:
    """What is known of somebody, or what a document says of its vendor. `vat_ids` and `accounts` in normal form."""

    id: int = 0
    names: tuple[str, ...] = ()
    vat_ids: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    address: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A known party with the chance (0-100) that it is the vendor, and why, in words."""

    id: int
    score: int
    why: tuple[str, ...]


def best_matches(vendor: Party, known: Iterable[Party], most: int = 5) -> list[Match]:
    """The parties that the vendor may be, best first; nobody below `LOWEST`."""
    found = [match for party in known if (match := compare(vendor, party)).score >= LOWEST]
    return sorted(found, key=lambda match: (-match.score, match.id))[:most]


def compare(vendor: Party, known: Party) -> Match:
    """How well one party fits. A VAT id of the same country that differs speaks against a name that is alike."""
    name, address = _name_likeness(vendor, known), _address_likeness(vendor, known)
    same_id = bool(set(vendor.vat_ids) & set(known.vat_ids))
    same_account = bool(set(vendor.accounts) & set(known.accounts))
    points = {
        "Same VAT id": _BY_VAT_ID * same_id,
        "Same bank account": _BY_ACCOUNT * same_account,
        "Same name" if name >= 99 else "Similar name": _BY_NAME * name / 100 if name >= _LIKE_NAME else 0.0,
        "Same address" if address >= 99 else "Similar address": _BY_ADDRESS * address / 100
        if address >= _LIKE_ADDRESS
        else 0.0,
    }
    why = sorted((word for word, score in points.items() if score), key=lambda word: -points[word])
    score = max(points.values()) + 3 * max(0, len(why) - 1)
    if not same_id and _other_id(vendor, known):
        score -= 25
        why.append("Another VAT id")
    return Match(known.id, max(0, min(99, round(score))), tuple(why))


def _other_id(vendor: Party, known: Party) -> bool:
    countries = {number[:2] for number in known.vat_ids}
    return any(number[:2] in countries for number in vendor.vat_ids)


def _name_likeness(vendor: Party, known: Party) -> float:
    return max((_alike(_core(a), _core(b)) for a in vendor.names for b in known.names if a and b), default=0.0)


def _alike(one: str, other: str) -> float:
    """0-100; a name that is part of the other one is alike, but not the same."""
    return max(fuzz.token_sort_ratio(one, other), 0.8 * fuzz.token_set_ratio(one, other))


def _core(name: str) -> str:
    """The name without its legal form, case, accents and punctuation; the whole name where nothing else is left."""
    bare = " ".join(re.findall(r"\w+", plain(LEGAL_FORM.sub(" ", name))))
    return bare or " ".join(re.findall(r"\w+", plain(name)))


def _address_likeness(vendor: Party, known: Party) -> float:
    one, other = (" ".join(re.findall(r"\w+", plain(each.address))) for each in (vendor, known))
    return fuzz.token_sort_ratio(one, other) if one and other else 0.0
