"""Where the bytes are: originals in the storage, page images beside it. Names are ours, never the sender's."""

from __future__ import annotations

import os
import shutil
import uuid
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage

from documents.models import Document

RENDITION_DPI = 150


def keep(fresh: Path) -> str:
    """Moves a finished temporary file into the storage for good -> its name there.

    On disk before anybody is told: the file is synced, renamed within the file system, and its folder synced.
    """
    own = uuid.uuid4().hex
    name = f"{own[:2]}/{own}"
    target = Path(default_storage.path(name))
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sync(fresh)
    fresh.rename(target)
    _sync(target.parent)
    return name


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def forget(name: str) -> None:
    """Removes a stored file; one that is gone already is no error."""
    default_storage.delete(name)


def original(document: Document) -> Path:
    """The bytes that were sent, unchanged."""
    return Path(default_storage.path(document.file))


def rendition(document: Document, number: int) -> Path:
    """The stored image of a page (WebP, 150 dpi); it may not be drawn yet."""
    return settings.RENDITIONS_DIR / document.uuid.hex[:2] / document.uuid.hex / f"{number}.webp"


def thumbnail(document: Document, number: int) -> Path:
    """The small image of a page for the strip; drawn with the other."""
    return rendition(document, number).with_name(f"{number}-thumb.webp")


def searchable(document: Document, reading: int) -> Path:
    """The searchable PDF of the pages of one reading; made when somebody asks for it."""
    return rendition(document, 1).with_name(f"searchable-{reading}.pdf")


def put_rendition(target: Path, content: bytes) -> None:
    """Written under a fresh name and renamed, so that nobody is ever served half a file."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = target.with_suffix(f".{os.getpid()}")
    fresh.write_bytes(content)
    fresh.rename(target)


def forget_renditions(document: Document) -> None:
    shutil.rmtree(rendition(document, 1).parent, ignore_errors=True)
