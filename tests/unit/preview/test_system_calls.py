"""The filter of system calls answers as written, on each kind of machine: run here by a reader of such programs."""

from __future__ import annotations

import re
from pathlib import Path
from struct import Struct, pack

import pytest

from espace_sante.preview.system_calls import MACHINES, Machine, filter_program

ALLOW, KILL, NOT_PERMITTED = 0x7FFF0000, 0x80000000, 0x00050001
HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}


def answer(program: bytes, *, audit: int, number: int, third: int = 0) -> int:
    """Run a program of the packet filter on one system call; raises when it leaves the language used here."""
    data = pack("=IIQ6Q", number, audit, 0, 0, 0, third, 0, 0, 0)
    instructions = list(Struct("=HBBI").iter_unpack(program))
    at, value = 0, 0
    while True:
        code, if_true, if_false, constant = instructions[at]
        at += 1
        match code:
            case 0x20:
                value = int.from_bytes(data[constant : constant + 4], "little")
            case 0x15:
                at += if_true if value == constant else if_false
            case 0x35:
                at += if_true if value >= constant else if_false
            case 0x45:
                at += if_true if value & constant else if_false
            case 0x06:
                return constant
            case _:
                raise AssertionError(code)


@pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES)
def test_every_number_has_one_answer(machine: Machine) -> None:
    program = filter_program(machine)
    computing, reaching = set(machine.computing.values()), set(machine.reaching.values())
    memory = set(machine.memory.values())
    assert not computing & reaching
    assert not memory & (computing | reaching)
    for number in range(600):
        wanted = ALLOW if number in computing | memory else KILL if number in reaching else NOT_PERMITTED
        assert answer(program, audit=machine.audit, number=number) == wanted, number


@pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES)
def test_memory_is_never_made_executable(machine: Machine) -> None:
    program = filter_program(machine)
    for number in machine.memory.values():
        for protection in range(8):
            wanted = NOT_PERMITTED if protection & 4 else ALLOW
            assert answer(program, audit=machine.audit, number=number, third=protection) == wanted


@pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES)
def test_a_call_of_another_kind_of_machine_kills(machine: Machine) -> None:
    program = filter_program(machine)
    for other in (0x40000003, 0xC000003E, 0xC00000B7, 0):
        if other != machine.audit:
            assert answer(program, audit=other, number=machine.computing["read"]) == KILL


def test_the_second_set_of_numbers_of_a_machine_kills() -> None:
    machine = MACHINES["x86_64"]
    program = filter_program(machine)
    for number in (0x40000000, 0x40000000 + 41, 0xFFFFFFFF):
        assert answer(program, audit=machine.audit, number=number) == KILL


@pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES)
def test_nothing_that_opens_a_file_is_allowed(machine: Machine) -> None:
    names = {*machine.computing, *machine.memory}
    assert not names & {
        "open",
        "openat",
        "openat2",
        "creat",
        "dup",
        "dup2",
        "memfd_create",
        "prctl",
        "setrlimit",
        "prlimit64",
    }


@pytest.mark.parametrize("name", MACHINES)
def test_the_numbers_are_those_of_the_kernel(name: str) -> None:
    if not HEADERS[name].exists():
        pytest.skip(f"sans {HEADERS[name].name} (apt install linux-libc-dev)")
    text = HEADERS[name].read_text(encoding="utf-8")
    kernel = {said: int(number) for said, number in re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", text)}
    machine = MACHINES[name]
    ours = {**machine.computing, **machine.memory, **machine.reaching}
    assert {said: kernel[said] for said in ours} == ours
