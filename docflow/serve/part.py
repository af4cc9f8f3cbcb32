"""The parts of the site: the command that each is, and what it is told."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

NAMES = ("web", "worker", "sweeper")
MANAGE = settings.BASE_DIR / "manage.py"
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  gunicorn's heartbeat must not wait for a disk
WEB_PROCESSES, WEB_THREADS = 2, 8


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    command: tuple[str, ...]

    def environment(self, workers: int) -> dict[str, str]:
        """Ours, with the part's name. Q_CLUSTER_NAME without ALT_CLUSTERS would end django-q at its import."""
        told = {key: value for key, value in os.environ.items() if key != "Q_CLUSTER_NAME"}
        return {**told, "DOCFLOW_PART": self.name, "DOCFLOW_WORKERS": str(workers), "PYTHONUNBUFFERED": "1"}


def web(host: str, port: int) -> Part:
    """gunicorn with the limits of docs/operations.md; slow clients and TLS are a proxy's work."""
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    options = {
        "bind": address,
        "worker-class": "gthread",
        "workers": WEB_PROCESSES,
        "threads": WEB_THREADS,
        "timeout": 60,
        "graceful-timeout": 30,
        "keep-alive": 5,
        "max-requests": 2000,
        "max-requests-jitter": 200,
        "limit-request-line": 8190,
        "limit-request-fields": 60,
        "log-level": "warning",
        **({"worker-tmp-dir": SHARED_MEMORY} if SHARED_MEMORY.is_dir() else {}),
    }
    flags = [f"--{name}={value}" for name, value in options.items()]
    return Part("web", (sys.executable, "-m", "gunicorn", "docflow.wsgi", *flags, "--no-control-socket"))


def worker() -> Part:
    """`serve` has made the checks; each of its parts would need seconds for them."""
    return Part("worker", (sys.executable, str(MANAGE), "qcluster", "--skip-checks"))


def sweeper() -> Part:
    return Part("sweeper", (sys.executable, str(MANAGE), "run_sweeper", "--skip-checks"))
