"""What one publication is: a batch of leaves, two roots, two signed checkpoints. Pure; rows and files are elsewhere.

The journal's tree holds the leaves; the index log has one leaf for each publication, which joins a root of the journal to the
root of its index. Guarantee: G6. Source: docs/specs/journal.md, docs/specs/proof.md §1, docs/decisions/0038.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from espace_sante.journal.index import read_index_leaf
from espace_sante.journal.notes import Checkpoint, Kind, Note, NoteKey, sign
from espace_sante.journal.padding import day_key, dummy, missing
from espace_sante.journal.tiles import make_leaf

BATCH_ENTRIES = 4_096  # entries of one publication, at most


class Log(Enum):
    """The two logs; the value is where the files of each begin."""

    JOURNAL = ""
    INDEX = "index/"


@dataclass(frozen=True, slots=True)
class Head:
    """The head of one of the two logs, and its note as the log signed it."""

    size: int
    root: bytes
    note: bytes


@dataclass(frozen=True, slots=True)
class Publication:
    """One row of log.checkpoint. `dummies`: how many of `day` there are so far, this batch included."""

    journal: Head
    index: Head
    index_leaf: bytes
    at: datetime
    day: date
    dummies: int

    @property
    def size(self) -> int:
        """How many leaves the journal has."""
        return self.journal.size

    @property
    def index_root(self) -> bytes:
        """The root of the index itself, which the index log's leaf holds."""
        return read_index_leaf(self.index_leaf).index_root

    def head(self, log: Log) -> Head:
        """Return the head of one of the two logs."""
        return self.journal if log is Log.JOURNAL else self.index


@dataclass(frozen=True, slots=True)
class Waiting:
    """An entry that is not a leaf yet."""

    entry_id: int
    tag: bytes
    com: bytes


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf of a batch: of an entry, or a dummy (`entry_id` None)."""

    tag: bytes
    com: bytes
    entry_id: int | None = None

    @property
    def content(self) -> bytes:
        """The leaf's bytes."""
        return make_leaf(self.tag, self.com)


@dataclass(frozen=True, slots=True)
class Batch:
    """The leaves of one publication in their order, the day its dummies are counted for, and their number so far."""

    leaves: tuple[Leaf, ...]
    day: date
    dummies: int


def padded(entries: Sequence[Waiting], last: Publication | None, *, seed: bytes, multiple: int, today: date) -> Batch:
    """Return the batch of some entries: padded to a multiple, in the order of tags.

    That order says neither which leaves are dummies nor in which order the entries came. The day never goes back.
    """
    day, before = today, 0
    if last is not None and last.day >= today:
        day, before = last.day, last.dummies
    number, key = missing(len(entries), multiple), day_key(seed, day)
    leaves = [Leaf(one.tag, one.com, one.entry_id) for one in entries]
    leaves += [Leaf(*dummy(key, before + each)) for each in range(number)]
    return Batch(tuple(sorted(leaves, key=lambda leaf: leaf.tag)), day, before + number)


@dataclass(frozen=True, slots=True)
class LogKeys:
    """The origin of the log and the three secrets of the sequencer: two signing keys and the seed of the padding."""

    origin: str
    journal: Ed25519PrivateKey = field(repr=False)
    index: Ed25519PrivateKey = field(repr=False)
    padding: bytes = field(repr=False)

    @classmethod
    def of(cls, origin: str, seeds: Callable[[str], bytes]) -> LogKeys:
        """Return the keys made of three seeds of 32 bytes, asked for by name: log, index, padding."""
        journal, index = (Ed25519PrivateKey.from_private_bytes(seeds(name)) for name in ("log", "index"))
        return cls(origin, journal, index, seeds("padding"))

    def name(self, log: Log) -> str:
        """Return the origin of one of the logs, which is the name of its key."""
        return self.origin if log is Log.JOURNAL else f"{self.origin}/index"

    def public(self, log: Log) -> NoteKey:
        """Return the public key of one of the logs. Raises NoteRefused for an origin that cannot be a name."""
        return NoteKey(self.name(log), Kind.ED25519, self._private(log).public_key().public_bytes_raw())

    def head(self, log: Log, size: int, root: bytes) -> Head:
        """Return a signed head. Whoever asks has made sure that no other root of this size was ever signed."""
        text = str(Checkpoint(self.name(log), size, root))
        return Head(size, root, bytes(Note(text, (sign(text, self.name(log), self._private(log)),))))

    def _private(self, log: Log) -> Ed25519PrivateKey:
        return self.journal if log is Log.JOURNAL else self.index
