"""What she hides and whom she blocks: said apart from permissions, and before them. Guarantee: G3, G11.

Source: docs/decisions/0022, 0023.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from espace_sante.consent.recipient import Reader, Recipient
from espace_sante.kernel.ids import DocumentId, EpisodeId, MaskId


@dataclass(frozen=True, slots=True)
class Mask:
    """Something hidden: one document or one category, from one party or (`hidden_from` None) from all.

    A mask that names neither document nor category hides everything: doubt favours what hides (PAR-08).
    `since` is for her to read and decides nothing; None for what was hidden before it was kept. `episode`: it follows
    that episode, and later documents of it are hidden too.
    """

    mask_id: MaskId
    document: DocumentId | None
    category: int | None
    hidden_from: Recipient | None
    since: datetime | None = None
    episode: EpisodeId | None = None

    def concerns(self, reader: Reader) -> bool:
        """Say whether this mask hides something from that professional; one that names nobody hides from all."""
        whom = self.hidden_from
        return whom is None or whom.is_nobody or whom.includes(reader)

    @property
    def is_from_all(self) -> bool:
        """Say whether this mask hides something from all."""
        return self.hidden_from is None or self.hidden_from.is_nobody

    @property
    def names_nothing(self) -> bool:
        """Say whether this mask names neither a document nor a category."""
        return self.document is None and self.category is None

    def is_about(self, document: UUID | None, category: int | None, hidden_from: Recipient | None) -> bool:
        """Say whether this mask is the one she made of exactly that, from exactly that party (or from all)."""
        if (self.document, self.category) != (document, category):
            return False
        mine = self.hidden_from
        if mine is None or hidden_from is None:
            return mine is hidden_from
        return mine.is_same(hidden_from)

    def covers(self, category: int | None, document: UUID | None) -> bool:
        """Say whether this mask is about a document, or (without document) about a whole category."""
        if self.document is None:
            return self.category is None or self.category == category
        return self.document == document or self.category == category

    def hides(self, reader: Reader, category: int, document: UUID | None) -> bool:
        """Say whether this mask hides a document, or a whole category, from that professional."""
        return self.covers(category, document) and self.concerns(reader)


class BlockKind(StrEnum):
    """What is refused to whoever is blocked: reading, reading in an emergency, depositing; each said apart."""

    EVERYTHING = "everything"
    EVERYTHING_BUT_EMERGENCY = "everything-but-emergency"
    READING = "reading"
    READING_BUT_EMERGENCY = "reading-but-emergency"
    DEPOSITS = "deposits"


_DEPOSITS_ALONE = BlockKind.DEPOSITS
_BUT_EMERGENCY = (BlockKind.EVERYTHING_BUT_EMERGENCY, BlockKind.READING_BUT_EMERGENCY)
_READING_ALONE = (BlockKind.READING, BlockKind.READING_BUT_EMERGENCY)


@dataclass(frozen=True, slots=True)
class Block:
    """One party to whom she refuses something, whatever she grants it. Doubt favours what refuses (PAR-08)."""

    who: Recipient
    what: BlockKind
    since: datetime | None = None

    @property
    def stops_reading(self) -> bool:
        """Say whether it reads nothing: anything but deposits alone."""
        return self.what is not _DEPOSITS_ALONE

    @property
    def stops_emergency(self) -> bool:
        """Say whether it reads nothing in an emergency either."""
        return self.stops_reading and self.what not in _BUT_EMERGENCY

    @property
    def stops_deposits(self) -> bool:
        """Say whether it deposits nothing."""
        return self.what not in _READING_ALONE

    def with_also(self, other: Block) -> Block:
        """Return the block that refuses what either refuses: saying it again never gives anything back."""
        reading = self.stops_reading or other.stops_reading
        emergency = self.stops_emergency or other.stops_emergency
        deposits = self.stops_deposits or other.stops_deposits
        what = _OF[reading, emergency, deposits]
        return self if what is self.what else Block(self.who, what, other.since)


_OF = {
    (True, True, True): BlockKind.EVERYTHING,
    (True, False, True): BlockKind.EVERYTHING_BUT_EMERGENCY,
    (True, True, False): BlockKind.READING,
    (True, False, False): BlockKind.READING_BUT_EMERGENCY,
    (False, False, True): BlockKind.DEPOSITS,
}
