"""Starting a child that cannot outlive its parent, with nothing of the parent's environment but what is given."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path

from espace_sante.operate.accounts import Account

# Source: prctl(2).
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)
_LOG_BYTES = 10_000_000


async def spawn(
    command: Sequence[str],
    *,
    account: Account,
    environ: Mapping[str, str],
    log: int,
    inherited: Sequence[int] = (),
    death_signal: signal.Signals = signal.SIGKILL,
) -> asyncio.subprocess.Process:
    """Start a command under an account, its output in `log` (closed here), and die with us.

    `death_signal` is what the kernel sends it when we die, however we die. It runs in its own session: a Ctrl-C typed
    at our terminal reaches only us, who stop everything in order.
    """
    parent = os.getpid()

    def bind_to_parent() -> None:
        # After the change of user, which would clear it; the parent may have died in between.
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    try:
        return await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=dict(environ),
            cwd="/",
            pass_fds=tuple(inherited),
            start_new_session=True,
            umask=0o007 if os.geteuid() == 0 else 0o077,
            preexec_fn=bind_to_parent,
            **account.popen_arguments(),
        )
    finally:
        os.close(log)


def open_log(path: Path) -> int:
    """Open a child's log for appending; one that has grown past 10 MB first becomes `.1`, replacing the last one."""
    if path.exists() and path.stat().st_size > _LOG_BYTES:
        path.rename(path.with_name(path.name + ".1"))
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
