"""Which known party a vendor is."""

from __future__ import annotations

import pytest

from documents.extraction.party_match import LOWEST, SURE, Party, best_matches, compare

ACME = Party(5, ("Acme Bürobedarf GmbH",), ("DE136695976",), ("DE89370400440532013000",), "Hafenstraße 12, 20457 Hamburg")


@pytest.mark.parametrize(
    ("vendor", "least", "most", "why"),
    [
        (Party(vat_ids=("DE136695976",)), 95, 99, ("Same VAT id",)),
        (Party(accounts=("DE89370400440532013000",)), 90, 95, ("Same bank account",)),
        (Party(names=("ACME BUEROBEDARF",)), SURE, 90, ("Similar name",)),
        (Party(names=("Acme Bürobedarf Gmbh",)), 85, 90, ("Same name",)),
        (Party(names=("Acme Burobedarf",), address="Hafenstr. 12, 20457 Hamburg"), 88, 95, ("Same name", "Similar address")),
        (Party(names=("Nordlicht Energie AG",)), 0, LOWEST - 1, ()),
        (Party(), 0, 0, ()),
    ],
)
def test_a_vendor_is_known_by_its_numbers_name_or_address(vendor: Party, least: int, most: int, why: tuple[str, ...]) -> None:
    match = compare(vendor, ACME)
    assert least <= match.score <= most
    assert match.why == why


def test_another_vat_id_of_the_same_country_speaks_against_a_name() -> None:
    stranger = Party(names=("Acme Bürobedarf GmbH",), vat_ids=("DE811907980",))
    match = compare(stranger, ACME)
    assert match.score < SURE
    assert "Another VAT id" in match.why
    abroad = Party(names=("Acme Bürobedarf GmbH",), vat_ids=("FR40303265045",))
    assert compare(abroad, ACME).score >= SURE


def test_the_best_come_first_and_strangers_not_at_all() -> None:
    others = [
        Party(6, ("Acme Bürobedarf und Papier GmbH",)),
        Party(7, ("Zweirad Schulze",)),
        Party(8, ("Sonne KG",), ("DE136695976",)),
    ]
    found = best_matches(Party(names=("Acme Bürobedarf GmbH",), vat_ids=("DE136695976",)), [*others, ACME])
    assert [match.id for match in found] == [5, 8, 6]
