"""One try of one delivery: signed, with the endpoint's token, through the one door. No database writes here."""

from __future__ import annotations

from datetime import datetime

from docflow.outbound import Answer, OutboundPolicy, post
from docflow.outbound.door import REAL, Outside
from rules.models import Delivery, SigningSecret, WebhookEndpoint
from rules.webhooks.signing import signed_headers


def keys_in_force(source: WebhookEndpoint | SigningSecret, at: datetime) -> list[str]:
    """The secrets that sign now, the newest first: the one before it signs along for 24 hours."""
    rolling = source.old_secret and source.old_secret_until is not None and source.old_secret_until > at
    return [source.secret, source.old_secret] if rolling else [source.secret]


def send(delivery: Delivery, keys: list[str], at: datetime, policy: OutboundPolicy, outside: Outside = REAL) -> Answer:
    """Sends the stored body once. Raises OfflineModeError."""
    body = delivery.body.encode("utf-8")
    headers = signed_headers(delivery.message_id, at, body, keys)
    token = delivery.endpoint.bearer_token if delivery.endpoint else delivery.bearer_token
    if token:
        headers["Authorization"] = f"Bearer {token}"
    url = delivery.endpoint.url if delivery.endpoint else delivery.url
    return post(url, body, headers, policy, outside)
