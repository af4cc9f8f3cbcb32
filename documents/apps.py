from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def keep_built_in_profiles(**kwargs: Any) -> None:
    from documents.operations.profiles import keep_built_in

    keep_built_in()


class DocumentsConfig(AppConfig):
    name = "documents"
    label = "documents"

    def ready(self) -> None:
        post_migrate.connect(keep_built_in_profiles, sender=self)
