"""The filter of system calls of a drawing process, as a program of the kernel's packet filter.

What computing needs is allowed; what would reach a file, another process, the network or a new program kills at once, so
that an attempt is seen; everything else fails with "not permitted". Memory may never become executable.
Source: Linux `Documentation/userspace-api/seccomp_filter.rst`, `include/uapi/linux/{filter,seccomp,audit}.h`.
"""

from __future__ import annotations

import platform
from dataclasses import dataclass
from struct import Struct
from types import MappingProxyType

_INSTRUCTION = Struct("=HBBI")
_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _JUMP_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
# Offsets in `struct seccomp_data`; the low half of the third argument on a little-endian machine.
_NUMBER, _ARCHITECTURE, _THIRD_ARGUMENT = 0, 4, 32
_ALLOW, _KILL, _NOT_PERMITTED = 0x7FFF0000, 0x80000000, 0x00050001
_PROT_EXEC = 4
# On x86_64, numbers from here are of the x32 machine: none is used, and they would pass beside the names below.
_X32 = 0x40000000


@dataclass(frozen=True, slots=True)
class Machine:
    """The numbers of one kind of machine: `computing` is allowed, `memory` if not executable, `reaching` kills."""

    audit: int
    computing: MappingProxyType[str, int]
    memory: MappingProxyType[str, int]
    reaching: MappingProxyType[str, int]


_X86_64 = Machine(
    audit=0xC000003E,
    computing=MappingProxyType(
        {
            "read": 0,
            "write": 1,
            "close": 3,
            "fstat": 5,
            "lseek": 8,
            "munmap": 11,
            "brk": 12,
            "rt_sigaction": 13,
            "rt_sigprocmask": 14,
            "rt_sigreturn": 15,
            "sched_yield": 24,
            "mremap": 25,
            "madvise": 28,
            "getpid": 39,
            "exit": 60,
            "gettimeofday": 96,
            "getrusage": 98,
            "sigaltstack": 131,
            "gettid": 186,
            "futex": 202,
            "sched_getaffinity": 204,
            "restart_syscall": 219,
            "clock_gettime": 228,
            "exit_group": 231,
            "getrandom": 318,
        }
    ),
    memory=MappingProxyType({"mmap": 9, "mprotect": 10}),
    reaching=MappingProxyType(
        {
            "socket": 41,
            "connect": 42,
            "accept": 43,
            "sendto": 44,
            "sendmsg": 46,
            "bind": 49,
            "listen": 50,
            "socketpair": 53,
            "clone": 56,
            "fork": 57,
            "vfork": 58,
            "execve": 59,
            "kill": 62,
            "ptrace": 101,
            "mount": 165,
            "tkill": 200,
            "unshare": 272,
            "perf_event_open": 298,
            "setns": 308,
            "process_vm_readv": 310,
            "process_vm_writev": 311,
            "bpf": 321,
            "execveat": 322,
            "userfaultfd": 323,
            "io_uring_setup": 425,
            "clone3": 435,
        }
    ),
)
_AARCH64 = Machine(
    audit=0xC00000B7,
    computing=MappingProxyType(
        {
            "read": 63,
            "write": 64,
            "close": 57,
            "fstat": 80,
            "lseek": 62,
            "munmap": 215,
            "brk": 214,
            "rt_sigaction": 134,
            "rt_sigprocmask": 135,
            "rt_sigreturn": 139,
            "sched_yield": 124,
            "mremap": 216,
            "madvise": 233,
            "getpid": 172,
            "exit": 93,
            "gettimeofday": 169,
            "getrusage": 165,
            "sigaltstack": 132,
            "gettid": 178,
            "futex": 98,
            "sched_getaffinity": 123,
            "restart_syscall": 128,
            "clock_gettime": 113,
            "exit_group": 94,
            "getrandom": 278,
        }
    ),
    memory=MappingProxyType({"mmap": 222, "mprotect": 226}),
    reaching=MappingProxyType(
        {
            "socket": 198,
            "connect": 203,
            "accept": 202,
            "sendto": 206,
            "sendmsg": 211,
            "bind": 200,
            "listen": 201,
            "socketpair": 199,
            "clone": 220,
            "execve": 221,
            "kill": 129,
            "ptrace": 117,
            "mount": 40,
            "tkill": 130,
            "unshare": 97,
            "perf_event_open": 241,
            "setns": 268,
            "process_vm_readv": 270,
            "process_vm_writev": 271,
            "bpf": 280,
            "execveat": 281,
            "userfaultfd": 282,
            "io_uring_setup": 425,
            "clone3": 435,
        }
    ),
)
MACHINES = MappingProxyType({"x86_64": _X86_64, "aarch64": _AARCH64})


def this_machine() -> Machine | None:
    """Return the numbers of this machine, or None where no filter was written for it."""
    return MACHINES.get(platform.machine())


def filter_program(machine: Machine) -> bytes:
    """Return the filter, eight bytes for each instruction."""
    program = [
        *_load(_ARCHITECTURE),
        *_if(_JUMP_EQUAL, machine.audit, skip=1),
        *_answer(_KILL),
        *_load(_NUMBER),
    ]
    if machine is _X86_64:
        program += [*_unless(_JUMP_AT_LEAST, _X32, skip=1), *_answer(_KILL)]
    for answer, numbers in ((_ALLOW, machine.computing), (_KILL, machine.reaching)):
        for number in numbers.values():
            program += [*_unless(_JUMP_EQUAL, number, skip=1), *_answer(answer)]
    for number in machine.memory.values():
        program += [
            *_unless(_JUMP_EQUAL, number, skip=4),
            *_load(_THIRD_ARGUMENT),
            *_if(_JUMP_ANY_BIT, _PROT_EXEC, skip=1),
            *_answer(_ALLOW),
            *_answer(_NOT_PERMITTED),
        ]
    program += _answer(_NOT_PERMITTED)
    return b"".join(program)


def _load(offset: int) -> list[bytes]:
    return [_INSTRUCTION.pack(_LOAD, 0, 0, offset)]


def _if(test: int, value: int, *, skip: int) -> list[bytes]:
    return [_INSTRUCTION.pack(test, skip, 0, value)]


def _unless(test: int, value: int, *, skip: int) -> list[bytes]:
    return [_INSTRUCTION.pack(test, 0, skip, value)]


def _answer(value: int) -> list[bytes]:
    return [_INSTRUCTION.pack(_RETURN, 0, 0, value)]
