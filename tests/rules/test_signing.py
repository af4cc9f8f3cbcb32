"""Signatures verify with the standard's own library, in every zone and while a secret is rolled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from rules.webhooks.signing import new_secret, signed_headers

BODY = '{"name": "Müller"}'.encode()


def test_a_secret_holds_24_bytes_and_no_two_are_alike() -> None:
    first, second = new_secret(), new_secret()
    assert first.startswith("whsec_")
    assert len(first) == len("whsec_") + 32
    assert first != second


def test_a_signature_verifies_and_a_changed_body_does_not() -> None:
    secret = new_secret()
    headers = signed_headers("msg_1", datetime.now(UTC), BODY, [secret])
    Webhook(secret).verify(BODY, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY + b" ", headers)


def test_the_zone_of_the_time_does_not_matter() -> None:
    secret, shanghai = new_secret(), timezone(timedelta(hours=8))
    now = datetime.now(UTC).replace(microsecond=700_000)
    headers = signed_headers("msg_1", now.astimezone(shanghai), BODY, [secret])
    assert headers == signed_headers("msg_1", now, BODY, [secret])
    Webhook(secret).verify(BODY, headers)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        signed_headers("msg_1", datetime(2025, 11, 15), BODY, [new_secret()])


def test_while_a_secret_is_rolled_both_verify() -> None:
    new, old = new_secret(), new_secret()
    headers = signed_headers("msg_1", datetime.now(UTC), BODY, [new, old])
    assert len(headers["webhook-signature"].split(" ")) == 2
    for secret in (new, old):
        Webhook(secret).verify(BODY, headers)


def test_a_call_without_a_body_is_signed_over_nothing() -> None:
    secret = new_secret()
    Webhook(secret).verify(b"", signed_headers("msg_1", datetime.now(UTC), b"", [secret]), json_parse=False)
