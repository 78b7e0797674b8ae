"""A whole house for tests: two real PostgreSQL, a keeper on a socket, the objects, in one folder and one event loop."""

from __future__ import annotations

import asyncio
import hashlib
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec

from espace_sante.access.matrix_files import MatrixFolder
from espace_sante.adapters.dev_provider import DevProvider, ensure_provider_keys
from espace_sante.adapters.keeper_link import KeeperLink
from espace_sante.adapters.object_folder import ObjectFolder
from espace_sante.assembly import BUILD, connector, idle, limits, matrices
from espace_sante.keeper import demand as d
from espace_sante.keeper.codec import READING
from espace_sante.keeper.keyring import read_master_keys
from espace_sante.keeper.process import KeeperProcess, Parts
from espace_sante.keeper.sessions import read_issuers, token_hash
from espace_sante.kernel.clock import utc_now
from espace_sante.kernel.database import Connection, connect, migrate
from espace_sante.kernel.settings import Settings
from espace_sante.operate.folders import ensure_master_key, prepare, socket_folder
from espace_sante.operate.launcher import RunningInstance, start_instance, stop_instance
from espace_sante.operate.roles import OWNERS, connection_arguments
from espace_sante.operate.supervisor import MIGRATIONS
from espace_sante.records.document import content_context, deposit_info, line_context, metadata_context
from espace_sante.vault.envelope import open_sealed, seal
from espace_sante.vault.hpke import seal_to
from espace_sante.vault.stream import open_stream, seal_stream
from tests.fixtures_database import NO_CEILING

# By event loop, while a house is open there, the connections that tests look through between two looks: opening one costs
# more than most of what is asked on it.
IDLE: dict[asyncio.AbstractEventLoop, dict[tuple[Path, str], Any]] = {}
ENCODE = msgspec.msgpack.Encoder().encode


@asynccontextmanager
async def databases(folder: Path, **changes: Any) -> AsyncIterator[Settings]:
    """Two empty, migrated databases in a folder."""
    no_ceiling = {name.removeprefix("ESPACE_SANTE_").lower(): int(value) for name, value in NO_CEILING.items()}
    settings = replace(Settings(home=folder), **no_ceiling | changes)
    prepare(settings)
    ensure_master_key(settings)
    ensure_provider_keys(settings.home)
    started: list[RunningInstance] = []
    try:
        for name in ("main", "keys"):
            started.append(await start_instance(name, settings))
            connection = await connect(connection_arguments(settings, OWNERS[name]))
            await migrate(connection, MIGRATIONS[name])
            await connection.close()
        yield settings
    finally:
        for instance in started:
            await stop_instance(instance)


@dataclass
class House:
    """The keepers of a set of databases, and a link to them."""

    settings: Settings
    keepers: int = 1
    first_seat: int = 0
    now: Callable[[], datetime] = utc_now
    link: KeeperLink = field(init=False)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    connections: list[Connection] = field(default_factory=list)

    async def start(self) -> None:
        """Start the keepers in this event loop and wait until they answer."""
        IDLE.setdefault(asyncio.get_running_loop(), {})
        paths = []
        for seat in range(self.first_seat, self.first_seat + self.keepers):
            path = socket_folder(self.settings) / f"keeper-{seat}.sock"
            path.unlink(missing_ok=True)
            listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            listener.bind(str(path))
            listener.listen(64)
            listener.setblocking(False)
            paths.append(path)
            ready = asyncio.Event()
            process = KeeperProcess(self._parts(seat, listener))
            task = asyncio.create_task(process.run(ready.set))
            waiter = asyncio.create_task(ready.wait())
            await asyncio.wait({task, waiter}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                waiter.cancel()
                await task
            self.tasks.append(task)
        self.link = KeeperLink(paths)
        self.objects = ObjectFolder(self.settings.home / "objects")
        self.provider = DevProvider.of(self.settings)

    async def stop(self) -> None:
        """Stop the keepers."""
        await self.link.close()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        looked_through = IDLE.pop(asyncio.get_running_loop(), {})
        for connection in (*self.connections, *looked_through.values()):  # a process that ends closes its own
            if not connection.is_closed():
                connection.terminate()
        await asyncio.sleep(0)

    def _remembered(self, opens: Callable[[], Awaitable[Connection]]) -> Callable[[], Awaitable[Connection]]:
        async def open_one() -> Connection:
            self.connections.append(await opens())
            return self.connections[-1]

        return open_one

    def _parts(self, seat: int, listener: socket.socket) -> Parts:
        return Parts(
            seat=seat,
            listener=listener,
            connect=self._remembered(connector(self.settings, "es_keeper", hot=True)),
            connect_keys=self._remembered(connector(self.settings, "es_keys_keeper")),
            masters=read_master_keys(self.settings.home / "keys" / "master.key"),
            issuers=lambda: read_issuers(
                self.settings.home / "keys" / "providers", development=self.settings.development_provider
            ),
            limits=limits(self.settings),
            matrices=matrices(self.settings),
            batch_max=self.settings.batch_max,
            session_minutes=self.settings.session_minutes,
            idle=idle(self.settings),
            now=self.now,
            objects=ObjectFolder(self.settings.home / "objects"),
            build=BUILD,
            newer_matrices=MatrixFolder(self.settings.home / "matrices").newer,
            matrix_seconds=0.05,
        )

    async def sign_in(self, word: str) -> bytes:
        """Sign an invented account in; return the hash of its token."""
        answer = await self.link.ask(d.SignIn(0, self.provider.assertion(self.provider.find(word))))
        assert isinstance(answer, d.Done), answer
        return token_hash(msgspec.msgpack.decode(answer.payload, type=d.SessionAnswer).token)

    async def ask(
        self,
        session: bytes,
        act: str,
        params: msgspec.Struct,
        *,
        person: str = "self",
        channel: str = "api",
        proof: str = "login",
        on_behalf: bool = False,
        key: bytes | None = None,
    ) -> d.Answer:
        """Ask for an act as a channel would."""
        data = ENCODE(params)
        changing = act not in READING
        chosen = os.urandom(16) if key is None and changing else key or b""
        return await self.link.ask(
            d.Ask(
                0, act, session, person, channel, proof, data, on_behalf, chosen, hashlib.sha256(data).digest(), "tests"
            )
        )

    async def printed(self, session: bytes, act: str, params: msgspec.Struct, **way: Any) -> d.Answer:
        """Have an agent ask for a reading with the person, who is released nothing; return what the station prints."""
        asked = await self.ask(session, act, params, **way)
        if not isinstance(asked, d.Done):
            return asked
        assert asked.payload == b"", "an agent's session is given nothing of what is read"
        return await self.ask(await self.sign_in("imprimante"), act, params, **way | {"person": f"job:{asked.entry}"})

    async def invite(self, account: str) -> d.InviteAnswer:
        """Invite one of the invented people."""
        who = self.provider.find(account)
        reference = f"ins:{who.ins}" if who.ins else f"local:{who.local}"
        traits = d.Traits(who.birth_name, who.first_given, who.birth_date, who.sex)
        answer = await self.ask(
            await self.sign_in("accueil"), "invite", d.InviteParams(reference, traits), person=reference
        )
        assert isinstance(answer, d.Done), answer
        return msgspec.msgpack.decode(answer.payload, type=d.InviteAnswer)

    async def renew(self, account: str) -> None:
        """Have the operator renew an agent's account, that did not serve for long."""
        params = d.RenewAccountParams(f"dev|{account}")
        answer = await self.ask(await self.sign_in("accueil"), "renew_account", params, person="")
        assert isinstance(answer, d.Done), answer

    async def open(self, account: str) -> tuple[bytes, str]:
        """Invite and open; return the person's session and public id."""
        await self.invite(account)
        session = await self.sign_in(account)
        answer = await self.ask(session, "open_space", d.OpenParams(True, "2026-11-1", "fr", "00" * 32))
        assert isinstance(answer, d.Done), answer
        return session, msgspec.msgpack.decode(answer.payload, type=d.OpenAnswer).person

    async def deposit(self, session: bytes, person: str, content: bytes, **changes: Any) -> d.Answer:
        """Seal and deposit a document as a web process does."""
        params = await self.sealed(session, person, content, **changes)
        proof = changes.get("proof", "professional")
        way = {name: changes[name] for name in ("channel", "on_behalf", "key") if name in changes}
        return await self.ask(session, "deposit_document", params, person=person, proof=proof, **way)

    async def deposit_set(
        self, session: bytes, person: str, contents: list[bytes], changes: list[dict[str, Any]]
    ) -> d.Answer:
        """Seal and deposit the documents of one submission."""
        first, *others = [
            await self.sealed(session, person, content, **some) for content, some in zip(contents, changes, strict=True)
        ]
        params = msgspec.structs.replace(first, others=tuple(others))
        return await self.ask(session, "deposit_document", params, person=person, proof="professional")

    async def sealed(self, session: bytes, person: str, content: bytes, **changes: Any) -> d.DepositParams:
        """Seal and store a document as a web process does; return what the keeper is asked to keep."""
        address = await self.link.ask(d.Address(0, session, person))
        assert isinstance(address, d.Done)
        public = msgspec.msgpack.decode(address.payload, type=d.AddressAnswer).public
        row, key = uuid4(), os.urandom(32)
        meta = ENCODE(document_meta(content, **changes))
        params = d.DepositParams(
            row.bytes,
            changes.get("category", 5),
            seal_to(public, key, deposit_info(row)),
            bytes(seal(key, meta, metadata_context(row))),
            bytes(seal(key, meta, line_context(row))),
            changes.get("unique_id", f"urn:uuid:{row}"),
            hashlib.sha256(content).digest(),
            changes.get("claimed"),
            changes.get("claimed_ins", ""),
            changes.get("replaces", ""),
            type_code=changes.get("type_code", ""),
            apart=changes.get("apart", False),
        )
        self.objects.put(row, seal_stream(key, [content], content_context(row)))
        return params

    async def read(
        self, session: bytes, document: str, *, proof: str = "professional"
    ) -> tuple[d.Answer, bytes | None]:
        """Read a document as a web process does; return the answer and the clear bytes."""
        row = UUID(hex=document[32:])
        answer = await self.ask(
            session, "read_document", d.ReadParams(row.bytes), person=f"id:{document[:32]}", proof=proof
        )
        if not isinstance(answer, d.Done):
            return answer, None
        released = msgspec.msgpack.decode(answer.payload, type=d.ReadAnswer)
        open_sealed(released.key, released.sealed, metadata_context(row))
        return answer, b"".join(open_stream(released.key, self.objects.chunks(row), content_context(row)))


def document_meta(content: bytes, **changes: Any) -> d.DocumentMeta:
    """Metadata of an invented document."""
    return d.DocumentMeta(
        unique_id=changes.get("unique_id", f"urn:uuid:{uuid4()}"),
        title=changes.get("title", "Compte rendu de consultation"),
        type_code="11488-4",
        type_system="urn:oid:2.16.840.1.113883.6.1",
        type_display="CR ou fiche de consultation ou de visite",
        category=changes.get("category", 5),
        media_type="text/plain",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        sha1=hashlib.sha1(content, usedforsecurity=False).hexdigest(),
        created=changes.get("created", "2026-11-02T09:00:00+00:00"),
        deposited="2026-11-03T09:00:00+00:00",
        author_id="99900000029",
        author_name="Dr Paul Guérin",
        structure="Hôpital public du Val",
        **changes.get("meta", {}),
    )
