"""What an upload must know before it answers: the type, the number of pages, the parts of a mail or an
archive. Asked of the sandbox."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from docflow import life
from docflow.accounts.models import Organization
from docflow.errors import FileError, FileRefusedError, ReaderStoppedError
from docflow.sandbox import Sandbox
from documents.extraction.readers import ZIP, sniff
from uploads.intake.limits import Incoming, arrived, too_large

HEAD = 65_536
MAIL = "message/rfc822"
CONTAINERS = (MAIL, ZIP)
COUNTED = ("application/pdf", "image/tiff")
_box: Sandbox | None = None


def sandbox() -> Sandbox:
    """This process's one warm child for looking into what arrives."""
    global _box
    if _box is None:
        _box = Sandbox(base=settings.WORK_DIR, on_wait=life.touch)
    return _box


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a container: a file to be read, or one that is not taken, with the reason.

    `role`: body, attachment, companion (no document), ornament (a picture of the text), refused (with its `error`).
    """

    role: str
    filename: str
    reason: str
    error: dict[str, Any] | None
    incoming: Incoming | None


@dataclass(frozen=True, slots=True)
class Container:
    """What was in a mail or an archive. An archive has neither subject nor sender."""

    subject: str
    sender: str
    parts: tuple[Part, ...]


def check_type(incoming: Incoming, *, archives: bool = False) -> None:
    """Fills in the media type by content; a ZIP passes where `archives` are opened.

    Raises FileRefusedError: empty, too large, not supported.
    """
    if incoming.size == 0:
        raise FileRefusedError("file_empty", f"{incoming.filename} is empty. Send it again.")
    if incoming.size > settings.MAX_FILE_BYTES:
        raise too_large(incoming.filename, incoming.size)
    with incoming.path.open("rb") as file:
        incoming.media_type = sniff(file.read(HEAD), incoming.filename, archives=archives)


def count_pages(incoming: Incoming, organization: Organization) -> None:
    """Fills in the number of pages where the file tells. Raises FileRefusedError: too_many_pages.

    A file that fells the child is taken in all the same: reading decides, and says why it cannot.
    """
    if incoming.media_type not in COUNTED:
        return
    with sandbox().work(organization=str(organization.uuid)) as work:
        work.put("file", incoming.path)
        try:
            answer = work.run("look", file="file", media_type=incoming.media_type, max_pages=settings.MAX_PAGES)
        except FileRefusedError as error:
            raise _named(error, incoming.filename) from None
        except (ReaderStoppedError, FileError):
            return
    incoming.pages = answer.get("pages")


def _named(error: FileRefusedError, filename: str) -> FileRefusedError:
    """The child knows its file as "file"; people know it by its name."""
    return FileRefusedError(error.code, error.message.replace("{name}", filename), reason=error.reason)


def open_container(incoming: Incoming, organization: Organization) -> Container:
    """Takes a mail or an archive apart. Raises FileRefusedError: what it is, or archive_limit, also of time."""
    with sandbox().work(organization=str(organization.uuid)) as work:
        work.put("file", incoming.path)
        try:
            answer = work.run("unpack", file="file", media_type=incoming.media_type, largest=settings.MAX_FILE_BYTES)
        except FileRefusedError as error:
            raise _named(error, incoming.filename) from None
        except ReaderStoppedError:
            message = f"{incoming.filename} could not be taken apart within its limits."
            raise FileRefusedError("archive_limit", message, reason="time") from None
        except FileError as error:
            raise FileRefusedError("file_type_not_supported", error.message, reason=error.reason) from None
        return Container(answer["subject"] or "", answer["sender"] or "", tuple(_part(work, part) for part in answer["parts"]))


def _part(work: Any, part: dict[str, Any]) -> Part:
    taken = arrived(part["filename"], work.read(part["name"])) if part["role"] in ("body", "attachment") else None
    return Part(part["role"], part["filename"], part["reason"] or "", part["error"], taken)
