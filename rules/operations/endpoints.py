"""Every write to receivers of webhooks and to the secrets that sign."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone

from docflow import leases
from docflow.accounts import audit
from docflow.accounts.actors import Actor
from docflow.accounts.models import Organization
from docflow.errors import Fault, InputError, NotBuiltError, UrlRefusedError, invalid, missing
from docflow.outbound import check_url, policy
from rules.models import Channel, Delivery, SigningSecret, WebhookEndpoint
from rules.webhooks.signing import new_secret

EVENTS: dict[str, tuple[str, ...]] = {  # channel -> its own events
    Channel.DOCUMENTS: ("document.exported",),
    Channel.CONTACTS: ("contact.created",),
    Channel.FOLDERS: ("folder.created",),
    Channel.NOTIFICATIONS: ("notification.created",),
    Channel.RULES: ("rule.executed",),
    Channel.AUDIT: ("audit.log",),
}
ROLL = timedelta(hours=24)  # how long the old secret signs along
LONGEST_TOKEN = 500


def create_endpoint(organization: Organization, values: dict[str, Any], actor: Actor) -> tuple[WebhookEndpoint, str]:
    """A receiver of one channel -> (row, its secret, shown this once). Raises InputError, NotBuiltError (cases)."""
    faults, clean = _checked(values, _channel(values))
    faults[:0] = _channel_faults(values)
    if "url" not in values:
        faults.append(missing("url"))
    if faults:
        raise InputError(*faults)
    secret = new_secret()
    with transaction.atomic():
        channel = values["channel"]
        clean.setdefault("events", list(EVENTS[channel]))
        endpoint = WebhookEndpoint.objects.create(
            organization=organization, channel=channel, secret=secret, secret_last4=secret[-4:], **clean
        )
        audit.record(organization, actor, "setting.webhook_created", f"{channel}: {_host(endpoint.url)}")
    return endpoint, secret


def change_endpoint(endpoint: WebhookEndpoint, values: dict[str, Any], actor: Actor) -> WebhookEndpoint:
    """Any of url, is_active, bearer_token, events. Raises InputError.

    An address on another host takes the token along only if it is given again: else whoever may edit could read it there.
    """
    faults, clean = _checked(values, endpoint.channel)
    if "channel" in values and values["channel"] != endpoint.channel:
        faults.append(invalid("channel", "The channel of a webhook stays; make a new one."))
    moved = not faults and "url" in clean and _host(clean["url"]) != _host(endpoint.url)
    if moved and endpoint.bearer_token and "bearer_token" not in values:
        faults.append(invalid("bearer_token", "The address leads to another host. Give the bearer token again."))
    if faults:
        raise InputError(*faults)
    if clean.get("is_active"):
        clean["disabled_reason"] = None
    with transaction.atomic():
        before = {"host": _host(endpoint.url), "is_active": endpoint.is_active, "events": endpoint.events}
        for key, value in clean.items():
            setattr(endpoint, key, value)
        endpoint.updated_at = timezone.now()
        endpoint.save()
        after = {"host": _host(endpoint.url), "is_active": endpoint.is_active, "events": endpoint.events}
        detail = f"endpoint {endpoint.pk}: {', '.join(sorted(clean))}"
        audit.record(endpoint.organization, actor, "setting.webhook_changed", detail, before=before, after=after)
        if endpoint.is_active:
            leases.ring_waiting(Delivery, endpoint.organization_id)
    return endpoint


def delete_endpoint(endpoint: WebhookEndpoint, actor: Actor) -> None:
    """Its deliveries, waiting ones too, go with it."""
    with transaction.atomic():
        audit.record(endpoint.organization, actor, "setting.webhook_deleted", f"{endpoint.channel}: {_host(endpoint.url)}")
        endpoint.delete()


def switch_off(endpoint: WebhookEndpoint, reason: str, actor: Actor) -> None:
    """The receiver wants nothing more. Within a transaction."""
    now = timezone.now()
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(is_active=False, disabled_reason=reason, updated_at=now)
    audit.record(endpoint.organization, actor, "setting.webhook_switched_off", f"endpoint {endpoint.pk}: {reason}")


def roll_secret(source: WebhookEndpoint | SigningSecret, actor: Actor) -> str:
    """A new secret, shown this once; the one before it signs along for 24 hours."""
    with transaction.atomic():
        held: Any = type(source)._default_manager.select_for_update().get(pk=source.pk)
        secret = new_secret()
        held.old_secret, held.old_secret_until, held.secret = held.secret, timezone.now() + ROLL, secret
        if isinstance(held, WebhookEndpoint):
            held.secret_last4, held.updated_at = secret[-4:], timezone.now()
        held.save()
        audit.record(held.organization, actor, "setting.webhook_secret_rolled", str(held))
    source.refresh_from_db()
    return secret


def signing_secret(organization: Organization) -> SigningSecret:
    """What signs calls that have no endpoint; made when first needed."""
    found, _ = SigningSecret.objects.get_or_create(organization=organization, defaults={"secret": new_secret()})
    return found


def _channel(values: dict[str, Any]) -> str | None:
    channel = values.get("channel")
    return channel if isinstance(channel, str) and channel in EVENTS else None


def _channel_faults(values: dict[str, Any]) -> list[Fault]:
    channel = values.get("channel")
    if channel in (None, ""):
        return [missing("channel")]
    if channel == "cases":
        raise NotBuiltError()
    return [] if _channel(values) else [invalid("channel", f"channel must be one of {', '.join(EVENTS)}.")]


def _checked(values: dict[str, Any], channel: str | None) -> tuple[list[Fault], dict[str, Any]]:
    faults: list[Fault] = []
    clean: dict[str, Any] = {}
    if "url" in values:
        faults += url_faults("url", values["url"])
        clean["url"] = values["url"]
    if "is_active" in values:
        if not isinstance(values["is_active"], bool):
            faults.append(invalid("is_active", "is_active must be true or false."))
        clean["is_active"] = values["is_active"]
    if "bearer_token" in values:
        token = values["bearer_token"] or ""
        faults += token_faults("bearer_token", token)
        clean["bearer_token"] = token
    if values.get("events") is not None:
        faults += _events_faults(values["events"], channel)
        clean["events"] = values["events"]
    return faults, clean


def _events_faults(events: Any, channel: str | None) -> list[Fault]:
    known = EVENTS[channel] if channel else ()
    if isinstance(events, list) and events and all(each in known for each in events):
        return []
    return [invalid("events", f"events must be a list of: {', '.join(known) or 'the events of the channel'}.")]


def url_faults(field: str, url: Any) -> list[Fault]:
    """What is wrong with an address that a customer gives."""
    if url in (None, ""):
        return [missing(field)]
    if not isinstance(url, str):
        return [invalid(field, f"{field} must be text.")]
    try:
        check_url(url, policy())
    except UrlRefusedError as error:
        return [Fault(field, "url_refused", error.message)]
    return []


def token_faults(field: str, token: Any) -> list[Fault]:
    """A token goes into a header: printable ASCII, nothing else."""
    if (
        isinstance(token, str)
        and len(token) <= LONGEST_TOKEN
        and token.isascii()
        and all(sign.isprintable() for sign in token)
    ):
        return []
    return [invalid(field, f"{field} must be at most {LONGEST_TOKEN} printable ASCII characters.")]


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower()
