"""Typed readers of the environment. A bad value ends the start with a plain sentence. Imports no Django."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit


class SettingError(Exception):
    """A setting that cannot be used; the message names it and says what would do."""


def text(name: str, default: str = "") -> str:
    """The value as it stands, without white space around it."""
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool = False) -> bool:
    """1/true/yes/on or 0/false/no/off, in any case. Raises SettingError for anything else."""
    raw = text(name).lower()
    if not raw:
        return default
    if raw in ("1", "true", "yes", "on"):
        return True
    if raw in ("0", "false", "no", "off"):
        return False
    raise SettingError(f"{name} is {raw!r}. Use true or false.")


def integer(name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
    """A whole number between `least` and `most`. Raises SettingError."""
    raw = text(name)
    if not raw:
        return default
    try:
        number = int(raw)
    except ValueError:
        raise SettingError(f"{name} is {raw!r}. Use a whole number.") from None
    if number < least or (most is not None and number > most):
        span = f"{least} or more" if most is None else f"between {least} and {most}"
        raise SettingError(f"{name} is {number}. It must be {span}.")
    return number


def one_of(name: str, default: str, *allowed: str) -> str:
    """One word of a list. Raises SettingError."""
    raw = text(name) or default
    if raw not in allowed:
        raise SettingError(f"{name} is {raw!r}. Use one of: {', '.join(allowed)}.")
    return raw


def url(name: str, *schemes: str) -> str:
    """An address with one of `schemes`, or "" when it is not set. Raises SettingError."""
    raw = secret(name)
    if raw and urlsplit(raw).scheme not in schemes:
        raise SettingError(f"{name} must begin with one of: {', '.join(f'{scheme}://' for scheme in schemes)}.")
    return raw


def secret(name: str) -> str:
    """The value of NAME, or the content of the file that NAME_FILE names. Raises SettingError if that cannot be read."""
    path = text(f"{name}_FILE")
    if not path:
        return text(name)
    if text(name):
        raise SettingError(f"{name} and {name}_FILE are both set. Keep one.")
    try:
        return Path(path).read_text().strip()
    except OSError as error:
        raise SettingError(f"{name}_FILE names {path}, which cannot be read: {error.strerror}.") from None


def words(name: str, default: str = "") -> list[str]:
    """A list parted by commas, without empty entries."""
    return [each.strip() for each in text(name, default).split(",") if each.strip()]


def secret_made_once(path: Path) -> str:
    """A random secret kept in `path` (mode 0600), made at the first call; for a site that only this machine can reach."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(64))
    return path.read_text().strip()
