"""Work folders: where a file lies while a child works on it. 0700, held by a lock, removed afterwards.

The lock (flock on the folder itself) dies with its process, also when that is killed: whoever gets it may remove the rest.
It holds between containers that share the folder, where process ids would lie.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

PREFIX = "docflow-work-"
YOUNG = 60.0  # s; a folder may be made and not yet locked

log = logging.getLogger(__name__)


def base_folder(base: Path | str | None) -> Path:
    """The folder for work folders, made if it is missing; the machine's temporary folder when none is given."""
    if base is None:
        return Path(tempfile.gettempdir())
    folder = Path(base).resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


@contextlib.contextmanager
def work_folder(base: Path) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield folder
    finally:
        os.close(held)
        remove(folder)


def remove(folder: Path) -> None:
    """Remove a folder that a hostile child may have filled: closed folders, thousands of levels."""
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        return
    except (OSError, RecursionError):
        subprocess.run(["chmod", "-R", "u+rwX", "--", str(folder)], check=False, capture_output=True)
        subprocess.run(["rm", "-rf", "--", str(folder)], check=False, capture_output=True)
        if folder.exists():
            log.warning("work folder %s could not be removed", folder.name)


def sweep(base: Path, young: float = YOUNG) -> int:
    """Remove what killed processes left in `base`; returns how many folders."""
    removed = 0
    for folder in base.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):  # gone meanwhile, somebody else's, or locked: leave it
            about = folder.lstat()
            if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.geteuid() or time.time() - about.st_mtime < young:
                continue
            held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                remove(folder)
                removed += 1
            finally:
                os.close(held)
    return removed
