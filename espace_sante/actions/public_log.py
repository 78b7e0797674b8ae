"""The public journal as this instance publishes it, read from its files at one state: what a proof is made from besides her own.

The files are for everybody; nothing in them is anybody's. They are not believed: what is made from them leads to a checkpoint
signed by its log, or nothing is made (`journal.proof`). Source: docs/specs/journal.md §4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from espace_sante.journal.index_store import IndexMoved, IndexStore, IndexUnusable
from espace_sante.journal.notes import NoteKey, NoteRefused
from espace_sante.journal.proof import (
    Indexed,
    NotPublished,
    ProofImpossible,
    Published,
    SignedHead,
    find_indexed,
    signed_head,
)
from espace_sante.journal.tiles import TILE_WIDTH, TiledTree, TileRefused, read_leaf
from espace_sante.kernel.errors import Kind, Problem

LATER = "proof-later"
FAULT = "proof-impossible"
_TIME = 8  # bytes of a cosignature that say when


@dataclass(frozen=True, slots=True)
class PublicLog:
    """One state of the public journal. `seen`: when the last known witness signed it, otherwise when it was published."""

    folder: Path
    log: SignedHead
    index_log: SignedHead
    indexed: Indexed
    seen: datetime

    @property
    def size(self) -> int:
        """How many lines it has, everybody's."""
        return self.log.checkpoint.size

    @property
    def tree(self) -> TiledTree:
        """The tree of this state; keeps what it reads, so ask for one for each proof."""
        return TiledTree(_reader(self.folder / "journal"), self.size)

    @contextmanager
    def opened(self) -> Iterator[Published]:
        """Return what a proof is made from, with the index open. Raises Problem for what is not ready, or not true."""
        with _told():
            store = IndexStore.open(self.folder / "index.db", writable=False)
            try:
                view = store.view(self.size, self._later_tags)
                yield Published(self.log, self.index_log, self.indexed, self.tree.node, view.bucket)
            finally:
                store.close()

    def _later_tags(self, now: int) -> Sequence[bytes]:
        tree = TiledTree(_reader(self.folder / "journal"), now)
        first = self.size // TILE_WIDTH
        leaves = [leaf for bundle in range(first, -(-now // TILE_WIDTH)) for leaf in tree.leaves(bundle)]
        return [read_leaf(leaf)[0] for leaf in leaves[self.size - first * TILE_WIDTH :]]


def public_log(home: Path) -> PublicLog | None:
    """Return the last state published by the instance of a folder, None when nothing is. Raises Problem as `opened` does."""
    folder = home / "public"
    try:
        content = (folder / "journal" / "checkpoint").read_bytes()
        published = (folder / "journal" / "checkpoint").stat().st_mtime
        index = (folder / "journal" / "index" / "checkpoint").read_bytes()
        keys = orjson.loads((folder / "journal-keys.json").read_bytes())
    except FileNotFoundError:
        return None
    with _told():
        known = _cosigners(home / "politique.json")
        log = signed_head(content, NoteKey.parse(keys["log"]), known)
        index_log = signed_head(index, NoteKey.parse(keys["index"]), known)
        indexed = find_indexed(log.checkpoint, index_log.checkpoint, _reader(folder / "journal" / "index"))
        seen = max((int.from_bytes(one.signature[:_TIME], "big") for one in log.cosigned), default=int(published))
        return PublicLog(folder, log, index_log, indexed, datetime.fromtimestamp(seen, UTC))


def _cosigners(policy: Path) -> tuple[NoteKey, ...]:
    """Return those whose lines whoever checks is to know: those of the policy that stands here. None without one."""
    try:
        said: dict[str, Any] = orjson.loads(policy.read_bytes())
    except FileNotFoundError:
        return ()
    return tuple(NoteKey.parse(one) for role in ("light", "mirror") for one in said[role]["keys"])


def _reader(folder: Path) -> Callable[[str], bytes | None]:
    def read(path: str) -> bytes | None:
        try:
            return (folder / path).read_bytes()
        except FileNotFoundError:
            return None

    return read


@contextmanager
def _told() -> Iterator[None]:
    """Say what is not ready yet, and what will never be: the second is for somebody to look at."""
    try:
        yield
    except (NotPublished, IndexMoved, IndexUnusable):
        raise Problem(Kind.BUSY, LATER) from None
    except (ProofImpossible, NoteRefused, TileRefused, ValueError, KeyError) as fault:
        raise Problem(Kind.INTERNAL, FAULT) from fault
