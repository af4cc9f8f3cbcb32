"""Sites for fault tests, each a copy of one that was prepared once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.site import DIVISOR, Database, Site


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A migrated database with one organization, nothing running."""
    folder = tmp_path_factory.mktemp("prepared")
    site = Site(folder, Database(folder))
    site.key = site.drive("prepare")["key"]
    yield site
    site.close()


@pytest.fixture
def new_site(prepared: Site, tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """Makes sites; what they left running is ended after the test."""
    made: list[Site] = []

    def make(divisor: int = DIVISOR) -> Site:
        folder = tmp_path / f"site-{len(made)}"
        shutil.copytree(prepared.folder, folder)
        made.append(Site(folder, Database(folder, prepared.database.name), key=prepared.key, divisor=divisor))
        return made[-1]

    yield make
    for site in made:
        site.close()


@pytest.fixture
def site(new_site: Callable[..., Site]) -> Site:
    return new_site()
