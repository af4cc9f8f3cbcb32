"""The type of a file is told by its content."""

import pytest

from docflow.errors import FileRefusedError
from documents.extraction.readers import READERS, reader, sniff

MAIL = b"From: a@b.example\r\nSubject: Hello\r\n\r\nThe file begins with %PDF-1.7\r\n"


@pytest.mark.parametrize(
    ("head", "name", "media_type"),
    [
        (b"%PDF-1.7\n", "a.jpg", "application/pdf"),
        (b"x" * 900 + b"%PDF-1.4\n", "scan", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n0000", "a.pdf", "image/png"),
        (b"\xff\xd8\xff\xe0", "photo", "image/jpeg"),
        (b"II*\x00", "fax", "image/tiff"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "a", "image/webp"),
        (MAIL, "a.pdf", "message/rfc822"),
        (b"<?xml version='1.0'?><Invoice/>", "a.txt", "application/xml"),
        ("\ufeff<?xml version='1.0'?><Invoice/>".encode("utf-16"), "a", "application/xml"),
        (b"<!DOCTYPE html><p>Invoice</p>", "invoice.pdf", "text/plain"),
        (b"MZ is how this letter begins", "letter.txt", "text/plain"),
        (b"number;total\n1;2\n", "list.CSV", "text/csv"),
        ("Grüße".encode("utf-16"), "a.txt", "text/plain"),
    ],
)
def test_the_content_decides(head, name, media_type):
    assert sniff(head, name) == media_type


@pytest.mark.parametrize(
    ("head", "name", "words"),
    [
        (b"ID3\x04\x00", "song.mp3", "song.mp3 is audio (audio/mpeg)."),
        (b"\x7fELF\x02\x01", "invoice.png", "invoice.png is a program (application/x-executable)."),
        (b"<svg onload='x()'></svg>", "a.png", "a.png is a picture of another kind (image/svg+xml)."),
        (b"PK\x03\x04" + b"." * 22 + b"\x13\0\0\0[Content_Types].xml", "a.docx", "a.docx is an office file"),
        (b"\x00\x00\x00\x18ftypmp42", "a.pdf", "a.pdf is a film (video/mp4)."),
        (b"PK\x03\x04" + b"." * 22 + b"\x05\0\0\0a.txt [Content_Types].xml", "a.zip", "a.zip is a ZIP archive"),
        (
            bytes.fromhex("30820a0006092a864886f70d010702"),
            "a.xml.p7m",
            "a.xml.p7m is a file wrapped in an electronic signature",
        ),
        (b"\x00\x01\x02\x03", "a.txt", "a.txt is of a kind that docflow does not know."),
    ],
)
def test_what_is_not_read_is_named_in_words(head, name, words):
    with pytest.raises(FileRefusedError) as refusal:
        sniff(head, name)
    assert refusal.value.code == "file_type_not_supported"
    assert refusal.value.message.startswith(words)


def test_an_archive_passes_only_where_it_is_opened():
    assert sniff(b"PK\x03\x04" + b"." * 40, "a.zip", archives=True) == "application/zip"


def test_an_empty_file_is_refused():
    with pytest.raises(FileRefusedError) as refusal:
        sniff(b"", "a.pdf")
    assert refusal.value.code == "file_empty"


def test_every_reader_has_the_four_functions():
    for media_type in READERS:
        assert all(callable(getattr(reader(media_type), name)) for name in ("look", "open_file", "read_page", "draw_page"))
