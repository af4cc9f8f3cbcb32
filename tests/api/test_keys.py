"""Who may call: header forms, scopes, kinds of key, sessions, rates."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from docflow.accounts import operations as accounts
from docflow.accounts.actors import COMMAND
from docflow.accounts.models import ApiKey, Organization, Plan, User
from tests import make

FORMS = (
    lambda key: {"Authorization": f"Bearer {key}"},
    lambda key: {"Authorization": f"API_KEY {key}"},
    lambda key: {"Authentication": key},
    lambda key: {"Authentication": f"API_KEY {key}"},
    lambda key: {"X-API-Key": key},
    lambda key: {"authorization": f"bearer {key}"},
)


@pytest.fixture(autouse=True)
def _fresh_counters() -> None:
    cache.clear()


def test_a_key_opens_in_every_header_form(acme: Organization, client: Client) -> None:
    key = make.key(acme)
    assert [client.get("/api/contacts", headers=form(key)).status_code for form in FORMS] == [200] * len(FORMS)


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer org_wrong"}, {"Authorization": "Bearer "}, {"X-API-Key": "é"}]
)
def test_without_a_good_key_nothing_opens(acme: Organization, client: Client, headers: dict[str, str]) -> None:
    answer = client.get("/api/contacts", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert answer["WWW-Authenticate"] == "Bearer"


def test_two_different_keys_are_refused_but_the_same_twice_is_not(acme: Organization, client: Client) -> None:
    one, two = make.key(acme), make.key(acme)
    assert client.get("/api/contacts", headers={"Authorization": f"Bearer {one}", "X-API-Key": two}).status_code == 401
    assert client.get("/api/contacts", headers={"Authorization": f"Bearer {one}", "X-API-Key": one}).status_code == 200


def test_a_revoked_or_expired_key_stops_at_once(acme: Organization, client: Client) -> None:
    text = make.key(acme)
    headers = {"Authorization": f"Bearer {text}"}
    assert client.get("/api/contacts", headers=headers).status_code == 200
    row = ApiKey.objects.get(digest=accounts.digest_of(text))
    ApiKey.objects.filter(pk=row.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get("/api/contacts", headers=headers).json()["code"] == "key_expired"
    accounts.revoke_key(row, COMMAND)
    assert client.get("/api/contacts", headers=headers).json()["code"] == "not_authenticated"


def test_a_scope_opens_its_calls_and_no_others(acme: Organization, client: Client) -> None:
    headers = {"Authorization": f"Bearer {make.key(acme, 'contact.read', 'rule.*')}"}
    assert client.get("/api/contacts", headers=headers).status_code == 200
    assert client.get("/api/rules/runs", headers=headers).status_code == 200
    refused = client.post("/api/contacts", {"name": "X"}, content_type="application/json", headers=headers)
    assert refused.json() == {"detail": "This key lacks the scope contact.edit.", "code": "scope_missing"}
    assert refused.status_code == 403


def test_an_account_key_is_told_to_use_another(acme: Organization, alice: User, client: Client) -> None:
    key = accounts.create_key("mine", ["*"], COMMAND, account=alice)[1]
    answer = client.get("/api/documents", headers={"X-API-Key": key})
    assert (answer.status_code, answer.json()["code"]) == (403, "wrong_key_kind")
    assert "organization key" in answer.json()["detail"]


def test_a_signed_in_person_reads_by_role_and_writes_only_with_the_csrf_token(
    collected: None, acme: Organization, bob: User
) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(bob)
    assert browser.get("/api/contacts").status_code == 200
    assert browser.get("/api/audit").json()["code"] == "scope_missing"
    answer = browser.post("/api/contacts", {"name": "X"}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
    browser.get("/api/docs")
    token = browser.cookies["docflow-csrf"].value
    answer = browser.post("/api/contacts", {"name": "X"}, content_type="application/json", headers={"X-CSRFToken": token})
    assert answer.status_code == 201


def test_a_person_of_two_organizations_chooses_and_sees_no_third(acme: Organization, other: Organization, bob: User) -> None:
    second = make.organization("Second")
    accounts.set_membership(bob, second, "viewer", COMMAND)
    browser = Client()
    browser.force_login(bob)
    named = {name: browser.get("/api/contacts", headers={"X-Organization": name}) for name in (second.slug, str(second.uuid))}
    assert {answer.json()["contacts"][0]["id"] for answer in named.values()} == {second.contacts.get().pk}
    assert browser.get("/api/contacts", headers={"X-Organization": other.slug}).status_code == 404
    assert browser.get("/api/contacts").json()["contacts"][0]["id"] == acme.contacts.get().pk


def test_the_call_over_the_rate_is_refused_and_does_nothing(client: Client, db: None) -> None:
    small = make.organization("Small", plan="small")
    assert small.plan is not None
    assert small.plan.calls_per_minute == 60
    Plan.objects.filter(pk=small.plan_id).update(calls_per_minute=4)  # so few calls never take a minute
    headers = {"X-API-Key": make.key(small)}
    first = client.get("/api/contacts", headers=headers)
    assert (first["RateLimit-Limit"], first["RateLimit-Remaining"]) == ("4", "3")
    assert 0 < int(first["RateLimit-Reset"]) <= 60
    rest = [client.get("/api/contacts?limit=0", headers=headers).status_code for _ in range(3)]
    assert rest == [422] * 3
    over = client.post("/api/contacts", {"name": "X"}, content_type="application/json", headers=headers)
    assert (over.status_code, over.json()["code"], over["RateLimit-Remaining"]) == (429, "rate_limited", "0")
    assert 0 < int(over["Retry-After"]) <= 60
    assert over["Retry-After"] in over.json()["detail"]
    assert small.contacts.count() == 1
    assert client.get("/api/contacts", headers={"X-API-Key": make.key(small)}).status_code == 200


def test_without_a_limit_nothing_is_counted(api: Client) -> None:
    assert "RateLimit-Limit" not in api.get("/api/contacts").headers


def test_guessing_keys_ends_after_twenty_whatever_the_forwarded_address(acme: Organization) -> None:
    client = Client(REMOTE_ADDR="198.51.100.7")  # nobody else's: its minute begins here
    tries = [
        client.get("/api/contacts", headers={"X-API-Key": f"org_{number}", "X-Forwarded-For": f"10.0.0.{number}"})
        for number in range(22)
    ]
    assert [answer.status_code for answer in tries] == [401] * 20 + [429] * 2
    assert int(tries[-1]["Retry-After"]) > 0
    assert client.get("/api/contacts", headers={"X-API-Key": make.key(acme)}).status_code == 200
