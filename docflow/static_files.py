"""Static files under hashed names; import paths inside our own modules are rewritten too."""

from __future__ import annotations

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class Storage(ManifestStaticFilesStorage):
    """Only our folder js/: applied to all files, collecting fails on scripts of others. A test guards the private name."""

    _, rewrites = ManifestStaticFilesStorage._js_module_import_aggregation_patterns  # type: ignore[attr-defined]
    patterns = (*ManifestStaticFilesStorage.patterns, ("js/*.js", rewrites))
