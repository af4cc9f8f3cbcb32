"""E-mail: its body and its attachments as parts; what is no document is named and left out with a reason.

Remote pictures are never loaded, HTML becomes plain text, and what a message says of its sender is a claim.
"""

from __future__ import annotations

import email
import re
from dataclasses import dataclass, field
from datetime import UTC
from email.errors import HeaderParseError, MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parsedate_to_datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from docflow.errors import FileError
from documents.extraction.layout import Page
from documents.extraction.readers import email_limits as limits
from documents.extraction.readers import sheet, sniff, too_many_pages
from documents.extraction.readers.signatures import content_type
from documents.extraction.readers.text import cleaned, decoded, plain_text

# Smaller pictures inside the text are logos, icons and counters; a photographed receipt has more pixels than that.
_DOCUMENT_SIDE, _DOCUMENT_BYTES = 600, 40_000
_ICON_SIDE = 150
_MAX_TEXT = 4 * 1024 * 1024

_COMPANIONS = {
    "application/pkcs7-signature": "A signature is no document.",
    "application/x-pkcs7-signature": "A signature is no document.",
    "application/pgp-signature": "A signature is no document.",
    "application/pgp-keys": "A public key is no document.",
    "application/pkcs7-mime": "The content is encrypted or wrapped in a signature. Ask for it to be sent openly.",
    "application/x-pkcs7-mime": "The content is encrypted or wrapped in a signature. Ask for it to be sent openly.",
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
    ".p7m": "application/pkcs7-mime",
    ".ics": "text/calendar",
    ".vcf": "text/vcard",
    ".asc": "application/pgp-signature",
    ".sig": "application/pgp-signature",
}
_OUTLOOK = "The attachments are wrapped in Outlook's own format (winmail.dat). Ask for them to be sent as plain attachments."
_SUFFIXES = {
    "application/pdf": ".pdf", "image/png": ".png", "image/jpeg": ".jpg", "image/tiff": ".tif", "image/webp": ".webp",
    "application/xml": ".xml", "text/plain": ".txt", "text/csv": ".csv", "message/rfc822": ".eml",
}  # fmt: skip


@dataclass
class _Found:
    """What was found so far: leaves that may be documents, text for the body, ids of pictures shown within the text."""

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    leaves: list[Message] = field(default_factory=list)
    messages: list[tuple[Message, int]] = field(default_factory=list)

    @property
    def body(self) -> str:
        """Plain text where there is any worth the name, else what the HTML says."""
        plain = "\n".join(self.plain).strip()
        return plain if len(plain) >= 20 or not self.html else plain_text("\n".join(self.html)) or plain

    @property
    def shown_ids(self) -> set[str]:
        return {each.lower() for html in self.html for each in re.findall(r"cid:([^\"'\s>)]{1,500})", html, re.IGNORECASE)}


def unpack(path: Path, folder: Path) -> dict[str, Any]:
    """Writes part-000, part-001, ... into `folder` and says what each is.

    Roles: body (the text of the message), attachment (sniffed type; may prove unreadable), ignored (with the reason).
    Raises FileRefusedError `archive_limit`, FileError `damaged_file`.
    """
    message = _parsed(path.read_bytes())
    parts = _Parts(folder)
    _collect(message, 0, parts)
    return {
        "subject": _header(message, "Subject"),
        "sender": _header(message, "From"),
        "sent_at": _sent_at(message),
        "message_id": _header(message, "Message-ID"),
        "parts": parts.rows,
    }


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


def read_page(path: Path, number: int, languages: tuple[str, ...], dpi: int | None) -> Page:
    return sheet.page(_rows(path), number, "is the text of an e-mail")


def draw_page(path: Path, number: int, dpi: int, rotation: int) -> Image.Image:
    return sheet.drawn(read_page(path, number, (), None), dpi)


def _rows(path: Path) -> list[str]:
    message = _parsed(path.read_bytes())
    return list(sheet.wrapped(_letter(message, _walked(message, 0).body).split("\n")))


def _parsed(content: bytes) -> Message:
    limits.count(BytesIO(content))
    try:
        message = email.message_from_bytes(content)
    except (MessageError, RecursionError, ValueError, LookupError, AssertionError) as error:
        raise FileError("damaged_file", "The e-mail cannot be taken apart. Send it again as an attachment.") from error
    if not message.keys():
        raise FileError("damaged_file", "The e-mail has no headers. Send it again as an attachment.")
    return message


def _collect(message: Message, depth: int, parts: _Parts) -> None:
    """Parts of a message and of the messages attached to it. Only the outermost text is the body."""
    found = _walked(message, depth)
    text = found.body
    # The text of an attached message matters only when nothing hangs on it.
    if text and (depth == 0 or not (found.leaves or found.messages)):
        name = _subject_name(_header(message, "Subject"))
        parts.add(_letter(message, text).encode(), name, "text/plain", "body" if depth == 0 else "attachment")
    shown = found.shown_ids
    for leaf in found.leaves:
        attached = _attached_message(leaf)
        if attached is None:
            _add_leaf(leaf, shown, parts)
        else:
            found.messages.append((attached, _deeper(depth)))
    for attached, level in found.messages:
        _collect(attached, level, parts)


def _walked(message: Message, depth: int) -> _Found:
    found = _Found()
    _walk(message, depth, 0, found)
    return found


def _walk(part: Message, depth: int, nesting: int, found: _Found) -> None:
    if nesting > limits.MAX_NESTING:
        raise limits.refused(f"nests deeper than {limits.MAX_NESTING} levels", "depth")
    kind = part.get_content_type()
    payload = part.get_payload()
    if part.is_multipart() and isinstance(payload, list):
        inside = [each for each in payload if isinstance(each, Message)]
        attached = kind.startswith("message/") and kind not in _COMPANIONS
        if kind in _COMPANIONS:
            found.leaves.append(part)
        elif attached:
            found.messages.extend((each, _deeper(depth)) for each in inside)
        else:
            for each in inside:
                _walk(each, depth, nesting + 1, found)
        return
    _sort_leaf(part, kind, found)


def _deeper(depth: int) -> int:
    if depth >= limits.MAX_DEPTH:
        raise limits.refused(f"holds messages within messages, deeper than {limits.MAX_DEPTH} levels", "depth")
    return depth + 1


def _attached_message(leaf: Message) -> Message | None:
    """A message that was attached as a file, .eml in base64, instead of as message/rfc822."""
    content = _bytes(leaf)
    if not (leaf.get_filename() or "").lower().endswith(".eml") or content_type(content[:65_536], "") != "message/rfc822":
        return None
    return _parsed(content)


def _sort_leaf(part: Message, kind: str, found: _Found) -> None:
    is_text = (
        kind in ("text/plain", "text/html") and not part.get_filename() and part.get_content_disposition() != "attachment"
    )
    if is_text and not _looks_like_a_file(part):
        (found.html if kind == "text/html" else found.plain).append(_text(part))
    else:
        found.leaves.append(part)


def _looks_like_a_file(part: Message) -> bool:
    """A PDF without a name in a message without Content-Type is declared as text by default."""
    return content_type(_bytes(part)[:65_536], "") not in ("text/plain", "message/rfc822", "application/octet-stream")


def _add_leaf(leaf: Message, shown: set[str], parts: _Parts) -> None:
    content = _bytes(leaf)
    declared = leaf.get_content_type()
    given = _decoded_header(leaf.get_filename() or "")
    kind = _ENDINGS.get(Path(given).suffix.lower(), declared)
    media_type = content_type(content[:65_536], given) if content else declared
    name = _file_name(given, media_type)
    if kind in _COMPANIONS:
        parts.ignore(name, declared, len(content), _COMPANIONS[kind])
    elif media_type == "application/ms-tnef" or kind == "application/ms-tnef" or given.lower() == "winmail.dat":
        parts.ignore(name, "application/ms-tnef", len(content), _OUTLOOK)
    elif not content:
        parts.ignore(name, declared, 0, "The attachment is empty.")
    elif reason := _ornament(leaf, content, media_type, shown):
        parts.ignore(name, media_type, len(content), reason)
    else:
        parts.add(content, name, media_type, "attachment", _unreadable(content, name))


def _unreadable(content: bytes, name: str) -> str:
    try:
        sniff(content[:65_536], name)
    except FileError as error:
        return error.message
    return ""


def _ornament(leaf: Message, content: bytes, media_type: str, shown: set[str]) -> str:
    """Why a picture is no document: an icon, or shown within the text and smaller than any photographed page."""
    if not media_type.startswith("image/"):
        return ""
    within = (leaf.get("Content-ID") or "").strip("<> \t").lower() in shown or (
        leaf.get_content_disposition() == "inline" and bool(leaf.get("Content-ID"))
    )
    across, down = _measures(content)
    if across and min(across, down) < _ICON_SIDE:
        return "The picture is too small to be a document."
    if within and (min(across, down) < _DOCUMENT_SIDE or len(content) < _DOCUMENT_BYTES):
        return "The picture belongs to the text of the e-mail and is too small to be a document."
    return ""


def _measures(content: bytes) -> tuple[int, int]:
    from documents.extraction.readers.image import measured

    return measured(content)


def _bytes(part: Message) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        return b""
    return content if isinstance(content, bytes) else str(part.get_payload()).encode("utf-8", "replace") if content else b""


def _text(part: Message) -> str:
    """In the declared encoding where that works, else as text files are read."""
    content = _bytes(part)[:_MAX_TEXT].replace(b"\x00", b"")
    try:
        return cleaned(content.decode(part.get_content_charset() or "utf-8"))
    except (LookupError, UnicodeDecodeError, ValueError):
        return cleaned(decoded(content))


def _letter(message: Message, text: str) -> str:
    """The text under the lines that a reader of mail sees above it."""
    head = [f"{name}: {value}" for name in ("From", "Date", "Subject") if (value := _header(message, name))]
    return cleaned("\n".join([*head, "", text]))


def _header(message: Message, name: str) -> str | None:
    value = message.get(name)
    return (_decoded_header(str(value))[:998] or None) if value is not None else None


def _decoded_header(value: str) -> str:
    try:
        text = str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, ValueError, AssertionError):
        text = value
    text = text.encode("utf-8", "replace").decode("utf-8")
    return re.sub(r"\s+", " ", cleaned(text)).strip()


def _sent_at(message: Message) -> str | None:
    try:
        moment = parsedate_to_datetime(_header(message, "Date") or "")
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _file_name(given: str, media_type: str) -> str:
    """A name without folders, at most 200 characters; its ending kept, or one that fits the type."""
    name = re.sub(r'[\x00-\x1f\x7f<>:"|?*]', "", re.split(r"[\\/]", given)[-1]).strip(" .")
    stem, ending = Path(name or "attachment").stem, Path(name or "attachment").suffix
    return f"{stem[:180]}{(ending or _SUFFIXES.get(media_type, ''))[:20]}"


def _subject_name(subject: str | None) -> str:
    """A subject is a sentence: its slashes and dots mean nothing."""
    name = re.sub(r"[^\w .,#()+-]", " ", subject or "").strip(" .")[:120]
    return f"{name or 'message'}.txt"


class _Parts:
    """The answer's rows, and the files written for them, within the limits."""

    def __init__(self, folder: Path) -> None:
        self.rows: list[dict[str, Any]] = []
        self._folder = folder
        self._unpacked = 0

    def add(self, content: bytes, filename: str, media_type: str, role: str, reason: str = "") -> None:
        self._unpacked += len(content)
        if self._unpacked > limits.MAX_UNPACKED:
            raise limits.refused("unpacks to more than 400 MB", "size")
        (self._folder / self._name).write_bytes(content)
        self._row(filename, media_type, len(content), role, reason)

    def ignore(self, filename: str, media_type: str, size: int, reason: str) -> None:
        self._row(filename, media_type, size, "ignored", reason)

    @property
    def _name(self) -> str:
        return f"part-{len(self.rows):03}"

    def _row(self, filename: str, media_type: str, size: int, role: str, reason: str) -> None:
        if len(self.rows) >= limits.MAX_PARTS:
            raise limits.refused(f"holds more than {limits.MAX_PARTS} parts", "parts")
        self.rows.append(
            {
                "name": self._name,
                "filename": filename,
                "media_type": media_type[:200],
                "size": size,
                "role": role,
                "reason": reason[:500],
            }
        )
