"""The administrator's desk: organizations, members and keys, by the same operations as everywhere."""

from __future__ import annotations

import re

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import NoReverseMatch, reverse

from docflow.accounts.models import ApiKey, Event, Membership, Organization, Plan, User
from documents.models import Contact
from tests import make


@pytest.fixture
def olga(acme: Organization, collected: None) -> Client:
    """The operator, signed in."""
    person = make.user("olga@docflow.example", acme, "admin", operator=True)
    client = Client()
    client.force_login(person)
    return client


def test_an_organization_made_in_the_admin_has_all_that_others_have(olga: Client) -> None:
    plan = Plan.objects.get(key="small")
    answer = olga.post(
        "/admin/accounts/organization/add/",
        {
            "name": "New Books",
            "slug": "",
            "plan": plan.pk,
            "duplicate_policy": "reject",
            "memberships-TOTAL_FORMS": 0,
            "memberships-INITIAL_FORMS": 0,
        },
    )
    assert answer.status_code in (200, 302)
    made = Organization.objects.get(name="New Books")
    assert (made.slug, made.plan, made.duplicate_policy) == ("new-books", plan, "reject")
    assert Contact.objects.of(made).get().is_system


def test_a_person_gets_a_password_and_a_membership(olga: Client, acme: Organization) -> None:
    form = {
        "email": "New@acme.example",
        "name": "New",
        "is_active": "on",
        "new_password": "short",
        "memberships-TOTAL_FORMS": 1,
        "memberships-INITIAL_FORMS": 0,
        "memberships-0-organization": acme.pk,
        "memberships-0-role": "reviewer",
    }
    assert "at least 12" in olga.post("/admin/accounts/user/add/", form).content.decode()
    assert olga.post("/admin/accounts/user/add/", {**form, "new_password": make.PASSWORD}).status_code == 302
    person = User.objects.get(email="new@acme.example")
    assert person.check_password(make.PASSWORD)
    assert Membership.objects.get(user=person).role == "reviewer"


def test_a_key_is_shown_once_used_and_revoked(olga: Client, acme: Organization) -> None:
    form = {"name": "ERP", "organization": acme.pk, "scopes": ["document.read"], "days": 30}
    shown = olga.post("/admin/accounts/apikey/add/", form)
    found = re.search(r"org_[0-9A-Za-z]{49}", shown.content.decode())
    assert found is not None
    assert "no-store" in shown["Cache-Control"]
    key = ApiKey.objects.get(name="ERP")
    assert key.expires_at is not None
    program = Client(headers={"Authorization": f"Bearer {found.group()}"})
    assert program.get("/api/documents").status_code == 200
    listed = olga.get("/admin/accounts/apikey/").content.decode()
    assert found.group() not in listed
    assert found.group() not in olga.get(f"/admin/accounts/apikey/{key.pk}/change/").content.decode()
    key.refresh_from_db()
    assert key.last_used_at is not None
    olga.post("/admin/accounts/apikey/", {"action": "revoke", "_selected_action": [key.pk]})
    assert program.get("/api/documents").status_code == 401
    assert Event.objects.filter(event_type="key.revoked", actor_kind="user").exists()


def test_a_key_is_of_an_organization_or_of_a_person(olga: Client, acme: Organization) -> None:
    answer = olga.post("/admin/accounts/apikey/add/", {"name": "x", "scopes": ["*"], "days": 0})
    assert "not both" in answer.content.decode()
    assert not ApiKey.objects.filter(name="x").exists()


def test_the_queues_own_admin_is_not_there() -> None:
    registered = {model._meta.app_label for model in admin.site._registry}
    assert "django_q" not in registered
    with pytest.raises(NoReverseMatch):
        reverse("admin:django_q_schedule_add")


def test_only_operators_come_in(alice: User, collected: None) -> None:
    client = Client()
    client.force_login(alice)
    assert client.get("/admin/").status_code == 302
