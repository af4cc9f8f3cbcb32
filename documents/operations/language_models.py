"""Every write to an organization's language model: how it is set up, what it is asked and what came of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from docflow.accounts import audit
from docflow.accounts.actors import PIPELINE, Actor
from docflow.accounts.models import Organization
from docflow.errors import Fault, InputError, UrlRefusedError, invalid, missing
from docflow.outbound import check_url, policy
from documents.models import Document, LanguageModel, LanguageModelAnswer
from documents.models.language_model import LIMITS

PLAIN = ("is_active", "base_url", "name", "seconds", "most_characters", "most_tokens", "calls_per_day")
LONGEST_KEY = 500


def configure(organization: Organization, values: dict[str, Any], actor: Actor) -> LanguageModel:
    """Sets any of PLAIN and `api_key` ("" takes it away). Raises InputError with all faults at once.

    An address on another host takes the key along only if it is given again: else whoever may edit could read it there.
    """
    faults = faults_of(organization, values)
    if faults:
        raise InputError(*faults)
    with transaction.atomic():
        model = _of(organization)
        before = _told(model) if model.pk else None
        for key in PLAIN:
            if key in values:
                setattr(model, key, values[key])
        if "api_key" in values:
            model.api_key = values["api_key"]
        model.save()
        given = sorted(key for key in values if key in (*PLAIN, "api_key"))
        detail = f"{model.host}: {', '.join(given)}"
        audit.record(organization, actor, "setting.language_model_changed", detail, before=before, after=_told(model))
    return model


def faults_of(organization: Organization, values: dict[str, Any]) -> list[Fault]:
    """What is wrong with values for `configure`."""
    model = _of(organization)
    faults = []
    address = values.get("base_url", model.base_url)
    if not address:
        faults.append(missing("base_url"))
    elif "base_url" in values:
        faults += _address_faults(address)
    if not values.get("name", model.name):
        faults.append(missing("name"))
    for field, (low, high) in LIMITS.items():
        number = values.get(field, low)
        if not isinstance(number, int) or isinstance(number, bool) or not low <= number <= high:
            faults.append(invalid(field, f"{field} must be a whole number from {low} to {high}."))
    key = values.get("api_key", "")
    if not (isinstance(key, str) and len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        faults.append(invalid("api_key", f"A key has at most {LONGEST_KEY} printable ASCII characters."))
    if model.api_key and "api_key" not in values and urlsplit(address).netloc.lower() != model.host:
        faults.append(invalid("api_key", "The address leads to another host. Give the key again."))
    return faults


def _address_faults(address: Any) -> list[Fault]:
    if not isinstance(address, str):
        return [invalid("base_url", "base_url must be text.")]
    try:
        check_url(address, policy())
    except UrlRefusedError as error:
        return [Fault("base_url", "url_refused", error.message)]
    parts = urlsplit(address)
    return [invalid("base_url", "The address ends with its path.")] if parts.query or parts.fragment else []


def _of(organization: Organization) -> LanguageModel:
    return LanguageModel.objects.of(organization).first() or LanguageModel(organization=organization)


def _told(model: LanguageModel) -> dict[str, Any]:
    """For the audit log: never the key."""
    told = {key: getattr(model, key) for key in PLAIN if key != "base_url"}
    return {**told, "host": model.host, "has_key": bool(model.api_key)}


def take_call(model: LanguageModel) -> bool:
    """Counts one document of today, before it is sent. False: today's are used up, nothing may be sent.

    One conditional UPDATE, so that several workers together stay within the limit.
    """
    today = timezone.now().date()
    own = LanguageModel.objects.filter(pk=model.pk, is_active=True)
    for _ in range(2):
        if own.filter(day__gte=today, calls__lt=F("calls_per_day")).update(calls=F("calls") + 1):
            return True
        if own.filter(Q(day=None) | Q(day__lt=today)).update(day=today, calls=1):
            return True
    return False


def known_answer(document: Document, digest: str) -> str | None:
    """What was answered to exactly this question, if it was asked before."""
    row = LanguageModelAnswer.objects.filter(document=document, digest=digest).first()
    return row.text if row else None


def keep_answer(document: Document, digest: str, text: str) -> None:
    LanguageModelAnswer.objects.update_or_create(
        document=document, defaults={"digest": digest, "text": text, "at": timezone.now()}
    )


def record_outcome(model: LanguageModel, document: Document, characters: int, outcome: str) -> None:
    """That a document's text was sent out, and what came of it, in a few words without any of its text."""
    with transaction.atomic():
        LanguageModel.objects.filter(pk=model.pk).update(last_outcome=outcome[:300], last_at=timezone.now())
        detail = f"{characters} characters to {model.host}: {outcome}"
        audit.record(model.organization, PIPELINE, "reading.model_asked", detail, document_id=document.pk)
