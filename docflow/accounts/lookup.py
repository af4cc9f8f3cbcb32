"""Finding an organization by what people know of it."""

from __future__ import annotations

import uuid

from docflow.accounts.models import Organization
from docflow.errors import NotFoundError


def organization_named(text: str) -> Organization:
    """By name, slug or uuid. Raises NotFoundError."""
    try:
        found = Organization.objects.filter(uuid=uuid.UUID(text)).first()
    except ValueError:
        found = Organization.objects.filter(name=text).first() or Organization.objects.filter(slug=text).first()
    if found is None:
        raise NotFoundError(f'There is no organization "{text}".')
    return found
