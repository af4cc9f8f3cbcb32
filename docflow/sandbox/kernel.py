"""What only the Linux kernel can give a child: own namespaces, no new rights, and an end when its parent ends.

Spoken to through ctypes: `os.unshare` exists from Python 3.12 on, `prctl` nowhere in the standard library.
"""

from __future__ import annotations

import ctypes
import os
import signal
import struct
import sys
import time
from pathlib import Path

NETWORK_AND_USER = "network namespace, user namespace"
NETWORK = "network namespace"
LIMITS_ONLY = "limits only"

PLAIN = "plain"  # what the parent asks for when namespaces did not work
_NEW_USER = 0x10000000
_NEW_NETWORK = 0x40000000
_SET_PARENT_DEATH_SIGNAL = 1
_SET_SECURE_BITS = 28
_SET_NO_NEW_PRIVILEGES = 38
_NO_ROOT_LOCKED = 0b11
_CAPABILITY_VERSION = 0x20080522


class HalfIsolatedError(Exception):
    """The user namespace was made, but in it this process cannot work: ids not mapped, or our own files out of reach."""


class Kernel:
    """The three calls used here; tests put a recording one in its place."""

    def __init__(self) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)

    def unshare(self, flags: int) -> bool:
        return self._libc.unshare(flags) == 0

    def prctl(self, option: int, value: int) -> bool:
        return self._libc.prctl(option, value, 0, 0, 0) == 0

    def drop_rights(self) -> bool:
        """No capability is left, and starting a program as root brings none back."""
        header, nothing = struct.pack("=Ii", _CAPABILITY_VERSION, 0), bytes(24)
        return self.prctl(_SET_SECURE_BITS, _NO_ROOT_LOCKED) and self._libc.capset(header, nothing) == 0

    def map_ids(self, uid: int, gid: int) -> None:
        """Our own ids mean the same inside: files are written as ours, nobody else exists."""
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
        Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")


def isolate(kernel: Kernel) -> str:
    """Leave network and user behind as far as the kernel allows; returns the level reached. Raises HalfIsolatedError."""
    uid, gid = os.geteuid(), os.getegid()
    if kernel.unshare(_NEW_USER | _NEW_NETWORK):
        try:
            kernel.map_ids(uid, gid)
        except OSError as error:
            raise HalfIsolatedError from error
        kernel.drop_rights()
        # Root in a namespace of its own no longer reads what belongs to others, which may be this very program.
        if not all(os.access(place, os.R_OK) for place in (__file__, sys.prefix, ".")):
            raise HalfIsolatedError
        return NETWORK_AND_USER
    return NETWORK if kernel.unshare(_NEW_NETWORK) else LIMITS_ONLY


def bind_to_parent(kernel: Kernel, parent: int) -> None:
    """End with `parent` (a process id), and never gain rights by starting a program. Ends at once if it has gone already.

    The signal comes when the *thread* that started us ends; docflow/sandbox/starter.py is that thread.
    """
    kernel.prctl(_SET_NO_NEW_PRIVILEGES, 1)
    kernel.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def start_guard(kernel: Kernel) -> int:
    """Fork the guard; returns its process id.

    A death signal does not reach grandchildren: without the guard, tesseract would work on after its worker was killed.
    It sleeps until the child is gone and then ends the whole group, itself included.
    """
    child = os.getpid()
    guard = os.fork()
    if guard == 0:
        keep_guard(kernel, child)
    return guard


def keep_guard(kernel: Kernel, child: int) -> None:
    """The guard's whole life. Holds no pipe, so that the parent notices the child's end at once."""
    os.closerange(0, 64)
    signal.signal(signal.SIGTERM, lambda *_: os.killpg(0, signal.SIGKILL))
    kernel.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)
    while os.getppid() == child:
        time.sleep(3600)
    os.killpg(0, signal.SIGKILL)
