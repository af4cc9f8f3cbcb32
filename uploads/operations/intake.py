"""The door through which every file comes in: look at it, keep its bytes, then one transaction for all that follows."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from docflow import leases
from docflow.accounts import audit, licences
from docflow.accounts.actors import Actor
from docflow.accounts.models import Organization
from docflow.errors import DuplicateRefusedError, FileRefusedError, InputError, PartDownError, missing
from documents import files
from documents.models import Contact, Document, Folder, Profile
from documents.models.document import Source
from documents.operations import lifecycle
from uploads.intake import look
from uploads.intake.limits import Incoming
from uploads.models import KnownFile, Project, Task, Upload
from uploads.operations.projects import default_of
from uploads.statuses import Stage


@dataclass(frozen=True, slots=True)
class Order:
    """What a submission asks for, beside its files. What is not said is taken from the project."""

    source: str = Source.API
    project: Project | None = None
    contact: Contact | None = None
    folder: Folder | None = None
    profile: Profile | None = None
    external_refs: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    notes: str = ""
    name: str = ""


@dataclass(slots=True)
class _Entry:
    """One document to be made, or one part that is left out."""

    incoming: Incoming | None
    filename: str
    reason: str = ""
    stored: str = ""


Step = Callable[..., object]


def _nothing(*_: object) -> None:
    """What `receive` calls where the caller has nothing to add."""


def receive(
    organization: Organization,
    incoming: list[Incoming],
    order: Order,
    actor: Actor,
    *,
    first: Step = _nothing,
    last: Step = _nothing,
) -> Upload:
    """One upload with a task and a document for each file, queued -> the upload; a mail gives its body and attachments.

    The bytes are on disk and the rows committed when this returns. Refused, nothing is left behind. `first` and `last`
    are called within the transaction, `last` with the upload: an Idempotency-Key stands or falls with what it made. Raises
    FileRefusedError, DuplicateRefusedError, LicenceMissingError, LicenceExpiredError, PartDownError, InputError.
    """
    project = order.project or default_of(organization)
    opened: list[_Entry] = []
    try:
        licences.check(organization)
        if not incoming:
            raise InputError(missing("file"))
        mail = _look(organization, incoming, project, opened)
        return _keep(organization, opened, project, order, mail, actor, first, last)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise PartDownError("docflow's disk is full; nothing was stored.") from error
        raise
    finally:
        for each in (*incoming, *(entry.incoming for entry in opened if entry.incoming)):
            each.drop()


def _look(
    organization: Organization, incoming: list[Incoming], project: Project, opened: list[_Entry]
) -> tuple[look.Mail | None, Incoming | None]:
    """Fills `opened` with what will become tasks -> the mail, and its file where the body is no document."""
    mail, loose = None, None
    for each in incoming:
        look.check_type(each)
        if each.media_type != look.MAIL:
            look.count_pages(each, organization)
            opened.append(_Entry(each, each.filename))
            continue
        mail = look.open_mail(each, organization)
        if project.email_body_as_task:
            opened.append(_Entry(each, each.filename))
        else:
            loose = each
        _look_into(mail, organization, opened)
    return mail, loose


def _look_into(mail: look.Mail, organization: Organization, opened: list[_Entry]) -> None:
    """A part that is no document, or of no type that is read, stays visible as a filtered task with its reason."""
    for part in mail.parts:
        if part.role == "body":
            if part.incoming:
                part.incoming.drop()
        elif part.incoming is None:
            opened.append(_Entry(None, part.filename, part.reason))
        else:
            try:
                look.check_type(part.incoming)
                look.count_pages(part.incoming, organization)
                opened.append(_Entry(part.incoming, part.filename))
            except FileRefusedError as error:
                part.incoming.drop()
                opened.append(_Entry(None, part.filename, error.message))


def _keep(
    organization: Organization,
    opened: list[_Entry],
    project: Project,
    order: Order,
    mail: tuple[look.Mail | None, Incoming | None],
    actor: Actor,
    first: Step,
    last: Step,
) -> Upload:
    if not any(entry.incoming for entry in opened):
        raise FileRefusedError("file_empty", "This e-mail holds nothing that can be read.")
    loose, upload = "", None
    try:
        for entry in opened:
            if entry.incoming:
                entry.stored = files.keep(entry.incoming.path)
        if mail[1] is not None:
            loose = files.keep(mail[1].path)
        with transaction.atomic():
            first()
            written = _write(organization, opened, project, order, mail[0], loose, actor)
            last(written)
        upload = written
    finally:
        if upload is None:  # whatever it was that went wrong
            for name in filter(None, (*(entry.stored for entry in opened), loose)):
                files.forget(name)
    return upload


def _write(
    organization: Organization,
    opened: list[_Entry],
    project: Project,
    order: Order,
    mail: look.Mail | None,
    loose: str,
    actor: Actor,
) -> Upload:
    upload = Upload.objects.create(
        organization=organization,
        project=project,
        name=(order.name or opened[0].filename)[:255],
        source=order.source,
        metadata=order.metadata,
        sender=mail.sender[:255] if mail else "",
        subject=mail.subject[:500] if mail else "",
        mail_file=loose,
        actor_kind=actor.kind,
        actor_name=actor.name,
    )
    for entry in opened:
        if entry.incoming is None:
            error = {"code": "file_type_not_supported", "message": entry.reason, "reason": "left_out", "page": None}
            Task.objects.create(
                organization=organization,
                upload=upload,
                filename=entry.filename[:255],
                stage=Stage.FILTERED,
                error=error,
                ended_at=timezone.now(),
            )
        else:
            _write_document(upload, entry, entry.incoming, order, actor)
    leases.ring_waiting(Task, organization.pk)
    return upload


def _write_document(upload: Upload, entry: _Entry, incoming: Incoming, order: Order, actor: Actor) -> Document:
    project, organization = upload.project, upload.organization
    contact = order.contact or project.contact
    document = Document.objects.create(
        organization=organization,
        contact=contact,
        folder=order.folder or (project.folder if contact.pk == project.contact_id else _first_folder(contact)),
        asked_profile=order.profile,
        profile=order.profile,
        profile_version=order.profile.version if order.profile else None,
        filename=entry.filename[:255],
        original_filename=entry.filename[:255],
        file=entry.stored,
        sha256=incoming.sha256,
        size=incoming.size,
        media_type=incoming.media_type,
        source=upload.source,
        external_refs=order.external_refs,
        metadata=order.metadata,
        notes=order.notes,
        page_count=incoming.pages,
    )
    _notice_twin(document, project.effective_duplicate_policy)
    Task.objects.create(organization=organization, upload=upload, document=document, filename=document.filename)
    lifecycle.begin(document, actor)
    audit.record(organization, actor, "document.uploaded", document.filename, document_id=document.pk, contact_id=contact.pk)
    return document


def _first_folder(contact: Contact) -> Folder:
    return contact.folders.order_by("id")[0]


def _notice_twin(document: Document, policy: str) -> None:
    """Insert first, look afterwards: of twins that arrive at once exactly one is the first. Raises DuplicateRefusedError."""
    try:
        with transaction.atomic():
            KnownFile.objects.create(organization=document.organization, sha256=document.sha256, document=document)
    except IntegrityError:
        first = KnownFile.objects.get(organization=document.organization, sha256=document.sha256).document
        if first is None or policy == "accept":
            return
        if policy == "reject":
            raise DuplicateRefusedError(first.pk) from None
        document.duplicate_of = first
        document.save(update_fields=["duplicate_of"])
