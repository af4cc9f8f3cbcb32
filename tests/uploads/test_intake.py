"""The one door for bytes: what is taken in, what is refused, and that a refusal leaves nothing behind."""

from __future__ import annotations

import threading
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from docflow.accounts.actors import COMMAND
from docflow.accounts.models import Organization
from docflow.errors import DuplicateRefusedError, FileRefusedError, InputError, LicenceMissingError, StateConflictError
from documents import files
from documents.models import Document
from documents.operations import lifecycle
from documents.statuses import Status
from tests import make
from tests.security import hostile_archives as archives
from uploads.intake.limits import arrived
from uploads.models import KnownFile, Project, Task, Upload
from uploads.operations import intake, projects, tasks
from uploads.statuses import upload_word

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8ffff3f0005fe02fea7356d0a0000000049454e44ae426082"
)


def on_disk() -> set[Path]:
    return {path for folder in (settings.FILES_DIR, settings.INCOMING_DIR) for path in folder.rglob("*") if path.is_file()}


def mail(*, body: bool = True) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = (
        "Nordwind <billing@nordwind.example>",
        "in@acme.example",
        "Your invoices",
    )
    message.set_content("Dear customer, please find two invoices attached.\n" if body else "\n")
    for number in ("R-1", "R-2"):
        message.add_attachment(make.invoice_text(number), maintype="text", subtype="plain", filename=f"{number}.txt")
    packed = archives.archive([("R-3.txt", make.invoice_text("R-3")), ("terms.exe", b"MZ\x90\0\x03")])
    message.add_attachment(packed, maintype="application", subtype="zip", filename="more.zip")
    message.add_attachment(b"BEGIN:VCARD", maintype="text", subtype="vcard", filename="card.vcf")
    message.add_attachment(PNG, maintype="image", subtype="png", filename="logo.png", cid="<logo>", disposition="inline")
    message.set_boundary("parts")  # the same bytes each time
    return message.as_bytes()


def test_what_is_accepted_is_on_disk_with_its_hash(acme: Organization) -> None:
    document = make.upload(
        acme, filename="R-1001.txt", notes="by hand", metadata={"a": 1}, external_refs={"erp": {"record_id": "7"}}
    )
    assert files.original(document).read_bytes() == make.invoice_text()
    assert document.sha256 == arrived("x", make.invoice_text()).sha256
    assert (document.status, document.media_type, document.notes, document.metadata) == (
        Status.NEW,
        "text/plain",
        "by hand",
        {"a": 1},
    )
    assert document.task.stage == "queued"
    assert document.task.bell_at is not None


@pytest.mark.parametrize(
    ("filename", "content", "code"),
    [
        ("empty.pdf", b"", "file_empty"),
        ("song.mp3", b"ID3\x04" + b"\0" * 200, "file_type_not_supported"),
        ("evil.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "file_type_not_supported"),
        ("large.txt", b"x" * (settings.MAX_FILE_BYTES + 1), "file_too_large"),
    ],
)
def test_a_refused_upload_leaves_nothing_behind(acme: Organization, filename: str, content: bytes, code: str) -> None:
    before = on_disk()
    with pytest.raises(FileRefusedError) as caught:
        make.upload(acme, content, filename)
    assert caught.value.code == code
    assert filename in caught.value.message
    assert on_disk() == before
    assert not Upload.objects.exists()


def test_one_bad_file_refuses_its_whole_upload(acme: Organization) -> None:
    before = on_disk()
    with pytest.raises(FileRefusedError):
        intake.receive(
            acme,
            [arrived("good.txt", make.invoice_text()), arrived("bad.mp3", b"ID3\x04" + b"\0" * 99)],
            intake.Order(),
            COMMAND,
        )
    assert on_disk() == before
    assert not Document.objects.exists()
    with pytest.raises(InputError):
        intake.receive(acme, [], intake.Order(), COMMAND)


def test_without_a_licence_nothing_new_comes_in(acme: Organization) -> None:
    acme.plan = None
    before = on_disk()
    with pytest.raises(LicenceMissingError):
        make.upload(acme)
    assert on_disk() == before


def test_a_mail_is_one_upload_with_its_body_and_attachments(acme: Organization) -> None:
    body = make.upload(acme, mail(), "mail.eml")
    upload = body.task.upload
    assert (upload.subject, "nordwind" in upload.sender) == ("Your invoices", True)
    assert [(task.filename, task.stage) for task in upload.tasks.all()] == [
        ("mail.eml", "queued"),
        ("R-1.txt", "queued"),
        ("R-2.txt", "queued"),
        ("R-3.txt", "queued"),
        ("terms.exe", "failed"),
        ("card.vcf", "filtered"),
    ]
    failed, filtered = upload.tasks.exclude(error=None)
    assert (failed.word, failed.error["code"], failed.error["reason"]) == ("FAILED", "file_type_not_supported", "unknown")
    assert (filtered.word, filtered.error["code"]) == ("FILTERED", "not_a_document")
    assert upload.left_out == [{"name": "logo.png", "reason": "The picture is too small to be a document."}]
    with pytest.raises(StateConflictError, match="refused and not kept"):
        tasks.retry(failed, actor=COMMAND)
    assert files.original(body).read_bytes() == mail()
    read = make.read(body)
    assert "two invoices attached" in read.pages.get().text
    assert upload.word == "PROCESSING"


def send(organization: Organization, *files: tuple[str, bytes]) -> Upload:
    incoming = [arrived(name, content) for name, content in files]
    return intake.receive(organization, incoming, intake.Order(archives=True), COMMAND)


def test_an_archive_is_one_upload_with_its_files(acme: Organization) -> None:
    files_in_it = [
        ("a/R-1.txt", make.invoice_text("R-1")),
        ("a/R-2.txt", make.invoice_text("R-2")),
        ("run.exe", b"MZ\x90\0\x03"),
    ]
    upload = send(acme, ("march.zip", archives.archive(files_in_it)), ("R-3.txt", make.invoice_text("R-3")))
    rows = list(upload.tasks.all())
    assert [(row.filename, row.stage) for row in rows] == [
        ("R-1.txt", "queued"),
        ("R-2.txt", "queued"),
        ("run.exe", "failed"),
        ("R-3.txt", "queued"),
    ]
    assert (upload.name, upload.starts) == ("march.zip", (rows[0].pk, rows[3].pk))
    assert rows[0].document is not None
    assert "R-1" in make.read(rows[0].document).pages.get().text


@pytest.mark.parametrize(
    ("content", "code", "reason"),
    [
        (archives.encrypted(), "file_type_not_supported", "zip_encrypted"),
        (archives.nested(6), "archive_limit", "depth"),
        (archives.archive([("run.exe", b"MZ\x90\0\x03")]), "file_type_not_supported", "unknown"),
        (archives.archive([]), "file_empty", "file_empty"),
    ],
)
def test_an_archive_that_cannot_be_taken_leaves_nothing_behind(
    acme: Organization, content: bytes, code: str, reason: str
) -> None:
    before = on_disk()
    with pytest.raises(FileRefusedError) as caught:
        send(acme, ("march.zip", content))
    assert (caught.value.code, caught.value.reason) == (code, reason)
    assert "{name}" not in caught.value.message
    assert on_disk() == before
    assert not Upload.objects.exists()


def test_where_one_document_is_answered_an_archive_is_refused(acme: Organization) -> None:
    with pytest.raises(FileRefusedError, match=r"march\.zip is a ZIP archive"):
        make.upload(acme, archives.good_archive(), "march.zip")


def test_a_project_can_leave_the_body_of_mails_out(acme: Organization) -> None:
    projects.change_project(projects.default_of(acme), {"email_body_as_task": False}, COMMAND)
    first = make.upload(acme, mail(), "mail.eml")
    assert first.filename == "R-1.txt"
    assert (settings.FILES_DIR / first.task.upload.mail_file).read_bytes() == mail()


def test_twins_are_flagged_refused_or_taken_as_the_policy_says(acme: Organization, other: Organization) -> None:
    first = make.upload(acme)
    assert make.upload(acme).duplicate_of == first
    assert make.upload(other).duplicate_of is None
    project = projects.default_of(acme)
    projects.change_project(project, {"duplicate_policy": "reject"}, COMMAND)
    before = on_disk()
    with pytest.raises(DuplicateRefusedError) as caught:
        make.upload(acme)
    assert caught.value.document_id == first.pk
    assert on_disk() == before
    projects.change_project(project, {"duplicate_policy": "accept"}, COMMAND)
    assert make.upload(acme).duplicate_of is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("policy", "documents", "flagged"), [("reject", 1, 0), ("flag", 8, 7)])
def test_of_twins_that_arrive_at_once_exactly_one_is_the_first(
    acme: Organization, policy: str, documents: int, flagged: int
) -> None:
    projects.change_project(projects.default_of(acme), {"duplicate_policy": policy}, COMMAND)
    refused = []

    def send() -> None:
        try:
            make.upload(acme)
        except DuplicateRefusedError as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Document.objects.of(acme).count() == documents
    assert Document.objects.of(acme).exclude(duplicate_of=None).count() == flagged
    assert len(refused) == 8 - documents


def test_a_deleted_document_is_gone_and_its_twin_becomes_the_first(acme: Organization) -> None:
    first, second = make.upload(acme), make.upload(acme)
    tasks.delete_document(first, actor=COMMAND)
    assert not Document.objects.filter(pk=first.pk).exists()
    assert KnownFile.objects.get(organization=acme).document == second
    assert Upload.objects.of(acme).count() == 1
    tasks.delete_document(second, actor=COMMAND)
    assert not KnownFile.objects.exists()


def test_tasks_are_discarded_restored_and_tried_again(acme: Organization) -> None:
    document = make.document(acme)
    task = document.task
    with pytest.raises(StateConflictError):
        tasks.retry(task, actor=COMMAND)
    with pytest.raises(StateConflictError):
        tasks.restore(task, actor=COMMAND)
    tasks.discard(task, actor=COMMAND, reason="advertisement")
    task = Task.objects.get(pk=task.pk)
    assert task.word == "DISCARDED"
    tasks.restore(task, actor=COMMAND)
    assert Task.objects.get(pk=task.pk).word == "REVIEWING"
    broken = make.document(acme, b"%PDF-1.4 broken", "broken.pdf")
    assert broken.task.word == "FAILED"
    tasks.retry(broken.task, actor=COMMAND)
    assert Task.objects.get(pk=broken.task.pk).word == "PROCESSING"
    lifecycle.change_status(document, Status.APPROVED, actor=COMMAND)
    tasks.discard(Task.objects.get(pk=task.pk), actor=COMMAND)
    document.refresh_from_db()
    assert document.status == Status.APPROVED


@pytest.mark.parametrize(
    ("words", "upload"),
    [
        (["COMPLETED", "REVIEWING", "PROCESSING", "FAILED"], "PROCESSING"),
        (["COMPLETED", "REVIEWING", "FAILED"], "REVIEWING"),
        (["REVIEWING", "DISCARDED"], "REVIEWING"),
        (["COMPLETED", "DISCARDED", "FILTERED"], "COMPLETED"),
        (["COMPLETED", "FAILED"], "PARTIAL"),
        (["COMPLETED", "FAILED", "FILTERED"], "PARTIAL"),
        (["FAILED"], "FAILED"),
        (["FAILED", "FAILED", "DISCARDED"], "FAILED"),
        (["DISCARDED", "FILTERED"], "COMPLETED"),
        ([], "COMPLETED"),
    ],
)
def test_an_upload_sums_up_its_tasks(words: list[str], upload: str) -> None:
    assert upload_word(words) == upload


def test_projects_are_made_changed_and_deleted(acme: Organization) -> None:
    project = projects.create_project(
        acme, {"name": "Mailroom", "automation_level": "review nothing", "profile_id": 2}, COMMAND
    )
    assert (project.contact.name, project.profile_id) == ("System", 2)
    with pytest.raises(InputError) as caught:
        projects.change_project(
            project,
            {
                "name": "",
                "automation_level": "x",
                "email_body_as_task": 1,
                "contact_id": 99_999,
                "profile_id": 99_999,
                "duplicate_policy": "y",
            },
            COMMAND,
        )
    assert {fault.field for fault in caught.value.faults} == {
        "name",
        "automation_level",
        "email_body_as_task",
        "contact_id",
        "profile_id",
        "duplicate_policy",
    }
    projects.change_project(project, {"name": "Post", "profile_id": None}, COMMAND)
    projects.delete_project(project, COMMAND)
    assert Project.objects.of(acme).count() == 1
