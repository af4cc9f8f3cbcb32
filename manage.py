#!/usr/bin/env python3
"""docflow's commands. `manage.py help` lists them; docs/commands.md describes those that scripts may rely on."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "docflow.settings")
    from django.core.management import execute_from_command_line

    from docflow.env import SettingError

    try:
        execute_from_command_line(sys.argv)
    except SettingError as error:
        sys.exit(f"docflow cannot start: {error}")


if __name__ == "__main__":
    main()
