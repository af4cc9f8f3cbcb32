"""Start-up checks: what is named by text is really there, and the outside programs too."""

from __future__ import annotations

import shutil
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.utils.module_loading import import_string

JOBS = (
    "documents.jobs.read",
    "documents.jobs.draw",
    "documents.jobs.make_searchable",
    "rules.jobs.react",
    "rules.jobs.deliver",
)
HOOKS = ("ON_EVENT", "ON_TRANSITION", "ON_RECORD_CREATED", "ON_PROFILE_WORSE", "ON_ORGANIZATION_CREATED")


@register()
def names_exist(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every job path, hook and swept model named by text can be imported."""
    paths = [
        *JOBS,
        *(getattr(settings, hook) for hook in HOOKS),
        *(job for _, _, job in settings.SLOW_ROUNDS),
        *(apps.get_model(name).JOB for name in settings.SWEPT_MODELS),
    ]
    found: list[CheckMessage] = []
    for path in sorted(set(paths)):
        try:
            import_string(path)
        except ImportError as error:
            found.append(Error(f"{path} cannot be imported: {error}", id="docflow.E001"))
    return found


@register()
def tesseract_is_there(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if shutil.which("tesseract"):
        return []
    hint = "Scans cannot be read until then. Debian: apt-get install tesseract-ocr tesseract-ocr-deu tesseract-ocr-fra"
    return [Warning("Tesseract is not installed.", hint=hint, id="docflow.W001")]
