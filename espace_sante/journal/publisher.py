"""Takes the entries in their order and publishes them, one whole publication at a time, whatever stops it.

The order of each publication: compute, COMMIT the rows, commit the index, write the files (the index log's first), replace the
checkpoints. Only the rows are believed: at each start the rest is made again from them. Nothing is signed before what was
published is compared with the rows. The database, the folder, the clock and the cosigners come in as arguments, so that a
simulation can stop it at any of its waits. Guarantee: G6. Source: docs/decisions/0038.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from espace_sante.journal.front import Front
from espace_sante.journal.guard import Cause, SigningRefused, check_keys, check_published, published
from espace_sante.journal.healing import Index, heal_files, heal_index, prefixed, reader
from espace_sante.journal.index import TagTwice, bits_of, index_leaf
from espace_sante.journal.log_files import Files
from espace_sante.journal.log_rows import Rows
from espace_sante.journal.merkle import EMPTY_ROOT
from espace_sante.journal.padding import Padding, day_key, may_be_told
from espace_sante.journal.publication import BATCH_ENTRIES, Batch, Log, LogKeys, Publication, Waiting, padded
from espace_sante.journal.tiles import Growth, grow

_log = logging.getLogger("espace_sante.sequencer")
Hook = Callable[[str], Awaitable[None]]


async def _no_hook(_: str) -> None:
    return


@dataclass(frozen=True, slots=True)
class Parts:
    """What a publisher works with. `hook` is called between the steps: tests stop it there."""

    rows: Rows
    files: Files
    index: Index
    keys: LogKeys
    front: Front
    now: Callable[[], datetime]
    checkpoint_seconds: int
    padding_multiple: int
    hook: Hook = _no_hook


class Publisher:
    """One seat of the sequencer, from its start to its first failure: a new one then begins again from the rows."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._cursor = 0
        self._restored_through = 0
        self._ready = 0  # every entry numbered up to here is committed, or never will be
        self._fence: tuple[int, int] | None = None  # an entry number, the transaction number that settles it
        self._due: datetime | None = None
        self.last: Publication | None = None

    async def start(self) -> None:
        """Compare what is there with the rows, then make again what is missing. Raises SigningRefused."""
        parts = self._parts
        position = await parts.rows.position()
        self._cursor, self._restored_through = position.cursor, position.restored_through
        self.last = next(iter(await parts.rows.newest(None, 1)), None)
        check_keys(parts.keys, self.last)
        await check_published(parts.files, parts.rows, parts.keys, self.last)
        await heal_index(parts.rows, parts.index, self.last)
        parts.front.is_restored = self._is_restored()
        if self.last is None:
            return
        await parts.hook("compared")
        for log in (Log.INDEX, Log.JOURNAL):
            seen = published(parts.files, parts.keys, log)
            await heal_files(parts.rows, parts.files, log, self.last, 0 if seen is None else seen.size)
        await parts.hook("healed")
        if not parts.front.waits:
            await parts.front.put(self.last)
        await self.tell_padding()

    async def turn(self) -> bool:
        """Do what is due now: nothing, or one publication. Returns whether there was one. Raises SigningRefused."""
        await self._settle()
        now = self._parts.now()
        is_due = self._due is None or now >= self._due
        if is_due:  # also when nothing waits: the instant of a batch says nothing of the instant of an entry
            self._due = now + timedelta(seconds=self._parts.checkpoint_seconds)
        is_full = self._ready - self._cursor >= BATCH_ENTRIES
        if self._ready <= self._cursor or not (is_due or is_full) or self._must_hear():
            return False
        entries = await self._parts.rows.waiting(self._cursor, self._ready, BATCH_ENTRIES)
        reached = entries[-1].entry_id if len(entries) == BATCH_ENTRIES else self._ready
        if not entries:  # numbers of transactions that were rolled back
            self._ready = self._cursor
            return False
        await self._publish(entries, reached, now)
        return True

    async def tell_padding(self) -> None:
        """Publish the keys of the days whose dummies may be told apart now."""
        parts, told = self._parts, []
        if self.last is None:
            return
        today, before = parts.now().date(), self.last.day
        while (found := await parts.rows.padded_day(before)) is not None:
            before, dummies = found
            one = Padding(before, dummies, day_key(parts.keys.padding, before))
            if may_be_told(before, today=today, last_day=self.last.day):
                if parts.files.read(one.path) is not None:
                    break  # files are written from the oldest on: those before are there
                told.append(one)
        for one in reversed(told):
            await parts.files.write({one.path: bytes(one)})

    def _must_hear(self) -> bool:
        """Say whether, after a restore, cosigners must first cosign what was restored: all of them."""
        if self._is_restored() and not self._parts.front.heard:
            _log.warning("restored: nothing is signed before every cosigner has cosigned what is there")
            return True
        return False

    def _is_restored(self) -> bool:
        return self.last is not None and self._cursor <= self._restored_through

    async def _settle(self) -> None:
        """Learn up to which number every entry is known: transactions commit in another order than they number."""
        if self._fence is None:
            newest = await self._parts.rows.newest_entry()
            if newest > max(self._ready, self._cursor):
                self._fence = newest, await self._parts.rows.fence()
        if self._fence is not None and await self._parts.rows.is_passed(self._fence[1]):
            self._ready, self._fence = self._fence[0], None

    async def _publish(self, entries: list[Waiting], reached: int, now: datetime) -> None:
        parts = self._parts
        await check_published(parts.files, parts.rows, parts.keys, self.last)
        today = now.date()
        batch = padded(entries, self.last, seed=parts.keys.padding, multiple=parts.padding_multiple, today=today)
        grown, index_grown, publication = self._computed(batch, now)
        try:
            await parts.hook("computed")
            await parts.rows.publish((self._cursor, reached), batch, publication)
        except BaseException:
            parts.index.rollback()
            raise
        await parts.hook("committed")
        parts.index.commit()
        await parts.hook("indexed")
        await parts.files.write(prefixed(Log.INDEX, index_grown.files))
        await parts.hook("index files written")
        await parts.files.write(prefixed(Log.JOURNAL, grown.files))
        await parts.hook("files written")
        new_day = self.last is None or self.last.day != publication.day
        self._cursor, self.last = reached, publication
        if not parts.front.waits:
            await parts.front.put(publication)
            await parts.hook("published")
        if new_day:
            await self.tell_padding()

    def _computed(self, batch: Batch, now: datetime) -> tuple[Growth, Growth, Publication]:
        """Return the files to write and the publication, signed; the index stays in an open transaction."""
        parts, last = self._parts, self.last
        at = {log: (0, EMPTY_ROOT) if last is None else (last.head(log).size, last.head(log).root) for log in Log}
        leaves = [leaf.content for leaf in batch.leaves]
        grown = grow(reader(parts.files, Log.JOURNAL), leaves, size=at[Log.JOURNAL][0], root=at[Log.JOURNAL][1])
        try:
            root = parts.index.grown([leaf.tag for leaf in batch.leaves])
        except TagTwice:
            raise SigningRefused(Cause.TAG_TWICE, at[Log.JOURNAL][0]) from None
        try:
            leaf = index_leaf(grown.size, grown.root, bits_of(grown.size), root)
            more = grow(reader(parts.files, Log.INDEX), [leaf], size=at[Log.INDEX][0], root=at[Log.INDEX][1])
            journal = parts.keys.head(Log.JOURNAL, grown.size, grown.root)
            index = parts.keys.head(Log.INDEX, more.size, more.root)
        except BaseException:
            parts.index.rollback()
            raise
        return grown, more, Publication(journal, index, leaf, now, batch.day, batch.dummies)
