"""Contacts, folders, profiles, projects: sections 9, 10 and 16; D5 and D29."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from docflow.accounts.models import Organization
from documents.models import Annotation, Contact, Document, Folder, Profile
from rules.models import Delivery
from tests import make
from tests.api.programs import contact_with_folder, patch, post, rows


def _post(client: Client, path: str, body: Any) -> Any:
    return client.post(f"/api/{path}", body, content_type="application/json")


def test_a_contact_comes_with_two_folders_and_tells_those_who_listen(api: Client) -> None:
    for channel in ("contacts", "folders"):
        assert _post(api, "webhooks", {"channel": channel, "url": "http://127.0.0.1:9000/hook"}).status_code == 201
    answer = _post(api, "contacts", {"name": "Acme Corporation", "type": "Vendor", "default_profile_id": 2})
    body = answer.json()
    assert (answer.status_code, answer["Location"]) == (201, f"/api/contacts/{body['id']}")
    assert [folder["name"] for folder in body["folders"]] == ["Documents", "Review"]
    assert body["statistics"] == {"documents": 0, "by_status": {}, "invoice_totals": {}}
    assert api.get(answer["Location"]).json() == body
    assert sorted(Delivery.objects.values_list("event", flat=True)) == ["contact.created", "folder.created", "folder.created"]


def test_statistics_count_and_add_up_by_currency(api: Client, acme: Organization) -> None:
    contact, folder = contact_with_folder(acme)
    for amount, currency, status in (
        ("100.10", "EUR", "Approved"),
        ("0.20", "EUR", "Needs Review"),
        ("7.00", "CNY", "Approved"),
        ("9.00", "EUR", "Exception"),
    ):
        [document] = rows(acme, folder, 1, status=status, doc_type="Invoice")
        Annotation.objects.create(document=document, key="total_amount", value=amount)
        Annotation.objects.create(document=document, key="currency", value=currency)
    found = api.get(f"/api/contacts/{contact.pk}").json()["statistics"]
    assert found == {
        "documents": 4,
        "by_status": {"Needs Review": 1, "Approved": 2, "Exception": 1},
        "invoice_totals": {"CNY": "7.00", "EUR": "100.30"},
    }
    assert api.get("/api/contacts").json()["contacts"][0]["statistics"] == found
    assert api.get(f"/api/folders/{folder.pk}").json()["by_status"] == found["by_status"]


def test_contacts_are_found_by_words_type_and_parent(api: Client, acme: Organization) -> None:
    parent = _post(api, "contacts", {"name": "Beta", "company": "Nordwind", "type": "Client"}).json()["id"]
    child = _post(api, "contacts", {"name": "Alpha", "parent_id": parent}).json()["id"]
    ids = {
        query: [each["id"] for each in api.get(f"/api/contacts?{query}").json()["contacts"]]
        for query in ("q=nordw", "type=Client", f"parent_id={parent}")
    }
    assert list(ids.values()) == [[parent], [parent], [child]]
    assert [each["name"] for each in api.get("/api/contacts").json()["contacts"]] == ["Alpha", "Beta", "System"]
    circle = patch(api, f"/api/contacts/{parent}", {"parent_id": child})
    assert (circle.status_code, circle.json()["code"]) == (422, "circular_parent")
    assert api.delete(f"/api/contacts/{parent}").json()["code"] == "in_use"
    assert patch(api, f"/api/contacts/{child}", {"parent_id": None, "notes": "x"}).json()["parent_id"] is None
    assert api.delete(f"/api/contacts/{parent}").status_code == 204


def test_what_is_built_in_stays(api: Client, acme: Organization) -> None:
    contact, folder = Contact.objects.of(acme).get(is_system=True), Folder.objects.of(acme).get(is_system=True)
    for answer in (
        patch(api, f"/api/contacts/{contact.pk}", {"name": "X"}),
        api.delete(f"/api/contacts/{contact.pk}"),
        patch(api, f"/api/folders/{folder.pk}", {"name": "X"}),
        api.delete(f"/api/folders/{folder.pk}"),
        patch(api, "/api/profiles/2", {"name": "X"}),
        api.delete("/api/profiles/2"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "read_only")


def test_a_folder_is_unique_in_its_contact_and_stays_with_it(api: Client, acme: Organization) -> None:
    contact, folder = contact_with_folder(acme)
    assert _post(api, "folders", {"name": "Q4 Invoices", "contact_id": contact.pk}).json()["code"] == "name_taken"
    assert _post(api, "folders", {}).json()["errors"][1]["field"] == "contact_id"
    assert _post(api, "folders", {"name": "X", "contact_id": 99999}).json()["code"] == "unknown_reference"
    moved = patch(api, f"/api/folders/{folder.pk}", {"contact_id": 1})
    assert (moved.status_code, moved.json()["code"]) == (422, "invalid_value")
    assert patch(api, f"/api/folders/{folder.pk}", {"name": "Q5"}).json()["name"] == "Q5"
    rows(acme, folder, 1)
    assert api.delete(f"/api/folders/{folder.pk}").json()["code"] == "in_use"
    assert api.delete(f"/api/contacts/{contact.pk}").json()["code"] == "in_use"
    assert [each["id"] for each in api.get("/api/folders?q=q5").json()["folders"]] == [folder.pk]


SECTION_10 = {
    1: ("default", "title* date parties amounts currency total_amount"),
    2: (
        "standard-invoice",
        "vendor* vendor_address vendor_vat_id iban invoice_number* invoice_date* due_date po_number currency* subtotal tax "
        "total_amount* payment_terms",
    ),
    3: (
        "universal-invoices-receipts",
        "vendor* vendor_address vendor_vat_id iban po_number document_kind invoice_number invoice_date due_date currency "
        "subtotal tax total_amount* payment_method",
    ),
    4: ("meeting-notes", "meeting_date* attendees agenda decisions_made action_items follow_up_date"),
    5: (
        "chinese-fapiao",
        "seller_name* seller_tax_number buyer_name buyer_tax_number fapiao_number* fapiao_code issue_date* amount_before_tax "
        "tax_rate tax_amount total_amount*",
    ),
    6: (
        "chinese-business-license",
        "company_name_zh* company_name_en unified_social_credit_code* legal_representative registered_capital business_scope "
        "registration_date registered_address",
    ),
    7: ("extraction-profile-drafter", "suggested_name suggested_fields"),
}


@pytest.mark.parametrize("number", SECTION_10)
def test_the_built_in_profiles_have_these_ids_and_fields(api: Client, number: int) -> None:
    body = api.get(f"/api/profiles/{number}").json()
    key, fields = SECTION_10[number]
    assert (body["key"], body["is_built_in"]) == (key, True)
    assert " ".join(field["key"] + "*" * field["required"] for field in body["fields"]) == fields
    columns = ["description", "quantity", "unit_price", "amount"] if number in (2, 3, 5) else []
    assert [column["key"] for column in body["line_item_columns"]] == columns


def test_a_profile_of_ones_own_grows_by_versions(api: Client, acme: Organization) -> None:
    fields = [
        {"label": "Declaration Number", "type": "identifier", "required": True},
        {"key": "origin", "type": "choice", "choices": ["CN"]},
    ]
    made = _post(api, "profiles", {"name": "Customs form", "fields": fields, "extract_line_items": True}).json()
    assert (made["key"], made["version"], made["fields"][0]["key"], made["fields"][0]["threshold"]) == (
        "customs-form",
        1,
        "declaration_number",
        80,
    )
    assert _post(api, "profiles", {"name": "Customs form", "fields": fields}).json()["code"] == "name_taken"
    changed = patch(api, f"/api/profiles/{made['id']}", {"fields": fields[:1]}).json()
    assert (changed["version"], len(changed["fields"])) == (2, 1)
    versions = api.get(f"/api/profiles/{made['id']}/versions").json()
    assert [(each["version"], each["changed_by"], len(each["fields"])) for each in versions["versions"]] == [
        (2, "test", 1),
        (1, "test", 2),
    ]
    listed = {
        query: api.get(f"/api/profiles?{query}").json()["total"] for query in ("built_in=true", "built_in=false", "q=customs")
    }
    assert listed == {"built_in=true": 7, "built_in=false": 1, "q=customs": 1}
    contact, _ = contact_with_folder(acme, default_profile_id=made["id"])
    assert api.delete(f"/api/profiles/{made['id']}").json()["code"] == "in_use"
    patch(api, f"/api/contacts/{contact.pk}", {"default_profile_id": None})
    assert api.delete(f"/api/profiles/{made['id']}").status_code == 204


@pytest.mark.parametrize(
    "field",
    [
        {"key": "a", "type": "colour"},
        {"key": "a", "pattern": "("},
        {"key": "a", "pattern": "(a+)+$"},
        {"key": "A b"},
        {"key": "a", "threshold": 101},
        "text",
    ],
)
def test_a_field_that_makes_no_sense_is_refused(api: Client, field: Any) -> None:
    answer = _post(api, "profiles", {"name": "X", "fields": [field]})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_value")


SLIP = """DELIVERY SLIP

Slip No: 4711-A
Delivered: 12.03.2026
Driver: Kim Larsen
Slip No: 4712-A
Goods without a colon
"""


def test_a_profile_is_drafted_from_a_sample_that_the_drafter_read(api: Client, acme: Organization) -> None:
    contact, folder = contact_with_folder(acme)
    drafter = Profile.objects.get(key="extraction-profile-drafter").pk
    numbers = []
    for profile in (1, drafter):
        sent = post(api, SLIP.encode(), "slip.txt", contact_id=contact.pk, folder_id=folder.pk, profile_id=profile)
        numbers.append(sent.json()["id"])
        make.read(Document.objects.get(pk=numbers[-1]))
    plain, sample = numbers
    assert _post(api, "profiles", {"from_document": plain}).json()["errors"][0]["field"] == "from_document"
    body = _post(api, "profiles", {"from_document": sample}).json()
    assert body["name"] == "DELIVERY SLIP"
    assert [(field["key"], field["type"]) for field in body["fields"]] == [
        ("slip_no", "identifier"),
        ("delivered", "date"),
        ("driver", "text"),
    ]


def test_the_contacts_default_profile_reads_where_none_is_named(api: Client, acme: Organization) -> None:
    contact, folder = contact_with_folder(acme, default_profile_id=3)
    plain, plain_folder = contact_with_folder(acme, "Plain")
    records = []
    for each, place in ((contact, folder), (plain, plain_folder)):
        number = post(api, contact_id=each.pk, folder_id=place.pk).json()["id"]
        make.read(Document.objects.get(pk=number))
        records.append(api.get(f"/api/documents/{number}").json())
    assert records[0]["profile_id"] == 3
    assert records[1]["profile_id"] in range(1, 8)


def test_a_project_holds_defaults_and_can_be_given_up_when_unused(
    api: Client, acme: Organization, other: Organization
) -> None:
    contact, folder = contact_with_folder(acme)
    made = _post(
        api,
        "projects",
        {"name": "Mail", "contact_id": contact.pk, "folder_id": folder.pk, "automation_level": "review nothing"},
    )
    assert (made.status_code, made.json()["uploads"], made.json()["is_default"]) == (201, 0, False)
    there = made["Location"]
    assert patch(api, there, {"duplicate_policy": "reject"}).json()["duplicate_policy"] == "reject"
    assert patch(api, there, {"automation_level": "never"}).json()["code"] == "invalid_value"
    assert (made.json()["languages"], made.json()["ocr_engine"]) == ([], None)
    wished = patch(api, there, {"languages": ["eng", "pl"], "ocr_engine": "tesseract"}).json()
    assert (wished["languages"], wished["ocr_engine"]) == (["en", "pl"], "tesseract")
    assert patch(api, there, {"languages": ["klingon"]}).json()["code"] == "invalid_value"
    assert patch(api, there, {"contact_id": contact_with_folder(other, "F")[0].pk}).json()["code"] == "unknown_reference"
    assert post(api, contact_id=contact.pk, folder_id=folder.pk, project_id=made.json()["id"]).status_code == 201
    assert api.delete(there).json()["code"] == "in_use"
    default = next(each for each in api.get("/api/projects").json()["projects"] if each["is_default"])
    assert api.delete(f"/api/projects/{default['id']}").json()["code"] == "in_use"
    empty = _post(api, "projects", {"name": "Empty"})["Location"]
    assert api.delete(empty).status_code == 204
