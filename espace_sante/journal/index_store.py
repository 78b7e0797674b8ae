"""The index of the log in one SQLite file: grown by its one writer, read by any number of others, never believed.

Whatever the moment the writer stops, the file holds a whole state: the last committed. Each reading is short, so that readers
and writer hardly wait for each other. What is read is checked against a signed root by whoever uses it; a file lost or damaged
is made again from the leaves. Guarantee: G6. Source: docs/specs/proof.md §1, docs/decisions/0039.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from espace_sante.journal.index import (
    TAG_BYTES,
    BucketProof,
    bits_of,
    bucket_hash,
    bucket_number,
    by_bucket,
    climbed,
    empty_hashes,
    index_root,
    tree_over,
    with_tags,
)

_FORM = 1
_WAIT_SECONDS = 10.0
_TABLES = """
CREATE TABLE state (form INTEGER NOT NULL, size INTEGER NOT NULL, bits INTEGER NOT NULL, top BLOB NOT NULL);
CREATE TABLE bucket (number INTEGER PRIMARY KEY, tags BLOB NOT NULL);
CREATE TABLE node (level INTEGER NOT NULL, number INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (level, number)) WITHOUT ROWID;
"""


class IndexUnusable(Exception):
    """The file is not there, not ours, damaged, or in use by another writer: wait, or make it again from the leaves."""


class IndexMoved(Exception):
    """The file no longer leads back to the state asked for: it was doubled since, or what was added is not published yet."""


@dataclass(frozen=True, slots=True)
class _State:
    size: int
    bits: int
    top: bytes

    @property
    def root(self) -> bytes:
        return index_root(self.bits, self.top)


class IndexStore:
    """One file. A single writer calls `grown`, then `commit` or `rollback`; readers ask for a `view`."""

    def __init__(self, database: sqlite3.Connection, *, writable: bool) -> None:
        self._database = database
        self._writable = writable
        self._empty = empty_hashes(64)

    @classmethod
    def open(cls, path: Path, *, writable: bool) -> IndexStore:
        """Open the file; the writer makes an empty one when there is none. Raises IndexUnusable."""
        mode = "rwc" if writable else "ro"
        try:
            database = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode={mode}",
                uri=True,
                timeout=_WAIT_SECONDS,
                isolation_level=None,
                check_same_thread=False,
            )
        except sqlite3.Error as fault:
            raise IndexUnusable(str(fault)) from None
        store = cls(database, writable=writable)
        try:
            if writable:
                store._prepare()
            store._state()
        except BaseException:
            database.close()
            raise
        return store

    @property
    def size(self) -> int:
        """How many tags it holds."""
        return self._state().size

    @property
    def bits(self) -> int:
        """Its k."""
        return self._state().bits

    @property
    def root(self) -> bytes:
        """Its root."""
        return self._state().root

    def grown(self, tags: Sequence[bytes]) -> bytes:
        """Add tags in a transaction that stays open, and return the root they lead to.

        Raises TagTwice when one is there already, ValueError for what is not a tag; nothing is then added.
        """
        with self._faults():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                now = self._state()
                size, bits = now.size + len(tags), bits_of(now.size + len(tags))
                top = self._added(tags, now) if bits == now.bits else self._rebuilt(tags, now, bits)
                self._database.execute("UPDATE state SET size = ?, bits = ?, top = ?", (size, bits, top))
            except BaseException:
                self.rollback()
                raise
        return index_root(bits, top)

    def commit(self) -> None:
        """Make what was added last; synced when this returns."""
        with self._faults():
            self._database.execute("COMMIT")

    def rollback(self) -> None:
        """Forget what was added since the last commit; nothing to do when there is none."""
        if self._database.in_transaction:
            with self._faults():
                self._database.execute("ROLLBACK")

    def emptied(self) -> None:
        """Begin again from nothing, to be made again from the leaves."""
        with self._faults():
            self._database.execute("BEGIN IMMEDIATE")
            self._database.execute("DELETE FROM bucket")
            self._database.execute("DELETE FROM node")
            self._database.execute("UPDATE state SET size = 0, bits = 0, top = ?", (self._empty[0],))
            self._database.execute("COMMIT")

    def view(self, size: int, later: Callable[[int], Sequence[bytes]]) -> IndexView:
        """Return the index as it was at `size` tags; `later(now)` gives the tags numbered from `size` to `now` − 1.

        Each answer of the view is one short reading; when the file has grown meanwhile `later` is asked again.
        """
        return IndexView(self, size, later)

    def close(self) -> None:
        """Let the file go."""
        self._database.close()

    @contextmanager
    def reading(self) -> Iterator[_State]:
        """One state of the file, for the time of a short reading."""
        with self._faults():
            self._database.execute("BEGIN")
            try:
                yield self._state()
            finally:
                self._database.execute("ROLLBACK")

    def tags_in(self, number: int) -> list[bytes]:
        """Return the tags of a bucket."""
        row = self._database.execute("SELECT tags FROM bucket WHERE number = ?", (number,)).fetchone()
        return _cut(row[0]) if row else []

    def node(self, level: int, number: int) -> bytes:
        """Return a hash of the tree over the buckets; level 0: of a bucket."""
        if level == 0:
            return bucket_hash(self.tags_in(number))
        row = self._database.execute("SELECT hash FROM node WHERE level = ? AND number = ?", (level, number)).fetchone()
        return bytes(row[0]) if row else self._empty[level]

    def _prepare(self) -> None:
        with self._faults():
            self._database.execute("PRAGMA journal_mode = DELETE")
            self._database.execute("PRAGMA synchronous = FULL")
            self._database.execute("BEGIN IMMEDIATE")
            try:
                if self._database.execute("SELECT 1 FROM sqlite_schema WHERE name = 'state'").fetchone() is None:
                    for statement in filter(str.strip, _TABLES.split(";")):
                        self._database.execute(statement)
                    first = (_FORM, 0, 0, self._empty[0])
                    self._database.execute("INSERT INTO state VALUES (?, ?, ?, ?)", first)
                self._database.execute("COMMIT")
            except BaseException:
                self.rollback()
                raise

    def _state(self) -> _State:
        with self._faults():
            rows = self._database.execute("SELECT form, size, bits, top FROM state").fetchall()
        if len(rows) != 1 or rows[0][0] != _FORM:
            raise IndexUnusable("not an index of ours")
        return _State(rows[0][1], rows[0][2], bytes(rows[0][3]))

    def _added(self, tags: Sequence[bytes], now: _State) -> bytes:
        """Add tags while k stays the same; return the new top. Nothing is built on what does not lead to the last one."""
        more = by_bucket(tags, now.bits)
        if not more:
            return now.top
        held = {n: self.tags_in(n) for n in more}
        _check_top(climbed({n: bucket_hash(tags) for n, tags in held.items()}, self.node, now.bits)[-1][0], now)
        added = {n: with_tags(held[n], more[n]) for n in more}
        self._put_buckets(added.items())
        levels = climbed({n: bucket_hash(held) for n, held in added.items()}, self.node, now.bits)
        changed = [(level, n, seen) for level, row in enumerate(levels) if level for n, seen in row.items()]
        self._database.executemany("INSERT OR REPLACE INTO node VALUES (?, ?, ?)", changed)
        return levels[-1][0]

    def _rebuilt(self, tags: Sequence[bytes], now: _State, bits: int) -> bytes:
        """Cut every bucket anew, one old bucket in memory at a time; return the new top."""
        old_bits = now.bits
        found = bucket_hash(self.tags_in(0))
        for _, _, seen in tree_over(bucket_hash(self.tags_in(number)) for number in range(1 << old_bits)):
            found = seen
        _check_top(found, now)
        added = by_bucket(tags, old_bits)
        self._database.execute("ALTER TABLE bucket RENAME TO old_bucket")
        self._database.execute("CREATE TABLE bucket (number INTEGER PRIMARY KEY, tags BLOB NOT NULL)")
        self._database.execute("DELETE FROM node")
        split, top = bits - old_bits, self._empty[bits]

        def hashes() -> Iterator[bytes]:
            for old in range(1 << old_bits):
                row = self._database.execute("SELECT tags FROM old_bucket WHERE number = ?", (old,)).fetchone()
                whole = with_tags(_cut(row[0]) if row else [], added.get(old, ()))
                held = by_bucket(whole, bits)
                self._put_buckets(held.items())
                for number in range(old << split, old + 1 << split):
                    yield bucket_hash(held.get(number, ()))

        for level, number, seen in tree_over(hashes()):
            self._database.execute("INSERT INTO node VALUES (?, ?, ?)", (level, number, seen))
            top = seen
        self._database.execute("DROP TABLE old_bucket")
        return top

    def _put_buckets(self, buckets: Iterable[tuple[int, Sequence[bytes]]]) -> None:
        rows = [(number, b"".join(held)) for number, held in buckets]
        self._database.executemany("INSERT OR REPLACE INTO bucket VALUES (?, ?)", rows)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as fault:
            raise IndexUnusable(str(fault)) from None


class IndexView:
    """The index as it was at an earlier size: what was added since is taken away again, bucket by bucket.

    What it gives is as good as the file and as `later`: check the root, or each bucket, against a signed index leaf.
    """

    def __init__(self, store: IndexStore, size: int, later: Callable[[int], Sequence[bytes]]) -> None:
        self._store = store
        self._later = later
        self.size = size
        self.bits = bits_of(size)
        self._at = -1  # the size of the file that `_levels` and `_gone` were computed for
        self._levels: list[dict[int, bytes]] = []
        self._gone: dict[int, list[bytes]] = {}

    @property
    def root(self) -> bytes:
        """The root of that state. Raises IndexMoved or IndexUnusable."""
        with self._store.reading() as state:
            self._take_away(state)
            return index_root(self.bits, self._node(self.bits, 0))

    def bucket(self, tag: bytes) -> BucketProof:
        """Return the bucket of a tag, there or not, with its path. Raises IndexMoved or IndexUnusable."""
        with self._store.reading() as state:
            self._take_away(state)
            number = bucket_number(tag, self.bits)
            path = tuple(self._node(level, number >> level ^ 1) for level in range(self.bits))
            return BucketProof(tuple(self._tags(number)), path)

    def _tags(self, number: int) -> list[bytes]:
        gone = set(self._gone.get(number, ()))
        return [tag for tag in self._store.tags_in(number) if tag not in gone]

    def _node(self, level: int, number: int) -> bytes:
        found = self._levels[level].get(number)
        return self._store.node(level, number) if found is None else found

    def _take_away(self, state: _State) -> None:
        if state.size == self._at:
            return
        if state.bits != self.bits or state.size < self.size:
            raise IndexMoved(f"the index holds {state.size} tags")
        later = self._later(state.size)
        if len(later) != state.size - self.size:
            raise IndexMoved(f"the index holds {state.size} tags")
        self._gone = by_bucket(later, self.bits)
        changed = {number: bucket_hash(self._tags(number)) for number in self._gone}
        self._levels = climbed(changed, self._store.node, self.bits)
        self._at = state.size


def _check_top(seen: bytes, now: _State) -> None:
    if seen != now.top:
        raise IndexUnusable("a bucket or a hash that does not lead to the top")


def _cut(content: bytes) -> list[bytes]:
    if len(content) % TAG_BYTES:
        raise IndexUnusable("a bucket of another length")
    return [content[at : at + TAG_BYTES] for at in range(0, len(content), TAG_BYTES)]
