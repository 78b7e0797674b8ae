"""What is published as `checkpoint`: the newest publication that enough outside witnesses cosigned, or the newest after a while.

Cosigners are asked side by side, each for a bounded time, and never waited for by an access nor by the sequencing. They are asked
from the size each is known to be at. Guarantee: G6. Source: C2SP tlog-witness; docs/specs/journal.md §8, §9; docs/decisions/0038.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from espace_sante.journal.cosigners import Cosigner, CosignerElsewhere, CosignerRefused, CosignerSilent, Quorum
from espace_sante.journal.guard import CHECKPOINT, Cause, SigningRefused, published
from espace_sante.journal.healing import reader
from espace_sante.journal.log_files import Files
from espace_sante.journal.merkle import consistency_proof
from espace_sante.journal.notes import Line, NoteRefused, OpenedCheckpoint, cosigned, open_checkpoint, parse_note
from espace_sante.journal.publication import Log, LogKeys, Publication
from espace_sante.journal.tiles import TiledTree

PATIENCE_SECONDS = 300  # without a quorum, before the newest is published with what it has
_log = logging.getLogger("espace_sante.sequencer")

# Runs what it is given side by side, each for a bounded time; one that takes too long has answered nothing.
Together = Callable[[Sequence[Awaitable[None]]], Awaitable[None]]


class Front:
    """The two published checkpoints, and what is known of the cosigners. One for each start of the sequencer."""

    def __init__(
        self,
        files: Files,
        keys: LogKeys,
        now: Callable[[], datetime],
        *,
        cosigners: Sequence[Cosigner] = (),
        quorum: Quorum | None = None,
        together: Together,
    ) -> None:
        self._files = files
        self._keys = keys
        self._now = now
        self._cosigners = cosigners
        self._quorum = quorum or Quorum()
        self._together = together
        self._known: dict[tuple[bytes, Log], int] = {}
        self._lines: dict[tuple[Log, int], dict[bytes, Line]] = {}
        self._behind_since: datetime | None = None
        self._fault: SigningRefused | None = None
        self._heard: set[tuple[bytes, Log]] = set()
        self.is_restored = False  # nothing of a restored log is published before it is heard

    @property
    def waits(self) -> bool:
        """Whether cosigners are asked before anything is published."""
        return bool(self._cosigners)

    @property
    def heard(self) -> bool:
        """Whether each of them has cosigned both logs since this start: none knows another one."""
        return self._heard >= {(cosigner.key.public, log) for cosigner in self._cosigners for log in Log}

    async def put(self, one: Publication) -> None:
        """Publish a publication with the cosignatures that it has; its files are all there.

        The index log's checkpoint comes first: whoever reads the two meanwhile finds the journal's size in it too.
        """
        for log in (Log.INDEX, Log.JOURNAL):
            await self._files.write({log.value + CHECKPOINT: self._note(log, one)})
        self._behind_since = None

    async def ask(self, one: Publication) -> None:
        """Ask all cosigners about a publication whose files are all there, and publish it if it may be.

        Raises SigningRefused when one of them knows a log that the rows do not have.
        """
        self._lines = {key: lines for key, lines in self._lines.items() if key[1] == one.head(key[0]).size}
        self._fault = None
        await self._together([self._ask(cosigner, one) for cosigner in self._cosigners])
        if self._fault is not None:
            raise self._fault
        if self.is_restored and not self.heard:
            return
        if self._has_quorum(one) or self._is_late(one) or self._has_more(one):
            await self.put(one)

    def _is_late(self, one: Publication) -> bool:
        """Say whether what is published is behind, and has been so for too long."""
        seen = published(self._files, self._keys, Log.JOURNAL)
        if seen is not None and seen.size >= one.size:
            self._behind_since = None
            return False
        if self._behind_since is None:
            self._behind_since = self._now()
        return (self._now() - self._behind_since).total_seconds() >= PATIENCE_SECONDS

    def _has_more(self, one: Publication) -> bool:
        """Say whether what is published is this, with fewer cosignatures: none is ever taken away by a restart."""
        for log in Log:
            content = self._files.read(log.value + CHECKPOINT)
            if content is None or published(self._files, self._keys, log) is None:
                return False
            note, ours = parse_note(content), parse_note(self._note(log, one))
            if note.text != ours.text or len(ours.lines) < len(note.lines):
                return False
        return True

    async def _ask(self, cosigner: Cosigner, one: Publication) -> None:
        for log in Log:
            try:
                line = await self._cosigned(cosigner, log, one)
            except (CosignerSilent, CosignerRefused) as said:
                _log.warning("%s: %s: %s", cosigner.key.name, type(said).__name__, said)
                return
            except SigningRefused as fault:
                self._fault = fault
                return
            self._lines.setdefault((log, one.head(log).size), {})[cosigner.key.public] = line

    async def _cosigned(self, cosigner: Cosigner, log: Log, one: Publication) -> Line:
        head, place = one.head(log), (cosigner.key.public, log)
        old = min(self._known.get(place, 0), head.size)
        for _ in range(2):
            proof = consistency_proof(TiledTree(reader(self._files, log), head.size).node, old, head.size)
            try:
                line = await cosigner.add_checkpoint(old, proof, head.note)
            except CosignerElsewhere as elsewhere:
                if elsewhere.size > head.size:
                    raise SigningRefused(Cause.COSIGNER_AHEAD, elsewhere.size) from None
                if elsewhere.size == old == head.size:
                    raise SigningRefused(Cause.COSIGNER_ROOT, old) from None
                old = self._known[place] = elsewhere.size
                continue
            self._check(cosigner, log, head.note, line)
            self._heard.add(place)
            self._known[place] = head.size
            return line
        raise CosignerSilent("moved twice while it was asked")

    def _check(self, cosigner: Cosigner, log: Log, note: bytes, line: Line) -> None:
        try:
            opened = open_checkpoint(cosigned(note, [line]), self._keys.public(log), [cosigner.key])
        except NoteRefused as fault:
            raise CosignerRefused(str(fault)) from None
        if not opened.cosigned:
            raise CosignerRefused("signed with another key")

    def _note(self, log: Log, one: Publication) -> bytes:
        head = one.head(log)
        return cosigned(head.note, self._lines.get((log, head.size), {}).values())

    def _has_quorum(self, one: Publication) -> bool:
        seconds = int(self._now().timestamp())
        return self._quorum.journal_holds(
            self._opened(Log.JOURNAL, one).cosigned, seconds
        ) and self._quorum.index_holds(self._opened(Log.INDEX, one).cosigned, seconds)

    def _opened(self, log: Log, one: Publication) -> OpenedCheckpoint:
        return open_checkpoint(self._note(log, one), self._keys.public(log), self._quorum.keys)
