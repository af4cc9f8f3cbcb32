"""Pages without a browser: who may see them, how many queries they take, what they say when there is nothing."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import escape
from pytest_django import DjangoAssertNumQueries

from docflow.accounts.actors import COMMAND
from docflow.accounts.models import Organization, User
from documents.extraction.synthesis.einvoice import ubl_xml
from documents.extraction.synthesis.facts import invoice_facts
from documents.models import Document, EInvoice
from documents.operations import reading
from tests import make
from tests.security import hostile_archives as archives
from uploads.models import Task
from uploads.statuses import Stage

pytestmark = pytest.mark.usefixtures("collected")
ADMIN_ONLY = ("rules", "rules/new", "webhooks", "webhooks/new", "keys", "keys/new", "members")
FOR_ALL = ("inbox", "uploads", "contacts", "layouts", "exports")


@pytest.fixture
def acme(db: None) -> Organization:
    return make.organization("Acme Books")


@pytest.fixture
def document(acme: Organization) -> Document:
    return make.document(acme)


def _signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_pages_of_another_organization_do_not_exist(acme: Organization, charlie: User, document: Document) -> None:
    client = _signed_in(charlie)
    base, own = f"/o/{acme.slug}", f"/o/{charlie.memberships.get().organization.slug}"
    paths = [
        f"{base}/{path}" for path in (*FOR_ALL, *ADMIN_ONLY, f"documents/{document.uuid}", f"contacts/{document.contact_id}")
    ]
    inside = f"{own}/documents/{document.uuid}"
    paths += [inside, *(f"{inside}/{part}" for part in ("review.json", "pages/1.webp", "pages/1/words", "original", "next"))]
    paths += [
        f"{own}/uploads/{document.task.upload.uuid}",
        f"/documents/{document.uuid}",
        f"{own}/contacts/{document.contact_id}",
    ]
    assert [path for path in paths if client.get(path).status_code != 404] == []
    json = {"content_type": "application/json"}
    assert client.patch(f"{inside}/fields/due_date", {"value": "2025-01-01"}, **json).status_code == 404
    assert client.post(f"{inside}/decision", {"do": "confirm"}, **json).status_code == 404
    assert client.post(f"{own}/tasks/{document.task.uuid}/discard").status_code == 404
    assert Document.objects.get(pk=document.pk).version == document.version


def test_an_archive_is_sent_through_the_form_and_its_parts_are_told(acme: Organization, alice: User) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "billing@nordwind.example", "Your invoice"
    message.set_content("Please find our invoice below, as a picture.")
    message.add_attachment(b"GIF89a" + bytes(20), maintype="image", subtype="gif", filename="logo.gif", cid="<logo>")
    packed = archives.archive(
        [("R-9.txt", make.invoice_text("R-9")), ("run.exe", b"MZ\x90\0\x03"), ("a.eml", message.as_bytes())]
    )
    client = _signed_in(alice)
    files = [SimpleUploadedFile("march.zip", packed), SimpleUploadedFile("R-10.txt", make.invoice_text("R-10"))]
    answer = client.post(f"/o/{acme.slug}/uploads", {"files": files}, headers={"accept": "application/json"})
    assert answer.status_code == 201
    shown = client.get(answer.json()["upload"]).content.decode()
    assert "run.exe is a program" in shown
    assert "Left out of the e-mail" in shown
    assert "logo.gif" in shown
    assert "/retry" not in shown, "what was refused was not kept"
    told = client.get(answer.json()["state"]).json()["tasks"]
    assert [task["file"] for task in told] == [0, 0, 0, 1]


def test_the_whole_e_invoice_is_kept_and_shown(acme: Organization, alice: User) -> None:
    facts = invoice_facts(7, "fr")
    document = make.document(acme, ubl_xml(facts), "facture.xml")
    page = f"/o/{acme.slug}/documents/{document.uuid}"
    shown = _signed_in(alice).get(f"{page}?tab=einvoice").content.decode()
    assert f"<dt>BIC</dt><dd>{facts.vendor.bic}</dd>" in shown
    assert f"<dt>Acheteur</dt><dd>{escape(facts.customer.name)}</dd>" in shown
    assert "58 (virement SEPA)" in shown
    assert '<div class="panel" lang="fr">' in shown
    assert all(escape(line.description) in shown for line in facts.lines)
    plain = make.document(acme, make.invoice_text("R-8"))
    assert "tab=einvoice" not in _signed_in(alice).get(f"/o/{acme.slug}/documents/{plain.uuid}").content.decode()
    plain_row = EInvoice.objects.create(document=plain, content={"syntax": "CII"})
    reading.read_again(plain, actor=COMMAND)
    make.read(Document.objects.get(pk=plain.pk))
    assert not EInvoice.objects.filter(pk=plain_row.pk).exists()


def test_a_role_that_is_too_small_is_told_who_has_it(acme: Organization, alice: User, bob: User, document: Document) -> None:
    client = _signed_in(bob)
    for path in ADMIN_ONLY:
        answer = client.get(f"/o/{acme.slug}/{path}")
        assert answer.status_code == 403
        assert "Alice" in answer.content.decode()
    viewer = _signed_in(make.user("vera@acme.example", acme, "viewer"))
    base = f"/o/{acme.slug}/documents/{document.uuid}"
    assert viewer.get(base).status_code == 200
    assert viewer.patch(f"{base}/fields/due_date", {"accept": True}, content_type="application/json").status_code == 403
    assert viewer.post(base, {"do": "confirm"}).status_code == 403
    json = {"content_type": "application/json"}
    assert client.post(f"{base}/decision", {"do": "approve"}, **json).status_code == 403
    assert Document.objects.get(pk=document.pk).status == "Needs Review"


def test_who_is_signed_out_is_led_to_sign_in_and_back(acme: Organization, document: Document) -> None:
    path = f"/o/{acme.slug}/documents/{document.uuid}"
    assert Client().get(path)["Location"] == f"/sign-in?next={path}"
    answer = Client().patch(f"{path}/fields/due_date", {"accept": True}, content_type="application/json")
    assert answer.status_code == 401


def test_lists_and_the_review_take_few_queries(
    acme: Organization, alice: User, document: Document, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(3):
        make.document(acme, make.invoice_text(f"R-{number}"))
    client = _signed_in(alice)
    with django_assert_max_num_queries(18):  # ten of its own; session, person, membership, frame
        client.get(f"/o/{acme.slug}/inbox")
    with django_assert_max_num_queries(24):
        client.get(f"/o/{acme.slug}/documents/{document.uuid}?view=open")


def test_an_upload_of_thousands_of_tasks_is_counted_and_not_loaded(
    acme: Organization, alice: User, document: Document, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    upload = document.task.upload
    Task.objects.bulk_create(
        Task(organization=acme, upload=upload, filename=f"{number}.pdf", stage=Stage.FAILED) for number in range(2_000)
    )
    client = _signed_in(alice)
    with django_assert_max_num_queries(12):
        page = client.get(f"/o/{acme.slug}/uploads").content.decode()
    assert "2001" in page
    assert "needs review" in page
    counts = Task.objects.of(acme).counted([upload])
    assert counts == {upload.pk: {"REVIEWING": 1, "FAILED": 2_000}}


def test_lists_are_paged_by_fifty(acme: Organization, alice: User) -> None:
    for _number in range(51):
        make.key(acme, "upload.read")
    client = _signed_in(alice)
    first, second = (client.get(f"/o/{acme.slug}/keys?page={page}").content.decode() for page in (1, 2))
    assert first.count("Revoke") // 2 == 50
    assert "Page 1 of 2" in first
    assert second.count("Revoke") // 2 == 1


def test_a_key_is_shown_once_and_revoked(acme: Organization, alice: User) -> None:
    client = _signed_in(alice)
    base = f"/o/{acme.slug}/keys"
    shown = client.post(f"{base}/new", {"name": "ERP", "preset": "send_read", "days": "365"})
    key = acme.keys.get()
    assert shown.status_code == 201
    assert f"{key.prefix}" in shown.content.decode()
    assert shown["Cache-Control"].startswith("max-age=0")
    listed = client.get(base).content.decode()
    assert f"{key.prefix}…{key.last_four}" in listed
    client.post(f"{base}/{key.uuid}/revoke")
    key.refresh_from_db()
    assert key.state == "revoked"


def test_a_rule_is_written_tried_and_switched(acme: Organization, alice: User, document: Document) -> None:
    client = _signed_in(alice)
    base = f"/o/{acme.slug}/rules"
    form = {
        "name": "Certain ones", "trigger": "document_ready", "field-0": "confidence_score", "operator-0": ">=",
        "value-0": "10",
        "type-0": "set_status", "status-0": "Approved", "is_active": "on",
    }  # fmt: skip
    assert client.post(f"{base}/new", form).status_code == 302
    rule = acme.rules.get()
    assert (
        "When a document was read and confidence_score &gt;= 10: set the status Approved" in client.get(base).content.decode()
    )
    tried = client.get(f"{base}/{rule.pk}/dry-run").content.decode()
    assert "1 of the 1 newest documents match" in tried
    assert "status Needs Review to Approved" in tried
    client.post(f"{base}/{rule.pk}/switch")
    rule.refresh_from_db()
    assert not rule.is_active
    wrong = client.post(f"{base}/{rule.pk}", {**form, "value-0": "many"})
    assert wrong.status_code == 422
    assert "many" in wrong.content.decode()


def test_a_webhook_is_added_and_its_secret_shown_once(acme: Organization, alice: User) -> None:
    client = _signed_in(alice)
    base = f"/o/{acme.slug}/webhooks"
    refused = client.post(f"{base}/new", {"channel": "documents", "url": "ftp://example.com"})
    assert refused.status_code == 422
    shown = client.post(f"{base}/new", {"channel": "documents", "url": "http://127.0.0.1:9999/in"})
    endpoint = acme.webhook_endpoints.get()
    assert endpoint.secret in shown.content.decode()
    assert "Webhook(secret).verify" in shown.content.decode()
    page = client.get(f"{base}/{endpoint.pk}").content.decode()
    assert endpoint.secret not in page
    assert client.post(f"{base}/{endpoint.pk}", {"do": "test"}).status_code == 302
    delivery = endpoint.deliveries.get()
    assert delivery.message_id in client.get(f"/o/{acme.slug}/deliveries/{delivery.pk}").content.decode()


def test_many_are_confirmed_at_once_and_those_with_open_values_left(acme: Organization, bob: User, document: Document) -> None:
    open_one = make.document(acme, make.invoice_text("").replace(b"Invoice number: ", b""))
    client = _signed_in(bob)
    answer = client.post(f"/o/{acme.slug}/inbox", {"do": "confirm", "document": [document.pk, open_one.pk]}, follow=True)
    said = answer.content.decode()
    assert "1 document done." in said
    assert "1 was left: it has open values." in said
    assert Document.objects.get(pk=open_one.pk).status == "Needs Review"


def test_a_search_with_one_hit_opens_it(acme: Organization, bob: User, document: Document) -> None:
    make.document(acme, make.invoice_text("R-2002"))
    answer = _signed_in(bob).get(f"/o/{acme.slug}/inbox?view=all&q=R-2002")
    assert answer.status_code == 302
    assert str(document.uuid) not in answer["Location"]


def test_the_text_of_a_page_says_where_it_comes_from(acme: Organization, bob: User, document: Document) -> None:
    document.pages.update(source="ocr", engine="tesseract", reason="has no text layer", rotation=90)
    shown = _signed_in(bob).get(f"/o/{acme.slug}/documents/{document.uuid}?tab=text").content.decode()
    assert "ocr by tesseract: has no text layer; turned by 90 degrees" in shown


def test_originals_and_images_are_never_shown_as_pages(acme: Organization, bob: User, document: Document) -> None:
    client = _signed_in(bob)
    base = f"/o/{acme.slug}/documents/{document.uuid}"
    answer = client.get(f"{base}/original")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert b"".join(answer.streaming_content) == make.invoice_text()  # type: ignore[arg-type]
    assert client.get(f"{base}/pages/1.webp").status_code in (200, 202)
    assert client.get(f"{base}/pages/2.webp").status_code == 404


def test_a_stale_write_is_answered_with_the_present_state(acme: Organization, bob: User, document: Document) -> None:
    client = _signed_in(bob)
    path = f"/o/{acme.slug}/documents/{document.uuid}/fields/due_date"
    stale = {"If-Match": f'"{document.pk}-{document.version}"'}
    assert client.patch(path, {"value": "2025-12-24"}, content_type="application/json", headers=stale).status_code == 200
    answer = client.patch(path, {"value": "2025-12-31"}, content_type="application/json", headers=stale)
    assert answer.status_code == 412
    assert {field["key"]: field["shown"] for field in answer.json()["current"]["fields"]}["due_date"] == "2025-12-24"


def test_rows_keep_their_place_on_the_page_when_one_is_inserted(acme: Organization, bob: User, document: Document) -> None:
    client = _signed_in(bob)
    path = f"/o/{acme.slug}/documents/{document.uuid}/lines"
    steps = {"do": [{"insert": 0}, {"set": [1, "description", "Washer"]}]}
    rows = client.patch(path, steps, content_type="application/json").json()["lines"]["rows"]
    assert [row["cells"]["description"]["shown"] for row in rows] == ["Washer", "Steel bolt M8"]
    assert rows[1]["cells"]["description"]["places"]
    assert client.patch(path, {"do": [{"remove": 9}]}, content_type="application/json").status_code == 422


def test_wrong_sign_ins_are_answered_alike_and_then_have_to_wait(acme: Organization, bob: User) -> None:
    cache.clear()
    said = set()
    for email in (bob.email, "nobody@acme.example"):
        answer = Client().post("/sign-in", {"login": email, "password": "wrong"}).content.decode()
        said.add(answer.split('role="alert"')[1].split("</div>")[0].split("<li>")[1].split("</li>")[0].strip())
    assert said == {"E-mail or password is wrong."}
    for _try in range(5):
        answer = Client().post("/sign-in", {"login": bob.email, "password": "wrong"}).content.decode()
    assert "Wait 60 seconds" in answer
    cache.clear()
    right = Client().post("/sign-in?next=/o/acme-books/uploads", {"login": bob.email, "password": make.PASSWORD})
    assert right["Location"] == "/o/acme-books/uploads"
