from typing import Any

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """What every app stands on: leases, bells, sweeper, health."""

    name = "docflow"
    label = "docflow"

    def ready(self) -> None:
        from django_q.signals import post_spawn

        from docflow import checks  # noqa: F401  registers the start-up checks

        post_spawn.connect(worker_is_up)


def worker_is_up(**told: Any) -> None:
    """A worker process that begins to listen says so; before that the watchdog takes it for one that still starts."""
    from docflow import life

    life.touch()
