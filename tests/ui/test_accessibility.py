"""axe on every page, in light and dark, on a desk and in the hand: no violation, no sideways scrolling."""

from __future__ import annotations

from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

from docflow.accounts.models import Organization, User
from documents.models import Document
from tests import make
from tests.ui.conftest import Site

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Boxes on paper lie where the words lie; each has its field row as the equivalent of full size (WCAG 2.5.8, ui.md 6).
RUN = """async (tags) => {
  const {violations} = await axe.run(document, {runOnly: tags, resultTypes: ['violations']});
  const onPaper = (rule, node) => rule.id === 'target-size' && node.html.startsWith('<a class="place');
  return violations.flatMap((rule) => rule.nodes.filter((node) => !onPaper(rule, node)).map(
    (node) => `${rule.id}: ${node.html.slice(0, 200)} ${[...node.any, ...node.all].map((one) => one.message)}`));
}"""


def _check(page: Page, name: str) -> list[str]:
    page.evaluate(AXE)
    found = []
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            found += [f"{name} {width} {scheme}: {each}" for each in page.evaluate(RUN, TAGS)]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{name} {width}: scrolls sideways")
    return found


ADMIN_PAGES = (
    "inbox", "inbox?view=all", "inbox?view=all&q=nothing", "uploads", "contacts", "contacts/new", "layouts", "rules",
    "rules/new?example=2", "webhooks", "webhooks/new", "keys", "keys/new", "members", "exports",
)  # fmt: skip


def test_pages_without_anything_on_them(site: Site, acme: Organization, alice: User) -> None:
    page = site.page(alice)
    found = []
    for path in ADMIN_PAGES:
        page.goto(f"{site.url}/o/{acme.slug}/{path}")
        found += _check(page, path)
    assert found == []


def test_pages_with_something_on_them(site: Site, acme: Organization, alice: User, waiting: list[Document]) -> None:
    make.key(acme)
    page = site.page(alice)
    found = []
    upload = waiting[0].task.upload
    for path in ("inbox", f"uploads/{upload.uuid}", "uploads", "keys", f"contacts/{waiting[0].contact_id}"):
        page.goto(f"{site.url}/o/{acme.slug}/{path}")
        found += _check(page, path)
    assert found == []


MODES = {
    "fields": "", "candidates": "Alt+ArrowDown", "why": "Alt+y", "grid": "Alt+i", "dialog": "Alt+r", "help": "Control+/",
    "text": "", "history": "",
}  # fmt: skip


def test_the_review_page_in_each_mode(site: Site, acme: Organization, alice: User) -> None:
    document = make.document(acme, make.invoice_text("").replace(b"Invoice number: ", b""))
    page = site.page(alice)
    found = []
    for mode, keys in MODES.items():
        tab = f"&tab={mode}" if mode in ("text", "history") else ""
        page.goto(f"{site.url}/o/{acme.slug}/documents/{document.uuid}?view=open{tab}")
        page.locator("#review[data-ready]").wait_for()
        if mode in ("candidates", "why"):
            page.locator("#value-po_number").focus()
        if keys:
            page.keyboard.press(keys)
        found += _check(page, mode)
    assert found == []


def test_the_check_sees_what_is_wrong(site: Site) -> None:
    page = site.page()
    page.goto(f"{site.url}/sign-in")
    page.evaluate("document.querySelector('label[for=id_login]').remove()")
    assert any("label: " in fault for fault in _check(page, "spoilt"))


def test_a_reader_sees_values_without_controls(site: Site, acme: Organization, waiting: list[Document]) -> None:
    viewer = make.user("vera@acme.example", acme, "viewer")
    page = site.page(viewer)
    page.goto(f"{site.url}/o/{acme.slug}/documents/{waiting[0].uuid}")
    page.locator("#review[data-ready]").wait_for()
    assert page.locator(".field input, .field textarea, [data-command=confirm]").count() == 0
    assert _check(page, "read only") == []


def test_pages_for_everybody(site: Site, acme: Organization, bob: User) -> None:
    page = site.page()
    page.goto(f"{site.url}/sign-in")
    found = _check(page, "sign-in")
    page.goto(f"{site.url}/no-such-page")
    found += _check(page, "not found")
    page = site.page(bob)
    page.goto(f"{site.url}/o/{acme.slug}/keys")
    assert "admin" in page.locator("main").inner_text()
    found += _check(page, "too small a role")
    site.announced("403", "404")
    assert found == []
