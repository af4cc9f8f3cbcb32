"""A long document is opened while it is being read: what is there is shown, what is to come has its place."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import expect

from docflow.accounts.models import Organization, User
from documents import jobs
from documents.models import Document
from tests import make
from tests.documents.test_long_documents import PAGES, long_pdf, turns
from tests.ui.conftest import Site


@pytest.fixture
def organization(db: None, collected: None) -> Organization:
    return make.organization("Acme Books")


def _base(document: Document) -> str:
    return f"/o/{document.organization.slug}/documents/{document.uuid}"


def test_pages_arrive_while_one_looks(site: Site, acme: Organization, bob: User, settings: Any) -> None:
    document = turns(make.upload(acme, long_pdf(), "long.pdf"), 2, settings)
    document.pages.update(image_width=None)
    page = site.page(bob)
    page.goto(site.url + _base(document))
    expect(page.locator("#reading")).to_contain_text(f"Page 3 of {PAGES} is being read")
    expect(page.locator(".sheet")).to_have_count(PAGES)
    expect(page.locator("#page-2 .words text").filter(has_text="sheet").first).to_be_attached()
    expect(page.locator("#page-3 .waiting")).to_have_text("Page 3 is not read yet")
    turns(document, 2, settings)
    expect(page.locator("#page-4 .waiting")).to_have_text("Page 4 is being drawn", timeout=20_000)
    expect(page.locator("#page-5 .waiting")).to_have_text("Page 5 is not read yet")
    make.read(document)
    jobs.draw(document.pk)
    expect(page.locator("#page-1 img")).to_be_visible(timeout=30_000)
    expect(page.locator(".strip a[data-page='1'] img")).to_be_attached()
    page.get_by_role("link", name="Show its fields").click()
    expect(page.locator("#field-vendor")).to_be_visible()


def test_the_live_part_tells_how_far_the_reading_is(client: Client, organization: Organization, settings: Any) -> None:
    ann = make.user("ann@acme.example", organization, "viewer")
    client.force_login(ann)
    document = make.upload(organization, long_pdf(3), "three.pdf")
    assert "waits for its turn" in client.get(f"{_base(document)}/reading").content.decode()
    partly = turns(document, 1, settings)
    told = client.get(f"{_base(partly)}/reading")
    assert (told.status_code, "Page 2 of 3 is being read" in told.content.decode()) == (200, True)
    states = [page["state"] for page in client.get(f"{_base(partly)}/review.json").json()["pages"]]
    assert states[1:] == ["unread", "unread"]
    make.read(partly)
    done = client.get(f"{_base(partly)}/reading")
    assert (done.status_code, "It is read." in done.content.decode()) == (286, True)


def test_images_and_thumbnails_are_small_and_kept_for_ever_under_their_version(
    client: Client, organization: Organization
) -> None:
    client.force_login(make.user("ann@acme.example", organization, "viewer"))
    document = make.document(organization, long_pdf(1), "one.pdf")
    document.pages.update(image_width=None)
    assert client.get(f"{_base(document)}/pages/1-thumb.webp").status_code == 202
    jobs.draw(document.pk)
    [page] = client.get(f"{_base(document)}/review.json").json()["pages"]
    for address, most in ((page["image"], 300_000), (page["thumb"], 8_000)):
        answer = client.get(address)
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
        assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
        assert 0 < len(b"".join(answer)) <= most  # type: ignore[arg-type]
        unnamed = client.get(address.split("?")[0])
        assert unnamed["Cache-Control"] == "private, no-cache"
        assert b"".join(unnamed)  # type: ignore[arg-type]
