"""Numbers next to zero. The models of recognition are run with those rounded to zero, which holds for their whole process:
in production a child of its own, in a test run the process of all tests that follow."""

from __future__ import annotations

import contextlib
import ctypes
from collections.abc import Iterator

_DEFAULT = ctypes.c_void_p(-1)  # FE_DFL_ENV
_ROOM = 64  # bytes; fenv_t has 32 at most


@contextlib.contextmanager
def all_kept() -> Iterator[None]:
    """Within, numbers next to zero are what they are."""
    libm, before = ctypes.CDLL("libm.so.6"), ctypes.create_string_buffer(_ROOM)
    libm.fegetenv(before)
    libm.fesetenv(_DEFAULT)
    try:
        yield
    finally:
        libm.fesetenv(before)
