"""Our own launcher of PostgreSQL: no network, sockets in a closed folder, no account made, no foreign mode changed.

Instances `main` and `keys`: the keys of a space never lie in the database, nor in the backup, of what they open. A third,
`debate`, holds nothing of the health side.
Under root PostgreSQL runs as `nobody`, because it refuses root; see `accounts`.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg

from espace_sante.kernel.database import connect
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Settings
from espace_sante.operate.accounts import Process, account_of, first_closed_parent, is_separated
from espace_sante.operate.binaries import Binaries, data_major, find_binaries
from espace_sante.operate.children import open_log, spawn
from espace_sante.operate.folders import (
    PORT,
    ensure_secret,
    instance_socket_folder,
    prepare,
    secret,
    set_owner,
)
from espace_sante.operate.roles import connection_arguments, ensure_roles, superuser

__all__ = ["RunningInstance", "connection_arguments", "start_instance", "stop_instance"]

_READY_SECONDS = 30.0
_ORPHAN_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class RunningInstance:
    """A PostgreSQL instance that this process started and accepts connections."""

    name: str
    settings: Settings
    process: asyncio.subprocess.Process
    socket_dir: Path
    port: int

    def dsn_for(self, role: str) -> dict[str, Any]:
        """Return the arguments of `asyncpg.connect` for a role of this instance."""
        return connection_arguments(self.settings, role)


async def start_instance(name: str, settings: Settings) -> RunningInstance:
    """Start the instance `main`, `keys` or `debate`, made on the spot when it does not exist, with its roles and database.

    Returns once it accepts connections. Raises OperatorRefusal with a French sentence when there are no programs of the
    right version, when root starts from a closed place, or when PostgreSQL does not start (its log says why).
    """
    prepare(settings)
    data = settings.home / "data" / name
    binaries = find_binaries(settings.postgres_bin, data_major=data_major(data))
    _refuse_closed_binaries(binaries)
    ensure_secret(settings, superuser(name), None)
    if data_major(data) is None:
        await asyncio.to_thread(_create_data, settings, name, binaries)
    await _clear_remains(data)
    log = settings.home / "logs" / f"pg-{name}.log"
    process = await spawn(
        [binaries / "postgres", *_options(settings, name, data)],
        account=account_of(settings, Process.POSTGRES),
        environ={"LANG": "C.UTF-8", "TZ": "UTC"},
        log=open_log(log),
        # A fast shutdown: what was acknowledged is on disk anyway, and the next start has nothing to repair.
        death_signal=signal.SIGINT,
    )
    instance = RunningInstance(name, settings, process, instance_socket_folder(settings, name), PORT)
    try:
        await _wait_ready(instance, log)
        await ensure_roles(settings, name)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as fault:
        await stop_instance(instance)
        raise OperatorRefusal(f"PostgreSQL ({name}) s'est arrêté pendant son démarrage : {fault}.") from fault
    except BaseException:
        await stop_instance(instance)
        raise
    return instance


async def stop_instance(instance: RunningInstance) -> None:
    """Stop an instance: fast, then at once, then by force. Never raises when it has already stopped."""
    for sign, seconds in ((signal.SIGINT, 5.0), (signal.SIGQUIT, 2.0), (signal.SIGKILL, 1.0)):
        if instance.process.returncode is not None:
            return
        try:
            instance.process.send_signal(sign)
            await asyncio.wait_for(instance.process.wait(), seconds)
        except ProcessLookupError:
            await instance.process.wait()
        except TimeoutError:
            continue


def _options(settings: Settings, name: str, data: Path) -> list[str]:
    values = {
        "listen_addresses": "",
        "unix_socket_directories": str(instance_socket_folder(settings, name)),
        "unix_socket_permissions": "0770" if is_separated() else "0700",
        "port": str(PORT),
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "password_encryption": "scram-sha-256",
        "shared_buffers": f"{settings.postgres_shared_buffers_megabytes}MB",
        "max_connections": str(settings.postgres_connections),
        "huge_pages": "off",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "logging_collector": "off",
        # No statement, no parameter, no value of a row in a log (G7).
        "log_statement": "none",
        "log_min_error_statement": "panic",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
        "log_error_verbosity": "terse",
    }
    return ["-D", str(data), *(word for key, value in values.items() for word in ("-c", f"{key}={value}"))]


def _create_data(settings: Settings, name: str, binaries: Binaries) -> None:
    account = account_of(settings, Process.POSTGRES)
    data = settings.home / "data" / name
    draft, password = data.with_name(f"{name}.new"), data.with_name(f"{name}.password")
    shutil.rmtree(draft, ignore_errors=True)
    if data.exists():
        data.rmdir()  # an empty folder left by an interrupted start; refuses to remove anything else
    draft.mkdir(mode=0o700)
    set_owner(draft, account.uid, account.gid, 0o700)
    password.unlink(missing_ok=True)
    with open(os.open(password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w", encoding="ascii") as file:
        file.write(secret(settings, superuser(name)))
    set_owner(password, account.uid, account.gid, 0o400)
    try:
        done = subprocess.run(  # noqa: S603 - a program of the folder the operator chose
            [
                binaries / "initdb",
                *("--data-checksums", "-E", "UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256", "-U", "postgres"),
                *(f"--pwfile={password}", "-D", str(draft)),
            ],
            **account.popen_arguments(),
            cwd="/",
            env={"LANG": "C.UTF-8", "PATH": "/usr/bin:/bin", "TZ": "UTC"},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        password.unlink()
    if done.returncode != 0:
        shutil.rmtree(draft, ignore_errors=True)
        last = (done.stderr.strip().splitlines() or ["sans message"])[-1]
        raise OperatorRefusal(f"PostgreSQL n'a pas pu créer sa base dans {data} : {last}")
    # Whole or not at all: an interrupted initdb leaves only the draft, thrown away by the next start.
    draft.rename(data)


def _refuse_closed_binaries(binaries: Binaries) -> None:
    if is_separated() and (closed := first_closed_parent(binaries.folder / "postgres")):
        raise OperatorRefusal(
            f"Démarré par root, PostgreSQL tourne sous l'utilisateur « nobody », et {closed} lui est fermé : installez"
            " espace-sante ailleurs (par exemple dans /srv) ou démarrez sous un utilisateur normal."
        )


async def _clear_remains(data: Path) -> None:
    """Wait for processes of an earlier life still in the data folder, then remove a misleading `postmaster.pid`.

    PostgreSQL refuses to start when the number written there is now another process's, which happens after a reboot.
    """
    for _ in range(int(_ORPHAN_SECONDS / 0.1)):
        if not _processes_in(data):
            break
        await asyncio.sleep(0.1)
    else:
        raise OperatorRefusal(f"Un PostgreSQL tourne déjà sur {data} : arrêtez-le, puis recommencez.")
    (data / "postmaster.pid").unlink(missing_ok=True)


def _processes_in(folder: Path) -> list[int]:
    """Return the processes whose current folder is this one: PostgreSQL's all move there."""
    found = []
    for entry in os.scandir("/proc"):
        if entry.name.isdecimal():
            try:
                if os.readlink(f"/proc/{entry.name}/cwd") == str(folder.resolve()):
                    found.append(int(entry.name))
            except OSError:  # it ended, or is another user's: not ours then
                continue
    return found


async def _wait_ready(instance: RunningInstance, log: Path) -> None:
    arguments = connection_arguments(instance.settings, superuser(instance.name)) | {"database": "postgres"}
    deadline = asyncio.get_running_loop().time() + _READY_SECONDS
    while asyncio.get_running_loop().time() < deadline and instance.process.returncode is None:
        try:
            connection = await connect(arguments)
        except (OSError, asyncpg.PostgresError):
            await asyncio.sleep(0.02)
            continue
        await connection.close()
        return
    said = await asyncio.to_thread(partial(log.read_text, encoding="utf-8", errors="replace"))
    last = (said.strip().splitlines() or ["sans message"])[-1]
    raise OperatorRefusal(f"PostgreSQL ({instance.name}) ne démarre pas ; son journal, {log}, finit par : {last}")
