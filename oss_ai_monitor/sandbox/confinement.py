"""What confines a process on Linux, beside DuckDB's own settings.

Imports nothing of this package: the confined process loads it by itself.
"""

from __future__ import annotations

import ctypes
import os
import platform
import signal
import struct
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 22, 38
SECCOMP_MODE_FILTER = 2
READLINKS = {"x86_64": (0xC000003E, (89, 267)), "aarch64": (0xC00000B7, (78,))}
"""By machine: its number in the kernel, and the numbers of readlink and readlinkat."""
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06  # instructions of a seccomp filter
ALLOW, FAIL = 0x7FFF0000, 0x00050000 | 13  # 13 is EACCES


class _Filter(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def end_with(parent: int) -> None:
    """Let the system end this process when its parent ends, and end it now if that has ended already."""
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def end_after(seconds: float) -> None:
    """End this process after so many seconds, whatever it does then; a later call sets another time."""
    signal.setitimer(signal.ITIMER_REAL, seconds)


def hide_paths() -> None:
    """Let nothing in this process find out where a file that it has open is: links in /proc cannot be read.

    On other machines than x86_64 and aarch64 this does nothing.
    """
    if platform.machine() not in READLINKS:
        return
    machine, calls = READLINKS[platform.machine()]
    program = [
        (LOAD, 0, 0, 4),  # for which machine the call is
        (JUMP_IF_EQUAL, 1, 0, machine),
        (RETURN, 0, 0, ALLOW),
        (LOAD, 0, 0, 0),  # its number
        *((JUMP_IF_EQUAL, len(calls) - n, 0, call) for n, call in enumerate(calls)),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, FAIL),
    ]
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in program)
    _prctl(PR_SET_NO_NEW_PRIVS, 1)
    _prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(_Filter(len(program), code)))


def restrict(limits: dict[str, Any]) -> None:
    """Forbid files, sockets, writing and further processes, and limit memory and CPU time.

    Raises OSError where the system refuses one of the limits: then the query does not run.
    """
    import resource

    def set_limit(resource_id: int, limit: int) -> None:
        hard = resource.getrlimit(resource_id)[1]
        limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(resource_id, (limit, limit))

    set_limit(resource.RLIMIT_AS, address_space() + (limits["megabytes"] + 256) * 1_000_000)
    lowest_free = os.dup(0)
    os.close(lowest_free)
    set_limit(resource.RLIMIT_NOFILE, lowest_free)
    set_limit(resource.RLIMIT_FSIZE, 0)
    set_limit(resource.RLIMIT_CORE, 0)
    set_limit(resource.RLIMIT_CPU, int(limits["seconds"]) + 1)
    set_limit(resource.RLIMIT_NPROC, 0)


def address_space() -> int:
    """Return the bytes of address space in use already, most of them by libraries."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * os.sysconf("SC_PAGESIZE")


def _prctl(option: int, *arguments: Any) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    padded = [*arguments, 0, 0, 0, 0][:4]
    if libc.prctl(option, *(ctypes.c_ulong(one) if isinstance(one, int) else one for one in padded)):
        raise OSError(ctypes.get_errno(), f"the system refuses prctl {option}")
