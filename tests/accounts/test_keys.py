"""P8: a key can be recognized, limited, revoked; it is shown once and only its digest is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from docflow.accounts import operations, scopes
from docflow.accounts.actors import COMMAND, Actor
from docflow.accounts.models import ApiKey, Event, Organization, User
from docflow.errors import InputError, KeyExpiredError, KeyInvalidError


def test_a_thousand_keys_differ_and_carry_their_checksum() -> None:
    keys = {operations.new_key_text("org") for _ in range(1000)}
    assert len(keys) == 1000
    assert {len(key) for key in keys} == {4 + 43 + 6}
    assert all(key.startswith("org_") for key in keys)


def test_only_the_digest_of_a_key_is_kept(acme: Organization) -> None:
    row, text = operations.create_key("erp", ["document.read"], COMMAND, organization=acme)
    stored = {field.name: str(getattr(row, field.name)) for field in ApiKey._meta.concrete_fields}
    assert all(text not in value for value in stored.values())
    assert (row.prefix, row.last_four) == (text[:8], text[-4:])
    assert text not in "".join(Event.objects.of(acme).values_list("detail", flat=True))
    assert operations.key_from_text(text, "127.0.0.1") == row


def test_use_of_a_key_is_noted_at_most_once_a_minute(acme: Organization) -> None:
    row, text = operations.create_key("erp", ["*"], COMMAND, organization=acme)
    operations.key_from_text(text, "10.1.1.1")
    row.refresh_from_db()
    first = row.last_used_at
    assert first is not None
    assert row.last_used_from == "10.1.1.1"
    operations.key_from_text(text, "10.2.2.2")
    row.refresh_from_db()
    assert row.last_used_at == first


def test_revoked_expired_and_unknown_keys_are_refused(acme: Organization) -> None:
    row, text = operations.create_key("erp", ["*"], COMMAND, organization=acme, days=3)
    assert row.expires_at is not None
    ApiKey.objects.filter(pk=row.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(KeyExpiredError):
        operations.key_from_text(text, None)
    operations.revoke_key(row, COMMAND)
    operations.revoke_key(row, COMMAND)
    assert Event.objects.of(acme).filter(event_type="key.revoked").count() == 1
    with pytest.raises(KeyInvalidError):
        operations.key_from_text(text, None)
    with pytest.raises(KeyInvalidError):
        operations.key_from_text("org_unknown", None)


def test_a_bad_order_for_a_key_names_every_fault(acme: Organization) -> None:
    with pytest.raises(InputError) as caught:
        operations.create_key(" ", ["document.fly"], COMMAND, organization=acme, days=-1)
    assert {fault.field for fault in caught.value.faults} == {"name", "scopes", "days"}
    with pytest.raises(InputError):
        operations.create_key("none", [], COMMAND, organization=acme)


def test_a_key_cannot_make_a_stronger_one(acme: Organization) -> None:
    weak, _ = operations.create_key("weak", ["key.admin", "contact.*"], COMMAND, organization=acme)
    with pytest.raises(InputError, match=r"lacks document\.read"):
        operations.create_key("strong", ["contact.read", "document.read"], Actor.of_key(weak), organization=acme)


def test_scopes_hold_by_name_by_family_and_by_star() -> None:
    assert scopes.allow(["contact.*"], "contact.edit")
    assert scopes.allow(["*"], "audit.read")
    assert not scopes.allow(["contact.read"], "contact.edit")
    assert not scopes.allow([], "contact.read")
    assert scopes.unknown(["contact.*", "*", "document.read", "moon.land"]) == ["moon.land"]


def test_each_role_allows_what_the_one_before_it_does() -> None:
    for lower, higher in (("viewer", "reviewer"), ("reviewer", "approver"), ("approver", "admin")):
        assert all(scopes.allow(scopes.of_role(higher), scope) for scope in scopes.of_role(lower))


def test_an_account_key_belongs_to_a_person(alice: User) -> None:
    row, text = operations.create_key("mine", ["*"], COMMAND, account=alice)
    assert text.startswith("acc_")
    assert row.organization is None
