"""Files that are dropped anywhere, followed to their review; refused with a reason."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from docflow.accounts.actors import COMMAND
from docflow.accounts.models import Organization, User
from documents import jobs
from documents.extraction.synthesis import marks
from documents.models import Document
from documents.operations import lifecycle
from tests import make
from tests.security import hostile_archives as archives
from tests.ui.conftest import Site
from uploads.models import Upload

DROP = """(files) => {
  const transfer = new DataTransfer();
  for (const [name, text] of files) transfer.items.add(new File([text], name));
  const send = (type) => document.querySelector('main').dispatchEvent(
    new DragEvent(type, {bubbles: true, cancelable: true, dataTransfer: transfer}));
  send('dragover');
  window.overlayWasShown = !document.getElementById('drop').hidden;
  send('drop');
}"""


def _drop(page: Page, *files: tuple[str, str]) -> None:
    page.evaluate(DROP, list(files))


def test_dropped_files_become_documents_that_the_tray_leads_to(site: Site, acme: Organization, bob: User) -> None:
    page = site.page(bob)
    page.goto(f"{site.url}/o/{acme.slug}/inbox")
    expect(page.get_by_text("Nothing has arrived yet")).to_be_visible()
    texts = [(f"r-{number}.txt", make.invoice_text(f"R-{number}").decode()) for number in range(3)]
    _drop(page, *texts, ("program.exe", "MZ"), ("nothing.txt", ""))
    assert page.evaluate("window.overlayWasShown")
    rows = page.locator("#tray li")
    expect(rows).to_have_count(5)
    expect(rows.nth(3)).to_contain_text("this type of file cannot be read")
    expect(rows.nth(4)).to_contain_text("the file is empty")
    expect(rows.nth(0)).to_contain_text("waiting")
    assert Upload.objects.of(acme).get().tasks.count() == 3

    for document in Document.objects.of(acme):
        jobs.read(document.pk)
    rows.nth(2).get_by_role("link", name="needs review").click()
    expect(page.locator("h1")).to_have_text("r-2.txt")


def test_an_archive_is_dropped_like_any_file_and_its_files_are_followed(site: Site, acme: Organization, bob: User) -> None:
    page = site.page(bob)
    page.goto(f"{site.url}/o/{acme.slug}/uploads")
    packed = archives.archive([("R-1.txt", make.invoice_text("R-1")), ("run.exe", b"MZ\x90\0\x03")])
    page.locator("#files").set_input_files([{"name": "march.zip", "mimeType": "application/zip", "buffer": packed}])
    rows = page.locator("#tray li")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("waiting")
    assert [task.word for task in Upload.objects.of(acme).get().tasks.all()] == ["PROCESSING", "FAILED"]


def test_an_upload_shows_its_tasks_live(site: Site, acme: Organization, bob: User) -> None:
    document = make.upload(acme)
    page = site.page(bob)
    page.goto(f"{site.url}/o/{acme.slug}/uploads/{document.task.upload.uuid}")
    expect(page.locator("[aria-current=step]")).to_have_text("queued")
    jobs.read(document.pk)
    expect(page.get_by_role("link", name="Start reviewing")).to_be_visible()
    page.get_by_role("link", name="Start reviewing").click()
    expect(page.locator("#review")).to_be_visible()


def test_a_document_that_is_opened_too_early_says_when_it_is_read(site: Site, acme: Organization, bob: User) -> None:
    document = make.upload(acme)
    page = site.page(bob)
    page.goto(f"{site.url}/o/{acme.slug}/documents/{document.uuid}")
    expect(page.get_by_text("is being read").first).to_be_visible()
    jobs.read(document.pk)
    page.get_by_role("link", name="Show its fields").click()
    expect(page.locator("#value-invoice_number")).to_have_value("R-1001")


def test_what_the_server_refuses_is_said_in_its_words(site: Site, acme: Organization, bob: User) -> None:
    page = site.page(bob)
    page.goto(f"{site.url}/o/{acme.slug}/inbox")
    _drop(page, ("picture.pdf", "<svg onload=alert(1)>"))
    expect(page.locator("#tray li")).to_contain_text("picture.pdf")
    expect(page.locator("#tray li.refused")).to_be_visible()
    assert not Upload.objects.of(acme).exists()
    site.announced("422", "415", "400")


def test_without_scripts_a_file_is_sent_corrected_and_confirmed(site: Site, acme: Organization, bob: User) -> None:
    page = site.page(bob, java_script_enabled=False)
    page.goto(f"{site.url}/o/{acme.slug}/uploads")
    text = make.invoice_text("").replace(b"Invoice number: ", b"")
    page.locator("#files").set_input_files({"name": "plain.txt", "mimeType": "text/plain", "buffer": text})
    page.get_by_role("button", name="Send").click()
    expect(page.locator("h1")).to_have_text("plain.txt")
    document = make.read(Document.objects.of(acme).get())

    page.goto(f"{site.url}/o/{acme.slug}/documents/{document.uuid}?view=open")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("still open")).to_be_visible()
    page.locator("#value-invoice_number").fill("R-77")
    page.locator("#value-due_date").fill("24.12.2025")
    page.get_by_role("button", name="Row", exact=True).click()
    assert document.line_items.count() == 2
    page.locator("#value-invoice_number").fill("R-77")
    page.get_by_role("button", name="Save", exact=True).click()
    for key in ("invoice_number", "vendor"):
        if page.locator(f"#field-{key}[data-open=true] [name=accept]").is_visible():
            page.locator(f"#field-{key} [name=accept]").click()
    assert document.annotations.get(key="invoice_number").value == "R-77"
    for field in page.locator(".field[data-open=true]").all():
        field.locator("[name=accept]").click()
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Nothing left in Open")).to_be_visible()
    assert Document.objects.get(pk=document.pk).status == "Ready"


def test_a_split_stack_is_shown_and_put_together_by_keyboard(site: Site, acme: Organization, bob: User) -> None:
    whole = make.read(make.upload(acme, marks.stack_pdf(3), "stack.pdf"))
    for part in whole.parts.all():
        jobs.read(part.pk)
    page = site.page(bob)
    page.goto(f"{site.url}/o/{acme.slug}/uploads/{whole.task.upload.uuid}")
    expect(page.locator("#tasks .notice")).to_contain_text("Split at 2 separator sheets into 3 documents.")
    expect(page.get_by_role("link", name="stack-2.pdf")).to_be_visible()
    page.get_by_role("link", name="stack.pdf", exact=True).click()
    expect(page.get_by_text("This stack was split at its separator sheets")).to_be_visible()
    expect(page.get_by_role("button", name="Confirm")).to_have_count(0)
    page.go_back()

    button = page.get_by_role("button", name="Undo the split of stack.pdf")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("stack.pdf is whole again and is read anew.")).to_be_visible()
    expect(page.get_by_text("discarded", exact=True)).to_have_count(3)
    jobs.read(whole.pk)
    expect(page.get_by_role("link", name="Start reviewing")).to_be_visible()


def test_a_split_of_which_a_part_is_confirmed_cannot_be_undone(site: Site, acme: Organization, bob: User) -> None:
    whole = make.read(make.upload(acme, marks.stack_pdf(2), "stack.pdf"))
    for part in whole.parts.all():
        jobs.read(part.pk)
    page = site.page(bob)
    page.goto(f"{site.url}/o/{acme.slug}/uploads/{whole.task.upload.uuid}")
    button = page.get_by_role("button", name="Undo the split of stack.pdf")
    expect(button).to_be_visible()
    lifecycle.change_status(whole.parts.get(first_page=3), "Ready", actor=COMMAND)
    button.click()
    expect(page.get_by_text("stack-2.pdf was confirmed.")).to_be_visible()
    expect(button).to_have_count(0)
    expect(page.locator("#tasks .notice")).to_contain_text("Split at 1 separator sheet into 2 documents.")
