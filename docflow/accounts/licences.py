"""Whether an organization may take in new work. Without a licence it still reads, reviews, exports and deletes."""

from __future__ import annotations

from django.utils import timezone

from docflow.accounts.models import Organization
from docflow.errors import LicenceExpiredError, LicenceMissingError


def check(organization: Organization) -> None:
    """Raises LicenceMissingError, LicenceExpiredError."""
    if organization.plan_id is None:
        raise LicenceMissingError
    if organization.license_expires_at is not None and organization.license_expires_at <= timezone.now():
        raise LicenceExpiredError
