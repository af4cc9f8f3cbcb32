"""Till receipts as shops print them: centred heads, addresses over many lines, rounding, money given and change."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from documents.extraction import pipeline
from documents.extraction.layout import OCR, Page
from documents.extraction.profiles import built_in
from documents.extraction.values import FieldValue, Findings
from documents.management.commands.evaluate import prediction
from tests.extraction.written_pages import LETTER_WIDTH, page

GOODS = ("Flat White 12.00", "Croissant 8.00")
FOOT = ("Total 20.00", "Thank you, please come again")


def receipt(head: tuple[str, ...], date: str = "Date: 25/12/2025", body: tuple[str, ...] = (*GOODS, *FOOT)) -> Findings:
    """Found on a recognized roll of 250 points with a centred head."""
    rows: list[list[tuple[float, str]] | None] = [[(125 - len(text) * LETTER_WIDTH / 2, text)] for text in head]
    rows += [None, [(20, date)], None]
    rows += [[(20, text.rsplit(" ", 1)[0]), (200, text.rsplit(" ", 1)[1])] for text in body]
    return read(page(*rows, source=OCR, height=40 + 14 * len(rows)))


def read(sheet: Page) -> Findings:
    return pipeline.find_values((sheet,), einvoice=None, profile=built_in("universal-invoices-receipts"), filename="")


def field(found: Findings, key: str) -> FieldValue:
    return next(each for each in found.fields if each.key == key)


def value(found: Findings, key: str) -> object:
    return field(found, key).value


def address_of(*head: str) -> object:
    return value(receipt(head), "vendor_address")


def vendor_of(*head: str) -> object:
    return value(receipt(head), "vendor")


def total_of(*body: str) -> object:
    return value(receipt(("Harbour Cafe Sdn Bhd", "12, Jalan Merdeka,", "80000 Johor Bahru"), body=body), "total_amount")


def test_a_state_behind_the_town_belongs_to_the_address() -> None:
    found = address_of("Harbour Cafe Sdn Bhd", "12, Jalan Merdeka,", "43300 Seri Kembangan, Selangor D.E.")
    assert found == "12, Jalan Merdeka, 43300 Seri Kembangan, Selangor D.E."


def test_states_and_places_below_the_town_belong_to_the_address() -> None:
    found = address_of("Harbour Cafe Sdn Bhd", "12, Jalan Merdeka,", "39100 Brinchang,", "Cameron Highlands,", "PAHANG")
    assert found == "12, Jalan Merdeka, 39100 Brinchang, Cameron Highlands, PAHANG"


def test_a_telephone_in_the_line_of_the_town_ends_the_address() -> None:
    found = address_of("Harbour Cafe Sdn Bhd", "12, Jalan Merdeka,", "80000 Johor Bahru, Johor. Tel No.: 07-123 4567")
    assert found == "12, Jalan Merdeka, 80000 Johor Bahru, Johor."


def test_quarters_and_buildings_between_street_and_town_are_kept() -> None:
    found = address_of(
        "Harbour Cafe Sdn Bhd", "(12345-K)", "88 Jalan Ibrahim", "Stulang Laut", "Permas Jaya", "80300 Johor Bahru"
    )
    assert found == "88 Jalan Ibrahim, Stulang Laut, Permas Jaya, 80300 Johor Bahru"
    found = address_of(
        "Harbour Cafe Sdn Bhd", "Level 6, Bangunan TH, Uptown", "No.3, Jalan SS21/39,47400 Petaling Jaya", "Selangor"
    )
    assert found == "Level 6, Bangunan TH, Uptown, No.3, Jalan SS21/39, 47400 Petaling Jaya, Selangor"


@pytest.mark.parametrize(
    "number", ["(65351-M)", "002043319 -W", "BR No.: 0195932-X", "(CO Reg : 860871-D)", "GST ID : 000151"]
)
def test_no_registration_gets_into_the_address(number: str) -> None:
    found = address_of("Harbour Cafe Sdn Bhd", number, "12, Jalan Merdeka,", "80000 Johor Bahru", "Tel: 07-123 4567")
    assert found == "12, Jalan Merdeka, 80000 Johor Bahru"


def test_the_number_of_a_plot_is_no_post_code() -> None:
    found = address_of("Harbour Cafe Sdn Bhd", "LOT P.T. 2811, Jalan Angsa,", "Taman Berkeley", "41150 Klang, Selangor")
    assert found == "LOT P.T. 2811, Jalan Angsa, Taman Berkeley, 41150 Klang, Selangor"


def test_an_address_without_post_code_is_found_at_the_head_only() -> None:
    found = address_of(
        "Harbour Cafe Sdn Bhd", "LOT NO. G23, GIANT KELANA JAYA", "JLN PERBANDARAN SS6/4", "TEL NO: 03 - 7803 0974"
    )
    assert found == "LOT NO. G23, GIANT KELANA JAYA, JLN PERBANDARAN SS6/4"
    assert (
        value(
            receipt(("Harbour Cafe Sdn Bhd",), body=("2 ROAD MAPS, LARGE 8.00", "3 ROAD MAPS, SMALL 9.00", *FOOT)),
            "vendor_address",
        )
        is None
    )


def test_an_address_is_kept_as_printed_with_the_commas_at_the_ends_of_its_lines() -> None:
    found = receipt(("Harbour Cafe Sdn Bhd", "12, Jalan Merdeka,", "Taman Baru", "80000 Johor Bahru."))
    assert field(found, "vendor_address").raw == "12, Jalan Merdeka, Taman Baru 80000 Johor Bahru."


def test_the_name_over_the_address_is_the_vendor_and_not_a_larger_word_above() -> None:
    assert (
        vendor_of("tan chay yee", "Harbour Light", "(12345-K)", "12, Jalan Merdeka,", "80000 Johor Bahru") == "Harbour Light"
    )


def test_a_company_whose_name_begins_as_an_address_to_a_person() -> None:
    head = ("MR. F.I.X. (M) SDN BHD", "(CO Reg : 860871-D)", "12, Jalan Merdeka,", "43300 Seri Kembangan, Selangor")
    assert vendor_of(*head) == "MR. F.I.X. (M) SDN BHD"
    assert address_of(*head) == "12, Jalan Merdeka, 43300 Seri Kembangan, Selangor"


@pytest.mark.parametrize("name", ["99 QUICK MART S/B", "10 GRAM Bakers Sdn Bhd", "99 QUICK MART 5/8"])
def test_a_company_whose_name_begins_with_a_number(name: str) -> None:
    assert vendor_of(f"{name} (519537-X)", "12, Jalan Merdeka,", "80000 Johor Bahru") == name


@pytest.mark.parametrize("form", ["SON BHD", "SUN BHD", "SBN BHD", "SDNBHD"])
def test_a_misread_legal_form_still_is_one(form: str) -> None:
    assert (
        vendor_of("Open Daily", f"HARBOUR LIGHT {form}", "12, Jalan Merdeka,", "80000 Johor Bahru") == f"HARBOUR LIGHT {form}"
    )


def test_names_over_two_and_three_lines_are_put_together() -> None:
    address = ("822737-X", "12, Jalan Merdeka,", "80000 Johor Bahru")
    whole = "HARBOUR LIGHT ENTERPRISE (SETIA ALAM) SDN BHD"
    assert vendor_of("HARBOUR LIGHT", "ENTERPRISE (SETIA", "ALAM) SDN BHD", *address) == whole
    assert vendor_of("HOME AND HARBOUR &", "ELECTRICAL", *address) == "HOME AND HARBOUR & ELECTRICAL"


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("Date : 16-03-201812:07:10", "2018-03-16"),
        ("ORD #64 -REG #2- 25/12/2016 13:51:47", "2016-12-25"),
        ("BIZDATE: 10/02/2017", "2017-02-10"),
        ("Create Time : 27/04/2018", "2018-04-27"),
        ("27032018", "2018-03-27"),
        ("27-03-1812:22", "2018-03-27"),
        ("27/03/2018/12:22", "2018-03-27"),
        ("20180327 12:22:01", "2018-03-27"),
        ("Inv Dt: 27 Mar 18", "2018-03-27"),
    ],
)
def test_dates_as_tills_print_them(printed: str, read: str) -> None:
    found = receipt(("Harbour Cafe Sdn Bhd", "12, Jalan Merdeka,", "80000 Johor Bahru", "Tel: 07-123 4567"), date=printed)
    assert value(found, "invoice_date") == read


def test_a_date_with_the_name_of_its_month_tells_the_order_of_the_others() -> None:
    body = (*GOODS, *FOOT, "Item CR 36364 x", "Print Time : Monday, 4 December, 2017 1:55:54 PM")
    found = receipt(("Harbour Cafe Sdn Bhd", "12, Jalan Merdeka,", "80000 Johor Bahru"), "Date: 04/12/2017", body)
    assert value(found, "invoice_date") == "2017-12-04"


def test_what_was_given_less_the_change_is_the_total_whatever_it_is_called() -> None:
    assert total_of(*GOODS, "Net total 20.00", "Cash 50.00", "Change 30.00") == "20.00"
    assert total_of("Scone 7.50", "Due 7.50", "Fay 20.00", "Change 12.50", "(Total included GST 6% 0.42") == "7.50"
    assert total_of("Parking 1.50", "Total amount 1.50", "Accepted total 2.00", "Change 0.50") == "1.50"


@pytest.mark.parametrize("change", ["Change", "Rückgeld", "Rendu", "Cambio", "Resto", "Wisselgeld", "Reszta", "Troco"])
def test_change_is_known_in_every_language(change: str) -> None:
    assert total_of("Parking 1.50", "Total amount 1.50", "Accepted total 2.00", f"{change} 0.50") == "1.50"


def test_the_rounded_total_is_the_total_even_where_its_currency_is_joined_with_its_label() -> None:
    body = ("Bun RM4.15", "Toast RM17.68", "Total (Incl GST) RM21.83", "Rounding RM.02", "Grand TotalRM21.85 -")
    assert total_of(*body, "Total Paid RM50.00", "Change RM28.15") == "21.85"


def test_a_sheet_without_an_address_at_its_head_gets_none() -> None:
    sheet: Page = page("Harbour Light", "No 5 of our letters on rivers, lakes", "and the sea, printed in spring", source=OCR)
    assert value(read(sheet), "vendor_address") is None


def test_a_doubtfully_read_legal_form_is_told_as_it_is_spelled() -> None:
    address = ("12, Jalan Merdeka,", "80000 Johor Bahru")
    head = page("HARBOUR LIGHT SON BHD", *address, source=OCR)
    doubtful = replace(head, words=tuple(replace(word, confidence=60) if word.text == "SON" else word for word in head.words))
    assert value(read(head), "vendor") == "HARBOUR LIGHT SON BHD"
    assert value(read(doubtful), "vendor") == "HARBOUR LIGHT SDN BHD"


def test_an_accent_on_one_doubtful_word_is_a_slip_of_recognition() -> None:
    sheet = page("Harbour Cafe Sdn Bhd", "12, Jalan Merdeka,", "40170 Shah Álam", source=OCR)
    doubtful = replace(
        sheet, words=tuple(replace(word, confidence=60) if word.text == "Álam" else word for word in sheet.words)
    )
    assert value(read(sheet), "vendor_address") == "12, Jalan Merdeka, 40170 Shah Álam"
    assert value(read(doubtful), "vendor_address") == "12, Jalan Merdeka, 40170 Shah Alam"


def test_the_space_that_recognition_lost_between_two_words_of_trade() -> None:
    assert vendor_of("HARBOUR STATIONERYSHOP", "12, Jalan Merdeka,", "80000 Johor Bahru") == "HARBOUR STATIONERY SHOP"
    assert vendor_of("HARBOUR WORKSHOP", "12, Jalan Merdeka,", "80000 Johor Bahru") == "HARBOUR WORKSHOP"


def test_a_former_name_and_a_licensor_are_not_the_vendor() -> None:
    head = (
        "EAST GATE RESTAURANTS SDN BHD",
        "FORMERLY KNOWN AS",
        "GOLDEN DOORS RESTAURANTS SDN BHD",
        "LICENSEE OF BURGER WORLD",
    )
    assert vendor_of(*head, "LEVEL 6, BANGUNAN TH", "47400 PETALING JAYA") == "EAST GATE RESTAURANTS SDN BHD"


@pytest.mark.parametrize(
    "name",
    ["PETROL BUKIT HIJAU SB", "BOOKS BA .K (TAMAN DAYA) SDN BHD", "MR HWA TYRE & SERVICE", "HARBOUR FAMILY CLINIC & SURGERY"],
)
def test_names_that_look_like_something_else(name: str) -> None:
    first, *rest = re.split(r" (?=& SURGERY)", name)
    assert vendor_of(first, *rest, "(002345678-H)", "LOT 22, JALAN MELAKA RAYA", "75000 MELAKA") == name


def test_the_line_over_a_company_in_parentheses_is_no_part_of_its_name() -> None:
    assert vendor_of("HARBOUR SUSHI", "(BUKIT TINGGI)", "KAITEN SDN BHD", "F50 AEON", "41200 KLANG") == "KAITEN SDN BHD"


def test_the_number_of_a_company_is_not_taken_for_its_legal_form() -> None:
    found = vendor_of("HARBOUR WAVE STATION", "Company No:1234567-X", "LOT 10 JLN KLANG LAMA", "58100 KL")
    assert found == "HARBOUR WAVE STATION"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Lot F2.05, 1st Floor, Main Place", "Jalan USJ 21/10, 47630 Subang Jaya"),
        ("B1-23 Bangsar Two", "Jalan Telawi Satu, 59100 Kuala Lumpur"),
        ("NO.53,55 & 57, JALAN SAGU 18", "81100 JOHOR BAHRU"),
        ("4521 Elm Avenue", "Springfield, IL 62704"),
    ],
)
def test_first_lines_of_addresses(first: str, second: str) -> None:
    assert str(address_of("Harbour Cafe Sdn Bhd", first, second)).startswith(first.split(",")[0])
    assert str(address_of("Harbour Cafe Sdn Bhd", first, second)).endswith(second.split(", ")[-1])


def test_a_short_receipt_is_one_though_it_is_hardly_taller_than_wide() -> None:
    rows = ("Harbour Cafe Sdn Bhd", "12, Jalan Merdeka,", "80000 Johor Bahru", "12-04-2018 18:11", "LUNCH SET", "Total 12.00")
    narrow = [
        [(20 + (38 - len(text)) * LETTER_WIDTH / 2, text)] for text in (*rows, "Rounding Adj. 0.00", "Total After Adj 12.00")
    ]
    found = pipeline.find_values((page(*narrow, source=OCR, height=200),), einvoice=None, profile=None, filename="")
    assert found.doc_type == "receipt"


@pytest.mark.parametrize(("printed", "told"), [("RM21.85", "RM21.85"), ("RM 21.85", "21.85"), ("21.85", "21.85")])
def test_a_total_is_told_as_printed_with_the_currency_that_is_joined_with_it(printed: str, told: str) -> None:
    sheet = page([(20, "Harbour Cafe Sdn Bhd")], [(20, "Total"), (150, printed)], source=OCR)
    assert prediction(read(sheet))["raw"]["total"] == told


def test_the_only_date_that_no_other_label_claims() -> None:
    body = (*GOODS, *FOOT, "Card expiry: 30/09/2019 -", "Printed on 28/03/2018 -")
    found = receipt(("Harbour Cafe Sdn Bhd", "12, Jalan Merdeka,", "80000 Johor Bahru"), "TARIKH 27/03/2018 (SEL)", body)
    assert value(found, "invoice_date") == "2018-03-27"
    two = receipt(("Harbour Cafe Sdn Bhd", "12, Jalan Merdeka,", "80000 Johor Bahru"), "A 27/03/2018 B 28/03/2018 C", body)
    assert value(two, "invoice_date") is None


def test_rounding_is_known_by_any_words_for_it_and_change_by_the_balance() -> None:
    assert total_of("Rice 20.03", "Grand Total 20.03", "Bill rounding 0.02", "Amt due 20.05", "Card 20.05") == "20.05"
    assert total_of("Rice 22.03", "Gross 22.03", "Less -2.00", "Nett 20.03", "Cash 50.03", "Balance 30.00") == "20.03"


def test_a_currency_that_is_joined_with_amounts_may_be_misread() -> None:
    assert total_of("Parking RM1.00", "Fee RM0.94", "GST RMO.06", "Total PM1.00") == "1.00"
    assert total_of("Parking 1.00", "Fee 0.94", "Total PM1.00") is None


def test_catering_is_no_street_and_the_end_of_a_name_may_stand_in_a_line_of_its_own() -> None:
    address = ("20, LORONG 5/1, JALAN GASING,", "46000 PETALING JAYA.")
    assert vendor_of("HARBOUR FOOD CATERING", "SDN. BHD. (123456-A)", *address) == "HARBOUR FOOD CATERING SDN. BHD."
    assert vendor_of("HARBOUR OPTICAL", "CENTRE", *address) == "HARBOUR OPTICAL CENTRE"
    assert address_of("HARBOUR TAILORING", *address) == "20, LORONG 5/1, JALAN GASING, 46000 PETALING JAYA."
    assert address_of("Blumen Falkenried", "Westring 5", "24103 Kiel") == "Westring 5, 24103 Kiel"


def test_the_full_name_of_a_company_is_told_and_not_its_logo() -> None:
    head = ("HARBOUR", "SERVICE", "HARBOUR SERVICE SDN BHD (310184-X)", "No 2-1 Jalan Kelang Lama", "58000 Kuala Lumpur")
    assert vendor_of(*head) == "HARBOUR SERVICE SDN BHD"
