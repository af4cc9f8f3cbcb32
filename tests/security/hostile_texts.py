"""E-mails and XML made to harm their readers."""

from __future__ import annotations

from email.message import EmailMessage

from documents.extraction.synthesis.outlook import file_attachment, outlook_container

HEAD = b"From: a@example.com\r\nTo: b@example.com\r\nSubject: Invoice\r\nMIME-Version: 1.0\r\n"
INVOICE = b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">'


def many_parts(parts: int = 700_000) -> bytes:
    return (
        HEAD
        + b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n'
        + b"--x\r\n\r\na\r\n--x\r\n\r\nb\r\n" * parts
        + b"--x--\r\n"
    )


def many_headers(lines: int = 700_000) -> bytes:
    return HEAD + b"".join(b"X-%d: %s\r\n" % (number, b"a" * 20) for number in range(lines)) + b"\r\nbody\r\n"


def many_encoded_words(words: int = 1_000_000) -> bytes:
    return HEAD + b"X-Words: " + b"=?utf-8?q?aa=C3=BC?=\r\n " * words + b"\r\n\r\nbody\r\n"


def nested_parts(depth: int = 3_000) -> bytes:
    """Multiparts within multiparts."""
    opening = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (each, each) for each in range(depth)
    )
    return HEAD + opening + b"\r\nbody\r\n"


def nested_messages(depth: int = 3_000) -> bytes:
    """Messages attached to messages attached to messages."""
    return HEAD + b"Content-Type: message/rfc822\r\n\r\nFrom: a@example.com\r\nSubject: again\r\n" * depth + b"\r\nbody\r\n"


def plain_mail() -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.com", "b@example.com", "Rechnung 4711"
    message.set_content("Guten Tag, anbei unsere Rechnung 4711 über 119,00 EUR.")
    message.add_attachment(b"Position;Betrag\nPapier;119,00\n", maintype="text", subtype="csv", filename="positionen.csv")
    return message.as_bytes()


def outlook_mail() -> bytes:
    """A mail whose attachments are wrapped in winmail.dat, in bytes as they are, so that damage reaches the container."""
    inner = outlook_container([file_attachment("POS.CSV", b"Position;Betrag\nPapier;119,00\n", long_name="positionen.csv")])
    return HEAD + b"Content-Type: application/ms-tnef\r\n\r\n" + inner


def billion_laughs() -> bytes:
    entities = b"".join(
        b'<!ENTITY l%d "%s">' % (level, b"&l%d;" % (level - 1) * 10 if level else b"ha") for level in range(10)
    )
    return b'<?xml version="1.0"?><!DOCTYPE Invoice [' + entities + b"]>" + INVOICE + b"&l9;</Invoice>"


def quadratic() -> bytes:
    """One long entity, used very often."""
    return (
        b'<?xml version="1.0"?><!DOCTYPE Invoice [<!ENTITY a "'
        + b"a" * 100_000
        + b'">]>'
        + INVOICE
        + b"&a;" * 100_000
        + b"</Invoice>"
    )


def external_entity(port: int = 9) -> bytes:
    """Asks for a file of this machine and for a page of this network."""
    return (
        b'<?xml version="1.0"?><!DOCTYPE Invoice [<!ENTITY host SYSTEM "file:///etc/hostname">'
        b'<!ENTITY net SYSTEM "http://127.0.0.1:%d/x">]>' % port + INVOICE + b"&host;&net;</Invoice>"
    )


def hidden_document_type() -> bytes:
    """The same in UTF-16, where a search for the bytes of DOCTYPE finds nothing."""
    text = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE Invoice [<!ENTITY a "b">]>' + INVOICE.decode() + "&a;</Invoice>"
    return text.encode("utf-16")


def deep_elements(depth: int = 500_000) -> bytes:
    return b'<?xml version="1.0"?>' + INVOICE + b"<a>" * depth + b"</a>" * depth + b"</Invoice>"


def many_attributes(count: int = 400_000) -> bytes:
    attributes = b"".join(b' a%d="1"' % number for number in range(count))
    return b'<?xml version="1.0"?>' + INVOICE + b"<a" + attributes + b"/></Invoice>"


def foreign_root() -> bytes:
    return b'<?xml version="1.0"?><project><target name="run"/></project>'
