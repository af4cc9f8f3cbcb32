"""The projects into which files can be dropped, for the overlay that every page has."""

from __future__ import annotations

from django import template

from docflow.accounts.models import Organization
from uploads.models import Project

register = template.Library()


@register.simple_tag
def drop_projects(organization: Organization) -> list[Project]:
    """The default one first, at most six."""
    return list(Project.objects.of(organization).order_by("-is_default", "name").only("name", "is_default")[:6])
