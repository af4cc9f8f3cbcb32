"""E-mails as a mailbox receives them: a text, and files attached."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

_TEXT = """\
Good morning,

attached you find our invoices of the last weeks and the receipt for the train
tickets that you asked for.

Please pay to the account given on each invoice. If anything is unclear, just
reply to this mail.

Kind regards
{name}
{company}
"""

_HTML = """\
<html><body><p>Good morning,</p><p>attached you find our invoices of the last weeks.</p>
<p>Kind regards<br>{name}<br>{company}</p><p><img src="cid:logo@signature" alt=""></p></body></html>
"""


def email_message(
    seed: int,
    sender: tuple[str, str],
    company: str,
    attachments: Iterable[tuple[str, str, bytes]],
    *,
    subject: str = "Invoices and a receipt",
    logo: bytes | None = None,
) -> bytes:
    """An e-mail with a text and `attachments` (filename, media type, content). `sender` is (name, address).

    With a `logo` (PNG) there is an HTML form of the text too that shows it: a picture that is no attachment.
    """
    rng = random.Random(f"mail {seed}")
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"{sender[0]} <{sender[1]}>"
    mail["To"] = "invoices@larkfield-trading.example"
    mail["Subject"] = subject
    mail["Date"] = format_datetime(datetime(2026, 11, 9, 7, 12, tzinfo=UTC) + timedelta(minutes=rng.randint(0, 9000)))
    mail["Message-ID"] = f"<{rng.getrandbits(64):016x}@{sender[1].partition('@')[2]}>"
    mail.set_content(_TEXT.format(name=sender[0], company=company))
    if logo:
        mail.add_alternative(_HTML.format(name=sender[0], company=company), subtype="html")
        shown = next(part for part in mail.iter_parts() if part.get_content_subtype() == "html")
        shown.add_related(logo, "image", "png", cid="<logo@signature>", filename="logo.png", disposition="inline")
    for filename, media_type, content in attachments:
        kind, _, subtype = media_type.partition("/")
        mail.add_attachment(content, maintype=kind, subtype=subtype, filename=filename)
    for part in mail.walk():
        if part.is_multipart():
            part.set_boundary(f"=_{rng.getrandbits(80):020x}")
    return mail.as_bytes()
