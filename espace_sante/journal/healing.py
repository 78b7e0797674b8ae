"""Makes the files and the index again from the rows, as far as they are missing, late or damaged.

Files are a function of the rows, and are written a step at a time. Only the last step that was begun can be incomplete: its files,
and all that follow, are written again, whatever seems to be there. Guarantee: G6. Source: docs/decisions/0038.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from espace_sante.journal.guard import Cause, SigningRefused
from espace_sante.journal.index import TagTwice
from espace_sante.journal.log_files import Files
from espace_sante.journal.log_rows import Rows
from espace_sante.journal.merkle import EMPTY_ROOT
from espace_sante.journal.publication import Log, Publication
from espace_sante.journal.tiles import Read, TiledTree, TileRefused, grow, make_leaf

STEP_LEAVES = 8_192  # added at once, at most, unless one publication has more
RECENT = 16  # the last publications whose own partial files are all written
_PAGE = 16


class Index(Protocol):
    """The index of all tags (`index_store.IndexStore`)."""

    @property
    def size(self) -> int:
        """How many tags it holds."""
        ...

    @property
    def root(self) -> bytes:
        """Its root."""
        ...

    def grown(self, tags: Sequence[bytes]) -> bytes:
        """Add tags in a transaction that stays open; return the root. Raises TagTwice."""
        ...

    def commit(self) -> None:
        """Make what was added last."""
        ...

    def rollback(self) -> None:
        """Forget what was added."""
        ...

    def emptied(self) -> None:
        """Begin again from nothing."""
        ...


def reader(files: Files, log: Log) -> Read:
    """Return what reads the files of one of the logs."""
    return lambda path: files.read(log.value + path)


def prefixed(log: Log, files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files of one of the logs under their paths in the published folder."""
    return {log.value + path: content for path, content in files.items()}


async def heal_files(rows: Rows, files: Files, log: Log, newest: Publication, keep: int = 0) -> None:
    """Write what the tree of a log needs, from the last state that is whole to the newest.

    The files of size `keep` are written too, when they were missing. Raises SigningRefused when the rows do not give the
    root that was signed.
    """
    kept = await rows.publication(log, keep) if keep else None
    lost = None if kept is None or _fits(files, log, kept) else kept.size
    base = await _whole(rows, files, log, lost)
    size, root = (0, EMPTY_ROOT) if base is None else (base.head(log).size, base.head(log).root)
    async for chunk in _steps(rows, 0 if base is None else base.size, newest, log, keep):
        target = chunk[-1].head(log)
        leaves = await _leaves(rows, log, size, chunk)
        growth = grow(reader(files, log), leaves, size=size, root=root)
        if (growth.size, growth.root) != (target.size, target.root):
            raise SigningRefused(Cause.ROWS, target.size)
        await files.write(prefixed(log, growth.files))
        size, root = target.size, target.root


async def heal_index(rows: Rows, index: Index, newest: Publication | None) -> None:
    """Bring the index to the newest publication: caught up when it is ours and late, otherwise made again.

    Raises SigningRefused when it holds more than the rows, or when the rows do not give the roots that were signed.
    """
    size = index.size
    if size > (0 if newest is None else newest.size):
        raise SigningRefused(Cause.INDEX_AHEAD, size)
    if size:
        known = await rows.publication(Log.JOURNAL, size)
        if known is None or known.index_root != index.root:
            index.emptied()
            size = 0
    if newest is None:
        return
    async for chunk in _steps(rows, size, newest, Log.JOURNAL, 0):
        target = chunk[-1]
        tags = [tag for tag, _ in await rows.leaves(size, target.size)]
        if _root(index, tags, target.size) != target.index_root:
            index.rollback()
            raise SigningRefused(Cause.ROWS, target.size)
        index.commit()
        size = target.size


def _root(index: Index, tags: Sequence[bytes], size: int) -> bytes:
    try:
        return index.grown(tags)
    except TagTwice:
        raise SigningRefused(Cause.TAG_TWICE, size) from None


async def _leaves(rows: Rows, log: Log, start: int, chunk: Sequence[Publication]) -> list[bytes]:
    if log is Log.INDEX:
        return [one.index_leaf for one in chunk]
    return [make_leaf(tag, com) for tag, com in await rows.leaves(start, chunk[-1].size)]


async def _whole(rows: Rows, files: Files, log: Log, below: int | None) -> Publication | None:
    """Return a publication whose files are surely all there, the newest that is a whole step before the newest that seems so.

    A step that was interrupted may have lost files of sizes that seem whole, but none below where it began. Only publications
    of fewer than `below` leaves are looked at.
    """
    seems: int | None = None
    while page := await rows.newest(below, _PAGE):
        for one in page:
            if seems is not None and one.size > seems - STEP_LEAVES:
                continue
            if _fits(files, log, one):
                if seems is not None:
                    return one
                seems = one.size
        least = page[-1].size
        below = least // 2 + 1 if seems is None else min(least, max(1, seems - STEP_LEAVES + 1))
    return None


def _fits(files: Files, log: Log, one: Publication) -> bool:
    head = one.head(log)
    try:
        tree = TiledTree(reader(files, log), head.size)
        tree.last(None)
        return tree.root == head.root
    except TileRefused:
        return False


async def _steps(rows: Rows, above: int, newest: Publication, log: Log, keep: int) -> AsyncIterator[list[Publication]]:
    """Yield the publications above a size in runs, each to be added at once."""
    while above < newest.size and (page := await rows.following(above, 1024)):
        chunk: list[Publication] = []
        for one in page:
            if chunk and (_stops(chunk[-1], newest, log, keep) or one.size > above + STEP_LEAVES):
                break
            chunk.append(one)
        yield chunk
        above = chunk[-1].size


def _stops(one: Publication, newest: Publication, log: Log, keep: int) -> bool:
    return one.head(log).size == keep or one.index.size > newest.index.size - RECENT
