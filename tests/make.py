"""Makes what tests need, by the same operations that the site uses."""

from __future__ import annotations

import itertools
from typing import Any

from docflow.accounts import operations as accounts
from docflow.accounts.actors import COMMAND, Actor
from docflow.accounts.models import Organization, User
from documents import jobs
from documents.models import Document
from uploads.intake.limits import arrived
from uploads.operations import intake

PASSWORD = "correct horse battery staple"
_numbers = itertools.count(1)


def organization(name: str = "", plan: str = "unlimited") -> Organization:
    return accounts.create_organization(name or f"Organization {next(_numbers)}", COMMAND, plan=plan)


def user(email: str, organization: Organization, role: str = "admin", *, operator: bool = False) -> User:
    person = accounts.create_user(email, PASSWORD, name=email.split("@")[0].title(), operator=operator)
    accounts.set_membership(person, organization, role, COMMAND)
    return person


def key(organization: Organization, *scopes: str, days: int = 0) -> str:
    """The text of a fresh key."""
    return accounts.create_key("test", list(scopes) or ["*"], COMMAND, organization=organization, days=days)[1]


def invoice_text(number: str = "R-1001", total: str = "119.00", net: str = "100.00", tax: str = "19.00") -> bytes:
    """A small invoice as plain text: read in milliseconds, no picture, no PDF."""
    return f"""Nordwind Handels GmbH
Hafenstrasse 12, 20457 Hamburg
VAT ID: DE136695976

INVOICE

Invoice number: {number}
Invoice date: 2025-11-15
Due date: 2025-12-15

Description            Quantity   Unit price   Amount
Steel bolt M8          10         10.00        {net}

Subtotal               {net} EUR
VAT 19 %               {tax} EUR
Total                  {total} EUR
""".encode()


def upload(
    organization: Organization,
    content: bytes | None = None,
    filename: str = "invoice.txt",
    actor: Actor = COMMAND,
    **order: Any,
) -> Document:
    """A document as it is right after it was received: New, not yet read."""
    incoming = arrived(filename, invoice_text() if content is None else content)
    received = intake.receive(organization, [incoming], intake.Order(**order), actor)
    task = received.tasks.exclude(document=None).order_by("id")[0]
    return Document.objects.with_relations().get(pk=task.document_id)


def read(document: Document) -> Document:
    """Reads a document as the worker would, in this process."""
    jobs.read(document.pk)
    return Document.objects.with_relations().get(pk=document.pk)


def document(
    organization: Organization, content: bytes | None = None, filename: str = "invoice.txt", **order: Any
) -> Document:
    """A document that was read and waits for review."""
    return read(upload(organization, content, filename, **order))
