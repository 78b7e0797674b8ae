"""Starts everything in order, keeps it running, stops it in the reverse order; serves no request itself."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import asyncpg

from espace_sante.kernel.clock import Clock, utc_now
from espace_sante.kernel.database import connect, migrate
from espace_sante.kernel.on_disk import why
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Settings
from espace_sante.operate.accounts import Process, first_closed_parent, is_separated
from espace_sante.operate.card import hold_lock, remove_card, write_card
from espace_sante.operate.children import open_log, spawn
from espace_sante.operate.debate import arrange_debate_keys
from espace_sante.operate.first_keys import arrange_keys
from espace_sante.operate.folders import DEBATE, forget_short_folder, hand_over_published, prepare
from espace_sante.operate.launcher import RunningInstance, start_instance, stop_instance
from espace_sante.operate.log_keys import arrange_log_keys
from espace_sante.operate.plan import Child, Command, children, our_command
from espace_sante.operate.roles import OWNERS, connection_arguments
from espace_sante.operate.witnesses import arrange_witnesses, introduce_log, witness_children

_TREE = Path(__file__).resolve().parents[2]
MIGRATIONS = {"main": _TREE / "migrations", "keys": _TREE / "migrations" / "keys"}
_EVERY = MIGRATIONS | {DEBATE: _TREE / "migrations" / "debate"}
_POLICY_SECONDS = 0.2
_READY_SECONDS = 60.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
# Above this many restarts in a minute the operator is told; below, the log is enough.
_RESTARTS_A_MINUTE = 10
# A child that dies this often before the first page was served will not do better.
_DEATHS_BEFORE_READY = 3
# Web first, so that nothing new comes in; with PostgreSQL's 8 s, under the 20 s promised.
_STOP_ORDER = (
    ((Process.WEB, Process.DEBATE, Process.ENVELOPES), 4.0),
    ((Process.JOBS, Process.SEQUENCER, Process.WITNESS, Process.MIRROR), 3.0),
    ((Process.KEEPER,), 3.0),
)


@dataclass(slots=True)
class _Kept:
    """A process that must run: what it is, what runs now, when it was restarted."""

    child: Child
    process: asyncio.subprocess.Process
    restarts: deque[float] = field(default_factory=deque)


class Supervisor:
    """The processes of one instance, from lock to release."""

    def __init__(
        self,
        settings: Settings,
        *,
        command: Command = our_command,
        clock: Clock = utc_now,
        with_witnesses: bool = False,
    ) -> None:
        self.settings = settings
        self._with_witnesses = with_witnesses
        self._command = command
        self._started_at = clock()
        self._instances: dict[str, RunningInstance] = {}
        self._kept: list[_Kept] = []
        self._watchers: list[asyncio.Task[None]] = []
        self._stopping = asyncio.Event()
        self._failure: OperatorRefusal | None = None
        self._ready = False

    async def run(self) -> None:
        """Start everything, say `ready http://…`, watch until told to stop, stop everything within 20 s.

        Raises OperatorRefusal when it cannot start: nothing is left running then.
        """
        _refuse_closed_code()
        prepare(self.settings)
        with hold_lock(self.settings), _listen(self.settings.port) as web_socket:
            self.settings = replace(self.settings, port=web_socket.getsockname()[1])
            for sign in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(sign, self._stopping.set)
            try:
                await self._until_told_to_stop(self._start(web_socket))
                await self._stopping.wait()
            finally:
                await self._stop()
        if self._failure is not None:
            raise self._failure

    async def _until_told_to_stop(self, work: Coroutine[Any, Any, None]) -> None:
        task, told = asyncio.create_task(work), asyncio.create_task(self._stopping.wait())
        await asyncio.wait({task, told}, return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        if not task.done():
            task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            if not self._stopping.is_set():
                raise

    async def _start(self, web_socket: socket.socket) -> None:
        remove_card(self.settings)
        arrange_keys(self.settings)
        arrange_debate_keys(self.settings)
        hand_over_published(self.settings)
        if self._with_witnesses:
            arrange_witnesses(self.settings)
        starts = (self._start_instance(name) for name in _EVERY)
        for outcome in await asyncio.gather(*starts, return_exceptions=True):
            if outcome is not None:
                raise outcome
        await arrange_log_keys(self.settings)
        for name in _EVERY:
            self._keep_watch(self._watch_instance(name), f"pg-{name}")
        for child in [
            *children(self.settings, web_socket, self._command),
            *witness_children(self.settings, self._command),
        ]:
            kept = _Kept(child, await self._spawn(child))
            self._kept.append(kept)
            self._keep_watch(self._watch(kept), child.name)
        self._keep_watch(self._introduce_log(), "politique")
        await self._wait_ready()
        self._ready = True
        self._write_card()
        print(f"ready http://127.0.0.1:{self.settings.port}", flush=True)

    async def _start_instance(self, name: str) -> None:
        self._instances[name] = await start_instance(name, self.settings)
        await migrate_instance(self.settings, name)

    async def _spawn(self, child: Child) -> asyncio.subprocess.Process:
        return await spawn(
            child.command,
            account=child.account,
            environ=child.environ,
            log=open_log(self._log(child.name)),
            inherited=[] if child.listener is None else [child.listener.fileno()],
        )

    def _keep_watch(self, watch: Coroutine[Any, Any, None], name: str) -> None:
        def tell(task: asyncio.Task[None]) -> None:
            if not task.cancelled() and task.exception() is not None:
                self._fail(f"{name} ne peut plus être relancé : {task.exception()}.")

        watcher = asyncio.create_task(watch)
        watcher.add_done_callback(tell)
        self._watchers.append(watcher)

    async def _watch(self, kept: _Kept) -> None:
        """Restart a process each time it dies, more and more slowly."""
        loop, pause = asyncio.get_running_loop(), _FIRST_PAUSE
        while True:
            began = loop.time()
            code = await kept.process.wait()
            if loop.time() - began > 30:
                pause = _FIRST_PAUSE
            self._count_restart(kept, code)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
            kept.process = await self._spawn(kept.child)
            self._write_card()

    def _count_restart(self, kept: _Kept, code: int) -> None:
        now, name = asyncio.get_running_loop().time(), kept.child.name
        kept.restarts.append(now)
        while kept.restarts[0] < now - 60:
            kept.restarts.popleft()
        if not self._ready and len(kept.restarts) >= _DEATHS_BEFORE_READY:
            self._fail(f"Le processus {name} s'arrête dès qu'il démarre (code {code}) : voir {self._log(name)}.")
        elif len(kept.restarts) == _RESTARTS_A_MINUTE:
            _say(f"Le processus {name} s'est arrêté {_RESTARTS_A_MINUTE} fois en une minute : voir {self._log(name)}.")

    async def _introduce_log(self) -> None:
        """Write the verifiers' policy as soon as the log has keys: its sequencer publishes them when it first starts."""
        try:
            while not introduce_log(self.settings):
                await asyncio.sleep(_POLICY_SECONDS)
        except OperatorRefusal as refusal:
            _say(str(refusal))

    async def _watch_instance(self, name: str) -> None:
        """Start a PostgreSQL that died again; the processes reconnect by themselves."""
        pause = _FIRST_PAUSE
        while True:
            await self._instances[name].process.wait()
            try:
                self._instances[name] = await start_instance(name, self.settings)
            except OperatorRefusal as refusal:
                _say(str(refusal))
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
                continue
            pause = _FIRST_PAUSE
            self._write_card()

    async def _wait_ready(self) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _READY_SECONDS
        while not await answers_ready(self.settings.port):
            if loop.time() > deadline:
                logs = self.settings.home / "logs"
                raise OperatorRefusal(f"Les pages ne répondent pas après {_READY_SECONDS:.0f} s : voir {logs}.")
            await asyncio.sleep(0.05)

    def _fail(self, sentence: str) -> None:
        self._failure = self._failure or OperatorRefusal(sentence)
        self._stopping.set()

    async def _stop(self) -> None:
        for watcher in self._watchers:
            watcher.cancel()
        await asyncio.gather(*self._watchers, return_exceptions=True)
        for kinds, seconds in _STOP_ORDER:
            await asyncio.gather(*(_end(kept.process, seconds) for kept in self._kept if kept.child.process in kinds))
        await asyncio.gather(*(stop_instance(instance) for instance in self._instances.values()))
        for kept in self._kept:
            if kept.child.listener is not None:
                kept.child.listener.close()
        remove_card(self.settings)
        forget_short_folder(self.settings)

    def _write_card(self) -> None:
        pids = {"supervisor": os.getpid()}
        pids |= {f"pg-{name}": instance.process.pid for name, instance in self._instances.items()}
        pids |= {kept.child.name: kept.process.pid for kept in self._kept}
        write_card(self.settings, pids, self._started_at)

    def _log(self, name: str) -> Path:
        return self.settings.home / "logs" / f"{name}.log"


def supervise(settings: Settings, *, command: Command = our_command, with_witnesses: bool = False) -> int:
    """Run an instance in the foreground until Ctrl-C; returns the exit code.

    `with_witnesses` first makes the invented witnesses of the demonstration; those that are there always start.

    Prints one line `ready http://…` on the standard output, and a French sentence on the error output when it fails.
    """
    try:
        asyncio.run(Supervisor(settings, command=command, with_witnesses=with_witnesses).run())
    except OperatorRefusal as refusal:
        _say(str(refusal))
        return 1
    return 0


async def migrate_instance(settings: Settings, name: str) -> list[str]:
    """Apply to a running instance the migrations it lacks; returns their names. Raises OperatorRefusal if one fails."""
    try:
        connection = await connect(connection_arguments(settings, OWNERS[name]))
        try:
            return await migrate(connection, _EVERY[name])
        finally:
            await connection.close()
    except (ValueError, OSError, asyncpg.PostgresError) as fault:
        raise OperatorRefusal(f"La mise à jour de la base « {name} » a échoué : {fault}.") from fault


async def answers_ready(port: int) -> bool:
    """Say whether `GET /sante/ready` answers 200 on the loopback address."""
    try:
        async with asyncio.timeout(2):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(b"GET /sante/ready HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                return (await reader.readline()).split(b" ")[1:2] == [b"200"]
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as fault:
        listener.close()
        raise OperatorRefusal(
            f"Le port {port} ne peut pas être pris ({why(fault)}) : essayez « make run PORT=8001 »."
        ) from None
    listener.listen(2048)
    listener.setblocking(False)
    return listener


def _refuse_closed_code() -> None:
    if not is_separated():
        return
    for path in (Path(sys.executable), Path(sys.base_prefix) / "lib", Path(__file__)):
        if closed := first_closed_parent(path):
            raise OperatorRefusal(
                f"Démarré par root, chaque processus a son propre utilisateur, et {closed} leur est fermé : installez"
                " espace-sante ailleurs (par exemple dans /srv) ou démarrez sous un utilisateur normal."
            )


async def _end(process: asyncio.subprocess.Process, seconds: float) -> None:
    for sign, patience in ((signal.SIGTERM, seconds), (signal.SIGKILL, 0.5)):
        if process.returncode is not None:
            return
        try:
            process.send_signal(sign)
            await asyncio.wait_for(process.wait(), patience)
        except ProcessLookupError:
            return
        except TimeoutError:
            continue


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
