"""The rule engine: which conditions hold on which facts, and which rules may be written (surfaces/documents.md section 11)."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from typing import Any

import pytest

from docflow.errors import NotBuiltError, TooManyConditionsError
from rules.conditions import FIELDS, OPERATORS, operators_of
from rules.engine import Condition, Rule, evaluate, in_scope, validate

TODAY = date(2025, 11, 15)
TYPES = {
    "po_number": "identifier",
    "due_date": "date",
    "tax": "amount",
    "parties": "list",
    "paid": "boolean",
    "total_amount": "amount",
}
FACTS: dict[str, Any] = {
    "confidence_score": 90,
    "total_amount": "18500.00",
    "days_in_status": 3,
    "status": "Needs Review",
    "doc_type": "Invoice",
    "vendor_name": "Acme Corporation",
    "doc_date": "2025-11-01",
    "folder_id": 12,
    "contact_id": 5,
    "profile_id": 2,
    "fields": {
        "po_number": "PO-7",
        "due_date": "2025-12-15",
        "tax": "1047.17",
        "parties": ["Acme", "Bolt AG"],
        "paid": "true",
    },
}


def holds(field: str, operator: str, value: Any = None, **changes: Any) -> bool:
    rule = Rule(1, "r", (Condition.from_json({"field": field, "operator": operator, "value": value}),), ({"type": "notify"},))
    return evaluate(rule, {**FACTS, **changes}, TODAY, TYPES).matched


def rule(**keys: Any) -> dict[str, Any]:
    whole = {
        "name": "Approve the certain ones",
        "trigger": {"type": "document", "event": "document_ready"},
        "conditions": [{"field": "confidence_score", "operator": ">=", "value": 90}],
        "actions": [{"type": "set_status", "status": "Approved"}],
    }
    return {**whole, **keys}


def condition(field: str, operator: str, value: Any = None) -> dict[str, Any]:
    return rule(conditions=[{"field": field, "operator": operator, "value": value}])


@pytest.mark.parametrize(
    ("field", "operator", "value", "expected"),
    [
        ("confidence_score", ">=", 90, True),
        ("confidence_score", ">=", 91, False),
        ("confidence_score", "=", "90.0", True),
        ("confidence_score", ">", 89.5, True),
        ("confidence_score", "<", 90, False),
        ("confidence_score", "<=", 90, True),
        ("confidence_score", "!=", 90, False),
        ("confidence_score", "greater_or_equal", 90, True),
        ("confidence_score", "less_than", 90, False),
        ("confidence_score", "equals", 90, True),
        ("total_amount", "=", 18500, True),
        ("total_amount", ">", "18499.99", True),
        ("total_amount", "<", 18500, False),
        ("days_in_status", ">=", 3, True),
        ("status", "=", "needs review", True),
        ("status", "!=", "Ready", True),
        ("doc_type", "contains", "VOICE", True),
        ("doc_type", "not_equals", "invoice", False),
        ("vendor_name", "=", "ACME  corporation ", True),
        ("vendor_name", "contains", "acme", True),
        ("vendor_name", "is_empty", None, False),
        ("vendor_name", "is_not_empty", None, True),
        ("doc_date", "=", "2025-11-01", True),
        ("doc_date", ">=", "today-30", True),
        ("doc_date", "<", "today-14", False),
        ("doc_date", "<=", "today-14", True),
        ("doc_date", ">", "TODAY - 15", True),
        ("doc_date", "<", "today", True),
        ("folder_id", "=", 12, True),
        ("folder_id", "!=", 12, False),
        ("contact_id", "=", 6, False),
        ("po_number", "=", "po-7", True),
        ("po_number", "contains", "O-", True),
        ("due_date", ">", "today+29", True),
        ("due_date", ">", "today+30", False),
        ("due_date", "contains", "2025-12", True),
        ("tax", ">", 1047, True),
        ("tax", "contains", "1047", True),
        ("parties", "=", "bolt ag", True),
        ("parties", "contains", "bolt", True),
        ("parties", "!=", "acme", False),
        ("paid", "=", True, True),
        ("paid", "=", "TRUE", True),
        ("gone", "is_empty", None, True),
        ("gone", "=", "x", False),
    ],
)
def test_a_condition_holds_or_does_not(field: str, operator: str, value: Any, expected: bool) -> None:
    assert holds(field, operator, value) is expected


@pytest.mark.parametrize("nothing", [None, "", "  ", []])
def test_against_an_empty_value_only_is_empty_and_unequal_are_true(nothing: Any) -> None:
    found = {sign: holds("po_number", sign, "x", fields={"po_number": nothing}) for sign in OPERATORS}
    assert {sign for sign, held in found.items() if held} == {"is_empty", "!="}
    assert not holds("confidence_score", "<", 90, confidence_score=nothing)


def test_a_value_of_another_kind_equals_nothing() -> None:
    assert not holds("total_amount", ">", 1, total_amount="abc")
    assert not holds("total_amount", "=", 1, total_amount="abc")
    assert holds("total_amount", "!=", 1, total_amount="abc")


def test_all_conditions_must_hold_and_each_is_shown_with_what_was_found() -> None:
    asked = Rule(
        4,
        "r",
        (Condition("confidence_score", ">=", 90), Condition("doc_type", "=", "Receipt"), Condition("folder_id", "=", 12)),
        ({"type": "set_status", "status": "Approved"},),
    )
    outcome = evaluate(asked, FACTS, TODAY)
    assert (outcome.matched, outcome.effects) == (False, ())
    assert [(each.actual, each.held) for each in outcome.conditions] == [(90, True), ("Invoice", False), (12, True)]
    assert outcome.conditions[0].as_json() == {
        "field": "confidence_score",
        "operator": ">=",
        "value": 90,
        "actual": 90,
        "held": True,
    }


def test_without_conditions_every_document_matches_and_actions_keep_their_order() -> None:
    actions = ({"type": "notify"}, {"type": "flag_review"})
    assert evaluate(Rule(1, "r", (), actions), FACTS, TODAY).effects == actions


def test_a_rule_of_another_profile_does_not_look_at_the_document() -> None:
    other = Rule(1, "r", (), ({"type": "notify"},), profile=3)
    assert not in_scope(other, FACTS)
    assert not evaluate(other, FACTS, TODAY).matched
    assert evaluate(Rule(1, "r", (), ({"type": "notify"},), profile=2), FACTS, TODAY).matched


def test_the_rule_of_the_contract_is_valid_and_is_read() -> None:
    assert validate(rule()) == []
    read = Rule.from_json({**rule(), "id": 4, "profile_id": None})
    assert read.conditions == (Condition("confidence_score", ">=", 90),)


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"name": None}, "name", "field_required"),
        ({"name": 5}, "name", "invalid_value"),
        ({"name": "x" * 256}, "name", "invalid_value"),
        ({"trigger": None}, "trigger", "field_required"),
        ({"trigger": "daily"}, "trigger", "invalid_value"),
        ({"trigger": {"type": "document", "event": "x"}}, "trigger.event", "invalid_value"),
        ({"trigger": {"type": "schedule", "interval_minutes": 0}}, "trigger.interval_minutes", "invalid_value"),
        ({"trigger": {"type": "schedule", "interval_minutes": 10_081}}, "trigger.interval_minutes", "invalid_value"),
        ({"actions": None}, "actions", "field_required"),
        ({"actions": []}, "actions", "field_required"),
        ({"actions": "x"}, "actions", "invalid_value"),
        ({"actions": [{"type": "notify"}] * 6}, "actions", "invalid_value"),
        ({"conditions": "x"}, "conditions", "invalid_value"),
        ({"conditions": [5]}, "conditions.0", "invalid_value"),
        ({"conditions": [{}]}, "conditions.0.field", "field_required"),
    ],
)
def test_a_rule_that_is_not_whole_is_refused(changed: dict[str, Any], field: str, code: str) -> None:
    assert (field, code) in [(fault.field, fault.code) for fault in validate(rule(**changed))]


@pytest.mark.parametrize(
    ("field", "operator", "value", "at"),
    [
        ("nonsense", "=", 1, "field"),
        ("po_number", "=", "x", "field"),
        ("days_in_status", ">", 3, "field"),
        ("confidence_score", "contains", 9, "operator"),
        ("confidence_score", "~", 9, "operator"),
        ("status", ">", "New", "operator"),
        ("doc_type", "is_empty", None, "operator"),
        ("doc_date", "!=", "today", "operator"),
        ("folder_id", ">", 3, "operator"),
        ("confidence_score", ">=", "high", "value"),
        ("confidence_score", ">=", True, "value"),
        ("confidence_score", ">=", "NaN", "value"),
        ("confidence_score", ">=", None, "value"),
        ("doc_date", ">", "15.11.2025", "value"),
        ("doc_date", ">", "2025-13-01", "value"),
        ("doc_date", ">", "today*2", "value"),
        ("doc_date", ">", "today-999999", "value"),
        ("folder_id", "=", "12", "value"),
        ("doc_type", "=", " ", "value"),
        ("doc_type", "=", {"a": 1}, "value"),
        ("doc_type", "contains", "", "value"),
    ],
)
def test_a_condition_that_cannot_work_is_refused(field: str, operator: str, value: Any, at: str) -> None:
    assert [fault.field for fault in validate(condition(field, operator, value))] == [f"conditions.0.{at}"]


def test_fields_of_a_profile_are_known_with_that_profile() -> None:
    assert validate(condition("po_number", "contains", "PO"), TYPES) == []
    assert validate(condition("tax", ">", 5), TYPES) == []
    assert [fault.field for fault in validate(condition("po_number", ">", 5), TYPES)] == ["conditions.0.operator"]
    advice = validate(condition("po_number", "=", "x"))[0].message
    assert "profile_id" in advice


def test_days_in_status_is_for_schedules() -> None:
    scheduled = {**condition("days_in_status", ">=", 3), "trigger": {"type": "schedule"}}
    assert validate(scheduled) == []


def test_all_faults_are_told_at_once() -> None:
    assert [fault.field for fault in validate({})] == ["name", "trigger", "actions"]


def test_six_conditions_are_too_many_and_five_are_not() -> None:
    one = {"field": "confidence_score", "operator": ">=", "value": 90}
    assert validate(rule(conditions=[one] * 5)) == []
    with pytest.raises(TooManyConditionsError):
        validate(rule(conditions=[one] * 6))


def test_triggers_of_cases_are_not_built() -> None:
    with pytest.raises(NotBuiltError):
        validate(rule(trigger={"type": "case", "event": "case_resolved"}))


def test_each_operator_of_each_field_is_one_we_know() -> None:
    for field in FIELDS:
        assert set(operators_of(field, {})) <= set(OPERATORS)


def test_the_engine_and_the_conditions_load_without_django() -> None:
    code = "import sys, rules.engine, rules.conditions; sys.exit(any(name.split('.')[0] == 'django' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
