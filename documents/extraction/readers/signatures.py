"""Media types by content: a few dozen signatures of our own, nothing parsed, nothing guessed from what a client claims."""

from __future__ import annotations

import re

ZIP = "application/zip"
OFFICE = "application/vnd.openxmlformats-officedocument"
TNEF = "application/ms-tnef"
SIGNED = "application/pkcs7-mime"

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"II+\x00", "image/tiff"),
    (b"MM\x00+", "image/tiff"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"\x00\x00\x01\x00", "image/x-icon"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"{\\rtf", "application/rtf"),
    (b"PK\x05\x06", ZIP),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"\x7fELF", "application/x-executable"),
    (b"MZ", "application/x-msdownload"),
    (b"\xca\xfe\xba\xbe", "application/x-mach-binary"),
    (b"\xcf\xfa\xed\xfe", "application/x-mach-binary"),
    (b"#!", "text/x-script"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf2", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"\x1aE\xdf\xa3", "video/x-matroska"),
    (b"FLV\x01", "video/x-flv"),
    (b"x\x9f>\x22", TNEF),
    (b"%!PS", "application/postscript"),
)

_OFFICE_NAMES = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"word/", b"xl/", b"ppt/")
# PKCS #7 signedData or envelopedData in DER: a sequence that begins with its object identifier.
_SIGNED_DATA = re.compile(rb"\x30[\x80-\x84].{0,4}\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07[\x02\x03]", re.DOTALL)

_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}

_WORDS: dict[str, str] = {
    ZIP: "a ZIP archive",
    OFFICE: "an office file",
    "application/vnd.oasis.opendocument": "an office file",
    "application/x-ole-storage": "an old office file or Outlook message",
    "application/rtf": "a rich text file",
    "application/vnd.rar": "an archive",
    "application/x-7z-compressed": "an archive",
    "application/gzip": "an archive",
    "application/x-bzip2": "an archive",
    "application/x-xz": "an archive",
    "application/x-executable": "a program",
    "application/x-msdownload": "a program",
    "application/x-mach-binary": "a program",
    "text/x-script": "a program",
    TNEF: "an Outlook attachment container",
    SIGNED: "a file wrapped in an electronic signature; send the file inside it",
    "application/postscript": "a PostScript program",
    "application/octet-stream": "of a kind that docflow does not know",
}

# One header line as RFC 5322 writes it; two of these names near the top make a message.
_HEADER = re.compile(rb"^([!-9;-~]{1,76}):[ \t\r\n]", re.MULTILINE)
_MAIL_HEADERS = {
    b"from", b"to", b"cc", b"subject", b"date", b"message-id", b"mime-version", b"received", b"return-path",
    b"content-type", b"delivered-to", b"content-transfer-encoding", b"reply-to", b"sender", b"x-mailer",
}  # fmt: skip


def content_type(head: bytes, filename: str) -> str:
    """The media type, supported or not; "application/octet-stream" when nothing fits. `head` is the first 64 kB."""
    return _by_signature(head) or _by_text(head, filename.lower()) or "application/octet-stream"


def in_words(media_type: str) -> str:
    """What a person calls it: "audio (audio/mpeg)", "a program (application/x-executable)"."""
    kind = media_type.partition("/")[0]
    words = _WORDS.get(media_type)
    if words and media_type == "application/octet-stream":
        return words
    if not words:
        words = {"audio": "audio", "video": "a film", "image": "a picture of another kind"}.get(kind, "another kind of file")
    return f"{words} ({media_type})"


def _by_signature(head: bytes) -> str:
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(head)
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], "application/octet-stream")
    if head[4:8] == b"ftyp":
        return "audio/mp4" if head[8:11] == b"M4A" else "image/heic" if head[8:12] in (b"heic", b"mif1") else "video/mp4"
    if _SIGNED_DATA.match(head[:32]):
        return SIGNED
    for start, media_type in _STARTS:
        if head.startswith(start) and _plausible(media_type, head):
            return media_type
    # Mail gateways and some printers write junk before the header; PDF readers look within the first kilobyte. A message
    # that quotes "%PDF-" that early is still a message: its headers come first.
    if b"%PDF-" in head[:1024] and not _is_mail(head[: head.index(b"%PDF-")]):
        return "application/pdf"
    return ""


def _plausible(media_type: str, head: bytes) -> bool:
    """Two letters alone ("BM", "MZ") also begin ordinary text."""
    if media_type in ("image/bmp", "application/x-msdownload"):
        return _decoded(head) is None
    return True


def _zip_kind(head: bytes) -> str:
    if b"mimetypeapplication/vnd.oasis.opendocument" in head[:200]:
        return "application/vnd.oasis.opendocument"
    # By the first member's name: an archive may hold an office file whose own names stand in `head` as well.
    first = head[30 : 30 + int.from_bytes(head[26:28], "little")]
    return OFFICE if first.startswith(_OFFICE_NAMES) else ZIP


def _by_text(head: bytes, filename: str) -> str:
    text = _decoded(head)
    start = (text or "").lstrip("\ufeff \t\r\n")[:2000]
    lowered = start.lower()
    if lowered.startswith("<") and re.search(r"<svg[\s>]", lowered):
        return "image/svg+xml"
    if lowered.startswith(("<!doctype html", "<html")):
        return "text/plain"
    if lowered.startswith("<?xml") or (start.startswith("<") and filename.endswith(".xml")):
        return "application/xml"
    if re.match(
        r"<(?:[\w.-]+:)?(?:Invoice|CreditNote|CrossIndustryInvoice|CrossIndustryDocument|FatturaElettronica)[\s>]", start
    ):
        return "application/xml"
    if _is_mail(head) or (filename.endswith(".eml") and _HEADER.match(head)):
        return "message/rfc822"
    if text is None:
        return ""
    return "text/csv" if filename.endswith(".csv") else "text/plain"


def _is_mail(head: bytes) -> bool:
    """Whether the first lines are headers and at least two of them are those of a message."""
    top = re.split(rb"\r?\n\r?\n", head[:16_384].lstrip(b"\r\n"), maxsplit=1)[0]
    lines = [line for line in top.splitlines() if line]
    if not lines or not (_HEADER.match(lines[0] + b"\n") or lines[0].startswith((b"From ", b">From "))):
        return False
    names = {name.lower() for name in _HEADER.findall(top + b"\n")}
    return len(names & _MAIL_HEADERS) >= 2


def _decoded(head: bytes) -> str | None:
    """`head` as text, None when it holds NUL or too many control characters to be text in any usual encoding."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[: len(head) // 2 * 2].decode("utf-16", errors="replace")
    if head.startswith((b"<\x00?\x00", b"\x00<\x00?")):
        return head[: len(head) // 2 * 2].decode("utf-16-le" if head[1] == 0 else "utf-16-be", errors="replace")
    if b"\x00" in head:
        return None
    controls = sum(byte < 32 and byte not in (9, 10, 12, 13, 27) for byte in head[:8192])
    return None if controls > len(head[:8192]) * 0.02 else head.decode("utf-8", errors="replace")
