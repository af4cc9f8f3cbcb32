"""Swagger UI and Redoc in a browser: they show the calls, ask no other host and break no policy."""

from __future__ import annotations

import pytest

from tests.ui.conftest import Site


@pytest.mark.parametrize(
    ("path", "call"), [("/api/docs", ".opblock"), ("/docs", ".opblock"), ("/api/redoc", "[data-section-id]")]
)
def test_a_reader_shows_the_calls(site: Site, path: str, call: str) -> None:
    page = site.page()
    page.goto(f"{site.url}{path}", timeout=30_000)
    page.locator(call).first.wait_for(timeout=30_000)
    assert page.locator(call).count() > 5
    # Redoc's foot shows a picture of its maker's; the policy keeps the browser from asking for it.
    site.announced("cdn.redoc.ly")
