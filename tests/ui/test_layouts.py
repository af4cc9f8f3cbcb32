"""Learned layouts in the browser: the note after a correction, its undo, the list, one layout, what deleting would change."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from playwright.sync_api import expect

from docflow.accounts.actors import Actor
from docflow.accounts.models import Organization, User
from documents.models import Document, Layout, Lesson
from documents.operations import changes
from tests import make
from tests.documents.test_layouts import bill
from tests.ui.conftest import Site

CLERK = Actor("user", "Clara Clerk")


def person(organization: Organization, role: str = "reviewer") -> User:
    return make.user(f"{role}@{organization.slug}.example", organization, role)


def taught(organization: Organization) -> Document:
    document = make.document(organization, bill("K-4711/A"), "first.txt")
    changes.change_field(document, "invoice_number", {"value": "K-4711/A"}, CLERK)
    return document


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_correction_says_that_it_was_learned_and_undo_forgets_it(site: Site, acme: Organization) -> None:
    document = make.document(acme, bill("K-4711/A"), "first.txt")
    page = site.page(person(acme))
    page.goto(f"{site.url}/o/{acme.slug}/documents/{document.uuid}")
    note = page.locator("#field-invoice_number .learned")
    expect(note).to_be_hidden()
    page.fill("#value-invoice_number", "K-4711/A")
    page.press("#value-invoice_number", "Enter")
    expect(note).to_be_visible()
    expect(note).to_contain_text("Learned")
    expect(page.locator(".save-state")).to_contain_text("Saved")
    note.get_by_role("button").click()
    page.wait_for_url(re.compile(str(document.uuid)))
    expect(page.locator("#field-invoice_number .learned")).to_be_hidden()
    expect(page.locator("#value-invoice_number")).to_have_value("K-4711/A")
    assert not Lesson.objects.exists()


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_list_and_layout_fit_the_window(site: Site, acme: Organization, width: int, scheme: str) -> None:
    taught(acme)
    make.document(acme, bill("K-4712/B"), "second.txt")
    page = site.page(person(acme), viewport={"width": width, "height": 844}, color_scheme=scheme)
    page.goto(f"{site.url}/o/{acme.slug}/layouts")
    page.get_by_role("link", name="Nordwind Handels GmbH").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nordwind Handels GmbH")
    expect(page.locator("main")).to_contain_text("right of “our docket”")
    expect(page.locator("main")).to_contain_text("Read with it in the last 30 days")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="Forget this layout").click()
    expect(page.get_by_text("No layouts learned yet")).to_be_visible()


@pytest.mark.django_db
@pytest.mark.usefixtures("collected")
def test_without_scripts_the_note_is_in_the_page() -> None:
    acme = make.organization()
    document = taught(acme)
    client = signed_in(person(acme))
    shown = client.get(f"/o/{acme.slug}/documents/{document.uuid}").content.decode()
    assert shown.count('<p class="learned">') == 1
    assert "Nordwind Handels GmbH</a>" in shown
    contact = client.get(f"/o/{acme.slug}/contacts/{document.contact_id}").content.decode()
    assert f"/o/{acme.slug}/layouts/{Layout.objects.of(acme).get().pk}" in contact
    client.post(f"/o/{acme.slug}/documents/{document.uuid}/forget", {"key": "invoice_number"})
    assert '<p class="learned">' not in client.get(f"/o/{acme.slug}/documents/{document.uuid}").content.decode()


@pytest.mark.django_db
@pytest.mark.usefixtures("collected")
def test_switching_needs_a_reviewer_and_nothing_is_seen_from_elsewhere() -> None:
    acme, other = make.organization(), make.organization()
    taught(acme)
    layout = Layout.objects.of(acme).get()
    viewer, stranger, reviewer = (
        signed_in(each) for each in (person(acme, "viewer"), person(other, "admin"), person(acme, "reviewer"))
    )
    base = f"/o/{acme.slug}/layouts/{layout.pk}"
    assert viewer.get(base).status_code == 200
    assert "Switch off" not in viewer.get(base).content.decode()
    assert viewer.post(f"{base}/switch").status_code == 403
    assert stranger.get(base).status_code == 404
    assert stranger.get(f"/o/{other.slug}/layouts/{layout.pk}").status_code == 404
    assert stranger.post(f"/o/{other.slug}/layouts/{layout.pk}/delete").status_code == 404
    assert "No layouts learned yet" in stranger.get(f"/o/{other.slug}/layouts").content.decode()
    reviewer.post(f"{base}/switch", {"to": "list"})
    layout.refresh_from_db()
    assert not layout.is_on


@pytest.mark.django_db
@pytest.mark.usefixtures("collected")
def test_one_lesson_can_be_forgotten_from_the_layout() -> None:
    acme = make.organization()
    document = taught(acme)
    changes.change_field(document, "due_date", {"absent": True}, CLERK)
    layout = Layout.objects.of(acme).get()
    client = signed_in(person(acme))
    assert "not on this layout" in client.get(f"/o/{acme.slug}/layouts/{layout.pk}").content.decode()
    forget = f"/o/{acme.slug}/documents/{document.uuid}/forget"
    assert client.post(forget, {"key": "due_date", "to": "layout"}).url == f"/o/{acme.slug}/layouts/{layout.pk}"
    assert client.post(forget, {"key": "invoice_number", "to": "layout"}).url == f"/o/{acme.slug}/layouts"
