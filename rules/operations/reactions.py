"""What follows from a change in documents, written in the transaction of that change so that it cannot get lost.

Settings name these functions (ON_TRANSITION, ON_RECORD_CREATED, ON_PROFILE_WORSE, ON_EVENT): documents and accounts import
nothing upwards.
"""

from __future__ import annotations

from docflow import leases
from docflow.accounts.models import Event, Organization
from documents.models import Contact, Document, Folder, Profile, Transition
from documents.statuses import Status
from rules.models import Reaction, Rule
from rules.operations import deliveries, notifications
from rules.webhooks import payload


def on_transition(transition: Transition) -> None:
    """Export writes its deliveries; the end of a reading writes the order to run the rules, and tells of a failure."""
    document = transition.document
    if transition.new == Status.EXPORT:
        whole = Document.objects.with_relations().get(pk=document.pk)
        deliveries.announce(
            document.organization,
            "documents",
            "document.exported",
            lambda: payload.document_keys(whole),
            document=document,
            transition=transition,
        )
    if transition.is_reading:
        _order_rules(transition)
    if transition.is_reading and transition.new == Status.EXCEPTION:
        notifications.notify(
            document.organization,
            "Reading failed",
            f"{document.filename}: {transition.reason or 'it could not be read.'}",
            "reading",
            document=document,
        )


def _order_rules(transition: Transition) -> None:
    organization = transition.document.organization
    order = Reaction(organization=organization, transition=transition)
    trigger = order.trigger
    rules = Rule.objects.of(organization).filter(is_active=True, trigger__type="document", trigger__event=trigger["event"])
    if rules.exists():
        order.save()
        leases.ring_waiting(Reaction, organization.pk)


def on_record_created(kind: str, record: Contact | Folder) -> None:
    """A contact or folder was made."""
    if isinstance(record, Contact):
        contact = record
        deliveries.announce(contact.organization, "contacts", "contact.created", lambda: payload.contact_keys(contact))
    else:
        folder = record
        deliveries.announce(folder.organization, "folders", "folder.created", lambda: payload.folder_keys(folder))


def on_profile_worse(organization: Organization, profile: Profile, text: str) -> None:
    """A version of a profile that was saved reads confirmed documents worse than the one before."""
    title = f'Version {profile.version} of the profile "{profile.name}" reads worse'
    notifications.notify(organization, title, text, "reading")


def on_event(event: Event) -> None:
    """A line of the audit log was written. That of its own sending is left out: it would tell of itself for ever."""
    if event.organization and not event.detail.startswith("audit.log "):
        deliveries.announce(event.organization, "audit", "audit.log", lambda: payload.audit_keys(event))
