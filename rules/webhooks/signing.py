"""Signatures of outgoing calls: Standard Webhooks, by its own library (surfaces/README.md section 9)."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from standardwebhooks import Webhook

SECRET_BYTES = 24  # the least the standard asks for; 32 characters of base64


def new_secret() -> str:
    """A fresh secret of an endpoint, `whsec_` and 32 characters. It is shown once."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode("ascii")


def signed_headers(message_id: str, at: datetime, body: bytes, keys: Sequence[str]) -> dict[str, str]:
    """The three headers of one try. `at` is an aware time; `body` is UTF-8, empty for a GET.

    `keys` are the secrets in force, the newest first: while a secret is rolled the old one signs along.
    """
    if at.tzinfo is None:
        raise ValueError("A signature needs a time with its zone.")
    moment = at.astimezone(UTC)  # the library overwrites the zone instead of converting: other zones sign a wrong second
    text = body.decode("utf-8")
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(Webhook(key).sign(message_id, moment, text) for key in keys),
    }
