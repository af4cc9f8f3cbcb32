"""In which languages and by which engine a document is recognized: the nearest wish counts."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from docflow.recognition import AUTO
from documents.models import Document, Profile


def asked_profile(document: Document) -> Profile | None:
    """The profile that was asked for, else the contact's, else the project's; None: chosen by content."""
    return document.asked_profile or document.contact.default_profile or document.task.upload.project.profile


def _holders(document: Document) -> tuple[Any, ...]:
    """Who may name languages and an engine, the nearest first."""
    upload = document.task.upload
    return upload, asked_profile(document), upload.project, document.organization


def asked_version(document: Document) -> int | None:
    """The version of that profile that was asked for; None: the one of today."""
    return document.asked_version if document.asked_profile_id else None


def languages_of(document: Document) -> tuple[str, ...]:
    """Codes of the upload, else of the profile that was asked for, the project, the organization, the installation."""
    for holder in _holders(document):
        if holder is not None and holder.languages:
            return tuple(holder.languages)
    return tuple(settings.OCR_LANGUAGES)


def engine_of(document: Document) -> str:
    """The engine in the same order; "auto" where nobody asked for one."""
    for holder in _holders(document):
        if holder is not None and holder.ocr_engine:
            return str(holder.ocr_engine)
    return AUTO
