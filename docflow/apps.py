from django.apps import AppConfig


class KernelConfig(AppConfig):
    """What every app stands on: leases, bells, sweeper, health."""

    name = "docflow"
    label = "docflow"

    def ready(self) -> None:
        from docflow import checks  # noqa: F401  registers the start-up checks
