"""E-mail: its body and its attachments as parts; what is no document is named and left out with a reason.

Remote pictures are never loaded, HTML becomes plain text, and what a message says of its sender is a claim.
"""

from __future__ import annotations

import email
import re
from dataclasses import dataclass, field
from email.errors import MessageError
from email.message import Message
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from docflow.errors import FileError
from documents.extraction.layout import Page
from documents.extraction.readers import email_limits as limits
from documents.extraction.readers import email_words as words
from documents.extraction.readers import sheet, too_many_pages
from documents.extraction.readers.parts import LARGEST, Levels, Parts, is_companion
from documents.extraction.readers.signatures import content_type
from documents.extraction.readers.text import plain_text


@dataclass
class _Found:
    """What was found so far: leaves that may be documents, text for the body, messages attached."""

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    leaves: list[Message] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)

    @property
    def body(self) -> str:
        """Plain text where there is any worth the name, else what the HTML says."""
        plain = "\n".join(self.plain).strip()
        return plain if len(plain) >= 20 or not self.html else plain_text("\n".join(self.html)) or plain

    @property
    def shown_ids(self) -> set[str]:
        """Ids of the pictures that the HTML shows within the text."""
        return {each.lower() for html in self.html for each in re.findall(r"cid:([^\"'\s>)]{1,500})", html, re.IGNORECASE)}


def unpack(path: Path, folder: Path, largest: int = LARGEST, *, body_only: bool = False) -> dict[str, Any]:
    """Writes the parts into `folder` and says what each is (`Parts`); the text of the message comes first.

    Raises FileRefusedError `archive_limit`, FileError `damaged_file`.
    """
    message = _parsed(path.read_bytes())
    parts = Parts(folder, "The e-mail", largest)
    _collect(message, Levels(), parts, body_only=body_only)
    return {
        "subject": words.header(message, "Subject"),
        "sender": words.header(message, "From"),
        "sent_at": words.sent_at(message),
        "message_id": words.header(message, "Message-ID"),
        "parts": parts.rows,
    }


def open_into(path: Path, levels: Levels, parts: Parts) -> None:
    """A message that lies in another container: its text and its attachments become parts of that."""
    _collect(_parsed(path.read_bytes()), levels.within_message(), parts)


def look(path: Path, max_pages: int) -> int | None:
    with path.open("rb") as file:
        limits.count(file)
    return None


def open_file(path: Path, folder: Path, max_pages: int) -> dict[str, object]:
    """The message itself as a document: its headers and its text."""
    rows = _rows(path)
    pages = sheet.pages_needed(len(rows))
    if pages > max_pages:
        raise too_many_pages("The e-mail", max_pages)
    return {"pages": pages, "einvoice": None, "attachments": []}


def read_page(path: Path, number: int, dpi: int | None) -> Page:
    return sheet.page(_rows(path), number, "is the text of an e-mail")


def draw_page(path: Path, number: int, dpi: int, rotation: int) -> Image.Image:
    return sheet.drawn(read_page(path, number, None), dpi)


def _rows(path: Path) -> list[str]:
    message = _parsed(path.read_bytes())
    return list(sheet.wrapped(words.letter(message, _walked(message).body).split("\n")))


def _parsed(content: bytes) -> Message:
    limits.count(BytesIO(content))
    try:
        message = email.message_from_bytes(content)
        words.repair_headers(message)
    except (MessageError, RecursionError, ValueError, LookupError, AssertionError) as error:
        raise FileError("damaged_file", "The e-mail cannot be taken apart. Send it again as an attachment.") from error
    if not message.keys():
        raise FileError("damaged_file", "The e-mail has no headers. Send it again as an attachment.")
    return message


def _collect(message: Message, levels: Levels, parts: Parts, *, body_only: bool = False) -> None:
    """Parts of a message and of the messages attached to it. Only the outermost text is the body."""
    found = _walked(message)
    if text := found.body:
        name = words.subject_name(words.header(message, "Subject"))
        parts.write_text(words.letter(message, text), name, "attachment" if levels != Levels() else "body")
    if body_only:
        return
    shown = found.shown_ids
    for leaf in found.leaves:
        content, given = words.bytes_of(leaf), words.given_name(leaf)
        parts.take([content], given, leaf.get_content_type(), levels, in_text=_in_text(leaf, shown))
    for attached in found.messages:
        _collect(attached, levels.within_message(), parts)


def _in_text(leaf: Message, shown: set[str]) -> bool:
    marked = (leaf.get("Content-ID") or "").strip("<> \t").lower()
    return marked in shown or (leaf.get_content_disposition() == "inline" and bool(marked))


def _walked(message: Message) -> _Found:
    found = _Found()
    _walk(message, 0, found)
    return found


def _walk(part: Message, nesting: int, found: _Found) -> None:
    if nesting > limits.MAX_NESTING:
        raise limits.refused(f"nests deeper than {limits.MAX_NESTING} levels", "depth")
    kind = part.get_content_type()
    payload = part.get_payload()
    if not (part.is_multipart() and isinstance(payload, list)):
        _sort_leaf(part, kind, found)
        return
    inside = [each for each in payload if isinstance(each, Message)]
    if is_companion(kind):
        found.leaves.append(part)
    elif kind.startswith("message/"):
        found.messages.extend(inside)
    else:
        for each in inside:
            _walk(each, nesting + 1, found)


def _sort_leaf(part: Message, kind: str, found: _Found) -> None:
    is_text = (
        kind in ("text/plain", "text/html") and not part.get_filename() and part.get_content_disposition() != "attachment"
    )
    if is_text and not _looks_like_a_file(part):
        (found.html if kind == "text/html" else found.plain).append(words.text_of(part))
    else:
        found.leaves.append(part)


def _looks_like_a_file(part: Message) -> bool:
    """A PDF without a name in a message without Content-Type is declared as text by default."""
    return content_type(words.bytes_of(part)[:65_536], "") not in ("text/plain", "message/rfc822", "application/octet-stream")
