"""ZIP archives are taken apart: every file in them a part of its own, with what is wrong told for each."""

from pathlib import Path
from random import Random
from zipfile import ZIP_BZIP2, ZipInfo

import pytest

from docflow.errors import FileRefusedError
from documents.extraction.readers import archive as reader
from documents.extraction.synthesis.outlook import file_attachment, outlook_container
from tests.security import hostile_archives as archives

PDF = b"%PDF-1.4 the invoice"


def unpacked(folder: Path, content: bytes, **options):
    (folder / "file").write_bytes(content)
    return reader.unpack(folder / "file", folder, **options)["parts"]


def told(parts):
    return [(part["filename"], part["role"], (part["error"] or {}).get("code")) for part in parts]


def test_every_file_becomes_a_part_without_its_folders(tmp_path):
    parts = unpacked(tmp_path, archives.good_archive())
    assert told(parts) == [("invoice.txt", "attachment", None), ("note.csv", "attachment", None)]
    assert (tmp_path / parts[0]["name"]).read_bytes() == archives.GOOD


def test_what_cannot_be_read_is_refused_for_itself(tmp_path):
    files = [
        ("run.exe", b"MZ\x90\x00\x03" + b"\0" * 60),
        ("macro.docm", archives.archive([("[Content_Types].xml", b"<Types/>"), ("word/vbaProject.bin", b"x")])),
        ("empty.pdf", b""),
        ("large.pdf", b"%PDF-1.4" + Random(1).randbytes(1_100_000)),
        ("smime.p7s", b"0\x80"),
        ("invoice.xml.p7m", b"\x30\x82\x10\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0"),
        ("locked.zip", archives.encrypted()),
        ("__MACOSX/._invoice.pdf", b"x"),
        ("Thumbs.db", b"x"),
        ("invoice.pdf", PDF),
    ]
    parts = unpacked(tmp_path, archives.archive(files), largest=1_000_000)
    assert told(parts) == [
        ("run.exe", "refused", "file_type_not_supported"),
        ("macro.docm", "refused", "file_type_not_supported"),
        ("empty.pdf", "refused", "file_empty"),
        ("large.pdf", "refused", "file_too_large"),
        ("smime.p7s", "companion", None),
        ("invoice.xml.p7m", "refused", "file_type_not_supported"),
        ("locked.zip", "refused", "file_type_not_supported"),
        ("invoice.pdf", "attachment", None),
    ]
    said = {part["filename"]: part["reason"] for part in parts}
    assert said["macro.docm"].startswith("macro.docm is an office file")
    assert "wrapped in an electronic signature; send the file inside it" in said["invoice.xml.p7m"]
    assert said["locked.zip"] == "locked.zip is an encrypted archive. Send it without a password."
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", parts[-1]["name"]]


def test_a_damaged_file_is_refused_and_the_others_are_taken(tmp_path):
    good = archives.archive([("broken.txt", archives.GOOD), ("good.txt", archives.GOOD)], packed=0)
    parts = unpacked(tmp_path, good.replace(b"Invoice 4711", b"Invoice 4712", 1))
    assert told(parts) == [("broken.txt", "refused", "damaged_file"), ("good.txt", "attachment", None)]


def test_a_packing_that_is_not_opened_is_named(tmp_path):
    (part,) = unpacked(tmp_path, archives.archive([("a.txt", archives.GOOD)], packed=ZIP_BZIP2))
    assert told([part]) == [("a.txt", "refused", "file_type_not_supported")]
    assert part["reason"].startswith("a.txt is packed in a way that docflow does not open.")


def test_an_archive_in_an_archive_is_opened_and_a_third_refuses_all(tmp_path):
    assert [name for name, *_ in told(unpacked(tmp_path, archives.nested(2)))] == ["invoice.txt", "note.csv"]
    with pytest.raises(FileRefusedError) as refusal:
        unpacked(tmp_path, archives.nested(3))
    assert (refusal.value.code, refusal.value.reason) == ("archive_limit", "depth")


def test_mails_and_outlook_containers_in_an_archive_are_opened(tmp_path):
    mail = b"From: a@b.example\nSubject: Scan\nContent-Type: application/pdf; name=scan.pdf\n\n" + PDF
    outlook = outlook_container([file_attachment("RECHNU~1.PDF", PDF, long_name="Rechnung.pdf")])
    parts = unpacked(tmp_path, archives.archive([("mail.eml", mail), ("winmail.dat", outlook)]))
    assert told(parts) == [("scan.pdf", "attachment", None), ("Rechnung.pdf", "attachment", None)]


def test_a_hundred_files_are_taken_and_one_more_refuses_all(tmp_path):
    files = [(f"{number}.txt", archives.GOOD) for number in range(101)]
    assert len(unpacked(tmp_path, archives.archive(files[:100]))) == 100
    with pytest.raises(FileRefusedError) as refusal:
        unpacked(tmp_path, archives.archive(files))
    assert refusal.value.reason == "parts"


def test_names_without_the_mark_of_utf8_keep_their_letters(tmp_path):
    entry = ZipInfo("placeholder12.txt")
    content = archives.archive([(entry, archives.GOOD)]).replace(
        b"placeholder12.txt", "Rechnung ä.txt\0".encode()[:15].ljust(17, b"x")
    )
    (part,) = unpacked(tmp_path, content.replace(b"\0xx", b".xx"))
    assert part["filename"].startswith("Rechnung ä")
