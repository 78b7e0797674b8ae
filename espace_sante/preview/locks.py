"""What a drawing process gives up before it reads the first byte of a document.

Limits of the kernel first (no file, no socket, no child, so much memory and time), then the filter of system calls, which
refuses the same things once more and everything not needed to compute. A kernel without the filter keeps the limits:
`doctor` says so. Source: setrlimit(2), prctl(2), seccomp(2).
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from contextlib import suppress

from espace_sante.preview.system_calls import filter_program, this_machine

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38
_SECCOMP_MODE_FILTER = 2
_EFAULT = 14
# Belongs to nobody on any Debian, not even to `nobody`. Source: Debian Policy 9.2.2.
_NOBODY_ELSE = 65533
_MEGABYTE = 1_000_000
_NICE = 5

_LIBC = ctypes.CDLL(None, use_errno=True)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def lock(*, seconds: int, megabytes: int) -> bool:
    """Give everything up for good; say whether the filter of system calls holds too (the limits always do).

    Raises OSError or ValueError when a limit is refused: nothing may then be read.
    """
    _step_back()
    _leave_root()
    limit(seconds=seconds, megabytes=megabytes)
    _prctl(_PR_SET_DUMPABLE, 0)
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    return filter_system_calls()


def limit(*, seconds: int, megabytes: int) -> None:
    """Set the limits of the kernel: no new descriptor (file or socket), no file written, no child, bounded memory, CPU."""
    for what, most in (
        (resource.RLIMIT_AS, megabytes * _MEGABYTE),
        (resource.RLIMIT_NOFILE, 3),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        _limit(what, most, most)
    # At the first bound the process is told (SIGXCPU ends it); one second later it is killed.
    _limit(resource.RLIMIT_CPU, seconds, seconds + 1)


def _limit(what: int, soft: int, hard: int) -> None:
    """Set one limit, or keep the narrower one that the machine had set already."""
    _, found = resource.getrlimit(what)
    most = hard if found == resource.RLIM_INFINITY else min(hard, found)
    resource.setrlimit(what, (min(soft, most), most))


def filter_system_calls() -> bool:
    """Refuse every system call not needed to compute, and be killed by the worst; False where that cannot be."""
    machine = this_machine()
    if machine is None or not can_filter():
        return False
    program = filter_program(machine)
    packed = _Program(len(program) // 8, program)
    _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(packed))
    return True


def can_filter() -> bool:
    """Say whether a filter is written for this machine, and whether its kernel takes one.

    Asked without a program, a kernel that takes one complains of the address only.
    """
    ctypes.set_errno(0)
    _LIBC.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, None, 0, 0)
    return this_machine() is not None and ctypes.get_errno() == _EFAULT


def _step_back() -> None:
    _prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))
    # Others come first: who reads a record does not wait for a picture.
    os.nice(_NICE)
    # First to go when the machine lacks memory: a picture can be asked again.
    with suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
        score.write("1000")


def _leave_root() -> None:
    """Become a user who owns nothing; web processes are never root, so this serves whoever runs it by hand."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(_NOBODY_ELSE, _NOBODY_ELSE, _NOBODY_ELSE)
        os.setresuid(_NOBODY_ELSE, _NOBODY_ELSE, _NOBODY_ELSE)
        # A change of user clears it.
        _prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))


def _prctl(option: int, *arguments: object) -> None:
    given = [*arguments, 0, 0, 0][:4]
    if _LIBC.prctl(option, *given) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
