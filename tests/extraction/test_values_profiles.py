"""The built-in profiles for other papers: fapiao of both forms, business licence, minutes; chosen by content alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from documents.extraction import pipeline
from documents.extraction.layout import Page
from documents.extraction.readers import reader
from documents.extraction.values import Findings
from tests.extraction import foreign_pages
from tests.extraction.written_pages import INVOICE, page

BUYER = {"buyer_name": "上海远山贸易有限公司", "buyer_tax_number": "91310115MA1K4XYG74"}
SELLER = {"seller_name": "北京松月软件有限公司", "seller_tax_number": "91110108MA01QLLA7Q"}


def find(sheet: Page) -> Findings:
    return pipeline.find_values((sheet,), einvoice=None, profile=None, filename="")


def values(found: Findings) -> dict[str, object]:
    return {each.key: each.value for each in found.fields if each.value is not None}


def test_a_fapiao_of_the_old_form() -> None:
    found = find(foreign_pages.FAPIAO_OLD)
    assert (found.doc_type, found.profile) == ("fapiao", "chinese-fapiao")
    assert values(found) == {
        **BUYER, **SELLER, "fapiao_number": "48301276", "fapiao_code": "011002100311", "issue_date": "2023-05-18",
        "amount_before_tax": "3000.00", "tax_rate": "6", "tax_amount": "180.00", "total_amount": "3180.00",
    }  # fmt: skip
    assert [row.cells["amount"].value for row in found.line_items] == ["3000.00"]


def test_a_digital_fapiao_with_its_parties_side_by_side() -> None:
    found = find(foreign_pages.FAPIAO_DIGITAL)
    assert (found.doc_type, found.profile) == ("fapiao", "chinese-fapiao")
    assert values(found) == {
        **BUYER, **SELLER, "fapiao_number": "23442000000012345678", "issue_date": "2023-10-20",
        "amount_before_tax": "2000.00", "tax_rate": "13", "tax_amount": "260.00", "total_amount": "2260.00",
    }  # fmt: skip
    assert [row.cells["amount"].value for row in found.line_items] == ["1500.00", "500.00"]
    assert [row.cells["description"].value for row in found.line_items] == ["*办公用品*打印纸", "*办公用品*墨盒"]


def test_a_business_licence_with_wrapped_texts() -> None:
    found = find(foreign_pages.LICENCE)
    assert (found.doc_type, found.profile) == ("business_license", "chinese-business-license")
    assert values(found) == {
        "company_name_zh": "北京松月软件有限公司",
        "unified_social_credit_code": "91110108MA01QLLA7Q",
        "legal_representative": "林小月",
        "registered_capital": "壹佰万元整",
        "business_scope": "软件开发；技术咨询、技术服务；计算机系统集成；销售计算机、软件及辅助设备。",
        "registration_date": "2019-03-12",
        "registered_address": "北京市海淀区中关村路1号院2号楼305室",
    }
    assert found.problems == ()


def test_a_licence_with_letters_spaced_out_in_one_column() -> None:
    told = values(find(foreign_pages.LICENCE_SPACED))
    assert told == {
        "company_name_zh": "北京松月软件有限公司",
        "unified_social_credit_code": "91110108MA01QLLA7Q",
        "legal_representative": "林小月",
        "registered_capital": "100万元人民币",
        "business_scope": "软件开发；技术咨询。",
        "registration_date": "2019-03-12",
        "registered_address": "北京市海淀区中关村路1号院2号楼",
    }


@pytest.mark.parametrize("sheet", [foreign_pages.FAPIAO_OLD, foreign_pages.FAPIAO_DIGITAL, foreign_pages.LICENCE])
def test_chinese_letters_of_a_pdf_are_read_as_those_of_the_page(sheet: Page, tmp_path: Path) -> None:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(str(tmp_path / "paper.pdf"), pagesize=(sheet.width, sheet.height))
    for word in sheet.words:
        canvas.setFont("STSong-Light", 7)
        canvas.drawString(word.box.x0, sheet.height - word.box.bottom, word.text)
    canvas.save()
    read = reader("application/pdf").read_page(tmp_path / "paper.pdf", 1, None)
    assert isinstance(read, Page)
    assert values(find(read)) == values(find(sheet))


def test_the_check_digit_of_a_credit_code_is_checked() -> None:
    rows = [[(50, "营业执照")], [(50, "统一社会信用代码"), (150, "91110108MA01QLLA7R")],
            [(50, "名称"), (150, "北京松月软件有限公司")], [(50, "法定代表人"), (150, "林小月")]]  # fmt: skip
    code = next(each for each in find(page(*rows)).fields if each.key == "unified_social_credit_code")
    assert code.value == "91110108MA01QLLA7R"
    assert [problem.code for problem in code.problems] == ["invalid_number"]


@pytest.mark.parametrize(
    ("sheet", "expected"),
    [
        (foreign_pages.MEETING, {
            "meeting_date": "2026-03-12", "attendees": ["Anna Smith", "Ben Miller", "Carla Rossi"],
            "agenda": ["Budget for the new hall", "Opening day"],
            "decisions_made": ["The hall opens on 1 June", "The budget is raised by a tenth"],
            "action_items": ["Ben asks three builders for their prices", "Carla writes to the members"],
            "follow_up_date": "2026-04-09",
        }),
        (foreign_pages.SITZUNG, {
            "meeting_date": "2026-03-12", "attendees": ["Anna Schmidt", "Bernd Müller"], "agenda": ["Haushalt", "Sommerfest"],
            "decisions_made": ["Der Haushalt wird angenommen."], "action_items": ["Bernd holt Angebote ein."],
            "follow_up_date": "2026-04-09",
        }),
        (foreign_pages.MINUTES_IN_COLUMNS, {
            "meeting_date": "2026-12-03", "attendees": ["Anna Smith", "Ben Miller"],
            "agenda": ["Status of the works", "Costs"], "decisions_made": ["Roof in copper"],
            "action_items": ["Ben: order copper by Friday"], "follow_up_date": "2026-09-04",
        }),
        (foreign_pages.ITALIAN_MINUTES, {
            "meeting_date": "2026-03-12", "attendees": ["Rossi", "Bianchi"], "agenda": ["Bilancio"],
            "decisions_made": ["Approvato"], "action_items": ["Rossi chiama"], "follow_up_date": "2026-04-09",
        }),
        (foreign_pages.CHINESE_MEETING, {
            "meeting_date": "2026-03-12", "attendees": ["张三", "李四", "王五"], "agenda": ["年度预算", "新产品发布"],
            "decisions_made": ["批准年度预算"], "action_items": ["李四联系供应商"], "follow_up_date": "2026-04-09",
        }),
    ],
)  # fmt: skip
def test_minutes_give_their_lists(sheet: Page, expected: dict[str, object]) -> None:
    found = find(sheet)
    assert (found.doc_type, found.profile) == ("meeting_notes", "meeting-notes")
    assert values(found) == expected


@pytest.mark.parametrize(
    "sheet",
    [
        page("Meeting notes are kept by the secretary for ten years.", "They belong to the archive of the town."),
        page("营业执照", "请携带营业执照原件前来办理。"),
        page("Protokoll", "Das Protokoll der Messung vom 3. Mai 2026 liegt bei."),
    ],
)
def test_a_word_of_the_title_alone_makes_no_such_paper(sheet: Page) -> None:
    assert find(sheet).doc_type in {"other", "letter"}


def test_an_invoice_stays_one() -> None:
    assert find(INVOICE).profile == "standard-invoice"
