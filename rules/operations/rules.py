"""Every write to rules, and the dry run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from docflow.accounts import audit
from docflow.accounts.actors import Actor
from docflow.accounts.models import Organization
from docflow.errors import Fault, InputError, NameTakenError, invalid, unknown
from documents.models import Contact, Document, Folder, Profile
from rules import actions, engine
from rules.facts import facts_of, types_of
from rules.models import Rule
from rules.operations.running import as_engine

KEYS = ("name", "is_active", "position", "profile_id", "trigger", "conditions", "actions")
STEP = 10
MOST_RULES = 200
MOST_DRY = 500


def create_rule(organization: Organization, values: Mapping[str, Any], actor: Actor) -> Rule:
    """Raises InputError, TooManyConditionsError, NotBuiltError, NameTakenError."""
    if Rule.objects.of(organization).count() >= MOST_RULES:
        raise InputError(invalid("name", f"An organization has at most {MOST_RULES} rules."))
    raw = _given(values)
    profile = _check(organization, raw)
    with transaction.atomic():
        _free_name(organization, raw["name"], None)
        last = Rule.objects.of(organization).aggregate(last=Max("position"))["last"] or 0
        raw.setdefault("position", last + STEP)
        rule = Rule.objects.create(organization=organization, **_columns(raw, profile, None))
        audit.record(organization, actor, "rule.created", rule.name)
    return rule


def change_rule(rule: Rule, values: Mapping[str, Any], actor: Actor) -> Rule:
    """Any of the keys. Raises as `create_rule`."""
    changed = _given(values)
    raw = {**as_raw(rule), **changed}
    profile = _check(rule.organization, raw)
    with transaction.atomic():
        _free_name(rule.organization, raw["name"], rule)
        for key, value in _columns(raw, profile, rule).items():
            setattr(rule, key, value)
        rule.updated_at = timezone.now()
        rule.save()
        audit.record(rule.organization, actor, "rule.changed", f"{rule.name}: {', '.join(changed)}")
    return rule


def delete_rule(rule: Rule, actor: Actor) -> None:
    """Its runs stay in the log under its name."""
    with transaction.atomic():
        audit.record(rule.organization, actor, "rule.deleted", rule.name)
        rule.delete()


def order_rules(organization: Organization, rule_ids: Any, actor: Actor) -> QuerySet[Rule]:
    """All rules once, in the order in which they are to run. Raises InputError."""
    with transaction.atomic():
        known = set(Rule.objects.of(organization).values_list("pk", flat=True))
        if not isinstance(rule_ids, list) or sorted(map(str, rule_ids)) != sorted(map(str, known)):
            raise InputError(invalid("rule_ids", "rule_ids must hold the id of every rule, once."))
        for place, rule_id in enumerate(rule_ids, 1):
            Rule.objects.of(organization).filter(pk=int(rule_id)).update(position=place * STEP)
        audit.record(organization, actor, "rule.ordered", ", ".join(map(str, rule_ids)))
    return Rule.objects.of(organization).order_by("position", "id")


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: values[key] for key in KEYS if key in values}


def as_raw(rule: Rule) -> dict[str, Any]:
    """A stored rule in the form in which programs write it."""
    return {
        "name": rule.name,
        "is_active": rule.is_active,
        "position": rule.position,
        "profile_id": rule.profile_id,
        "trigger": rule.trigger,
        "conditions": rule.conditions,
        "actions": rule.actions,
    }


def _columns(raw: dict[str, Any], profile: Profile | None, rule: Rule | None) -> dict[str, Any]:
    old = rule.actions if rule else []
    stored = [actions.action_of(keys["type"]).stored(keys, _same(keys, old)) for keys in raw["actions"]]
    return {
        "name": raw["name"].strip(),
        "is_active": raw.get("is_active", True),
        "position": raw["position"],
        "profile": profile,
        "trigger": _trigger(raw["trigger"]),
        "conditions": [asdict(engine.Condition.from_json(each)) for each in raw.get("conditions") or []],
        "actions": stored,
    }


def _trigger(raw: Mapping[str, Any]) -> dict[str, Any]:
    if raw["type"] == "schedule":
        return {"type": "schedule", "interval_minutes": raw.get("interval_minutes", engine.DEFAULT_INTERVAL)}
    return {"type": "document", "event": raw["event"]}


def _same(keys: Mapping[str, Any], old: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The stored action that this one replaces: of the same type, to the same address."""
    return next((each for each in old if each["type"] == keys["type"] and each.get("url") == keys.get("url")), None)


# --- What a rule may hold ---------------------------------------------------------------------------------------------


def _check(organization: Organization, raw: dict[str, Any]) -> Profile | None:
    """The profile of a rule that is right in all its parts. Raises InputError with all faults at once."""
    profile, faults = _profile(organization, raw.get("profile_id"))
    faults += engine.validate(raw, types_of(profile))
    faults += _plain_faults(raw)
    if not any(fault.field.startswith("conditions") for fault in faults):
        faults += _reference_faults(organization, raw.get("conditions") or [])
    if not any(fault.field == "actions" for fault in faults):
        for place, keys in enumerate(raw["actions"]):
            faults += actions.faults_of(organization, f"actions.{place}", keys)
    if faults:
        raise InputError(*faults)
    return profile


def _profile(organization: Organization, profile_id: Any) -> tuple[Profile | None, list[Fault]]:
    if profile_id is None:
        return None, []
    whole = isinstance(profile_id, int) and not isinstance(profile_id, bool)
    profile = Profile.objects.of(organization).filter(pk=profile_id).first() if whole else None
    return profile, [] if profile else [unknown("profile_id", f"There is no profile {profile_id}.")]


def _plain_faults(raw: Mapping[str, Any]) -> list[Fault]:
    faults = []
    if not isinstance(raw.get("is_active", True), bool):
        faults.append(invalid("is_active", "is_active must be true or false."))
    position = raw.get("position", 0)
    if not isinstance(position, int) or isinstance(position, bool) or abs(position) > 1_000_000:
        faults.append(invalid("position", "position must be a whole number."))
    return faults


def _reference_faults(organization: Organization, conditions: list[dict[str, Any]]) -> list[Fault]:
    kinds: dict[str, Any] = {"folder_id": Folder.objects, "contact_id": Contact.objects}
    return [
        unknown(f"conditions.{place}.value", f"There is no {each['field'].removesuffix('_id')} {each['value']}.")
        for place, each in enumerate(conditions)
        if each["field"] in kinds and not kinds[each["field"]].of(organization).filter(pk=each["value"]).exists()
    ]


def _free_name(organization: Organization, name: str, rule: Rule | None) -> None:
    taken = Rule.objects.of(organization).filter(name=name.strip())
    if (taken.exclude(pk=rule.pk) if rule else taken).exists():
        raise NameTakenError(f'There is already a rule "{name.strip()}".')


# --- Dry run ----------------------------------------------------------------------------------------------------------


def dry_run(
    organization: Organization, documents: QuerySet[Document], *, rule: Rule | None = None, raw: Any = None, limit: int = 100
) -> dict[str, Any]:
    """What a stored rule, or one as it is being written, would do to `documents`: nothing changes, nothing is sent.

    Raises as `create_rule`, and InputError for a limit outside 1 to 500.
    """
    if not isinstance(limit, int) or isinstance(limit, bool) or not 1 <= limit <= MOST_DRY:
        raise InputError(invalid("limit", f"limit must be a whole number from 1 to {MOST_DRY}."))
    asked, profile = (as_engine(rule), rule.profile) if rule else _as_written(organization, raw)
    types, today = types_of(profile), timezone.now().date()
    results = []
    for document in documents.select_related("organization")[:limit]:
        facts = facts_of(document)
        if not engine.in_scope(asked, facts):
            continue
        outcome = engine.evaluate(asked, facts, today, types)
        effects = [actions.action_of(keys["type"]).effect(document, keys) for keys in outcome.effects]
        results.append(
            {
                "document_id": document.pk,
                "filename": document.filename,
                "matched": outcome.matched,
                "conditions": [each.as_json() for each in outcome.conditions],
                "effects": effects,
            }
        )
    return {"checked": len(results), "matched": sum(each["matched"] for each in results), "results": results}


def _as_written(organization: Organization, raw: Any) -> tuple[engine.Rule, Profile | None]:
    if not isinstance(raw, Mapping):
        raise InputError(invalid("rule", "rule must be an object; or give rule_id."))
    named = {"name": "dry run", **raw}
    profile = _check(organization, named)
    return engine.Rule.from_json(named), profile
