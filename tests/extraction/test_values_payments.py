"""Payment codes: what they say, and how it meets what is printed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from PIL import Image

from documents.extraction import pipeline
from documents.extraction.codes import Code, find_codes
from documents.extraction.geometry import Box
from documents.extraction.layout import Page
from documents.extraction.payments import EPC, SWISS, Payment, parse
from documents.extraction.profiles import Profile, ProfileField, built_in
from documents.extraction.readers.einvoice import EInvoice
from documents.extraction.synthesis import marks, scan
from documents.extraction.synthesis.facts import Party, invoice_facts
from documents.extraction.values import EINVOICE, FieldValue, Findings, Place
from tests.extraction.test_values_invoice import einvoice
from tests.extraction.written_pages import INVOICE, page

BOX = Box(400, 600, 464, 664)
IBAN, OTHER = "DE88200800000970375700", "DE89370400440532013000"
SEEN = ("BCD", "002", "1", "SCT", "DRESDEFF200", "Nordlicht Bürobedarf GmbH", IBAN, "EUR1190.00", "", "", "RE-2026/118")


def code(*rows: str, join: str = "\n") -> Code:
    return Code("QR code", join.join(rows), BOX)


def epc(**said: str) -> Code:
    """The code that belongs to INVOICE, with other rows where they are given."""
    places = {"version": 1, "bic": 4, "vendor": 5, "iban": 6, "amount": 7, "reference": 9, "text": 10}
    rows = list(SEEN)
    for name, text in said.items():
        rows[places[name]] = text
    return code(*rows)


def payment(found: Code) -> Payment:
    parsed = parse(found, 3)
    assert parsed is not None
    return parsed


def find(*found: Code, on: Page = INVOICE, profile: Profile | None = None, xml: EInvoice | None = None) -> Findings:
    coded = replace(on, codes=found)
    return pipeline.find_values((coded,), einvoice=xml, profile=profile, filename="a.pdf")


def field(findings: Findings, key: str) -> FieldValue:
    return next(each for each in findings.fields if each.key == key)


def test_an_epc_code_says_whom_to_pay_how_much_and_for_what() -> None:
    assert payment(epc()) == Payment(
        EPC, Place(3, BOX), iban=IBAN, bic="DRESDEFF200", amount="1190.00", currency="EUR",
        vendor="Nordlicht Bürobedarf GmbH", remark="RE-2026/118",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({"version": "001"}, {"iban": IBAN}),
        ({"amount": ""}, {"amount": "", "currency": ""}),
        ({"amount": "EUR0.00"}, {"amount": ""}),
        ({"amount": "EUR12.5"}, {"amount": "12.50", "currency": "EUR"}),
        ({"amount": "12,50"}, {"amount": "12.50", "currency": "EUR"}),
        ({"amount": "EURO"}, {"amount": ""}),
        ({"iban": "DE88 2008 0000 0970 3757 00"}, {"iban": IBAN}),
        ({"iban": "DE88200800000970375701"}, {"iban": ""}),
        ({"bic": "99-99-888"}, {"bic": ""}),
        ({"bic": ""}, {"bic": ""}),
        ({"reference": "RF18 5390 0754 7034"}, {"reference": "RF18539007547034"}),
        ({"reference": "RF19539007547034"}, {"reference": ""}),
    ],
)
def test_what_an_epc_code_leaves_open_or_gets_wrong_is_not_taken(said: dict[str, str], wanted: dict[str, str]) -> None:
    found = payment(epc(**said))
    assert {name: getattr(found, name) for name in wanted} == wanted


@pytest.mark.parametrize(
    "other",
    [
        code("BCD", "003", *SEEN[2:]),
        code(*SEEN[:6]),
        code("SPC", "0200", "1"),
        code("SPC", "0900", *[""] * 30),
        code("https://pay.example/118"),
        code(""),
    ],
)
def test_other_codes_are_no_payments(other: Code) -> None:
    assert parse(other, 1) is None


def test_an_epc_code_may_end_after_its_account_and_use_other_line_ends() -> None:
    assert payment(code(*SEEN[:7])).iban == IBAN
    assert payment(code(*SEEN, join="\r\n")).amount == "1190.00"


SELLER = Party("Max Muster & Söhne", "Musterstrasse 123", "8000", "Seldwyla", "CH")
BUYER = Party("Simon Glarner", "Bachweg 1", "8610", "Uster", "CH")
QR_IBAN, QR_REFERENCE = "CH4431999123000889012", "210000000003139471430009017"


@pytest.mark.parametrize("combined", [False, True])
def test_a_swiss_qr_bill_is_read_with_either_form_of_address(combined: bool) -> None:
    said = marks.swiss_text(
        SELLER, BUYER, Decimal("1949.75"), iban=QR_IBAN, reference=QR_REFERENCE, combined=combined
    )  # fmt: skip
    found = payment(Code("QR code", said, BOX))
    street = "Musterstrasse 123, 8000 Seldwyla"
    assert found == Payment(
        SWISS, Place(3, BOX), iban=QR_IBAN, amount="1949.75", currency="CHF", vendor="Max Muster & Söhne",
        vendor_address=street, customer="Simon Glarner", reference=QR_REFERENCE, remark=found.remark,
        invoice_number="10201/4", invoice_date="2025-11-12",
    )  # fmt: skip


def test_a_swiss_qr_bill_is_read_from_a_scanned_sheet() -> None:
    said = marks.swiss_text(SELLER, BUYER, Decimal("1949.75"), iban=QR_IBAN, reference=QR_REFERENCE)
    sheet = Image.new("L", (1654, 2339), 255)
    sheet.paste(marks.picture(said, width=362), (530, 1700))
    (found,) = find_codes(scan.scanned(sheet, scan.Wear(1.2, 6, 0.6), 1))
    assert (payment(found).amount, payment(found).reference) == ("1949.75", QR_REFERENCE)


@pytest.mark.parametrize(
    ("reference", "kept"),
    [("RF18539007547034", True), ("RF19539007547034", False), ("210000000003139471430009018", False), ("", False)],
)
def test_a_swiss_reference_counts_when_its_check_digits_hold(reference: str, kept: bool) -> None:
    said = marks.swiss_text(SELLER, BUYER, Decimal("10.00"), iban=QR_IBAN, reference=reference)
    assert payment(Code("QR code", said, BOX)).reference == (reference if kept else "")


def test_billing_information_that_makes_no_date_gives_none() -> None:
    said = marks.swiss_text(SELLER, BUYER, Decimal("10.00"), iban=QR_IBAN)
    assert payment(Code("QR code", said.replace("/251112/", "/251399/"), BOX)).invoice_date == ""
    assert payment(Code("QR code", said.replace("//S1/", "//S9/"), BOX)).invoice_number == ""


def test_a_code_that_says_the_same_makes_its_values_surer() -> None:
    bare, coded = find(), find(epc())
    for key in ("iban", "total_amount", "currency", "vendor", "invoice_number"):
        assert field(coded, key).value == field(bare, key).value
        assert field(coded, key).places == field(bare, key).places
        assert field(coded, key).confidence >= max(97, field(bare, key).confidence)
        assert field(coded, key).evidence[0].kind == "code"
    assert coded.problems == bare.problems
    assert coded.confidence >= bare.confidence


def test_what_only_the_code_says_is_taken_with_the_place_of_the_code() -> None:
    words = tuple(word for word in INVOICE.words if word.line not in _lines_with("IBAN"))
    silent = replace(INVOICE, words=words)
    assert field(find(on=silent), "iban").value is None
    found = field(find(epc(), on=silent), "iban")
    assert (found.value, found.places, found.source, found.raw) == (IBAN, (Place(1, BOX),), "page", IBAN)
    assert [reason.kind for reason in found.evidence] == ["code"]


def _lines_with(text: str) -> set[int]:
    return {word.line for word in INVOICE.words if text in word.text}


@pytest.mark.parametrize(
    ("said", "key", "words"),
    [
        ({"amount": "EUR1109.00"}, "total_amount", "Payment code says 1,109.00, page says 1,190.00"),
        ({"iban": OTHER}, "iban", f"Payment code says {OTHER}, page says {IBAN}"),
        ({"amount": "CHF1190.00"}, "currency", "Payment code says CHF, page says EUR"),
    ],
)
def test_a_code_that_says_something_else_stops_automation(said: dict[str, str], key: str, words: str) -> None:
    bare, found = find(), find(epc(**said))
    (problem,) = field(found, key).problems
    assert (problem.code, problem.text, problem.blocks) == ("check_failed", words, True)
    assert problem in found.problems
    assert words in found.reasoning
    assert found.reasoning.count(words) == 1
    assert field(found, key).value == field(bare, key).value
    assert field(found, key).alternatives[0].places == (Place(1, BOX),)
    assert found.confidence < bare.confidence


def test_an_amount_that_is_printed_elsewhere_asks_for_a_look_only() -> None:
    (problem,) = field(find(epc(amount="EUR1000.00")), "total_amount").problems
    assert (problem.code, problem.blocks) == ("check_failed", False)


def test_of_two_printed_accounts_the_one_of_the_code_is_taken() -> None:
    shown = f"{OTHER[:4]} 3704 0044 0532 0130 00"
    two = page(*[[(word.box.x0, word.text) for word in line.words] for line in INVOICE.lines], [(50, f"IBAN: {shown}")])
    for paid in (IBAN, OTHER):
        found = find(epc(iban=paid), on=two)
        assert field(found, "iban").value == paid
        assert field(found, "iban").problems == ()


def test_the_payees_full_name_is_taken_and_not_the_short_one_of_its_logo() -> None:
    rows = [[(word.box.x0, word.text) for word in line.words] for line in INVOICE.lines]
    logo = page([(50, "NORDLICHT")], *rows, [(50, "www.nordlicht.example")])
    assert field(find(epc(), on=logo), "vendor").value == "Nordlicht Bürobedarf GmbH"


def test_codes_that_contradict_each_other_say_nothing() -> None:
    found = find(epc(), epc(amount="EUR595.00"))
    assert field(found, "total_amount").value == "1190.00"
    assert field(found, "total_amount").problems == ()
    assert field(found, "iban").evidence[0].kind == "code"


def test_what_is_left_to_pay_is_no_contradiction() -> None:
    rows = [[(word.box.x0, word.text) for word in line.words] for line in INVOICE.lines]
    paid = page(*rows, [(300, "Amount due"), (450, "690,00")])
    wanted = (*built_in("standard-invoice").fields, ProfileField("amount_due", "Amount due", "amount"))
    profile = replace(built_in("standard-invoice"), fields=wanted)
    found = find(epc(amount="EUR690.00"), on=paid, profile=profile)
    assert field(found, "amount_due").value == "690.00"
    assert field(found, "total_amount").problems == ()


def test_a_profile_may_ask_for_what_only_codes_say() -> None:
    own = (ProfileField("bic", "BIC", "text"), ProfileField("payment_reference", "Payment reference", "text"))
    profile = replace(built_in("standard-invoice"), fields=(*built_in("standard-invoice").fields, *own))
    found = find(epc(reference="RF18539007547034"), profile=profile)
    assert field(found, "payment_reference").value == "RF18539007547034"
    assert field(found, "bic").value is not None


def test_an_e_invoice_stands_and_the_code_is_held_against_it() -> None:
    agreed = find(epc(), xml=einvoice())
    assert field(agreed, "total_amount").source == EINVOICE
    assert [each.code for each in agreed.problems if each.code in ("check_failed", "xml_differs")] == []
    differs = find(epc(iban=OTHER), xml=einvoice())
    assert field(differs, "iban").value == IBAN
    assert [each.text for each in differs.problems] == [f"Payment code says {OTHER}, XML says {IBAN}"]


def test_a_payment_code_on_a_drawn_invoice_is_the_invoices_own() -> None:
    facts = invoice_facts(12, "de")
    found = payment(Code("QR code", marks.epc_text(facts), BOX))
    assert (found.iban, found.amount, found.vendor) == (facts.vendor.iban, str(facts.total), facts.vendor.name)
