"""System calls a parser never needs, refused by the kernel for the child and all it starts (seccomp).

Namespaces are forbidden in most containers; this works there too. Without sockets there is no network, also no database
by its local socket. Without new sessions and groups no process leaves the group that the parent kills.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct

_SET_FILTER = 22, 2  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER

# The kernel's name of the machine, then the numbers of its calls: socket, setsid, setpgid, ptrace, unshare, setns, mount,
# bpf, io_uring_setup (which could open sockets), process_vm_readv, process_vm_writev.
MACHINES: dict[str, tuple[int, tuple[int, ...]]] = {
    "x86_64": (0xC000003E, (41, 112, 109, 101, 272, 308, 165, 321, 425, 310, 311)),
    "aarch64": (0xC00000B7, (198, 157, 154, 117, 97, 268, 40, 280, 425, 270, 271)),
}
_OTHER_TABLE = 0x40000000  # calls of the x32 table on x86_64 begin here

_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER_AT, _MACHINE_AT = 0, 4
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x80000000


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def program(machine: str) -> bytes:
    """The filter as the kernel reads it; empty for a machine whose numbers are not known here."""
    if machine not in MACHINES:
        return b""
    name, refused = MACHINES[machine]
    steps = [(_LOAD, 0, 0, _MACHINE_AT), (_EQUAL, 1, 0, name), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, _NUMBER_AT)]
    steps += [(_AT_LEAST, 0, 1, _OTHER_TABLE), (_RETURN, 0, 0, _KILL)]
    for number in refused:
        steps += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _REFUSE)]
    steps.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def refuse_calls() -> bool:
    """Lay the filter on; False when this kernel or machine has none. Needs `no new privileges` set before."""
    instructions = program(platform.machine())
    if not instructions:
        return False
    filled = _Program(len(instructions) // 8, instructions)
    libc = ctypes.CDLL(None, use_errno=True)
    option, mode = _SET_FILTER
    return bool(libc.prctl(option, mode, ctypes.byref(filled), 0, 0) == 0)
