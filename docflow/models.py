"""The kernel's own rows: when a slow round of the sweeper ran last."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Round(models.Model):
    """One kind of slow work of the sweeper. Claimed by its row, so that one missed day means one catch-up run."""

    name = models.CharField(max_length=60, unique=True)
    last_run_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name
