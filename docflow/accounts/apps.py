from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate

PLANS = {"small": 60, "standard": 600, "unlimited": None}


def keep_plans(**kwargs: Any) -> None:
    from docflow.accounts.models import Plan

    for key, calls in PLANS.items():
        Plan.objects.get_or_create(key=key, defaults={"calls_per_minute": calls})


class AccountsConfig(AppConfig):
    name = "docflow.accounts"
    label = "accounts"

    def ready(self) -> None:
        post_migrate.connect(keep_plans, sender=self)
