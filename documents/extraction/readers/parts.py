"""The parts of a container - e-mail, ZIP, winmail.dat - written into the work folder one by one and counted as they come.

What the headers of a container claim is never believed: bytes are counted while they stream.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

from docflow.errors import FileError, FileRefusedError
from documents.extraction.readers import HEAD, ornaments, sniff
from documents.extraction.readers.signatures import TNEF, ZIP, content_type

MAX_PARTS = 100
MAX_UNPACKED = 400 * 1024 * 1024
MAX_RATIO = 100
MAX_MESSAGES, MAX_ARCHIVES = 3, 2
LARGEST = 40 * 1024 * 1024
# Below this a ratio says nothing: an empty table of a few hundred kilobytes packs to nearly nothing.
_HARMLESS = 1024 * 1024

# What can hold further parts; each module has `open_into(path, levels, parts)`.
OPENERS = {
    "message/rfc822": "documents.extraction.readers.email",
    ZIP: "documents.extraction.readers.archive",
    TNEF: "documents.extraction.readers.tnef",
}
_COMPANIONS = {
    "application/pkcs7-signature": "A signature is no document.",
    "application/x-pkcs7-signature": "A signature is no document.",
    "application/pgp-signature": "A signature is no document.",
    "application/pgp-keys": "A public key is no document.",
    "text/calendar": "A calendar entry is no document.",
    "application/ics": "A calendar entry is no document.",
    "text/vcard": "A business card is no document.",
    "text/x-vcard": "A business card is no document.",
    "text/directory": "A business card is no document.",
    "message/delivery-status": "A delivery report is no document.",
    "message/disposition-notification": "A delivery report is no document.",
    "text/rfc822-headers": "A delivery report is no document.",
}
_ENDINGS = {
    ".p7s": "application/pkcs7-signature",
    ".ics": "text/calendar",
    ".vcf": "text/vcard",
    ".asc": "application/pgp-signature",
    ".sig": "application/pgp-signature",
}
_SEALED = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_OUTLOOK = ("application/ms-tnef", "application/vnd.ms-tnef")
_SUFFIXES = {
    "application/pdf": ".pdf", "image/png": ".png", "image/jpeg": ".jpg", "image/tiff": ".tif", "image/webp": ".webp",
    "application/xml": ".xml", "text/plain": ".txt", "text/csv": ".csv", "message/rfc822": ".eml", ZIP: ".zip",
}  # fmt: skip


def is_companion(kind: str) -> bool:
    """Whether parts declared as this go with a message without being documents."""
    return kind in _COMPANIONS


@dataclass(frozen=True, slots=True)
class Levels:
    """How many messages and how many archives lie around a part."""

    messages: int = 0
    archives: int = 0

    def within_message(self) -> Levels:
        if self.messages >= MAX_MESSAGES:
            raise limit("The e-mail", f"holds messages within messages, deeper than {MAX_MESSAGES} levels", "depth")
        return replace(self, messages=self.messages + 1)

    def within_archive(self) -> Levels:
        if self.archives >= MAX_ARCHIVES:
            raise limit("The archive", f"holds archives within archives, deeper than {MAX_ARCHIVES} levels", "depth")
        return replace(self, archives=self.archives + 1)


def limit(subject: str, what: str, reason: str) -> FileRefusedError:
    return FileRefusedError("archive_limit", f"{subject} {what}.", reason=reason)


def file_name(given: str, media_type: str) -> str:
    """A name without folders, at most 200 characters; its ending kept, or one that fits the type."""
    name = re.sub(r'[\x00-\x1f\x7f<>:"|?*]', "", re.split(r"[\\/]", given)[-1]).strip(" .")
    stem, ending = Path(name or "attachment").stem, Path(name or "attachment").suffix
    return f"{stem[:180]}{(ending or _SUFFIXES.get(media_type, ''))[:20]}"


@dataclass(slots=True, eq=False)
class _Packed:
    """An archive that is open: its own bytes, and those that came out of it so far."""

    size: int
    unpacked: int = 0


class Parts:
    """The answer's rows and the files written for them. `subject` is what a sentence about the whole begins with.

    Roles: body (the text of the message), attachment (a document), companion (goes with a message, is no document),
    ornament (a picture of the text), refused (cannot be taken; `error` says why). `reason` is the sentence for people.
    """

    def __init__(self, folder: Path, subject: str, largest: int = LARGEST) -> None:
        self.rows: list[dict[str, Any]] = []
        self._folder, self._subject, self._largest = folder, subject, largest
        self._written = self._unpacked = 0
        self._packed: list[_Packed] = []

    def write_text(self, text: str, filename: str, role: str) -> None:
        """A text of the container's own, the body of a message."""
        content = text.encode("utf-8", "replace")
        path, size = self._write([content])
        self._row(path.name, filename, "text/plain", size, role)

    def take(self, chunks: Iterable[bytes], given: str, declared: str, levels: Levels, *, in_text: bool | None = None) -> None:
        """A file out of a container: opened in its turn where it is a container, else a part of its own.

        `in_text` says whether a message shows it within its text, None where there is no such text. Raises
        FileRefusedError where the whole meets a limit; what is wrong with this file alone becomes a refused row.
        """
        kind = _ENDINGS.get(Path(given).suffix.lower(), declared)
        try:
            path, size = self._write(chunks)
        except FileRefusedError:
            raise
        except FileError as error:
            self.refuse(file_name(given, declared), declared, 0, error)
            return
        with path.open("rb") as file:
            head = file.read(HEAD)
        media_type = content_type(head, given) if head else declared
        name = file_name(given, media_type)
        if is_companion(kind):
            self._row(path.name, name, declared, size, "companion", _COMPANIONS[kind])
        elif is_outlook(given, declared) or media_type in OPENERS:
            media_type = TNEF if is_outlook(given, declared) else media_type
            self._open(path, name, media_type, size, levels)
        elif in_text is not None and (reason := ornaments.why(path, media_type, in_text)):
            self._row(path.name, name, media_type, size, "ornament", reason)
        elif fault := self._cannot_be_taken(head, name, declared, size):
            self.refuse(name, media_type, size, fault)
        else:
            self._row(path.name, name, media_type, size, "attachment")
            return
        path.unlink()

    def refuse(self, filename: str, media_type: str, size: int, error: FileError) -> None:
        message = error.message.replace("{name}", filename)
        told = {"code": error.code, "message": message[:1000], "reason": error.reason, "page": None}
        self._row("refused", filename, media_type, size, "refused", message, told)

    def _cannot_be_taken(self, head: bytes, name: str, declared: str, size: int) -> FileError | None:
        if size > self._largest:
            message = f"{name} has {size >> 20} MB, the limit is {self._largest >> 20} MB. Scan at 300 dpi or split it."
            return FileRefusedError("file_too_large", message)
        if declared in _SEALED:
            message = f"{name} is encrypted or wrapped in a signature. Ask for it to be sent openly."
            return FileRefusedError("file_type_not_supported", message, reason="unknown")
        try:
            sniff(head, name)
        except FileError as error:
            return error
        return None

    def _open(self, path: Path, name: str, media_type: str, size: int, levels: Levels) -> None:
        """A container within the container: one that meets a limit is refused as a whole, and the archive around it with
        it; the message around that goes on."""
        before = len(self.rows)
        try:
            if size > self._largest:
                raise FileRefusedError(
                    "file_too_large", f"{{name}} has more than {self._largest >> 20} MB, which is the limit."
                )
            import_module(OPENERS[media_type]).open_into(path, levels, self)
        except FileError as error:
            if levels.archives and error.code == "archive_limit":
                raise
            for row in self.rows[before:]:
                (self._folder / row["name"]).unlink(missing_ok=True)
            del self.rows[before:]
            self.refuse(name, media_type, size, error)

    @contextmanager
    def unpacking(self, size: int) -> Iterator[None]:
        """While an archive of `size` bytes is unpacked: what comes out of it is held against its size."""
        packed = _Packed(size)
        self._packed.append(packed)
        try:
            yield
        finally:
            self._packed.remove(packed)

    def _write(self, chunks: Iterable[bytes]) -> tuple[Path, int]:
        """All of it is counted; of a file that is too large to be taken only what shows its type is kept."""
        path = self._folder / f"part-{self._written:03}"
        self._written += 1
        size = 0
        try:
            with path.open("wb") as file:
                for chunk in chunks:
                    size += len(chunk)
                    self._count(len(chunk))
                    if size <= self._largest:
                        file.write(chunk)
        except FileError:
            path.unlink()
            raise
        return path, size

    def _count(self, size: int) -> None:
        self._unpacked += size
        if self._unpacked > MAX_UNPACKED:
            raise limit(self._subject, "unpacks to more than 400 MB", "size")
        for packed in self._packed:
            packed.unpacked += size
            if packed.unpacked > max(_HARMLESS, MAX_RATIO * packed.size):
                raise limit("The archive", f"unpacks to more than {MAX_RATIO} times its size", "ratio")

    def _row(
        self,
        name: str,
        filename: str,
        media_type: str,
        size: int,
        role: str,
        reason: str = "",
        error: dict[str, Any] | None = None,
    ) -> None:
        if len(self.rows) >= MAX_PARTS:
            raise limit(self._subject, f"holds more than {MAX_PARTS} parts", "parts")
        self.rows.append(
            {
                "name": name,
                "filename": filename,
                "media_type": media_type[:200],
                "size": size,
                "role": role,
                "reason": reason[:500],
                "error": error,
            }
        )


def is_outlook(given: str, declared: str) -> bool:
    """Outlook's own container goes by its name: a mailer between may have lost the type."""
    return declared in _OUTLOOK or given.lower() == "winmail.dat"
