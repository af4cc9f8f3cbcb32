"""Bodies of outgoing messages: the common envelope and the keys of each event (surfaces/documents.md section 13)."""

from __future__ import annotations

import json
import re
import secrets
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from docflow.accounts.models import Event
from documents import record
from documents.models import Contact, Document, Folder
from documents.operations.values import profile_of
from rules.models import Notification, RuleRun, WebhookEndpoint
from rules.records import event_record, new_contact_record, new_folder_record, notification_record

SCHEMA_VERSION = "2.0"


def envelope(event: str, keys: dict[str, Any], at: datetime | None = None) -> str:
    """The body as it is stored and sent: the event's own keys beside schema_version, event and timestamp."""
    head = {"schema_version": SCHEMA_VERSION, "event": event, "timestamp": record.moment(at or timezone.now())}
    return json_text({**head, **keys})


def json_text(value: Any) -> str:
    """JSON in which a Decimal is a number, digit by digit: 1500.00 stays 1500.00 and never passes through a float."""
    mark = secrets.token_hex(8)  # not to be guessed, so that no text of a customer turns into a number

    def number(found: object) -> str:
        if isinstance(found, Decimal):
            return f"{mark}{found:f}{mark}"
        raise TypeError(f"{type(found).__name__} has no form in JSON")

    text = json.dumps(value, ensure_ascii=False, default=number, separators=(", ", ": "))
    return re.sub(f'"{mark}(-?[0-9.]+){mark}"', r"\1", text)


def document_keys(document: Document) -> dict[str, Any]:
    """The keys of `document.exported`; the first ones are those of the record, rendered by the same function."""
    return {
        **record.core(document),
        "custom_fields": custom_fields(document),
        "organization_id": str(document.organization.uuid),
    }


def custom_fields(document: Document) -> dict[str, Any]:
    """Label -> value for the fields of a custom profile; nothing for a built-in one."""
    if document.profile is None or document.profile.is_built_in:
        return {}
    pure = profile_of(document)
    values = record.extracted_fields(document, pure)
    return {field.label: values.get(field.key) for field in pure.fields}


def contact_keys(contact: Contact) -> dict[str, Any]:
    return {"contact": new_contact_record(contact)}


def folder_keys(folder: Folder) -> dict[str, Any]:
    return {"folder": new_folder_record(folder)}


def notification_keys(notification: Notification) -> dict[str, Any]:
    return {"notification": notification_record(notification)}


def run_keys(run: RuleRun) -> dict[str, Any]:
    """The keys of `rule.executed`."""
    return {
        "rule_id": run.rule_id,
        "rule_name": run.rule_name,
        "document_id": run.document_id,
        "trigger": run.trigger,
        "success": run.ok,
        "actions": run.actions,
        "error": next((each["error"] for each in run.actions if each["error"]), None),
    }


def audit_keys(event: Event) -> dict[str, Any]:
    return {"entry": event_record(event)}


def trial_keys(endpoint: WebhookEndpoint) -> dict[str, Any]:
    return {"channel": endpoint.channel, "message": "This is a test of docflow. Nothing happened."}
