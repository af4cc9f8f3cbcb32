"""Sends the document to an address: an endpoint's, or one of the rule's own with its own token."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from docflow import leases
from docflow.accounts.models import Organization
from docflow.encryption import EncryptedTextField
from docflow.errors import Fault, NotFoundError, StateConflictError, missing, unknown
from documents.models import Document
from rules.actions.action import Action, Keys
from rules.models import Delivery, Rule, WebhookEndpoint
from rules.operations import deliveries, endpoints
from rules.webhooks import payload

EVENT = "rule.webhook"
_SEAL = EncryptedTextField()  # the token lies in the rule's JSON, as unreadable as in a column of its own


def check(organization: Organization, place: str, keys: Keys) -> list[Fault]:
    if keys.get("webhook_id") is not None:
        if _endpoint(organization, keys["webhook_id"]) is None:
            return [unknown(f"{place}.webhook_id", f"There is no webhook {keys['webhook_id']}.")]
        return []
    if keys.get("url") in (None, ""):
        return [missing(f"{place}.url")]
    faults = endpoints.url_faults(f"{place}.url", keys["url"])
    return [*faults, *endpoints.token_faults(f"{place}.bearer_token", keys.get("bearer_token") or "")]


def _endpoint(organization: Organization, webhook_id: object) -> WebhookEndpoint | None:
    if not isinstance(webhook_id, int) or isinstance(webhook_id, bool):
        return None
    return WebhookEndpoint.objects.of(organization).filter(pk=webhook_id).first()


def seal(keys: Keys, old: Keys | None) -> dict[str, Any]:
    """The token encrypted. Without a new one the old token stays as long as the host does."""
    stored = {key: value for key, value in keys.items() if key in ("type", "url", "webhook_id")}
    token = keys.get("bearer_token")
    if token:
        stored["sealed_token"] = _SEAL.get_prep_value(token)
    elif token is None and old and "sealed_token" in old and _host(old.get("url")) == _host(keys.get("url")):
        stored["sealed_token"] = old["sealed_token"]
    return stored


def _host(url: Any) -> str:
    return urlsplit(str(url or "")).netloc.lower()


def effect(document: Document, keys: Keys) -> str:
    return f"webhook to {_host(keys['url'])}" if keys.get("url") else f"webhook to endpoint {keys['webhook_id']}"


def run(document: Document, keys: Keys, rule: Rule) -> str:
    """Writes the delivery; what its first try gives is entered into the run log afterwards."""
    body = payload.envelope(EVENT, {**payload.document_keys(document), "rule_id": rule.pk, "rule_name": rule.name})
    if keys.get("webhook_id") is not None:
        endpoint = _endpoint(document.organization, keys["webhook_id"])
        if endpoint is None:
            raise NotFoundError(f"There is no webhook {keys['webhook_id']} any more.")
        if not endpoint.is_active:
            raise StateConflictError(f"Webhook {endpoint.pk} is switched off.")
        delivery = deliveries.write(document.organization, EVENT, body, endpoint=endpoint, document=document)
    else:
        token = _SEAL.from_db_value(keys.get("sealed_token"), None, None)
        delivery = deliveries.write(document.organization, EVENT, body, url=keys["url"], bearer_token=token, document=document)
    leases.ring_waiting(Delivery, document.organization_id)
    return queued(delivery.message_id)


def queued(message_id: str) -> str:
    """What the run log says until the first try."""
    return f"queued as {message_id}"


ACTION = Action("webhook", ("url", "webhook_id"), check, effect, run, seal)
