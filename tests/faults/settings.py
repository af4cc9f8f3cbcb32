"""Settings of a site under fault tests: as in production, with a reader that obeys what its documents say."""

from docflow.settings import *  # noqa: F403

INSTALLED_APPS += ["tests.faults.harm.HarmConfig"]  # noqa: F405
