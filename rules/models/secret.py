from __future__ import annotations

from django.db import models

from docflow.accounts.models import Organization
from docflow.encryption import EncryptedTextField


class SigningSecret(models.Model):
    """What calls without an endpoint of their own are signed with: rule webhooks to a typed address, callbacks, triggers."""

    organization = models.OneToOneField(Organization, on_delete=models.CASCADE, related_name="signing_secret")
    secret = EncryptedTextField(editable=False)
    old_secret = EncryptedTextField(editable=False, blank=True, default="")  # signs along until old_secret_until
    old_secret_until = models.DateTimeField(null=True, editable=False)

    def __str__(self) -> str:
        return f"signing secret of {self.organization}"
