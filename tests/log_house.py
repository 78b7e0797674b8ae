"""A public journal for tests: real rows, a real folder, a real index, a clock and keys that are given."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import asyncpg

from espace_sante.journal.cosigners import Cosigner, Quorum
from espace_sante.journal.front import Front
from espace_sante.journal.guard import published
from espace_sante.journal.index import MemoryIndex, read_index_leaf
from espace_sante.journal.index_store import IndexStore
from espace_sante.journal.log_files import Files, Folder
from espace_sante.journal.log_rows import PostgresRows, Rows
from espace_sante.journal.merkle import MemoryTree, leaf_hash, tree_root
from espace_sante.journal.notes import Checkpoint
from espace_sante.journal.publication import Log, LogKeys
from espace_sante.journal.publisher import Hook, Parts, Publisher, _no_hook
from espace_sante.journal.sequencer import open_index, side_by_side
from espace_sante.journal.tiles import TiledTree, read_leaf
from espace_sante.kernel.settings import Settings
from espace_sante.operate.roles import connection_arguments

ORIGIN = "journal.example/journal"
BEGIN = datetime(2026, 12, 1, 8, tzinfo=UTC)


def keys_of(word: str = "tests", origin: str = ORIGIN) -> LogKeys:
    """Return keys made from a word."""
    return LogKeys.of(origin, lambda name: hashlib.sha256(f"{word} {name}".encode()).digest())


@dataclass
class Now:
    """A clock that only moves when told."""

    at: datetime = BEGIN

    def __call__(self) -> datetime:
        return self.at

    def later(self, **by: float) -> None:
        """Move it."""
        self.at += timedelta(**by)


@dataclass
class Published:
    """What stands in a folder, checked from outside: every file read, every root computed anew."""

    journal: Checkpoint
    index: Checkpoint
    leaves: list[bytes]

    @property
    def tags(self) -> list[bytes]:
        """The tags, in the order of the log."""
        return [read_leaf(leaf)[0] for leaf in self.leaves]


def read_published(files: Files, keys: LogKeys) -> Published | None:
    """Read both logs as a stranger: the leaves give the root, the index is that of the leaves, the two heads match."""
    journal, index = (published(files, keys, log) for log in Log)
    if journal is None or index is None:
        assert journal is None, "the journal's checkpoint never comes before that of its index"
        return None
    leaves = all_leaves(files, Log.JOURNAL, journal)
    states = [read_index_leaf(leaf) for leaf in all_leaves(files, Log.INDEX, index)]
    assert [one.size for one in states] == sorted({one.size for one in states})
    assert journal.size in [one.size for one in states], "the index log does not know the journal's size"
    tree = MemoryTree(map(leaf_hash, leaves))
    tags = [read_leaf(leaf)[0] for leaf in leaves]
    for one in states:
        if one.size <= journal.size:
            assert one.root == tree_root(tree.node, one.size)
    mine = next(one for one in states if one.size == journal.size)
    assert mine.index_root == MemoryIndex(tags).root
    return Published(journal, index, leaves)


def all_leaves(files: Files, log: Log, head: Checkpoint) -> list[bytes]:
    """Return every leaf of a published tree, each compared with its tile, and the root with the checkpoint."""
    tree = TiledTree(lambda path: files.read(log.value + path), head.size)
    assert tree.root == head.root
    leaves = [leaf for number in range(-(-head.size // 256)) for leaf in tree.leaves(number)]
    assert tree_root(MemoryTree(map(leaf_hash, leaves)).node, head.size) == head.root
    return leaves


@dataclass
class LogHouse:
    """One public folder over one database."""

    settings: Settings
    public: Path
    keys: LogKeys = field(default_factory=keys_of)
    now: Now = field(default_factory=Now)
    multiple: int = 16
    cosigners: Sequence[Cosigner] = ()
    quorum: Quorum = field(default_factory=Quorum)
    hook: Hook = _no_hook

    @property
    def files(self) -> Folder:
        """The published folder."""
        return Folder(self.public / "journal")

    @asynccontextmanager
    async def seat(self) -> AsyncIterator[tuple[Publisher, Front]]:
        """Start a publisher as the sequencer does."""
        connection = await asyncpg.connect(**connection_arguments(self.settings, "es_sequencer"))
        index = open_index(self.public / "index.db")
        try:
            publisher, front = self.made(PostgresRows(connection), index)
            await publisher.start()
            yield publisher, front
        finally:
            index.close()
            await connection.close()

    def made(self, rows: Rows, index: IndexStore) -> tuple[Publisher, Front]:
        """Build a publisher and its front."""
        front = Front(
            self.files, self.keys, self.now, cosigners=self.cosigners, quorum=self.quorum, together=side_by_side
        )
        parts = Parts(rows, self.files, index, self.keys, front, self.now, 60, self.multiple, self.hook)
        return Publisher(parts), front

    async def publish(self) -> bool:
        """Start, publish what waits a minute later, stop."""
        async with self.seat() as (publisher, _):
            self.now.later(minutes=1)
            moved = await publisher.turn()
            while await publisher.turn():
                pass
            return moved

    def read(self) -> Published | None:
        """Read what is published, as a stranger."""
        return read_published(self.files, self.keys)


async def enter(settings: Settings, count: int, *, rng: str = "") -> list[bytes]:
    """Insert entries as the keeper does, in one transaction; return their tags."""
    connection = await asyncpg.connect(**connection_arguments(settings, "es_keeper"))
    try:
        return await enter_through(connection, count)
    finally:
        await connection.close()


async def enter_through(connection: asyncpg.Connection, count: int) -> list[bytes]:
    """Insert entries of one new space through a connection; return their tags."""
    space = uuid4()
    tags = [hashlib.sha256(b"tag" + space.bytes + number.to_bytes(4, "big")).digest() for number in range(count)]
    rows = [(space, number, tag, hashlib.sha256(b"com" + tag).digest(), b"sealed") for number, tag in enumerate(tags)]
    await connection.executemany(
        "INSERT INTO journal.entry (space_id, seq, tag, com, sealed) VALUES ($1, $2, $3, $4, $5)", rows
    )
    return tags
