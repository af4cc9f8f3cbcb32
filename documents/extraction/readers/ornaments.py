"""Pictures of an e-mail that are no documents: logos, icons, counters. A photographed page within the text is one."""

from __future__ import annotations

from pathlib import Path

# Smaller pictures inside the text are logos and signatures; a photographed receipt has more pixels than that.
_DOCUMENT_SIDE, _DOCUMENT_BYTES = 600, 40_000
_ICON_SIDE = 150
_NEVER_READ = ("image/gif", "image/bmp", "image/x-icon", "image/svg+xml")


def why(path: Path, media_type: str, in_text: bool) -> str:
    """Why that file of a message is no document, "" where it may be one. `in_text`: the message shows it in its text."""
    if not media_type.startswith("image/"):
        return ""
    from documents.extraction.readers.image import measured

    content = path.read_bytes()
    if media_type in _NEVER_READ and len(content) < _DOCUMENT_BYTES:
        return "The picture is too small to be a document."
    across, down = measured(content)
    if across and min(across, down) < _ICON_SIDE:
        return "The picture is too small to be a document."
    if in_text and (min(across, down) < _DOCUMENT_SIDE or len(content) < _DOCUMENT_BYTES):
        return "The picture belongs to the text of the e-mail and is too small to be a document."
    return ""
