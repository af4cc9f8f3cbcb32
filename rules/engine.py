"""Rules and facts -> what holds and what is to be done. Pure: plain values in and out, no Django, no clock, no database.

Facts are a plain dict of the document: the built-in fields of rules.conditions.FIELDS, `profile_id`, and under "fields" the
values of its profile, key -> text, list or None.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from docflow.errors import Fault, NotBuiltError, TooManyConditionsError, invalid, missing
from rules import conditions as known

MOST_CONDITIONS = 5
MOST_ACTIONS = 5
DOCUMENT_EVENTS = ("document_ready", "document_failed")
INTERVAL = (1, 10_080)  # minutes; a week at most
DEFAULT_INTERVAL = 60
ANY_DAY = date(2000, 1, 1)  # what "today" counts from while only the form of a value is looked at

Facts = Mapping[str, Any]
Types = Mapping[str, str]  # keys of the profile's fields -> their type


@dataclass(frozen=True, slots=True)
class Condition:
    field: str
    operator: str
    value: Any = None

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Condition:
        sign = raw["operator"]
        return cls(raw["field"], known.ALIASES.get(sign, sign), raw.get("value"))


@dataclass(frozen=True, slots=True)
class Rule:
    """`profile` is the id of the only profile whose documents the rule looks at, or None for all."""

    id: int | None
    name: str
    conditions: tuple[Condition, ...]
    actions: tuple[Mapping[str, Any], ...]
    profile: int | None = None

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Rule:
        """A rule in the form of the API; it must have passed `validate`."""
        return cls(
            raw.get("id"),
            raw["name"],
            tuple(Condition.from_json(each) for each in raw.get("conditions") or ()),
            tuple(raw["actions"]),
            raw.get("profile_id"),
        )


@dataclass(frozen=True, slots=True)
class Checked:
    """One condition with what was found in its place, as the run log shows it."""

    condition: Condition
    actual: Any
    held: bool

    def as_json(self) -> dict[str, Any]:
        asked = {"field": self.condition.field, "operator": self.condition.operator, "value": self.condition.value}
        return {**asked, "actual": self.actual, "held": self.held}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether all conditions held, each of them, and the actions to be done, in order."""

    matched: bool
    conditions: tuple[Checked, ...]
    effects: tuple[Mapping[str, Any], ...]


def in_scope(rule: Rule, facts: Facts) -> bool:
    """Whether the rule looks at this document at all."""
    return rule.profile is None or rule.profile == facts.get("profile_id")


def evaluate(rule: Rule, facts: Facts, today: date, types: Types | None = None) -> Outcome:
    """Every condition is looked at, so that the log shows all that did not hold. `types` are those of the rule's profile."""
    checked = tuple(_check(each, facts, today, types or {}) for each in rule.conditions)
    matched = in_scope(rule, facts) and all(each.held for each in checked)
    return Outcome(matched, checked, rule.actions if matched else ())


def _check(condition: Condition, facts: Facts, today: date, types: Types) -> Checked:
    actual = _fact(condition.field, facts)
    return Checked(condition, actual, _holds(condition, actual, today, types))


def _fact(field: str, facts: Facts) -> Any:
    return facts.get(field) if field in known.FIELDS else (facts.get("fields") or {}).get(field)


def _holds(condition: Condition, actual: Any, today: date, types: Types) -> bool:
    sign = condition.operator
    if known.is_empty(actual):
        return sign in ("is_empty", "!=")
    if sign in known.EMPTINESS:
        return sign == "is_not_empty"
    try:
        kind = known.kind_of(condition.field, types)
    except KeyError:  # the field was taken out of the profile after the rule was written
        return False
    return kind.compare(actual, sign, condition.value, today)


# --- What a rule may look like ----------------------------------------------------------------------------------------


def validate(raw: Mapping[str, Any], types: Types | None = None) -> list[Fault]:
    """All that is wrong with a rule in the form of the API, but its references and the keys of its actions.

    `types` are the fields of the profile in `profile_id`, None if there is none. Raises TooManyConditionsError and
    NotBuiltError (triggers of cases).
    """
    return [
        *_name_faults(raw.get("name")),
        *_trigger_faults(raw.get("trigger")),
        *_conditions_faults(raw, types),
        *_actions_faults(raw.get("actions")),
    ]


def _name_faults(name: Any) -> list[Fault]:
    if name is None or name == "":
        return [missing("name")]
    if not isinstance(name, str) or not name.strip() or len(name) > 255:
        return [invalid("name", "name must be text of 1 to 255 characters.")]
    return []


def _trigger_faults(trigger: Any) -> list[Fault]:
    if trigger is None:
        return [missing("trigger")]
    kind = trigger.get("type") if isinstance(trigger, Mapping) else None
    if kind == "case":
        raise NotBuiltError()
    if kind == "document":
        if trigger.get("event") in DOCUMENT_EVENTS:
            return []
        return [invalid("trigger.event", f"trigger.event must be one of {', '.join(DOCUMENT_EVENTS)}.")]
    if kind == "schedule":
        minutes = trigger.get("interval_minutes", DEFAULT_INTERVAL)
        if _is_whole(minutes) and INTERVAL[0] <= minutes <= INTERVAL[1]:
            return []
        return [invalid("trigger.interval_minutes", "trigger.interval_minutes must be a whole number from 1 to 10080.")]
    return [invalid("trigger", 'trigger must be {"type": "document", "event": "document_ready"} or {"type": "schedule"}.')]


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _actions_faults(actions: Any) -> list[Fault]:
    if not actions:
        return [missing("actions")]
    if not isinstance(actions, Sequence) or isinstance(actions, str) or not all(isinstance(each, Mapping) for each in actions):
        return [invalid("actions", "actions must be a list of objects.")]
    if len(actions) > MOST_ACTIONS:
        return [invalid("actions", f"A rule takes at most {MOST_ACTIONS} actions.")]
    return []


def _conditions_faults(raw: Mapping[str, Any], types: Types | None) -> list[Fault]:
    conditions = raw.get("conditions") or []
    if not isinstance(conditions, list):
        return [invalid("conditions", "conditions must be a list.")]
    if len(conditions) > MOST_CONDITIONS:
        raise TooManyConditionsError()
    trigger = raw.get("trigger")
    scheduled = isinstance(trigger, Mapping) and trigger.get("type") == "schedule"
    return [
        fault
        for place, each in enumerate(conditions)
        for fault in _condition_faults(f"conditions.{place}", each, types, scheduled)
    ]


def _condition_faults(place: str, raw: Any, types: Types | None, scheduled: bool) -> list[Fault]:
    if not isinstance(raw, Mapping):
        return [invalid(place, "A condition is an object with field, operator and value.")]
    lacking = [missing(f"{place}.{key}") for key in ("field", "operator") if not raw.get(key)]
    if lacking:
        return lacking
    field = str(raw["field"])
    try:
        operators = known.operators_of(field, types or {})
    except KeyError as error:
        advice = " A field of a profile needs that profile's id in profile_id." if types is None else ""
        return [invalid(f"{place}.field", f"{error.args[0]}{advice}")]
    if field == "days_in_status" and not scheduled:
        return [invalid(f"{place}.field", "days_in_status needs a trigger of type schedule.")]
    sign = known.ALIASES.get(str(raw["operator"]), str(raw["operator"]))
    if sign not in operators:
        return [invalid(f"{place}.operator", f"{field} takes the operators {' '.join(operators)}.")]
    return [] if sign in known.EMPTINESS else _value_faults(place, field, sign, raw.get("value"), types or {})


def _value_faults(place: str, field: str, sign: str, value: Any, types: Types) -> list[Fault]:
    if value is None:
        return [missing(f"{place}.value")]
    kind = known.KINDS["text"] if sign == "contains" else known.kind_of(field, types)
    try:
        kind.read(value, ANY_DAY)
    except ValueError as error:
        return [invalid(f"{place}.value", f"The value for {field} {error}")]
    return []
