"""A browser against the site as it is served: hashed static files, real documents read by the real pipeline."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from docflow.accounts.models import Organization, User
from documents.models import Document
from tests import make

# Playwright's own loop runs in this thread; Django takes it for asynchronous code and would refuse every query.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = os.environ.get("DOCFLOW_TEST_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
DESKTOP = {"width": 1280, "height": 800}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Site:
    """The running site, and the ways in which a test opens a page of it."""

    browser: Browser
    url: str
    faults: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def context(self, person: User | None = None, **options: object) -> BrowserContext:
        """A fresh browser profile, signed in as `person`, in which every console error and policy violation is a fault."""
        context = self.browser.new_context(**{"viewport": DESKTOP, "locale": "en-GB", **options})  # type: ignore[arg-type]
        context.set_default_timeout(8000)
        if person is not None:
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": _session(person), "url": self.url}])
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.faults.append(f"uncaught: {error.error}"))
        context.on("request", self._asked)
        self.contexts.append(context)
        return context

    def page(self, person: User | None = None, **options: object) -> Page:
        return self.context(person, **options).new_page()

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"console: {message.text} ({message.location.get('url')})")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.url, "blob:", "data:", "about:")):
            self.faults.append(f"request to another host: {request.url}")

    def announced(self, *words: str) -> None:
        """Takes back faults that the test meant to cause."""
        self.faults = [fault for fault in self.faults if not any(word in fault for word in words)]


def _session(person: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return str(session.session_key)


@pytest.fixture
def site(browser: Browser, collected: None, transactional_db: None) -> Iterator[Site]:
    """The site in a thread. WhiteNoise serves the static files, so the handler that Django offers is left out."""
    server = LiveServerThread("127.0.0.1", lambda application: application)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    site = Site(browser, f"http://127.0.0.1:{server.port}")
    yield site
    for context in site.contexts:
        context.close()
    server.terminate()
    server.join()
    connections.close_all()
    assert site.faults == []


@pytest.fixture
def acme(site: Site) -> Organization:
    return make.organization("Acme Books")


@pytest.fixture
def waiting(acme: Organization) -> list[Document]:
    """Three invoices that were read and wait for review; the second lacks its number."""
    texts = [make.invoice_text("R-1001"), make.invoice_text("").replace(b"Invoice number: ", b""), make.invoice_text("R-1003")]
    return [make.document(acme, text, f"invoice-{place}.txt") for place, text in enumerate(texts, 1)]
