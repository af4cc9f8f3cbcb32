"""Words of an e-mail in letters one can trust: headers and texts in whatever charset they claim, or fail to claim."""

from __future__ import annotations

import codecs
import re
from datetime import UTC
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parsedate_to_datetime

from docflow.errors import FileError
from documents.extraction.readers.text import cleaned, decoded

_MAX_TEXT = 4 * 1024 * 1024
_LEFT_OUT = "\n[docflow reads 4 MB of a text; what follows is left out.]"
# What senders mean when they name the smaller charset, as browsers take it too.
_MEANT = {
    "iso8859-1": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030",
    "euc_kr": "cp949", "shift_jis": "cp932", "iso8859-11": "cp874",
}  # fmt: skip


def repair_headers(message: Message) -> None:
    """Headers that hold bare bytes instead of encoded words get the letters those bytes mean, in every part."""
    for part in message.walk():
        raw = list(part.raw_items())
        if not any(_has_bytes(value) for _, value in raw):
            continue
        for name in {name for name, _ in raw}:
            del part[name]
        for name, value in raw:
            part[name] = _letters(value) if _has_bytes(value) else value


def _has_bytes(value: object) -> bool:
    return isinstance(value, str) and re.search("[\udc80-\udcff]", value) is not None


def _letters(value: str) -> str:
    content = value.encode("utf-8", "surrogateescape")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def bytes_of(part: Message) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        return b""
    return content if isinstance(content, bytes) else str(part.get_payload()).encode("utf-8", "replace") if content else b""


def text_of(part: Message) -> str:
    """In the declared encoding where that works, else as text files are read; NUL is no letter in any of them.

    A text beyond 4 MB ends in a line that says so.
    """
    whole = bytes_of(part)
    text = _decoded(part, whole[:_MAX_TEXT])
    return text + _LEFT_OUT if len(whole) > _MAX_TEXT else text


def _decoded(part: Message, content: bytes) -> str:
    declared = part.get_content_charset() or "utf-8"
    try:
        known = codecs.lookup(declared).name
        if known in ("iso8859-1", "cp1252") and _is_utf8(content):
            known = "utf-8"
        return cleaned(content.decode(_MEANT.get(known, known)).replace("\x00", ""))
    except (LookupError, UnicodeError, ValueError):
        pass
    try:
        return cleaned(decoded(content.replace(b"\x00", b"")))
    except FileError:
        return ""


def _is_utf8(content: bytes) -> bool:
    """Western letters are never valid UTF-8 by chance, but UTF-8 is often declared as Western."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def header(message: Message, name: str) -> str | None:
    value = message.get(name)
    return (decoded_header(str(value))[:998] or None) if value is not None else None


def decoded_header(value: str) -> str:
    try:
        text = str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, ValueError, AssertionError):
        text = value
    text = text.encode("utf-8", "replace").decode("utf-8")
    return re.sub(r"\s+", " ", cleaned(text)).strip()


def given_name(part: Message) -> str:
    """The name of the file as its sender wrote it, "" where there is none or none that can be told."""
    try:
        return decoded_header(part.get_filename() or "")
    except (ValueError, LookupError, TypeError, AssertionError):
        return ""


def sent_at(message: Message) -> str | None:
    try:
        moment = parsedate_to_datetime(header(message, "Date") or "")
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def letter(message: Message, text: str) -> str:
    """The text under the lines that a reader of mail sees above it."""
    head = [f"{name}: {value}" for name in ("From", "Date", "Subject") if (value := header(message, name))]
    return cleaned("\n".join([*head, "", text]))


def subject_name(subject: str | None) -> str:
    """A subject is a sentence: its slashes and dots mean nothing."""
    name = re.sub(r"[^\w .,#()+-]", " ", subject or "").strip(" .")[:120]
    return f"{name or 'message'}.txt"
