"""Profiles: the seven built-in ones, versions, refusals (surfaces/documents.md section 10)."""

from __future__ import annotations

import re
import time

import pytest

from docflow.accounts.actors import COMMAND
from docflow.accounts.models import Organization
from docflow.errors import BuiltInReadOnlyError, InputError, InUseError, NameTakenError
from documents.models import Profile
from documents.operations import contacts, profiles
from documents.operations.patterns import is_safe_pattern
from tests import make

CUSTOMS = {
    "name": "Customs form",
    "doc_type": "Customs Declaration",
    "after_confirming": "Approved",
    "fields": [
        {
            "label": "Declaration Number",
            "type": "identifier",
            "required": True,
            "synonyms": ["MRN"],
            "pattern": "^[0-9]{2}[A-Z]{2}$",
        },
        {"key": "origin", "type": "choice", "choices": ["CN", "DE"]},
    ],
    "extract_line_items": True,
}


def test_the_built_in_profiles_have_their_ids_and_cannot_be_changed(acme: Organization) -> None:
    names = list(Profile.objects.filter(organization=None).values_list("pk", "key"))
    assert names[:3] == [(1, "default"), (2, "standard-invoice"), (3, "universal-invoices-receipts")]
    assert len(names) == 7
    standard = Profile.objects.get(pk=2)
    assert [field.key for field in standard.at().fields if field.required] == [
        "vendor",
        "invoice_number",
        "invoice_date",
        "currency",
        "total_amount",
    ]
    for forbidden in (
        lambda: profiles.change_profile(standard, {"name": "x"}, COMMAND),
        lambda: profiles.delete_profile(standard, COMMAND),
    ):
        with pytest.raises(BuiltInReadOnlyError):
            forbidden()


def test_a_profile_fills_in_keys_and_columns(acme: Organization) -> None:
    profile = profiles.create_profile(acme, CUSTOMS, COMMAND)
    pure = profile.at()
    assert [(field.key, field.label, field.threshold) for field in pure.fields] == [
        ("declaration_number", "Declaration Number", 80),
        ("origin", "Origin", 80),
    ]
    assert [column.key for column in pure.columns] == ["description", "quantity", "unit_price", "amount"]
    with pytest.raises(NameTakenError):
        profiles.create_profile(acme, CUSTOMS, COMMAND)


def test_a_change_of_fields_is_a_version_and_the_old_one_stays(acme: Organization) -> None:
    profile = profiles.create_profile(acme, CUSTOMS, COMMAND)
    profiles.change_profile(profile, {"description": "Import"}, COMMAND)
    assert profile.version == 1
    profiles.change_profile(
        profile, {"fields": [{"key": "mrn"}], "line_item_columns": [{"key": "net_weight", "type": "number"}]}, COMMAND
    )
    assert profile.version == 2
    assert [field.key for field in profile.at(1).fields] == ["declaration_number", "origin"]
    assert [column.key for column in profile.at(2).columns] == ["net_weight"]
    profiles.change_profile(profile, {"extract_line_items": False, "name": "Renamed"}, COMMAND)
    assert (profile.at().columns, profile.name) == ((), "Renamed")


def test_faults_of_a_profile_are_named_by_their_place(acme: Organization) -> None:
    given = {
        "after_confirming": "New",
        "fields": [
            {"key": "Bad Key"},
            {"key": "a", "type": "colour"},
            {"key": "b", "threshold": 101},
            {"key": "c", "pattern": "(a+)+"},
            "text",
            {"key": "d"},
            {"key": "d"},
            {"key": "e", "synonyms": [1]},
        ],
        "line_item_columns": [{"key": "x", "type": "colour"}],
    }
    with pytest.raises(InputError) as caught:
        profiles.create_profile(acme, given, COMMAND)
    assert {fault.field for fault in caught.value.faults} == {
        "name",
        "after_confirming",
        "fields[0].key",
        "fields[1].type",
        "fields[2].threshold",
        "fields[3].pattern",
        "fields[4]",
        "fields[6].key",
        "fields[7].synonyms",
        "line_item_columns[0].type",
    }
    with pytest.raises(InputError):
        profiles.create_profile(acme, {"name": "x", "fields": "many", "line_item_columns": 3}, COMMAND)


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+$", "(a|b*)*", "([", r"(x)\1", "(?=x)", "a*b*c*d*e*f*g*", 7, "(ab|cd)*$",
     "(?:a|aa)+$", r"^(\d|\d\d)+$", "((a*)b?)*c",
     "(a?){30}a{30}", ".*.*.*.*.*=", "(a{1,99}){1,99}b", "(?>a+b?)*", "a" * 501, "(" * 400],
)  # fmt: skip
def test_expressions_that_could_run_away_are_refused(pattern: object) -> None:
    assert not is_safe_pattern(pattern)


@pytest.mark.parametrize(
    "pattern",
    ["", "^[0-9]{2}[A-Z]{2}[A-Z0-9]{14}$", r"^[A-Z]{2,3}-?\d{4,10}(/\d{2})?$", "(?:INV|CN)-[0-9]+", "^(a|b|c)+$",
     r"\d+\s*/\s*\d+"],
)  # fmt: skip
def test_expressions_that_clerks_write_are_taken(pattern: str) -> None:
    assert is_safe_pattern(pattern)
    began = time.process_time()
    for text in ("a" * 200, "0" * 200, " " * 200, "A-" * 100):
        re.search(pattern, text + "!")
    assert time.process_time() - began < 0.5


def test_a_profile_in_use_cannot_be_deleted(acme: Organization) -> None:
    profile = profiles.create_profile(acme, CUSTOMS, COMMAND)
    contact = contacts.create_contact(acme, {"name": "Haulier", "default_profile_id": profile.pk}, COMMAND)
    with pytest.raises(InUseError):
        profiles.delete_profile(profile, COMMAND)
    contacts.change_contact(contact, {"default_profile_id": None}, COMMAND)
    profiles.delete_profile(profile, COMMAND)
    assert not Profile.objects.own(acme).exists()


def test_documents_keep_the_profile_they_were_read_with(acme: Organization) -> None:
    profile = profiles.create_profile(acme, CUSTOMS, COMMAND)
    document = make.upload(acme, profile=profile)
    with pytest.raises(InUseError):
        profiles.delete_profile(profile, COMMAND)
    document = make.read(document)
    profiles.delete_profile(profile, COMMAND)
    document.refresh_from_db()
    assert list(document.annotations.values_list("key", flat=True)) == ["declaration_number", "origin"]
    assert profiles.create_profile(acme, CUSTOMS, COMMAND).key == profile.key
