"""What docflow reads: the type of a file by its content, and the reader of each type.

The web asks `sniff` about the first 64 kB; that parses nothing and imports no parser. Readers are named by text and
imported where they run, in the sandboxed child. A reader is a module with the functions of `Reader`; a new kind of
input is one new file here and a row in READERS.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from docflow.errors import FileError, FileRefusedError
from documents.extraction.readers.signatures import OFFICE, ZIP, content_type, in_words

if TYPE_CHECKING:
    from PIL import Image

    from documents.extraction.layout import Page
    from documents.extraction.readers.unrecognized import Unrecognized

__all__ = ["HEAD", "OFFICE", "READERS", "ZIP", "Reader", "content_type", "reader", "sniff"]

HEAD = 65_536
MAX_PIXELS = 50_000_000
MAX_SIDE = 14_400.0


class Reader(Protocol):
    """What every kind of input can do. Paths are files in the child's work folder; all raise FileError."""

    def look(self, path: Path, max_pages: int) -> int | None:
        """The number of pages, None where only reading can tell. FileRefusedError for what is refused at once."""

    def open_file(self, path: Path, folder: Path, max_pages: int) -> dict[str, object]:
        """{"pages", "einvoice", "attachments"}; an e-invoice is written into `folder`."""

    def read_page(self, path: Path, number: int, dpi: int | None) -> Page | Unrecognized:
        """Page `number`, from 1, with its words or as a picture. `dpi` of that, None to let the reader choose."""

    def draw_page(self, path: Path, number: int, dpi: int, rotation: int) -> Image.Image:
        """The page as it is shown, `rotation` degrees clockwise undone, in RGB."""


READERS: dict[str, str] = {
    "application/pdf": "documents.extraction.readers.pdf",
    "image/png": "documents.extraction.readers.image",
    "image/jpeg": "documents.extraction.readers.image",
    "image/tiff": "documents.extraction.readers.image",
    "image/webp": "documents.extraction.readers.image",
    "message/rfc822": "documents.extraction.readers.email",
    "application/xml": "documents.extraction.readers.einvoice",
    "text/plain": "documents.extraction.readers.text",
    "text/csv": "documents.extraction.readers.text",
}


def reader(media_type: str) -> Reader:
    """The reader of that media type, imported now. Raises FileError with the known types for any other."""
    if media_type not in READERS:
        known = ", ".join(READERS)
        raise FileError("file_type_not_supported", f"Nothing reads {media_type}. There are readers for {known}.")
    return cast(Reader, import_module(READERS[media_type]))


def sniff(head: bytes, filename: str, *, archives: bool = False) -> str:
    """The media type of a file by its first 64 kB; the name's ending helps only where the content is plain text.

    A ZIP has no reader: it is taken apart first, by those who say that they do (`archives`).

    Raises FileRefusedError: `file_empty`, or `file_type_not_supported` naming what the file is.
    """
    if not head:
        raise FileRefusedError("file_empty", f"{filename or 'The file'} is empty. Send it again.")
    media_type = content_type(head[:HEAD], filename)
    if media_type not in READERS and not (archives and media_type == ZIP):
        raise FileRefusedError(
            "file_type_not_supported",
            f"{filename or 'The file'} is {in_words(media_type)}. docflow reads PDF, images, e-mail, e-invoice XML and text.",
            reason="unknown",
        )
    return media_type


def too_many_pages(filename: str, limit: int) -> FileRefusedError:
    """Refused, never cut: the reader stopped counting at the first page over the limit."""
    return FileRefusedError("too_many_pages", f"{filename} has more than {limit} pages, which is the limit.")


def damaged(number: int) -> FileError:
    return FileError(
        "damaged_file", f"Page {number} cannot be read: the file is damaged. Export or scan it again.", page=number
    )
