from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from docflow.accounts.models import Organization
from documents.models.profile import Profile


class ContactType(models.TextChoices):
    CLIENT = "Client"
    VENDOR = "Vendor"
    PARTNER = "Partner"
    INTERNAL = "Internal"
    OTHER = "Other"


class ContactQuerySet(models.QuerySet["Contact"]):
    def of(self, organization: Organization) -> ContactQuerySet:
        return self.filter(organization=organization)

    def matching(self, words: str) -> ContactQuerySet:
        """Name, company or e-mail holds `words`."""
        return self.filter(Q(name__icontains=words) | Q(company__icontains=words) | Q(email__icontains=words))


class Contact(models.Model):
    """Whose document it is. The built-in contact System takes what came without one."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=255)
    type = models.CharField(max_length=10, choices=ContactType.choices, default=ContactType.OTHER)
    email = models.CharField(max_length=255, blank=True)
    phone = models.CharField(max_length=100, blank=True)
    company = models.CharField(max_length=255, blank=True)
    address = models.TextField(blank=True)  # street, post code and town; compared with that of a vendor
    notes = models.TextField(blank=True)
    ai_chat_instructions = models.TextField(blank=True)  # kept for clients that send it
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    default_profile = models.ForeignKey(Profile, null=True, blank=True, on_delete=models.PROTECT, related_name="contacts")
    vat_ids = models.JSONField(default=list, blank=True)
    bank_accounts = models.JSONField(default=list, blank=True)
    is_system = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ("name", "id")
        indexes = [models.Index(fields=["organization", "name"], name="contact_by_name")]
        constraints = [
            models.UniqueConstraint(fields=["organization"], condition=Q(is_system=True), name="one_system_contact")
        ]

    def __str__(self) -> str:
        return self.name


class FolderQuerySet(models.QuerySet["Folder"]):
    def of(self, organization: Organization) -> FolderQuerySet:
        return self.filter(organization=organization)


class Folder(models.Model):
    """Where a document lies. A folder stays with its contact."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="folders")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="folders")
    name = models.CharField(max_length=255)
    is_system = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = FolderQuerySet.as_manager()

    class Meta:
        ordering = ("name", "id")
        constraints = [models.UniqueConstraint(fields=["contact", "name"], name="folder_name_once")]

    def __str__(self) -> str:
        return self.name
