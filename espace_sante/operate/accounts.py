"""Under which user each process runs, so that a broken process can read only its own secrets.

When root starts, every process gets its own numeric user (no account is created, none is needed) and PostgreSQL runs
as `nobody`. A normal user cannot change user: everything then runs under one, which `doctor` says.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from espace_sante.kernel.settings import Settings

# `nobody` has the same number on every Debian, and no files of its own. Source: Debian Policy §9.2.2.
NOBODY = 65534


class Process(StrEnum):
    """The kinds of process of an instance; the name of each is also the argument of `espace_sante.assembly`."""

    POSTGRES = "postgres"
    KEEPER = "keeper"
    SEQUENCER = "sequencer"
    JOBS = "jobs"
    WEB = "web"
    WITNESS = "witness"
    MIRROR = "mirror"
    DEBATE = "debate"
    ENVELOPES = "envelopes"


# The order fixes the numbers: a new kind goes to the end.
_NUMBERED = (
    *(Process.WEB, Process.KEEPER, Process.SEQUENCER, Process.JOBS),
    *(Process.WITNESS, Process.MIRROR, Process.DEBATE, Process.ENVELOPES),
)
# Not in our group, which opens objects and sockets: those of the demonstration that stand for somebody else, and the
# debate and its envelopes, which must reach nothing of the health side nor each other (docs/decisions/0070, 0071).
_OUTSIDE = (Process.WITNESS, Process.MIRROR, Process.DEBATE, Process.ENVELOPES)


@dataclass(frozen=True, slots=True)
class Account:
    """The numeric user, group and other groups of a process."""

    uid: int
    gid: int
    groups: tuple[int, ...] = ()

    def popen_arguments(self) -> dict[str, Any]:
        """Return what `subprocess` needs to change user; nothing when the user does not change."""
        if os.geteuid() != 0:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": list(self.groups)}


def is_separated() -> bool:
    """Say whether each process runs under its own user: only root can arrange it."""
    return os.geteuid() == 0


def shared_gid(settings: Settings) -> int:
    """Return the group of all our processes: it opens the folder of sockets and the objects, no secret."""
    return settings.uid_base if is_separated() else os.getegid()


def keys_gid(settings: Settings) -> int:
    """Return the group of those who may reach the key database's socket: the keeper and PostgreSQL."""
    return settings.uid_base + 1 if is_separated() else os.getegid()


def debate_gid(settings: Settings) -> int:
    """Return the group of those who may reach the debate's database: its process and PostgreSQL."""
    return settings.uid_base + 1 + _NUMBERED.index(Process.DEBATE) if is_separated() else os.getegid()


def account_of(settings: Settings, process: Process) -> Account:
    """Return the user under which a process runs."""
    if not is_separated():
        return Account(os.geteuid(), os.getegid())
    shared = shared_gid(settings)
    if process is Process.POSTGRES:
        # `nogroup` first, so that no file of PostgreSQL opens to our other processes by mistake.
        return Account(NOBODY, NOBODY, (shared, keys_gid(settings), debate_gid(settings)))
    uid = settings.uid_base + 1 + _NUMBERED.index(process)
    if process in _OUTSIDE:
        return Account(uid, uid)
    return Account(uid, shared, (keys_gid(settings),) if process is Process.KEEPER else ())


def first_closed_parent(path: Path) -> Path | None:
    """Return the outermost folder above `path` that other users may not cross, or None when they all may."""
    return next((parent for parent in reversed(path.resolve().parents) if not parent.stat().st_mode & 0o001), None)
