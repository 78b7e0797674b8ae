"""A world for the publisher: transactions that cross, a disk that forgets what was not synced, witnesses that lag, lie or die.

Everything is drawn from one seed. A stop may come before or after any effect; what was promised as done stays done, what was under
way is there in part. What a stranger may have seen is remembered, and compared for ever.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from espace_sante.journal.cosigners import CosignerElsewhere, CosignerRefused, CosignerSilent
from espace_sante.journal.index import MemoryIndex
from espace_sante.journal.log_rows import Position, SeatLost
from espace_sante.journal.merkle import ProofRefused, check_consistency
from espace_sante.journal.notes import Checkpoint, Kind, Line, NoteKey, cosign, parse_note
from espace_sante.journal.publication import Batch, Log, Publication, Waiting


class Crash(BaseException):
    """The machine stopped."""


def hashed(*words: object) -> bytes:
    """Return 32 bytes made of some words."""
    return hashlib.sha256(repr(words).encode()).digest()


@dataclass
class Database:
    """What PostgreSQL holds: kept whole by each commit."""

    entries: dict[int, Waiting] = field(default_factory=dict)
    leaves: list[tuple[bytes, bytes]] = field(default_factory=list)
    taken: list[int] = field(default_factory=list)
    publications: list[Publication] = field(default_factory=list)
    cursor: int = 0
    restored_through: int = 0
    next_id: int = 1


@dataclass
class World:
    """All that lasts, and what may have been seen of it from outside."""

    rng: Random
    now: datetime
    crashes: float
    database: Database = field(default_factory=Database)
    files: dict[str, bytes] = field(default_factory=dict)
    index: list[bytes] = field(default_factory=list)
    running: dict[int, list[Waiting]] = field(default_factory=dict)  # transactions, by their number
    next_xid: int = 700
    dead: bool = False
    is_quiet: bool = False  # nobody else does anything
    seen: dict[tuple[Log, int], bytes] = field(default_factory=dict)  # every head that left the house

    def point(self) -> None:
        """Stop here, perhaps; a stopped machine does nothing more."""
        if self.dead or self.rng.random() < self.crashes:
            self.dead = True
            raise Crash

    def clock(self) -> datetime:
        """Return the instant."""
        return self.now

    def saw(self, log: Log, size: int, root: bytes) -> None:
        """Remember a head that somebody outside may hold. Never two roots for one size."""
        assert self.seen.setdefault((log, size), root) == root, f"two roots of {log.name} at size {size}"

    def reboot(self) -> None:
        """Start again after a stop: transactions under way are gone."""
        self.dead = False
        self.running.clear()

    # The keepers, as far as the sequencer feels them.

    def live(self) -> None:
        """Let some transaction begin, number an entry, commit or roll back."""
        roll = self.rng.random()
        if roll < 0.35 or not self.running:
            self.running[self.next_xid] = []
            self.next_xid += 1
        elif roll < 0.7:
            number = self.database.next_id
            self.database.next_id += 1
            entry = Waiting(number, hashed("tag", number, self.rng.random()), hashed("com", number))
            self.running[self.rng.choice(list(self.running))].append(entry)
        else:
            done = self.running.pop(self.rng.choice(list(self.running)))
            if self.rng.random() < 0.85:
                self.database.entries |= {entry.entry_id: entry for entry in done}

    def burst(self, count: int) -> None:
        """Let one transaction enter many lines at once."""
        first = self.database.next_id
        self.database.next_id += count
        for number in range(first, first + count):
            tag = hashed("tag", number, self.rng.random())
            self.database.entries[number] = Waiting(number, tag, hashed("com", number))

    def backup(self) -> Database:
        """Save the database."""
        return copy.deepcopy(self.database)

    def restore(self, saved: Database) -> None:
        """Bring a backup back into a new cluster: transaction numbers begin again."""
        self.running.clear()
        self.next_xid = 700
        self.database = copy.deepcopy(saved)
        self.database.restored_through = max(saved.entries, default=0)


class SimRows:
    """The rows: a stop comes before a statement, or after it took effect and before that is known."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def position(self) -> Position:
        self._world.point()
        return Position(self._world.database.cursor, self._world.database.restored_through)

    async def newest_entry(self) -> int:
        self._world.point()
        return max(self._world.database.entries, default=0)

    async def fence(self) -> int:
        world = self._world
        for _ in range(0 if world.is_quiet else world.rng.randrange(3)):
            world.live()  # others go on between two statements
        world.point()
        world.next_xid += 1
        return world.next_xid - 1

    async def is_passed(self, fence: int) -> bool:
        self._world.point()
        return min(self._world.running, default=self._world.next_xid) >= fence

    async def waiting(self, after: int, through: int, limit: int) -> list[Waiting]:
        self._world.point()
        entries = self._world.database.entries
        return [entries[number] for number in sorted(entries) if after < number <= through][:limit]

    async def publish(self, taken: tuple[int, int], batch: Batch, publication: Publication) -> None:
        self._world.point()
        database = self._world.database
        if database.cursor != taken[0]:
            raise SeatLost
        last = database.publications[-1] if database.publications else None
        assert publication.size == len(database.leaves) + len(batch.leaves)
        assert publication.index.size == len(database.publications) + 1
        assert last is None or publication.day >= last.day
        database.leaves += [(leaf.tag, leaf.com) for leaf in batch.leaves]
        database.taken += [leaf.entry_id for leaf in batch.leaves if leaf.entry_id is not None]
        database.publications.append(publication)
        database.cursor = taken[1]
        self._world.point()

    async def newest(self, below: int | None, limit: int) -> list[Publication]:
        self._world.point()
        found = [one for one in self._world.database.publications if below is None or one.size < below]
        return found[::-1][:limit]

    async def following(self, above: int, limit: int) -> list[Publication]:
        self._world.point()
        return [one for one in self._world.database.publications if one.size > above][:limit]

    async def publication(self, log: Log, size: int) -> Publication | None:
        self._world.point()
        return next((one for one in self._world.database.publications if one.head(log).size == size), None)

    async def leaves(self, start: int, end: int) -> list[tuple[bytes, bytes]]:
        self._world.point()
        return self._world.database.leaves[start:end]

    async def padded_day(self, before: date) -> tuple[date, int] | None:
        self._world.point()
        found = [one for one in self._world.database.publications if one.day < before]
        return (found[-1].day, found[-1].dummies) if found else None


class SimFiles:
    """A folder: of the files of an unfinished write, a stop keeps some and loses the others."""

    def __init__(self, world: World) -> None:
        self._world = world

    def read(self, path: str) -> bytes | None:
        return self._world.files.get(path)

    async def write(self, files: Mapping[str, bytes]) -> None:
        world = self._world
        for path, content in files.items():
            if path.endswith("checkpoint"):
                head = Checkpoint.parse(parse_note(content).text)
                world.saw(Log.INDEX if path.startswith("index/") else Log.JOURNAL, head.size, head.root)
        try:
            for _ in files:
                world.point()
            world.point()
        except Crash:
            world.files |= {path: content for path, content in files.items() if world.rng.random() < 0.5}
            raise
        world.files |= files
        world.point()


class SimIndex:
    """The index file: whole as of its last commit."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._grown: list[bytes] | None = None

    @property
    def size(self) -> int:
        return len(self._world.index)

    @property
    def root(self) -> bytes:
        return MemoryIndex(self._world.index).root

    def grown(self, tags: Sequence[bytes]) -> bytes:
        assert self._grown is None, "a transaction was left open"
        self._world.point()
        grown = MemoryIndex(self._world.index)
        grown.add(tags)
        self._grown = [*self._world.index, *tags]
        return grown.root

    def commit(self) -> None:
        assert self._grown is not None
        self._world.point()
        self._world.index, self._grown = self._grown, None
        self._world.point()

    def rollback(self) -> None:
        self._grown = None

    def emptied(self) -> None:
        self._world.point()
        self._world.index = []


@dataclass
class Witness:
    """An honest witness, as C2SP tlog-witness says, with days off; `lies`: it says anything instead, when it likes."""

    world: World
    name: str
    lies: bool = False
    away: float = 0.2
    known: dict[str, Checkpoint] = field(default_factory=dict)
    is_mirror: bool = False

    @property
    def private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(hashed("witness", self.name))

    @property
    def key(self) -> NoteKey:
        return NoteKey(self.name, Kind.COSIGNATURE, self.private.public_key().public_bytes_raw())

    async def add_checkpoint(self, old_size: int, proof: Sequence[bytes], note: bytes) -> Line:
        self.world.point()
        if self.world.rng.random() < self.away:
            raise CosignerSilent("away")
        offered = Checkpoint.parse(parse_note(note).text)
        log = Log.INDEX if offered.origin.endswith("/index") else Log.JOURNAL
        self.world.saw(log, offered.size, offered.root)
        if self.lies and self.world.rng.random() < 0.5:
            return self._lie(offered, old_size)
        line = self._honest(offered, old_size, proof)
        self.world.point()
        return line

    def _honest(self, offered: Checkpoint, old_size: int, proof: Sequence[bytes]) -> Line:
        known = self.known.get(offered.origin)
        size = 0 if known is None else known.size
        if old_size != size or (known is not None and known.size == offered.size and known.root != offered.root):
            raise CosignerElsewhere(size)
        if known is not None:
            try:
                check_consistency(
                    proof, old_size=size, old_root=known.root, new_size=offered.size, new_root=offered.root
                )
            except ProofRefused as fault:
                raise CosignerRefused(str(fault)) from None
        self.known[offered.origin] = offered
        return cosign(offered, self.name, self.private, int(self.world.now.timestamp()))

    def _lie(self, offered: Checkpoint, old_size: int) -> Line:
        kind = self.world.rng.randrange(4)
        if kind == 0:
            raise CosignerElsewhere(self.world.rng.randrange(offered.size))
        if kind == 1:
            raise CosignerRefused("no")
        other = Checkpoint(offered.origin, offered.size, hashed("other"))
        signed = cosign(other, self.name, self.private, int(self.world.now.timestamp()))
        return signed if kind == 2 else Line("somebody.else", signed.key_id, signed.signature)


def in_turn(world: World):
    """Ask one after the other, in an order that is drawn."""

    async def asked(all_of_them: Sequence[Awaitable[None]]) -> None:
        order = list(all_of_them)
        world.rng.shuffle(order)
        for number, one in enumerate(order):
            try:
                await one
            except BaseException:
                for left in order[number + 1 :]:
                    left.close()  # type: ignore[attr-defined]  # coroutines
                raise

    return asked


def minutes(world: World, low: float, high: float) -> None:
    """Let time pass."""
    world.now += timedelta(minutes=world.rng.uniform(low, high))
