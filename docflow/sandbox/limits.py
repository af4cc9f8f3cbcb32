"""The numbers of reliability.md section 5.2, and how the child lays them upon itself before it imports a parser."""

from __future__ import annotations

import math
import resource
from collections.abc import Callable
from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one child process, in bytes unless the name says otherwise. They hold for tesseract too: it inherits them."""

    # measured: numpy, pdfium, pdfminer, Pillow and lxml together reserve 0.4 GB; tesseract with three languages 0.25 GB.
    address_space: int = 1536 * MEGABYTE
    written_file: int = 200 * MEGABYTE
    open_files: int = 64
    # A child above `resident` is replaced before its next step, and after `works` works in any case.
    resident: int = 500 * MEGABYTE
    works: int = 50
    # Replaced, too, before it meets a file of another organization.
    one_organization: bool = True


# The child that sees pixels only: no decoder runs in it, so it stays while organizations change, and an engine's models, whose
# loading costs more than a page, are loaded once. Each page is a work of its own there. Its address space is the most that an
# engine of documents.extraction.ocr declares; a test compares the two.
PIXELS_LIMITS = Limits(address_space=1792 * MEGABYTE, resident=1000 * MEGABYTE, works=500, one_organization=False)


SetLimit = Callable[[int, tuple[int, int]], None]


def lay_on(limits: Limits, setrlimit: SetLimit = resource.setrlimit) -> None:
    """Hard and soft alike, so that code taken over in a parser cannot raise them again."""
    for kind, value in (
        (resource.RLIMIT_AS, limits.address_space),
        (resource.RLIMIT_FSIZE, limits.written_file),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_CORE, 0),
    ):
        ceiling = resource.getrlimit(kind)[1]
        value = value if ceiling == resource.RLIM_INFINITY else min(value, ceiling)
        setrlimit(kind, (value, value))


def allow_cpu(seconds: int, setrlimit: SetLimit = resource.setrlimit) -> int:
    """Give the coming step its budget; returns the new soft limit in seconds.

    The kernel counts over the whole life of the process, so the budget is added to what was used. The hard limit stays
    where it is: it could never be raised again for the next step.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = math.ceil(used.ru_utime + used.ru_stime) + seconds
    ceiling = resource.getrlimit(resource.RLIMIT_CPU)[1]
    if ceiling != resource.RLIM_INFINITY:
        soft = min(soft, ceiling)
    setrlimit(resource.RLIMIT_CPU, (soft, ceiling))
    return soft
