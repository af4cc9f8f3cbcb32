"""A message is taken apart: its text, its attachments, and what is left out with a reason."""

from email.message import EmailMessage
from io import BytesIO

import pytest

from docflow.errors import FileError, FileRefusedError
from documents.extraction.readers import email as reader
from documents.extraction.synthesis.outlook import file_attachment, message_attachment, outlook_container
from tests.extraction import reading_samples as samples
from tests.security import hostile_archives as archives

PDF = b"%PDF-1.4 the invoice"


def message(text="Please find our invoice attached.", **headers):
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "Nordwind <billing@nordwind.example>", "Invoice 77/2025"
    mail["Date"], mail["Message-ID"] = "Fri, 14 Mar 2025 09:15:00 +0100", "<1@nordwind.example>"
    mail.set_content(text)
    return mail


def unpacked(tmp_path, mail):
    content = mail if isinstance(mail, bytes) else mail.as_bytes()
    (tmp_path / "file").write_bytes(content)
    return reader.unpack(tmp_path / "file", tmp_path)


def picture(side):
    shot = BytesIO()
    samples.picture((side, side)).save(shot, "PNG", compress_level=0)
    return shot.getvalue()


def roles(answer):
    return [(part["filename"], part["role"]) for part in answer["parts"]]


def test_text_and_attachment_become_parts(tmp_path):
    mail = message()
    mail.add_attachment(PDF, maintype="application", subtype="octet-stream", filename="../../Rechnung März.pdf")
    answer = unpacked(tmp_path, mail)
    assert (answer["subject"], answer["sent_at"]) == ("Invoice 77/2025", "2025-03-14T08:15:00+00:00")
    assert roles(answer) == [("Invoice 77 2025.txt", "body"), ("Rechnung März.pdf", "attachment")]
    body, attachment = answer["parts"]
    assert (tmp_path / body["name"]).read_text().endswith("Please find our invoice attached.")
    assert (attachment["media_type"], (tmp_path / attachment["name"]).read_bytes()) == ("application/pdf", PDF)


def test_companions_are_left_out_with_the_reason(tmp_path):
    mail = message()
    for kind, name in (("pkcs7-signature", "smime.p7s"), ("octet-stream", "invite.ics")):
        mail.add_attachment(b"content", maintype="application", subtype=kind, filename=name)
    answer = unpacked(tmp_path, mail)
    assert roles(answer)[1:] == [("smime.p7s", "companion"), ("invite.ics", "companion")]
    assert all(part["reason"] for part in answer["parts"][1:])


def test_what_outlook_wrapped_is_unwrapped(tmp_path):
    inner = outlook_container([file_attachment("INNER.PDF", PDF)])
    container = outlook_container(
        [
            file_attachment("RECHNU~1.PDF", PDF, long_name="Rechnung März.pdf"),
            file_attachment("image001.png", picture(90), content_id="image001@01D"),
            message_attachment(inner),
        ]
    )
    mail = message()
    mail.add_attachment(container, maintype="application", subtype="ms-tnef", filename="winmail.dat")
    answer = unpacked(tmp_path, mail)
    assert roles(answer)[1:] == [
        ("Rechnung März.pdf", "attachment"),
        ("image001.png", "ornament"),
        ("INNER.PDF", "attachment"),
    ]
    assert (tmp_path / answer["parts"][1]["name"]).read_bytes() == PDF


def test_a_damaged_outlook_container_is_refused_and_the_rest_is_taken(tmp_path):
    mail = message()
    for content in (b"content", outlook_container([file_attachment("A.PDF", PDF)])[:-9]):
        mail.add_attachment(content, maintype="application", subtype="ms-tnef", filename="winmail.dat")
    mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="invoice.pdf")
    answer = unpacked(tmp_path, mail)
    assert roles(answer)[1:] == [("winmail.dat", "refused")] * 2 + [("invoice.pdf", "attachment")]
    assert answer["parts"][1]["error"]["code"] == "damaged_file"


def test_an_outlook_container_in_itself_ends_at_its_depth(tmp_path):
    container = outlook_container([file_attachment("A.PDF", PDF)])
    for _ in range(5):
        container = outlook_container([message_attachment(container)])
    mail = message()
    mail.add_attachment(container, maintype="application", subtype="ms-tnef", filename="winmail.dat")
    part = unpacked(tmp_path, mail)["parts"][1]
    assert (part["role"], part["error"]["code"], part["error"]["reason"]) == ("refused", "archive_limit", "depth")


def test_an_attached_archive_is_opened(tmp_path):
    mail = message()
    mail.add_attachment(archives.good_archive(), maintype="application", subtype="zip", filename="invoices.zip")
    assert roles(unpacked(tmp_path, mail))[1:] == [("invoice.txt", "attachment"), ("note.csv", "attachment")]


def test_an_attached_archive_that_meets_a_limit_is_refused_and_the_rest_is_taken(tmp_path):
    mail = message()
    for content, name in ((archives.huge_ratio(30), "bomb.zip"), (archives.nested(3), "deep.zip"), (PDF, "invoice.pdf")):
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    answer = unpacked(tmp_path, mail)
    assert roles(answer)[1:] == [("bomb.zip", "refused"), ("deep.zip", "refused"), ("invoice.pdf", "attachment")]
    assert [part["error"]["reason"] for part in answer["parts"][1:3]] == ["ratio", "depth"]


@pytest.mark.parametrize(
    ("head", "body", "subject", "text"),
    [
        ("Content-Type: text/plain; charset=no-such-charset", "Betrag fällig: 5 €".encode(), "x", "Betrag fällig: 5 €"),
        ("Content-Type: text/plain; charset=iso-8859-1", "Betrag: 5 €".encode("cp1252"), "x", "Betrag: 5 €"),
        ("Content-Type: text/plain; charset=iso-8859-1", "Größe".encode(), "x", "Größe"),
        ("Content-Type: text/plain; charset=us-ascii", "Größe".encode(), "x", "Größe"),
        ("Content-Type: text/plain; charset=gb2312", "发票金额喆".encode("gb18030"), "x", "发票金额喆"),
        ("Content-Type: text/plain; charset=utf-16-le", "Summe 7,00".encode("utf-16-le"), "x", "Summe 7,00"),
        ("Content-Type text/plain", b"No colon in a header", "x", "No colon in a header"),
        ("X: y", b"t", "=?no-such?q?a?=", "t"),
        ("X: y", b"t", "Rechnung für März", "t"),
    ],
)
def test_broken_headers_and_odd_charsets_are_read_as_they_were_meant(tmp_path, head, body, subject, text):
    content = f"From: a@b.example\nSubject: {subject}\n{head}\n\n".encode() + body
    answer = unpacked(tmp_path, content)
    assert answer["subject"] == subject
    assert (tmp_path / answer["parts"][0]["name"]).read_text().endswith(text)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_a_name_in_bare_bytes_keeps_its_letters(tmp_path, encoding):
    head = 'Content-Type: application/pdf; name="Rechnung März.pdf"\n\n'.encode(encoding)
    answer = unpacked(tmp_path, b"From: a@b.example\nSubject: x\n" + head + PDF)
    assert roles(answer) == [("Rechnung März.pdf", "attachment")]


def test_a_logo_is_left_out_and_a_photographed_receipt_is_kept(tmp_path):
    mail = message()
    mail.add_alternative(
        '<p>See</p><img src="cid:logo"><img src="cid:shot"><img src="http://x.example/t.gif">', subtype="html"
    )
    html = mail.get_payload()[1]
    html.add_related(picture(200), maintype="image", subtype="png", cid="<logo>", filename="logo.png")
    html.add_related(picture(900), maintype="image", subtype="png", cid="<shot>", filename="receipt.png")
    assert roles(unpacked(tmp_path, mail))[1:] == [("logo.png", "ornament"), ("receipt.png", "attachment")]


def test_a_part_that_cannot_be_read_is_refused_with_what_it_is(tmp_path):
    mail = message()
    mail.add_attachment(b"MZ\x90\x00\x03", maintype="application", subtype="pdf", filename="invoice.pdf")
    part = unpacked(tmp_path, mail)["parts"][1]
    assert (part["role"], part["media_type"]) == ("refused", "application/x-msdownload")
    assert part["error"]["code"] == "file_type_not_supported"
    assert part["reason"].startswith("invoice.pdf is a program")


@pytest.mark.parametrize("as_file", [True, False])
def test_an_attached_message_gives_its_text_and_its_attachments(tmp_path, as_file):
    inner = message("forwarded")
    inner.add_attachment(PDF, maintype="application", subtype="pdf", filename="inner.pdf")
    outer = message()
    if as_file:
        outer.add_attachment(inner.as_bytes(), maintype="application", subtype="octet-stream", filename="fwd.eml")
    else:
        outer.add_attachment(inner)
    assert roles(unpacked(tmp_path, outer)) == [
        ("Invoice 77 2025.txt", "body"),
        ("Invoice 77 2025.txt", "attachment"),
        ("inner.pdf", "attachment"),
    ]


def test_html_becomes_plain_text(tmp_path):
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "a@b.example", "HTML"
    mail.set_content(
        "<html><head><style>p{}</style></head><body><script>evil()</script><p>Total:&nbsp;5&euro;</p><table><tr>"
        "<td>Oak</td><td>240.00</td></tr></table></body></html>", subtype="html",
    )  # fmt: skip
    answer = unpacked(tmp_path, mail)
    text = (tmp_path / answer["parts"][0]["name"]).read_text()
    assert text.split("\n")[-2:] == ["Total: 5€", "Oak 240.00"] or "Total: 5€" in text
    assert "evil" not in text


def tower(levels):
    mail = message("innermost")
    for _ in range(levels):
        outer = message()
        outer.add_attachment(mail)
        mail = outer
    return mail.as_bytes()


def many_parts(count):
    return b'From: a@b\nSubject: x\nContent-Type: multipart/mixed; boundary="b"\n\n' + b"--b\n\n\n" * count + b"--b--\n"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (many_parts(20_000), "parts"),
        (many_parts(40).replace(b"\n\n\n", b"\nContent-Type: text/csv\n\nx\n"), ""),
        (b"From: a@b\nSubject: " + b"x" * 300_000 + b"\n\n", "header"),
        (b"From: a@b\nSubject: " + b"=?utf-8?q?a?=\n " * 1100 + b"\n\n", "header"),
        (tower(4), "depth"),
        (tower(3), ""),
    ],
)
def test_a_message_is_counted_before_it_is_parsed(tmp_path, content, reason):
    if not reason:
        assert unpacked(tmp_path, content)["parts"]
        return
    with pytest.raises(FileRefusedError) as refusal:
        unpacked(tmp_path, content)
    assert (refusal.value.code, refusal.value.reason) == ("archive_limit", reason)


def test_what_is_no_message_is_damaged(tmp_path):
    with pytest.raises(FileError) as error:
        unpacked(tmp_path, b"\n\nno headers at all")
    assert error.value.code == "damaged_file"


def test_a_message_can_be_read_as_a_page_itself(tmp_path):
    (tmp_path / "file").write_bytes(message("Total 12.50").as_bytes())
    assert reader.open_file(tmp_path / "file", tmp_path, 5)["pages"] == 1
    assert "Total 12.50" in reader.read_page(tmp_path / "file", 1, None).text
