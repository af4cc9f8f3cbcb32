"""Notifications: a row for the browser and an event for those who listen."""

from __future__ import annotations

from collections.abc import Iterable

from docflow.accounts.models import Organization, User
from documents.models import Document
from rules.models import Notification, Rule
from rules.operations import deliveries
from rules.webhooks import payload


def notify(
    organization: Organization,
    title: str,
    message: str,
    kind: str,
    *,
    document: Document | None = None,
    rule: Rule | None = None,
    people: Iterable[User] = (),
    announced: bool = True,
) -> list[Notification]:
    """One notification for each of `people`, or one for all reviewers. `kind` is rule, delivery, reading or key."""
    made = []
    recipients: list[User | None] = [*people]
    for person in recipients or [None]:
        notification = Notification.objects.create(
            organization=organization,
            person=person,
            title=title[:255],
            message=message[:500],
            kind=kind,
            document=document,
            rule=rule,
        )
        made.append(notification)
        if announced:
            _announce(organization, notification, document)
    return made


def _announce(organization: Organization, notification: Notification, document: Document | None) -> None:
    deliveries.announce(
        organization,
        "notifications",
        "notification.created",
        lambda: payload.notification_keys(notification),
        document=document,
    )


def mark(notification: Notification, read: bool) -> Notification:
    """Read or unread."""
    Notification.objects.filter(pk=notification.pk).update(is_read=read)
    notification.is_read = read
    return notification
