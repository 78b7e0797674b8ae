"""A main database and a key database for the keepers of a simulated house: rows, locks, transactions; cut or stopped anywhere.

Only what the named statements of the played acts promise is here: one snapshot a statement (READ COMMITTED), a row lock on
each head that moves, kept until the commit, and the trigger that counts a change of rights. A statement that is not known
fails the life. Everything is drawn from the world's seed.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date
from types import TracebackType
from typing import Any
from uuid import UUID

import asyncpg

from espace_sante.journal.publication import Waiting
from espace_sante.kernel.database import queries
from tests.simulation.log_world import Database, World

_NAMES = {
    statement: name for package in ("keeper", "vault") for name, statement in queries(f"espace_sante.{package}").items()
}
Row = dict[str, Any]


@dataclass
class HeadRow:
    """Where one chain is."""

    n: int
    com: bytes
    year: int
    year_base: int
    rights_version: int
    state: int


@dataclass
class HouseDatabase(Database):
    """What the sequencer reads, and what the keepers keep."""

    heads: dict[UUID, HeadRow] = field(default_factory=dict)
    journal: dict[UUID, list[tuple[int, bytes, bytes, bytes]]] = field(default_factory=dict)
    rights: dict[UUID, tuple[int, bytes]] = field(default_factory=dict)
    history: list[tuple[UUID, int]] = field(default_factory=list)
    directory: dict[bytes, UUID] = field(default_factory=dict)
    documents: dict[tuple[UUID, UUID], Row] = field(default_factory=dict)
    answers: dict[tuple[bytes, bytes], tuple[bytes, bytes]] = field(default_factory=dict)
    receipts: int = 0
    notices: int = 0
    counted: Counter[tuple[date, str]] = field(default_factory=Counter)
    blobs: dict[UUID, bytes] = field(default_factory=dict)  # of the other database


@dataclass
class HouseWorld(World):
    """The world of a house with keepers: nobody else writes lines."""

    cuts: float = 0
    locks: dict[UUID, asyncio.Lock] = field(default_factory=dict)

    @property
    def rows(self) -> HouseDatabase:
        """What is committed."""
        assert isinstance(self.database, HouseDatabase)
        return self.database

    def live(self) -> None:
        """Nothing: the keepers live."""

    def reboot(self) -> None:
        """Start again after a stop: transactions and their locks are gone."""
        super().reboot()
        self.locks = {}

    async def others(self) -> None:
        """Let the others go on for a while that is drawn."""
        for _ in range(self.rng.randrange(4)):
            await asyncio.sleep(0)

    def lock(self, space: UUID) -> asyncio.Lock:
        """Return the lock of one head."""
        return self.locks.setdefault(space, asyncio.Lock())


class Connection:
    """One session of PostgreSQL, as asyncpg gives it; what a caller sees after a cut is what PostgreSQL would have kept."""

    def __init__(self, world: HouseWorld) -> None:
        self._world = world
        self._closed = False
        self._effects: list[Callable[[], None]] | None = None  # of the open transaction
        self._held: list[asyncio.Lock] = []
        self._xid: int | None = None

    def is_closed(self) -> bool:
        return self._closed

    def terminate(self) -> None:
        self.roll_back()
        self._closed = True

    async def fetch(self, statement: str, *arguments: Any) -> list[Row]:
        name = _NAMES[statement]
        answer: Callable[..., Any] | None = getattr(self, f"_{name}", None)
        assert answer is not None, f"this world does not know the statement {name}"
        await self._gap()
        alone = self._effects is None
        if alone:
            self._effects = []
        try:
            rows: list[Row] = await answer(*arguments)
        except BaseException:
            self.roll_back() if alone else None
            raise
        if alone:
            self.commit()
        await self._gap(done=alone)
        return rows

    async def execute(self, statement: str, *arguments: Any) -> str:
        return f"INSERT 0 {len(await self.fetch(statement, *arguments))}"

    def transaction(self) -> AbstractAsyncContextManager[None]:
        return Transaction(self)

    async def begin(self) -> None:
        await self._gap()
        self._effects = []

    async def end(self) -> None:
        await self._gap()
        self.commit()
        await self._gap(done=True)

    def commit(self) -> None:
        """Make everything of this transaction stand, at once."""
        for effect in self._effects or []:
            effect()
        if self._xid is not None:
            self._world.rows.entries |= {one.entry_id: one for one in self._world.running.pop(self._xid)}
        self._clear()

    def roll_back(self) -> None:
        """Let nothing of it stand; the numbers it took stay taken."""
        if self._xid is not None:
            self._world.running.pop(self._xid, None)
        self._clear()

    def _clear(self) -> None:
        self._effects, self._xid = None, None
        for lock in self._held:
            lock.release()
        self._held = []

    async def _gap(self, *, done: bool = False) -> None:
        """Between two moments anything may happen: others go on, the machine stops, the line is cut. `done`: it stands."""
        world = self._world
        await world.others()
        world.point()
        if self._closed:
            raise asyncpg.InterfaceError("closed")
        if world.rng.random() < world.cuts:
            if not done and world.rng.random() < 0.3:
                self.roll_back()
                raise asyncpg.DeadlockDetectedError("drawn")
            self.terminate()
            raise asyncpg.ConnectionDoesNotExistError("cut")

    def _later(self, effect: Callable[[], None]) -> None:
        assert self._effects is not None
        self._effects.append(effect)

    # The statements, by their names in queries.sql.

    async def _spaces_of(self, terms: Sequence[bytes]) -> list[Row]:
        known = self._world.rows.directory
        return [{"term": one, "space_id": known[one]} for one in terms if one in known]

    async def _facts(
        self, order: Sequence[int], chains: Sequence[UUID], cached: Sequence[int], rows: Sequence[UUID | None]
    ) -> list[Row]:
        kept, found = self._world.rows, []
        for number, space, version, row in zip(order, chains, cached, rows, strict=True):
            head = kept.heads[space]
            fresh = kept.rights.get(space) if head.rights_version != version else None
            fields = ("version", "category", "wrapped", "sealed", "origin")
            document = kept.documents.get((space, row)) if row is not None else None
            found.append(
                {"ord": number, **vars(head)}
                | {"rights": fresh and fresh[1], "rights_number": fresh and fresh[0]}
                | {name: document and document[name] for name in fields}
            )
        return found

    async def _move_and_enter(self, *columns: Sequence[Any]) -> list[Row]:
        kept, moved = self._world.rows, []
        for space, n, version, *after in sorted(zip(*columns[:8], strict=True), key=lambda move: move[0]):
            await self._lock(space)
            head = kept.heads[space]
            if (head.n, head.rights_version) == (n, version):
                moved.append({"space_id": space})
                self._later(lambda head=head, after=after: _set_head(head, *after))  # type: ignore[misc]  # bound now
        spaces = {row["space_id"] for row in moved}
        for entry in zip(*columns[8:], strict=True):
            if entry[0] in spaces:
                self._enter(*entry)
        return moved

    async def _lock(self, space: UUID) -> None:
        lock = self._world.lock(space)
        await lock.acquire()
        self._held.append(lock)

    def _enter(self, space: UUID, seq: int, tag: bytes, com: bytes, sealed: bytes) -> None:
        world = self._world
        if self._xid is None:
            self._xid = world.next_xid
            world.next_xid += 1
            world.running[self._xid] = []
        world.running[self._xid].append(Waiting(world.rows.next_id, tag, com))
        world.rows.next_id += 1
        self._later(lambda: world.rows.journal[space].append((seq, tag, com, sealed)))

    async def _keep_rights(self, spaces: Sequence[UUID]) -> list[Row]:
        kept = self._world.rows
        for space in spaces:
            version = kept.rights[space][0]
            self._later(lambda space=space, version=version: kept.history.append((space, version)))  # type: ignore[misc]  # bound now
        return [{} for _ in spaces]

    async def _put_rights(self, spaces: Sequence[UUID], versions: Sequence[int], sealed: Sequence[bytes]) -> list[Row]:
        kept, put = self._world.rows, []
        for space, version, body in zip(spaces, versions, sealed, strict=True):
            if kept.rights[space][0] == version - 1:
                put.append({"space_id": space})
                self._later(lambda space=space, row=(version, body): _set_rights(kept, space, row))  # type: ignore[misc]  # bound now
        return put

    async def _documents_of(self, spaces: Sequence[UUID], rows: Sequence[UUID]) -> list[Row]:
        found = self._world.rows.documents
        asked = list(zip(spaces, rows, strict=True))
        return [{"space_id": one[0], "row_id": one[1], **found[one]} for one in asked if one in found]

    async def _first_answers(self, actors: Sequence[bytes], keys: Sequence[bytes]) -> list[Row]:
        found = self._world.rows.answers
        asked = list(zip(actors, keys, strict=True))
        names = ("actor_id", "key_term", "body_term", "sealed")
        return [dict(zip(names, (*one, *found[one]), strict=True)) for one in asked if one in found]

    async def _put_first_answers(self, *columns: Sequence[Any]) -> list[Row]:
        kept, put = self._world.rows, list(zip(*columns, strict=True))
        for actor, key, body, sealed, _ in put:
            if (actor, key) in kept.answers:
                raise asyncpg.UniqueViolationError("first answer")
            self._later(lambda one=(actor, key), row=(body, sealed): kept.answers.__setitem__(one, row))  # type: ignore[misc]  # bound now
        return [{} for _ in put]

    async def _put_receipts(self, spaces: Sequence[UUID], *_: Any) -> list[Row]:
        kept = self._world.rows
        self._later(lambda: setattr(kept, "receipts", kept.receipts + len(spaces)))
        return [{} for _ in spaces]

    async def _put_notices(self, spaces: Sequence[UUID], *_: Any) -> list[Row]:
        kept = self._world.rows
        self._later(lambda: setattr(kept, "notices", kept.notices + len(spaces)))
        return [{} for _ in spaces]

    async def _count(self, days: Sequence[date], kinds: Sequence[str], numbers: Sequence[int]) -> list[Row]:
        counted, given = self._world.rows.counted, list(zip(days, kinds, numbers, strict=True))
        self._later(lambda: counted.update({(day, kind): number for day, kind, number in given}))
        return [{} for _ in given]

    async def _coupons_kept(self, *_: Any) -> list[Row]:
        return []  # nobody of this world was sent a form to sign

    async def _blobs(self, spaces: Sequence[UUID]) -> list[Row]:
        kept = self._world.rows.blobs
        return [{"space_id": one, "blob": kept[one]} for one in spaces if one in kept]


class Transaction(AbstractAsyncContextManager[None]):
    """BEGIN … COMMIT, or ROLLBACK when anything was raised."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def __aenter__(self) -> None:
        await self._connection.begin()

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, _: TracebackType | None
    ) -> None:
        if kind is None:
            await self._connection.end()
        else:
            self._connection.roll_back()


def _set_head(head: HeadRow, n: int, com: bytes, year: int, year_base: int, state: int) -> None:
    head.n, head.com, head.year, head.year_base, head.state = n, com, year, year_base, state


def _set_rights(kept: HouseDatabase, space: UUID, row: tuple[int, bytes]) -> None:
    kept.rights[space] = row
    kept.heads[space].rights_version += 1
