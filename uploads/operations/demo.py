"""The demo organization: its people, contacts and key, and sample documents sent in through the front door."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from django.conf import settings

from docflow.accounts import operations as accounts
from docflow.accounts.actors import COMMAND
from docflow.accounts.models import Organization, User
from docflow.accounts.models.organization import Role
from documents.extraction.synthesis.samples import Sample, demo_samples, digital_invoice
from documents.models import Contact
from documents.models.document import Source
from documents.operations import contacts
from uploads.intake.limits import arrived
from uploads.models import Upload
from uploads.operations import intake

NAME, EMAIL, PASSWORD = "Demo", "demo@docflow.example", "demo-docflow-2026"
# In this order, so that on an empty database "Acme Corporation" is contact 5 and its folder "Q4 Invoices" is folder 12,
# as in the examples of the documentation.
CONTACTS = (
    {"name": "Nordwind Handels GmbH", "type": "Vendor", "email": "rechnung@nordwind.example"},
    {"name": "Maison Lumière SARL", "type": "Vendor", "email": "factures@lumiere.example"},
    {"name": "Harbour Street Bakery", "type": "Partner"},
    {"name": "Acme Corporation", "type": "Client", "email": "ap@acme.example", "company": "Acme Corporation"},
)
FOLDERS = ("Contracts", "Q3 Invoices", "Q4 Invoices")
SAMPLE_SEED = 4_711  # of the invoice that the printed curl line uploads; none of the samples has it


def is_there() -> bool:
    """Whether all of it was made; the words are left last."""
    return Organization.objects.filter(name=NAME).exists() and _welcome().exists()


def _welcome() -> Path:
    return settings.DATA_DIR / "welcome.txt"


def seed(progress: Callable[[list[Sample]], Iterable[Sample]]) -> Organization:
    """Makes what is missing of the demo, also after an interrupted call.

    `progress` is handed the samples and gives them back one by one, e.g. tqdm. Takes some seconds.
    """
    samples = demo_samples()
    organization = Organization.objects.filter(name=NAME).first()
    if organization is None:
        organization = accounts.create_organization(NAME, COMMAND, plan="unlimited")
    user = User.objects.filter(email=EMAIL).first() or accounts.create_user(EMAIL, PASSWORD, name="Demo Person", operator=True)
    accounts.set_membership(user, organization, Role.ADMIN, COMMAND)
    acme = _contacts(organization)
    sent = set(Upload.objects.of(organization).values_list("name", flat=True))
    for sample in progress([each for each in samples if each.filename not in sent]):
        order = intake.Order(source=Source.UI, name=sample.filename)
        intake.receive(organization, [arrived(sample.filename, sample.data)], order, COMMAND)
    _leave_a_word(organization, acme)
    return organization


def _contacts(organization: Organization) -> Contact:
    """The last one, whose folders come after its two first ones."""
    known = Contact.objects.of(organization)
    made = [
        known.filter(name=values["name"]).first() or contacts.create_contact(organization, dict(values), COMMAND)
        for values in CONTACTS
    ]
    for name in FOLDERS:
        if not made[-1].folders.filter(name=name).exists():
            contacts.create_folder(organization, name, made[-1].pk, COMMAND)
    return made[-1]


def _leave_a_word(organization: Organization, acme: Contact) -> None:
    """A key, a sample, and the words that `serve` says when it is ready; `{url}` stands for its address."""
    _, key = accounts.create_key("demo", ["*"], COMMAND, organization=organization)
    _keep(settings.DATA_DIR / "demo_key", key.encode())
    sample = settings.DATA_DIR / "sample-invoice.pdf"
    _keep(sample, digital_invoice(SAMPLE_SEED).data)
    _keep(_welcome(), words(key, sample, acme).encode())


def words(key: str, sample: Path, acme: Contact) -> str:
    folder = acme.folders.get(name="Q4 Invoices")
    call = (
        f'curl -sS {{url}}/api/documents/upload -H "Authorization: Bearer {key}" '
        f'-F "file=@{sample}" -F contact_id={acme.pk} -F folder_id={folder.pk}'
    )
    return f"""
Sign in:  {EMAIL}  password  {PASSWORD}
Upload a sample; the answer begins with the document's id:

{call}
"""


def _keep(path: Path, content: bytes) -> None:
    """Readable by us alone."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
