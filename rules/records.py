"""What rules, receivers, deliveries and notifications look like to programs: one rendering for the API and for webhooks."""

from __future__ import annotations

import json
from typing import Any

from docflow.accounts.models import Event
from documents.models import Contact, Folder
from documents.record import moment
from rules.models import Attempt, Delivery, Notification, Rule, RuleRun, WebhookEndpoint


def rule_record(rule: Rule) -> dict[str, Any]:
    """Section 11 of surfaces/documents.md. Tokens of webhook actions are never shown."""
    newest = rule.rule_runs.order_by("-id").first()
    return {
        "id": rule.pk,
        "name": rule.name,
        "is_active": rule.is_active,
        "position": rule.position,
        "profile_id": rule.profile_id,
        "trigger": rule.trigger,
        "conditions": rule.conditions,
        "actions": [_shown_action(each) for each in rule.actions],
        "last_run_at": moment(newest.created_at) if newest else None,
        "runs": rule.rule_runs.count(),
        "created_at": moment(rule.created_at),
        "updated_at": moment(rule.updated_at),
    }


def _shown_action(action: dict[str, Any]) -> dict[str, Any]:
    shown = {key: value for key, value in action.items() if key != "sealed_token"}
    return {**shown, "has_bearer_token": "sealed_token" in action} if "url" in action else shown


def run_record(run: RuleRun) -> dict[str, Any]:
    return {
        "id": run.pk,
        "rule_id": run.rule_id,
        "rule_name": run.rule_name,
        "document_id": run.document_id,
        "trigger": run.trigger,
        "matched": run.matched,
        "conditions": run.conditions,
        "actions": run.actions,
        "ok": run.ok,
        "duration_ms": run.duration_ms,
        "created_at": moment(run.created_at),
    }


def endpoint_record(endpoint: WebhookEndpoint, secret: str | None = None) -> dict[str, Any]:
    """Section 13. `secret` is given only in the answer that makes one."""
    newest = endpoint.deliveries.order_by("-id").first()
    record = {
        "id": endpoint.pk,
        "channel": endpoint.channel,
        "url": endpoint.url,
        "events": endpoint.events,
        "is_active": endpoint.is_active,
        "has_bearer_token": bool(endpoint.bearer_token),
        "secret": secret,
        "secret_last4": endpoint.secret_last4,
        "disabled_reason": endpoint.disabled_reason,
        "last_delivery": _newest(newest) if newest else None,
        "created_at": moment(endpoint.created_at),
        "updated_at": moment(endpoint.updated_at),
    }
    if secret is None:
        del record["secret"]
    return record


def _newest(delivery: Delivery) -> dict[str, Any]:
    return {"id": delivery.pk, "event": delivery.event, "state": delivery.state, "created_at": moment(delivery.created_at)}


def delivery_record(delivery: Delivery, *, whole: bool = False) -> dict[str, Any]:
    """A delivery as lists show it; `whole` adds its tries and the body as sent."""
    pending = delivery.state == "pending"
    record: dict[str, Any] = {
        "id": delivery.pk,
        "message_id": delivery.message_id,
        "webhook_id": delivery.endpoint_id,
        "format": "documents",
        "event": delivery.event,
        "document_id": delivery.document_id,
        "url": delivery.url,
        "state": delivery.state,
        "held": pending and delivery.is_held,
        "next_attempt_at": moment(delivery.next_at) if pending and not delivery.is_held else None,
        "created_at": moment(delivery.created_at),
        "delivered_at": moment(delivery.delivered_at),
    }
    if whole:
        record["attempts"] = [attempt_record(each) for each in delivery.tries.all()]
        record["payload"] = json.loads(delivery.body)
    return record


def attempt_record(attempt: Attempt) -> dict[str, Any]:
    return {
        "number": attempt.number,
        "at": moment(attempt.at),
        "status": attempt.status,
        "error": attempt.error,
        "duration_ms": attempt.duration_ms,
        "response": attempt.response,
    }


def notification_record(notification: Notification) -> dict[str, Any]:
    """Section 16."""
    return {
        "id": notification.pk,
        "title": notification.title,
        "message": notification.message,
        "kind": notification.kind,
        "document_id": notification.document_id,
        "rule_id": notification.rule_id,
        "read": notification.is_read,
        "created_at": moment(notification.created_at),
    }


def event_record(event: Event) -> dict[str, Any]:
    """A line of the audit log, section 16."""
    return {
        "id": event.pk,
        "at": moment(event.at),
        "actor": {"kind": event.actor_kind, "name": event.actor_name},
        "event_type": event.event_type,
        "document_id": event.document_id,
        "contact_id": event.contact_id,
        "detail": event.detail,
        "before": event.before,
        "after": event.after,
        "request_id": event.request_id,
    }


def new_contact_record(contact: Contact) -> dict[str, Any]:
    """Section 9, of a contact that has just been made: it holds no documents."""
    return {
        "id": contact.pk,
        "name": contact.name,
        "type": contact.type,
        "email": contact.email,
        "phone": contact.phone,
        "company": contact.company,
        "address": contact.address,
        "notes": contact.notes,
        "parent_id": contact.parent_id,
        "default_profile_id": contact.default_profile_id,
        "vat_ids": contact.vat_ids,
        "bank_accounts": contact.bank_accounts,
        "is_system": contact.is_system,
        "folders": [
            {"id": folder.pk, "name": folder.name} for folder in sorted(contact.folders.all(), key=lambda row: row.pk)
        ],
        "statistics": {"documents": 0, "by_status": {}, "invoice_totals": {}},
        "created_at": moment(contact.created_at),
        "updated_at": moment(contact.updated_at),
    }


def new_folder_record(folder: Folder) -> dict[str, Any]:
    """Section 9, of a folder that has just been made: it is empty."""
    return {
        "id": folder.pk,
        "name": folder.name,
        "contact_id": folder.contact_id,
        "contact_name": folder.contact.name,
        "documents": 0,
        "by_status": {},
        "is_system": folder.is_system,
        "created_at": moment(folder.created_at),
        "updated_at": moment(folder.updated_at),
    }
