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
    languages: list[str] = field(default_factory=list)  # of recognition, checked; empty: as further up
    ocr_engine: str = ""
    archives: bool = False  # whether a ZIP is opened: for uploads, not where one document is answered


@dataclass(slots=True)
class _Entry:
    """One document to be made, or one part that ends as it comes: FAILED, or FILTERED for what is no document."""

    incoming: Incoming | None
    filename: str
    stage: Stage = Stage.QUEUED
    error: dict[str, Any] | None = None
    stored: str = ""


@dataclass(slots=True)
class _Opened:
    """What was found in the files of a submission."""

    entries: list[_Entry] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)  # where the entries of each file begin
    left_out: list[dict[str, str]] = field(default_factory=list)
    mail: look.Container | None = None
    name: str = ""
    loose: Incoming | None = None  # the mail's own file, where its body is no document


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
    """One upload with a task and a document for each file, queued -> the upload. A mail gives its body and attachments, a
    ZIP (where the order opens it) the files in it.

    The bytes are on disk and the rows committed when this returns. Refused, nothing is left behind. `first` and `last`
    are called within the transaction, `last` with the upload: an Idempotency-Key stands or falls with what it made. Raises
    FileRefusedError, DuplicateRefusedError, LicenceMissingError, LicenceExpiredError, PartDownError, InputError.
    """
    project = order.project or default_of(organization)
    opened = _Opened()
    try:
        licences.check(organization)
        if not incoming:
            raise InputError(missing("file"))
        _look(organization, incoming, project, order, opened)
        return _keep(organization, opened, project, order, actor, first, last)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise PartDownError("docflow's disk is full; nothing was stored.") from error
        raise
    finally:
        for each in (*incoming, *(entry.incoming for entry in opened.entries if entry.incoming)):
            each.drop()


def _look(organization: Organization, incoming: list[Incoming], project: Project, order: Order, opened: _Opened) -> None:
    """Fills `opened`."""
    opened.name = incoming[0].filename
    for each in incoming:
        opened.starts.append(len(opened.entries))
        look.check_type(each, archives=order.archives)
        if each.media_type not in look.CONTAINERS:
            look.count_pages(each, organization)
            opened.entries.append(_Entry(each, each.filename))
            continue
        container = look.open_container(each, organization)
        if each.media_type == look.MAIL:
            opened.mail = container
            if project.email_body_as_task:
                opened.entries.append(_Entry(each, each.filename))
            else:
                opened.loose = each
        for part in container.parts:
            _look_at_part(part, organization, opened)
    if not any(entry.incoming for entry in opened.entries):
        raise _nothing_to_read(opened.entries)


def _look_at_part(part: look.Part, organization: Organization, opened: _Opened) -> None:
    """A part that cannot be taken stays visible as a failed task, one that is no document as a filtered one."""
    if part.role == "body":
        if part.incoming:
            part.incoming.drop()
    elif part.incoming is not None:
        try:
            look.check_type(part.incoming)
            look.count_pages(part.incoming, organization)
            opened.entries.append(_Entry(part.incoming, part.filename))
        except FileRefusedError as error:
            part.incoming.drop()
            opened.entries.append(_Entry(None, part.filename, Stage.FAILED, error.as_json()))
    elif part.error is not None:
        opened.entries.append(_Entry(None, part.filename, Stage.FAILED, part.error))
    elif part.role == "ornament":
        opened.left_out.append({"name": part.filename, "reason": part.reason})
    else:
        why = {"code": "not_a_document", "message": part.reason, "reason": "companion", "page": None}
        opened.entries.append(_Entry(None, part.filename, Stage.FILTERED, why))


def _nothing_to_read(entries: list[_Entry]) -> FileRefusedError:
    """Why a container is refused of which nothing can be taken: what is wrong with its first part that failed."""
    failed = next((entry.error for entry in entries if entry.stage == Stage.FAILED and entry.error), None)
    if failed is None:
        return FileRefusedError("file_empty", "There is nothing in it that can be read.")
    return FileRefusedError("file_type_not_supported", failed["message"], reason=failed["reason"])


def _keep(
    organization: Organization, opened: _Opened, project: Project, order: Order, actor: Actor, first: Step, last: Step
) -> Upload:
    loose, upload = "", None
    try:
        for entry in opened.entries:
            if entry.incoming:
                entry.stored = files.keep(entry.incoming.path)
        if opened.loose is not None:
            loose = files.keep(opened.loose.path)
        with transaction.atomic():
            first()
            written = _write(organization, opened, project, order, loose, actor)
            last(written)
        upload = written
    finally:
        if upload is None:  # whatever it was that went wrong
            for name in filter(None, (*(entry.stored for entry in opened.entries), loose)):
                files.forget(name)
    return upload


def _write(organization: Organization, opened: _Opened, project: Project, order: Order, loose: str, actor: Actor) -> Upload:
    mail = opened.mail
    upload = Upload.objects.create(
        organization=organization,
        project=project,
        name=(order.name or opened.name)[:255],
        source=order.source,
        metadata=order.metadata,
        languages=order.languages,
        ocr_engine=order.ocr_engine,
        sender=mail.sender[:255] if mail else "",
        subject=mail.subject[:500] if mail else "",
        mail_file=loose,
        left_out=opened.left_out,
        actor_kind=actor.kind,
        actor_name=actor.name,
    )
    made = [_write_task(upload, entry, order, actor) for entry in opened.entries]
    upload.starts = tuple(made[at].pk if at < len(made) else made[-1].pk + 1 for at in opened.starts)
    leases.ring_waiting(Task, organization.pk)
    return upload


def _write_task(upload: Upload, entry: _Entry, order: Order, actor: Actor) -> Task:
    if entry.incoming is not None:
        return _write_document(upload, entry, entry.incoming, order, actor).task
    return Task.objects.create(
        organization=upload.organization,
        upload=upload,
        filename=entry.filename[:255],
        stage=entry.stage,
        error=entry.error,
        ended_at=timezone.now(),
    )


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
