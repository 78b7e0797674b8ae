"""Which processes an instance is made of, in the order they start; they stop in the reverse order."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import Enum
from pathlib import Path

from espace_sante.kernel.listening import LISTEN_FD
from espace_sante.kernel.settings import PREFIX, Settings
from espace_sante.operate.accounts import Account, Process, account_of, shared_gid
from espace_sante.operate.folders import debate_socket, envelopes_socket, keeper_socket, set_owner

# What a process is started with, given its kind: replaced in tests by small stand-ins.
Command = Callable[[Process], list[str]]

# glibc keeps what it was given once and raises its own bounds as it grows: a process that wrote one whole folder would
# stay as large for good. With these, a large block goes back to the machine as soon as it is let go (docs/performance.md).
_MEMORY = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "131072", "MALLOC_TRIM_THRESHOLD_": "131072"}


@dataclass(frozen=True, slots=True)
class Child:
    """One process to keep alive: its name in the logs, its command, its user, its socket."""

    name: str
    process: Process
    command: tuple[str, ...]
    account: Account
    environ: Mapping[str, str]
    listener: socket.socket | None = None


def our_command(process: Process) -> list[str]:
    """Return the command of one of our own processes."""
    if process in (Process.WITNESS, Process.MIRROR):  # loads nothing of the house
        return [sys.executable, "-P", "-m", "espace_sante.cli.watching", process.value]
    if process is Process.DEBATE:  # nothing of the health side
        return [sys.executable, "-P", "-m", "espace_sante.cli.debating"]
    if process is Process.ENVELOPES:
        return [sys.executable, "-P", "-m", "espace_sante.cli.handing"]
    # -P: the folder it starts in never becomes a place to import from.
    return [sys.executable, "-P", "-m", "espace_sante.assembly", process.value]


def children(settings: Settings, web_socket: socket.socket, command: Command = our_command) -> list[Child]:
    """Return the processes of an instance, keepers first; binds the keepers' sockets."""
    found = [
        _child(settings, f"keeper-{number}", Process.KEEPER, command, _keeper_listener(settings, number), number)
        for number in range(settings.keepers)
    ]
    found.append(_child(settings, "sequencer", Process.SEQUENCER, command))
    found.append(_child(settings, "jobs", Process.JOBS, command))
    found.append(_child(settings, "debate", Process.DEBATE, command, _debate_listener(settings)))
    found.append(_child(settings, "envelopes", Process.ENVELOPES, command, _envelopes_listener(settings)))
    found += [
        _child(settings, f"web-{number}", Process.WEB, command, web_socket, number)
        for number in range(settings.web_processes)
    ]
    return found


def environment_of(settings: Settings) -> dict[str, str]:
    """Return the environment that gives a process these very settings, and nothing of ours."""
    environ = {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "HOME": str(settings.home),
        "PYTHONNOUSERSITE": "1",
        **_MEMORY,
    }
    for each in fields(settings):
        value = getattr(settings, each.name)
        text = value.value if isinstance(value, Enum) else str(value)
        environ[PREFIX + each.name.upper()] = {"True": "oui", "False": "non"}.get(text, text)
    return environ


def _child(
    settings: Settings,
    name: str,
    process: Process,
    command: Command,
    listener: socket.socket | None = None,
    number: int = 0,
) -> Child:
    environ = environment_of(settings) | {PREFIX + "NUMBER": str(number)}
    if listener is not None:
        environ[LISTEN_FD] = str(listener.fileno())
    return Child(name, process, tuple(command(process)), account_of(settings, process), environ, listener)


def _keeper_listener(settings: Settings, number: int) -> socket.socket:
    return _unix_listener(settings, keeper_socket(settings, number), Process.KEEPER)


def _debate_listener(settings: Settings) -> socket.socket:
    return _unix_listener(settings, debate_socket(settings), Process.DEBATE)


def _envelopes_listener(settings: Settings) -> socket.socket:
    return _unix_listener(settings, envelopes_socket(settings), Process.ENVELOPES)


def _unix_listener(settings: Settings, path: Path, process: Process) -> socket.socket:
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    # Our group may connect; the folder above is closed to everybody else.
    set_owner(path, account_of(settings, process).uid, shared_gid(settings), 0o660)
    listener.listen(1024)
    listener.setblocking(False)
    return listener
