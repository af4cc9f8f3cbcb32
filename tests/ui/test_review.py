"""A clerk's work with the keyboard alone, and what happens when others work at the same time."""

from __future__ import annotations

import re
from dataclasses import replace

from playwright.sync_api import Page, expect

from docflow.accounts.actors import Actor
from docflow.accounts.models import Organization, User
from documents.extraction.synthesis import marks
from documents.extraction.synthesis.facts import invoice_facts
from documents.extraction.synthesis.invoice_pdf import invoice_pdf
from documents.models import Document
from documents.operations import changes, reviews
from tests import make
from tests.ui.conftest import Site


def _open(site: Site, person: User, document: Document) -> Page:
    page = site.page(person)
    page.goto(f"{site.url}/o/{document.organization.slug}/documents/{document.uuid}?view=open")
    page.locator("#review[data-ready]").wait_for()
    return page


def _saved(page: Page) -> None:
    expect(page.locator(".save-state[data-state=saved]")).to_be_visible()


def test_a_queue_is_worked_through_without_a_pointer(
    site: Site, acme: Organization, bob: User, waiting: list[Document]
) -> None:
    page = site.page()
    page.goto(f"{site.url}/o/{acme.slug}/inbox")
    page.keyboard.type("bob@acme.example")
    page.keyboard.press("Tab")
    page.keyboard.type(make.PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Start reviewing").focus()
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text("invoice-1.txt")
    page.locator("#review[data-ready]").wait_for()
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).to_have_text("invoice-2.txt")
    page.locator("#review[data-ready]").wait_for()

    page.keyboard.press("Control+Enter")
    expect(page.locator("#value-invoice_number")).to_be_focused()
    expect(page.locator("#said")).to_have_text(re.compile("open"))
    page.keyboard.type("R-1002")
    page.keyboard.press("Enter")
    _work_off(page)
    expect(page.locator("h1")).to_have_text("invoice-3.txt")
    page.locator("#review[data-ready]").wait_for()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Nothing left in Open")).to_be_visible()

    assert [Document.objects.get(pk=each.pk).status for each in waiting] == ["Ready"] * 3
    number = waiting[1].annotations.get(key="invoice_number")
    assert (number.value, number.confirmed_name) == ("R-1002", "Bob")


def _work_off(page: Page) -> None:
    """Enter goes through what is still open and ends on Confirm."""
    for _step in range(8):
        if page.evaluate("document.activeElement.dataset.command") == "confirm":
            break
        page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")


def test_a_value_is_corrected_refused_and_declared_absent(
    site: Site, acme: Organization, bob: User, waiting: list[Document]
) -> None:
    page = _open(site, bob, waiting[0])
    due = page.locator("#field-due_date")
    page.locator("#value-due_date").fill("31.12.2025")
    page.keyboard.press("Enter")
    expect(due.locator(".state")).to_contain_text("checked by you")
    expect(page.locator("#value-due_date")).to_have_value("2025-12-31")

    page.locator("#value-due_date").fill("some day")
    page.keyboard.press("Enter")
    expect(due.locator(".messages")).to_contain_text("is not a date")
    expect(due.locator(".state")).to_contain_text("wrong")
    expect(page.locator("#value-due_date")).to_have_value("some day")
    site.announced("422")

    page.locator("#value-due_date").focus()
    page.keyboard.press("Alt+n")
    expect(due.locator(".state")).to_contain_text("not on the document")
    _saved(page)
    row = waiting[0].annotations.get(key="due_date")
    assert (row.value, row.is_absent, row.machine_value) == (None, True, "2025-12-15")


def test_a_box_leads_to_its_field_and_a_field_to_its_box(
    site: Site, acme: Organization, bob: User, waiting: list[Document]
) -> None:
    page = _open(site, bob, waiting[0])
    page.locator(".place[data-key=total_amount]").first.click()
    expect(page.locator("#value-total_amount")).to_be_focused()
    page.locator("#value-vendor").focus()
    expect(page.locator(".place[data-key=vendor]").first).to_have_class(re.compile("chosen"))
    page.locator(".place[data-key=vendor]").first.focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.key") not in ("vendor", None)


def test_rows_are_edited_added_and_removed_by_keys(site: Site, acme: Organization, bob: User, waiting: list[Document]) -> None:
    page = _open(site, bob, waiting[0])
    page.keyboard.press("Alt+i")
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    page.keyboard.press("Control+a")
    page.keyboard.type("90,00")
    page.keyboard.press("Escape")
    expect(page.locator("tr[data-row='1'] td[data-column=amount] input")).to_have_value("100.00")
    page.keyboard.type("90,00")
    page.keyboard.press("Enter")
    expect(page.locator(".sum")).to_contain_text("▲ 10.00")

    page.keyboard.press("Escape")
    page.locator("tr[data-row='1'] td[data-column=description] input").focus()
    page.keyboard.press("Alt+Enter")
    expect(page.locator(".lines tbody tr")).to_have_count(2)
    page.keyboard.type("Washer")
    for text in ("1", "10.00", "10.00"):
        page.keyboard.press("Tab")
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(page.locator(".sum")).to_contain_text("= net")
    _saved(page)
    rows = [[row.cells[key]["value"] for key in ("description", "amount")] for row in waiting[0].line_items.all()]
    assert rows == [["Steel bolt M8", "90.00"], ["Washer", "10.00"]]

    page.locator("tr[data-row='2'] td[data-column=description] input").focus()
    page.keyboard.press("Alt+Delete")
    expect(page.locator(".lines tbody tr")).to_have_count(1)
    _saved(page)
    assert waiting[0].line_items.count() == 1


def test_both_sides_are_shown_when_two_people_change_the_same_value(
    site: Site, acme: Organization, alice: User, bob: User, waiting: list[Document]
) -> None:
    page = _open(site, bob, waiting[0])
    changes.change_field(waiting[0], "due_date", {"value": "2025-12-20"}, Actor.of_user(alice))
    changes.change_field(waiting[0], "po_number", {"value": "PO-7"}, Actor.of_user(alice))
    page.locator("#value-due_date").fill("2025-12-24")
    page.keyboard.press("Enter")
    strip = page.locator("#field-due_date .clash")
    expect(strip).to_contain_text("2025-12-20")
    expect(strip).to_contain_text("2025-12-24")
    expect(page.locator("#value-po_number")).to_have_value("PO-7")
    assert waiting[0].annotations.get(key="due_date").value == "2025-12-20"
    strip.get_by_role("button", name="Keep mine").click()
    _saved(page)
    assert waiting[0].annotations.get(key="due_date").value == "2025-12-24"
    site.announced("412")


def test_what_was_typed_offline_is_kept_and_sent_later(
    site: Site, acme: Organization, bob: User, waiting: list[Document]
) -> None:
    page = _open(site, bob, waiting[0])
    page.context.set_offline(True)
    page.locator("#value-po_number").fill("PO-99")
    page.keyboard.press("Enter")
    expect(page.locator(".save-state")).to_contain_text("Offline, 1 changes kept here")
    page.context.set_offline(False)
    _saved(page)
    assert waiting[0].annotations.get(key="po_number").value == "PO-99"
    site.announced("ERR_INTERNET_DISCONNECTED")


def test_a_document_is_set_aside_with_three_keys(site: Site, acme: Organization, bob: User, waiting: list[Document]) -> None:
    page = _open(site, bob, waiting[0])
    page.keyboard.press("Alt+r")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("invoice-2.txt")
    page.locator("#review[data-ready]").wait_for()
    page.keyboard.press("Alt+r")
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("invoice-3.txt")
    assert Document.objects.get(pk=waiting[0].pk).status == "Exception"
    assert Document.objects.with_relations().get(pk=waiting[1].pk).task.discarded_at is not None


def test_somebody_who_has_it_open_is_named(
    site: Site, acme: Organization, alice: User, bob: User, waiting: list[Document]
) -> None:
    reviews.open_review(waiting[0], alice)
    page = _open(site, bob, waiting[0])
    expect(page.locator("#holder")).to_contain_text("Alice is reviewing this")
    site.announced("409")


def test_approving_leads_to_a_file_that_can_be_taken_away(
    site: Site, acme: Organization, alice: User, waiting: list[Document]
) -> None:
    page = _open(site, alice, waiting[0])
    page.keyboard.press("Control+Shift+Enter")
    expect(page.locator("h1")).to_have_text("invoice-2.txt")
    assert Document.objects.get(pk=waiting[0].pk).status == "Approved"
    page.goto(f"{site.url}/o/{acme.slug}/exports")
    for form, word in (("CSV", "R-1001"), ("JSON", '"invoice_number"')):
        with page.expect_download() as waited:
            page.get_by_role("button", name=form).click()
        assert word in waited.value.path().read_text()


def test_codes_are_outlined_on_the_page_and_a_contradiction_is_said(site: Site, acme: Organization, bob: User) -> None:
    facts = invoice_facts(5, "de", lines=3)
    wrong = replace(facts, payment_code=marks.epc_text(facts, amount=facts.total + 1))
    document = make.document(acme, invoice_pdf(wrong, "letter", plain=True), "with-code.pdf")
    page = _open(site, bob, document)
    expect(page.get_by_role("img", name="QR code, page 1")).to_be_visible()
    assert page.locator(".code title").text_content().startswith("QR code: BCD")
    expect(page.locator(".why-here")).to_contain_text(
        f"Payment code says {facts.total + 1:,.2f}, page says {facts.total:,.2f}"
    )
    iban = page.locator("#field-iban")
    iban.locator(".input").focus()
    page.keyboard.press("Alt+y")
    expect(iban.locator(".why")).to_contain_text("The payment code (EPC QR) says the same")
