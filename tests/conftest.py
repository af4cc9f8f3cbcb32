"""Three people: Alice and Bob of Acme, Charlie of another organization."""

from __future__ import annotations

import fcntl

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from docflow.accounts.models import Organization, User
from tests import make

# A busy machine is no fault of the code: speed is compared in bench/.
hypothesis_settings.register_profile("docflow", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("docflow")


@pytest.fixture
def acme(db: None) -> Organization:
    return make.organization("Acme Books")


@pytest.fixture
def other(db: None) -> Organization:
    return make.organization("Charlie's Company")


@pytest.fixture
def alice(acme: Organization) -> User:
    return make.user("alice@acme.example", acme, "admin")


@pytest.fixture
def bob(acme: Organization) -> User:
    return make.user("bob@acme.example", acme, "reviewer")


@pytest.fixture
def charlie(other: Organization) -> User:
    return make.user("charlie@other.example", other, "admin")


@pytest.fixture
def api(acme: Organization) -> Client:
    """A program with a key of Acme that may do everything."""
    return Client(headers={"Authorization": f"Bearer {make.key(acme)}"})


@pytest.fixture
def foreign_api(other: Organization) -> Client:
    """The same for Charlie's organization."""
    return Client(headers={"Authorization": f"Bearer {make.key(other)}"})


@pytest.fixture(scope="session")
def collected() -> None:
    """Static files under their hashed names, as a page needs them."""
    with (settings.DATA_DIR / "collecting").open("w") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)  # the processes of a run share the folder
        if not (settings.STATIC_ROOT / "staticfiles.json").exists():
            call_command("collectstatic", interactive=False, verbosity=0)
    staticfiles_storage.hashed_files, staticfiles_storage.manifest_hash = staticfiles_storage.load_manifest()
