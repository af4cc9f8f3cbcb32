"""Every write to profiles. A change of fields or columns is a new version; documents keep theirs."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any

from django.core.management.color import no_style
from django.db import connection, transaction
from django.utils import timezone
from django.utils.text import slugify

from docflow.accounts import audit
from docflow.accounts.actors import Actor
from docflow.accounts.models import Organization
from docflow.errors import BuiltInReadOnlyError, Fault, InputError, InUseError, NameTakenError, invalid, missing
from docflow.recognition import checked_wishes
from documents import golden
from documents.extraction.drafting import suggested_field
from documents.extraction.profiles import BUILT_IN, GOODS, TYPES, Column, ProfileField
from documents.models import Document, Profile, ProfileTrial, ProfileVersion
from documents.operations import trials
from documents.operations.patterns import is_safe_pattern
from documents.statuses import UNREAD, Status

MOST_FIELDS, MOST_COLUMNS = 100, 20
AFTER = (Status.READY, Status.APPROVED, Status.EXPORT)


def keep_built_in() -> None:
    """Writes the built-in profiles, ids 1 to 7 in their order, or brings them up to date. Called after each migrate."""
    for number, pure in enumerate(BUILT_IN, 1):
        profile, _ = Profile.objects.update_or_create(
            pk=number,
            defaults={
                "organization": None,
                "key": pure.key,
                "name": pure.name,
                "doc_type": pure.doc_type,
                "description": pure.description,
            },
        )
        ProfileVersion.objects.update_or_create(
            profile=profile,
            version=1,
            defaults={
                "fields": [asdict(field) for field in pure.fields],
                "columns": [asdict(column) for column in pure.columns],
                "changed_by": "docflow",
            },
        )
    _pass_over_built_in()


def _pass_over_built_in() -> None:
    """PostgreSQL's sequence does not notice ids that were given: the next profile takes the one after the last."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Profile]):
            cursor.execute(statement)


def create_profile(organization: Organization, values: dict[str, Any], actor: Actor) -> Profile:
    """Raises InputError with all faults at once, NameTakenError."""
    faults, clean = _checked(values)
    if not str(values.get("name") or "").strip():
        faults.insert(0, missing("name"))
    if faults:
        raise InputError(*faults)
    with transaction.atomic():
        _free_name(organization, clean["name"], None)
        profile = Profile.objects.create(
            organization=organization, key=_free_key(organization, clean["name"]), **_plain(clean)
        )
        columns = clean["columns"] if clean["columns"] is not None else []
        _write_version(profile, clean["fields"] or [], columns, actor)
        audit.record(organization, actor, "profile.created", profile.name)
    return profile


def change_profile(profile: Profile, values: dict[str, Any], actor: Actor) -> Profile:
    """Raises BuiltInReadOnlyError, InputError, NameTakenError."""
    if profile.is_built_in:
        raise BuiltInReadOnlyError
    current = profile.versions.get(version=profile.version)
    faults, clean = _checked(values, had_columns=bool(current.columns))
    if "name" in values and not str(values["name"] or "").strip():
        faults.insert(0, missing("name"))
    if faults:
        raise InputError(*faults)
    organization = profile.organization
    assert organization is not None
    with transaction.atomic():
        if "name" in values:
            _free_name(organization, clean["name"], profile)
        for key, value in _plain(clean).items():
            if key in values:
                setattr(profile, key, value)
        fields, columns = _merged(current, clean)
        is_new = (fields, columns) != (current.fields, current.columns)
        if is_new:
            profile.version += 1
            _write_version(profile, fields, columns, actor)
        profile.updated_at = timezone.now()
        profile.save()
        audit.record(organization, actor, "profile.changed", f"{profile.name}, version {profile.version}")
        if is_new:
            trials.watch(profile, fields, columns, actor)
    return profile


def try_draft(profile: Profile, values: dict[str, Any], actor: Actor) -> ProfileTrial:
    """Has the profile as `change_profile` would make it read the last confirmed documents; nothing is changed.

    `values` may hold a `limit` of documents. Raises BuiltInReadOnlyError, InputError.
    """
    if profile.is_built_in:
        raise BuiltInReadOnlyError
    current = profile.versions.get(version=profile.version)
    faults, clean = _checked(values, had_columns=bool(current.columns))
    limit = values.get("limit", golden.MOST)
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= golden.MOST:
        faults.append(invalid("limit", f"limit must be a whole number from 1 to {golden.MOST}."))
    if faults:
        raise InputError(*faults)
    return trials.ask(profile, *_merged(current, clean), limit, actor)


def _merged(current: ProfileVersion, clean: dict[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Fields and columns after a change."""
    fields = clean["fields"] if clean["fields"] is not None else current.fields
    return fields, clean["columns"] if clean["columns"] is not None else current.columns


def delete_profile(profile: Profile, actor: Actor) -> None:
    """Nobody can choose it any more; documents that were read with it keep it. Raises BuiltInReadOnlyError, InUseError."""
    if profile.is_built_in:
        raise BuiltInReadOnlyError
    with transaction.atomic():
        waiting = Document.objects.filter(asked_profile=profile, status__in=UNREAD).count()
        named = profile.contacts.count() + profile.projects.count() + profile.rules.count()
        if waiting or named:
            users = f"{named} contacts, projects or rules, and {waiting} documents that wait"
            raise InUseError(f'The profile "{profile.name}" is still used by {users}.')
        audit.record(profile.organization, actor, "profile.deleted", profile.name)
        Profile.objects.filter(pk=profile.pk).update(deleted_at=timezone.now())


def draft_from(document: Document) -> dict[str, Any]:
    """Name and fields of a new profile, from what the Extraction Profile Drafter found on a sample. Raises InputError."""
    found = dict(document.annotations.values_list("key", "value"))
    drafts = [suggested_field(str(each)) for each in found.get("suggested_fields") or []]
    fields = {_key_of(draft): draft for draft in reversed(drafts[:MOST_FIELDS]) if draft}
    fields.pop("", None)
    if not fields:
        raise InputError(
            invalid(
                "from_document", f"Document {document.pk} holds no suggestions. Read it with the Extraction Profile Drafter."
            )
        )
    return {"name": found.get("suggested_name") or document.filename, "fields": list(reversed(fields.values()))}


def _write_version(profile: Profile, fields: list[dict[str, Any]], columns: list[dict[str, Any]], actor: Actor) -> None:
    ProfileVersion.objects.create(
        profile=profile, version=profile.version, fields=fields, columns=columns, changed_by=actor.name
    )


def _plain(clean: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in clean.items() if key not in ("fields", "columns")}


def _free_name(organization: Organization, name: str, but: Profile | None) -> None:
    if Profile.objects.of(organization).filter(name=name).exclude(pk=but.pk if but else 0).exists():
        raise NameTakenError(f'There is already a profile "{name}".')


def _free_key(organization: Organization, name: str) -> str:
    base = slugify(name) or "profile"
    key, number = base, 2
    while Profile.objects.of(organization).filter(key=key).exists():
        key, number = f"{base}-{number}", number + 1
    return key


def _checked(values: dict[str, Any], *, had_columns: bool = False) -> tuple[list[Fault], dict[str, Any]]:
    faults: list[Fault] = []
    clean: dict[str, Any] = {"fields": None, "columns": None}
    for key, most in (("name", 255), ("description", 10_000), ("doc_type", 255)):
        if key in values:
            if not isinstance(values[key], str) or len(values[key]) > most:
                faults.append(invalid(key, f"{key} must be text of at most {most} characters."))
            clean[key] = str(values[key]).strip()
    if "after_confirming" in values:
        clean["after_confirming"] = values["after_confirming"]
        if values["after_confirming"] not in AFTER:
            faults.append(invalid("after_confirming", f"after_confirming must be one of {', '.join(AFTER)}."))
    clean |= checked_wishes(values, faults)
    if "fields" in values:
        clean["fields"] = _checked_fields(values["fields"], faults)
    clean["columns"] = _checked_columns(values, had_columns, faults)
    return faults, clean


def _checked_fields(given: Any, faults: list[Fault]) -> list[dict[str, Any]]:
    if not isinstance(given, list) or len(given) > MOST_FIELDS:
        faults.append(invalid("fields", f"fields must be a list of at most {MOST_FIELDS}."))
        return []
    fields: list[dict[str, Any]] = []
    for position, each in enumerate(given):
        field = _checked_field(each, f"fields[{position}]", faults)
        if field is None:
            continue
        if any(known["key"] == field["key"] for known in fields):
            faults.append(invalid(f"fields[{position}].key", f'The key "{field["key"]}" is there twice.'))
        fields.append(field)
    return fields


def _key_of(each: dict[str, Any]) -> str:
    return str(each.get("key") or re.sub(r"[^a-z0-9]+", "_", str(each.get("label") or "").lower()).strip("_"))


def _checked_field(each: Any, where: str, faults: list[Fault]) -> dict[str, Any] | None:
    if not isinstance(each, dict):
        faults.append(invalid(where, "A field must be an object."))
        return None
    key, before = _key_of(each), len(faults)
    if not re.fullmatch(r"[a-z0-9_]{1,100}", key):
        faults.append(
            missing(f"{where}.key") if not key else invalid(f"{where}.key", "A key takes lower case letters, digits and _.")
        )
    kind = each.get("type", "text")
    if kind not in TYPES:
        faults.append(invalid(f"{where}.type", f"type must be one of {', '.join(TYPES)}."))
    threshold = each.get("threshold", 80)
    if isinstance(threshold, bool) or not isinstance(threshold, int) or not 0 <= threshold <= 100:
        faults.append(invalid(f"{where}.threshold", "threshold must be a whole number from 0 to 100."))
    pattern = each.get("pattern") or ""
    if not is_safe_pattern(pattern):
        faults.append(invalid(f"{where}.pattern", "pattern is no valid or no safe expression."))
    lists = {name: each.get(name) or [] for name in ("synonyms", "choices")}
    for name, value in lists.items():
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            faults.append(invalid(f"{where}.{name}", f"{name} must be a list of text."))
    if len(faults) > before:
        return None
    label = str(each.get("label") or key.replace("_", " ").title())
    return asdict(
        ProfileField(
            key, label[:255], kind, bool(each.get("required")), tuple(lists["synonyms"]), str(each.get("description") or ""),
            pattern, threshold, tuple(lists["choices"]),
        )
    )  # fmt: skip


def _checked_columns(values: dict[str, Any], had_columns: bool, faults: list[Fault]) -> list[dict[str, Any]] | None:
    """None = as they are."""
    if values.get("extract_line_items") is False:
        return []
    if "line_item_columns" not in values:
        wanted = values.get("extract_line_items") is True and not had_columns
        return [asdict(column) for column in GOODS] if wanted else None
    given = values["line_item_columns"]
    if not isinstance(given, list) or len(given) > MOST_COLUMNS:
        faults.append(invalid("line_item_columns", f"line_item_columns must be a list of at most {MOST_COLUMNS}."))
        return []
    columns = []
    for position, each in enumerate(given):
        field = _checked_field(each, f"line_item_columns[{position}]", faults)
        if field is not None:
            columns.append(asdict(Column(field["key"], field["label"], field["type"], tuple(field["synonyms"]))))
    return columns
