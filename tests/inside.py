"""What tests see of a house from inside: counts, statements, every sealed row opened with the keystore, every chain checked."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID
from weakref import WeakSet

import asyncpg
import msgspec
import pytest

from espace_sante.access.request import ActId, Channel, Proof
from espace_sante.actions.act import Outcome, Upload
from espace_sante.actions.depositing import Deposit
from espace_sante.actions.frame import Frame, Request
from espace_sante.actions.registry import REGISTRY
from espace_sante.adapters import dev_provider
from espace_sante.adapters.previewer import Previewer
from espace_sante.journal.entry import Head, check_chain, open_record
from espace_sante.keeper import demand as d
from espace_sante.keeper.gather import SQL
from espace_sante.keeper.keyring import read_master_keys
from espace_sante.keeper.named import document_told
from espace_sante.kernel.clock import utc_now
from espace_sante.kernel.database import queries
from espace_sante.kernel.settings import Settings
from espace_sante.operate.roles import connection_arguments, superuser
from espace_sante.vault.keys import ServiceKeys, SpaceKeys, unpack_blob, unpack_service_blob
from tests.fixtures_database import Databases
from tests.house import IDLE, House

T = TypeVar("T")
_NAMES = {text: name for name, text in (*SQL.items(), *queries("espace_sante.vault").items())}
_VERBS = ("fetch", "fetchrow", "fetchval", "execute")


@dataclass
class Clock:
    """A clock that tests move; the development provider's follows."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def time(self) -> float:
        """Stand in for the module `time` of the development provider."""
        return self().timestamp()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return a clock to move, which the development provider reads too."""
    moved = Clock()
    monkeypatch.setattr(dev_provider, "time", moved)
    return moved


@asynccontextmanager
async def open_house(
    databases: Databases | Settings, *, keepers: int = 1, now: Callable[[], datetime] = utc_now
) -> AsyncIterator[House]:
    """Start keepers on running databases, and stop them."""
    settings = databases.settings if isinstance(databases, Databases) else databases
    house = House(settings, keepers=keepers, now=now)
    await house.start()
    try:
        yield house
    finally:
        await house.stop()


def frame_of(house: House) -> Frame:
    """Return the frame acts go through, as a web process has it."""
    return Frame(house.link, house.objects, house.settings, house.now, os.urandom, previews=Previewer(house.settings))


async def act(
    house: House,
    session: bytes,
    name: ActId,
    values: dict[str, str | Upload],
    *,
    channel: Channel = Channel.API,
    proof: Proof = Proof.LOGIN,
    person: str = "self",
    on_behalf: bool = False,
    key: str = "",
) -> Outcome:
    """Do an act through the registry, as any channel does; raises Problem."""
    found = REGISTRY[name]
    chosen = key or os.urandom(12).hex()
    request = Request(session, channel, proof, person, on_behalf, chosen, "tests")
    return await found.perform(frame_of(house), request, found.parse(values))


async def deposit(house: House, session: bytes, person: str, sent: Deposit, *, key: str = "") -> Outcome:
    """Deposit a document as a professional's software does."""
    request = Request(session, Channel.API, Proof.PROFESSIONAL, person, False, key or os.urandom(12).hex(), "tests")
    return await REGISTRY[ActId.DEPOSIT_DOCUMENT].perform(frame_of(house), request, sent)


async def rows(settings: Settings, role: str, query: str, *values: Any) -> list[asyncpg.Record]:
    """Run one query on a connection nobody else has meanwhile, waiting for a database that is coming back."""
    loop, place = asyncio.get_running_loop(), (settings.home, role)
    connection = IDLE.get(loop, {}).pop(place, None)
    if connection is None or connection.is_closed():
        connection = await _connected(connection_arguments(settings, role))
    kept = False
    try:
        found = list(await connection.fetch(query, *values))
        # One that failed is not kept, nor one that no house would close.
        kept = loop in IDLE and IDLE[loop].setdefault(place, connection) is connection
        return found
    finally:
        if not kept:
            await connection.close()


async def _connected(arguments: dict[str, Any]) -> Any:
    for _ in range(300):
        try:
            return await asyncpg.connect(**arguments)
        except (asyncpg.CannotConnectNowError, ConnectionError, FileNotFoundError):
            await asyncio.sleep(0.1)
    return await asyncpg.connect(**arguments)


_TABLES = """
    SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'public')
"""


# How many of each kind a keeper counted, written every half minute: about nobody, whenever it likes (decision 0042).
_COUNTED = {"counts.boot", "counts.tally"}


async def census(settings: Settings) -> Counter[str]:
    """Return how many rows every table of both databases holds, those of the keepers' own counts left out."""
    found: Counter[str] = Counter()
    for instance in ("main", "keys"):
        names = {table["name"] for table in await rows(settings, superuser(instance), _TABLES)} - _COUNTED
        counting = " UNION ALL ".join(f"SELECT '{name}' AS name, count(*) AS n FROM {name}" for name in names)
        found.update({row["name"]: row["n"] for row in await rows(settings, superuser(instance), counting)})
    return found


async def keyrings(settings: Settings) -> tuple[dict[UUID, SpaceKeys], ServiceKeys]:
    """Open every blob of the key database with the keystore."""
    masters = read_master_keys(settings.home / "keys" / "master.key")
    blobs = await rows(settings, "postgres_keys", "SELECT space_id, blob FROM vault.space_blob")
    service = await rows(settings, "postgres_keys", "SELECT blob FROM vault.service_blob")
    return (
        {row["space_id"]: unpack_blob(row["blob"], masters, row["space_id"]) for row in blobs},
        unpack_service_blob(service[0]["blob"], masters),
    )


async def chains(settings: Settings) -> dict[UUID, list[dict[str, Any]]]:
    """Check every chain whose key still exists against its head, and return its records in clear."""
    keys, _ = await keyrings(settings)
    heads = {row["space_id"]: row for row in await rows(settings, "postgres", "SELECT * FROM journal.head")}
    entries: dict[UUID, list[asyncpg.Record]] = {}
    statement = "SELECT space_id, seq, tag, com, sealed FROM journal.entry ORDER BY space_id, seq"
    for row in await rows(settings, "postgres", statement):
        entries.setdefault(row["space_id"], []).append(row)
    assert entries.keys() == heads.keys(), "an entry without a head, or a head without an entry"
    found = {}
    for space, held in keys.items():
        if space not in heads:
            continue  # the blob of an opening that crashed: an orphan, swept after a day
        head, mine = heads[space], entries[space]
        first = open_record(held.record_key, space, 0, mine[0]["sealed"])
        check_chain(
            held.journal,
            held.record_key,
            space,
            int(first["at"][:4]),
            [(r["seq"], r["tag"], r["com"], r["sealed"]) for r in mine],
            head=Head(head["n"], head["com"], head["year"], head["year_base"]),
        )
        found[space] = [open_record(held.record_key, space, r["seq"], r["sealed"]) for r in mine]
    return found


async def documents_named(settings: Settings, act: str = "deposit_document") -> list[list[str]]:
    """Return, by entry of an act, the rows of the documents it names, sealed or not, whatever she may know of them."""
    keys, _ = await keyrings(settings)
    later = datetime.max.replace(tzinfo=UTC)
    return [
        [row.hex for name in record["objects"] if (row := document_told(name, keys[space], frozenset(), later))]
        for space, records in (await chains(settings)).items()
        for record in records
        if record["act"] == act
    ]


async def space_of(settings: Settings, house: House, session: bytes) -> UUID:
    """Return the space of a signed-in person: the one whose first record names her opening last."""
    answer = await house.ask(session, "read_journal", d.JournalParams())
    assert isinstance(answer, d.Done), answer
    page = msgspec.msgpack.decode(answer.payload, type=d.JournalAnswer)
    return UUID(json.loads(page.records[0])["space"])


# The asker's own session: read again every five seconds, written as used once a minute.
OF_THE_ASKER = frozenset({"sessions", "use_session"})


@dataclass
class Statements:
    """The statements sent to PostgreSQL while watched, by name, in order."""

    sent: list[str] = field(default_factory=list)
    found: list[tuple[str, int]] = field(default_factory=list)

    def rows(self) -> list[tuple[str, int]]:
        """Return each statement answered since the last call with how many rows it found, the asker's session apart."""
        found, self.found = self.found, []
        return [one for one in found if one[0] not in OF_THE_ASKER]

    def taken(self) -> list[str]:
        """Return what was sent since the last call, but the asker's own session, read again every five seconds."""
        sent, self.sent = self.sent, []
        return [name for name in sent if name not in OF_THE_ASKER]


Hook = Callable[[str, str], Awaitable[None]]
# A keeper writes its counts every few seconds, on a connection of its own, whatever is asked of it.
_BY_THE_CLOCK = frozenset({"put_tally", "see_boot"})
_clocks: WeakSet[asyncpg.Connection] = WeakSet()


def _rows_of(done: Any) -> int:
    """How many rows a statement found or wrote; a status ("INSERT 0 1") says it last."""
    if isinstance(done, list):
        return len(done)
    last = done.rpartition(" ")[2] if isinstance(done, str) else ""
    return int(last) if last.isdecimal() else int(done is not None)


@contextmanager
def watched(hook: Hook | None = None) -> Iterator[Statements]:
    """Watch every named statement of the keeper but those of its clock; `hook(name, "before" | "after")` may raise, wait or cancel."""
    seen = Statements()
    patch = pytest.MonkeyPatch()

    def wrap(original: Callable[..., Awaitable[T]]) -> Callable[..., Awaitable[T]]:
        async def wrapped(self: Any, query: str, *values: Any, **options: Any) -> T:
            name = _NAMES.get(query, query if query in ("COMMIT;", "BEGIN;", "ROLLBACK;") else "")
            if name in _BY_THE_CLOCK:
                _clocks.add(self)
            if not name or self in _clocks:
                return await original(self, query, *values, **options)
            seen.sent.append(name)
            if hook is not None:
                await hook(name, "before")
            done = await original(self, query, *values, **options)
            seen.found.append((name, _rows_of(done)))
            if hook is not None:
                await hook(name, "after")
            return done

        return wrapped

    for verb in _VERBS:
        patch.setattr(asyncpg.Connection, verb, wrap(getattr(asyncpg.Connection, verb)))
    try:
        yield seen
    finally:
        patch.undo()


_URL = bytes.maketrans(b"+/", b"-_")


def forms(marker: bytes) -> dict[str, bytes]:
    """Return the forms under which a secret could lie about: plain, hexadecimal, both base 64 at each offset, UTF-16, compressed."""
    found = {"plain": marker, "hex": marker.hex().encode()}
    for offset in range(3):
        encoded = base64.b64encode(bytes(offset) + marker)
        start = (0, 2, 3)[offset]
        found[f"base64+{offset}"] = encoded[start : len(encoded) // 4 * 4 - 4].rstrip(b"=")
    for name, form in [*found.items()]:
        if name.startswith("base64") and form.translate(_URL) != form:
            found[f"url-{name}"] = form.translate(_URL)
    found["zlib"] = zlib.compress(marker)
    try:
        text = marker.decode()
    except UnicodeDecodeError:
        return found
    return found | {"utf-16": text.encode("utf-16-le")[:-1]}  # either order of bytes holds it


def run(work: Awaitable[T]) -> T:
    """Run a coroutine to its end in a loop of its own."""

    async def wrapped() -> T:
        return await work

    return asyncio.run(wrapped())
