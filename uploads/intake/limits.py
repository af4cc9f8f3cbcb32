"""Streaming intake of files: counted, hashed and capped while they arrive, written beside the storage."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

from docflow.errors import FileRefusedError

MEGABYTE = 1_048_576


@dataclass(slots=True)
class Incoming:
    """A file that has arrived: its bytes at `path` (ours to move or remove), counted and hashed."""

    filename: str
    path: Path
    size: int
    sha256: str
    media_type: str = ""
    pages: int | None = field(default=None)

    def drop(self) -> None:
        self.path.unlink(missing_ok=True)


def too_large(filename: str, size: int) -> FileRefusedError:
    """With the size so far, which may be less than all of it."""
    limit = settings.MAX_FILE_BYTES // MEGABYTE
    shown = f"{size / MEGABYTE:.0f}" if size >= (limit + 1) * MEGABYTE else f"more than {limit}"
    return FileRefusedError("file_too_large", f"{filename} has {shown} MB, the limit is {limit} MB.")


class IncomingFile(UploadedFile):
    """What Django hands to the view; `.incoming` is what the operation takes."""

    def __init__(self, incoming: Incoming, field_name: str, content_type: str | None) -> None:
        super().__init__(None, incoming.filename or "unnamed", content_type, incoming.size)
        self.incoming = incoming


class CappedUploadHandler(FileUploadHandler):
    """Writes each file to a temporary file of ours. One byte over a limit ends the request's body at once.

    The refusal is left on the request (`refusal_of`), because Django reads bodies in places where nobody could catch it.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._all = 0
        self._open: Any = None
        self._kept: list[Incoming] = []

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        handle, path = tempfile.mkstemp(dir=settings.INCOMING_DIR)
        self._open, self._path = os.fdopen(handle, "wb"), Path(path)
        self._size, self._sum = 0, hashlib.sha256()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._size += len(raw_data)
        self._all += len(raw_data)
        if self._size > settings.MAX_FILE_BYTES:
            self._refuse(too_large(self.file_name or "The file", self._announced_size()))
        if self._all > settings.MAX_REQUEST_BYTES:
            limit = settings.MAX_REQUEST_BYTES // MEGABYTE
            self._refuse(FileRefusedError("file_too_large", f"An upload takes at most {limit} MB. Send the files in parts."))
        self._sum.update(raw_data)
        self._open.write(raw_data)

    def _announced_size(self) -> int:
        length = str(self.request.META.get("CONTENT_LENGTH") or "") if self.request else ""
        return max(self._size, int(length) if length.isdigit() and self._all == self._size else 0)

    def _refuse(self, error: FileRefusedError) -> None:
        self._drop_open()
        for incoming in self._kept:
            incoming.drop()
        if self.request is not None:
            self.request.upload_refusal = error  # type: ignore[attr-defined]
        raise StopUpload(connection_reset=True)

    def file_complete(self, file_size: int) -> IncomingFile:
        self._open.close()
        self._open = None
        incoming = Incoming(self.file_name or "unnamed", self._path, self._size, self._sum.hexdigest())
        self._kept.append(incoming)
        return IncomingFile(incoming, self.field_name or "", self.content_type)

    def upload_interrupted(self) -> None:
        self._drop_open()
        for incoming in self._kept:
            incoming.drop()

    def _drop_open(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None
            self._path.unlink(missing_ok=True)


def refusal_of(request: HttpRequest) -> FileRefusedError | None:
    """Why the body was not read to its end, if it was not."""
    return getattr(request, "upload_refusal", None)


def incoming_of(request: HttpRequest, name: str) -> list[Incoming]:
    """The files of one field, in order. Raises FileRefusedError if a limit was met."""
    files = request.FILES.getlist(name)
    error = refusal_of(request)
    if error is not None:
        raise error
    return [file.incoming for file in files if isinstance(file, IncomingFile)]


def arrived(filename: str, content: bytes) -> Incoming:
    """A file that came in another way than by a form: a part of a mail, a sample."""
    handle, path = tempfile.mkstemp(dir=settings.INCOMING_DIR)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    return Incoming(filename, Path(path), len(content), hashlib.sha256(content).hexdigest())
