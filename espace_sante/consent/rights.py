"""The facts a decision rests on: one frozen value per space, kept sealed, rewritten at each change of will.

Pure values and pure moves between them. Knows no database, no key, no channel. Nothing absent means everything:
an empty scope covers nothing (ARCHITECTURE rule 9).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum, StrEnum
from uuid import UUID

from espace_sante.kernel.ids import DocumentId, GrantId, MaskId, Rpps


class SpaceState(IntEnum):
    """The states of a space; the number stands in clear in the head of its journal."""

    OPEN = 1
    CLOSING = 2
    CLOSED = 3
    INSTITUTION = 9


class ScopeKind(StrEnum):
    """What a grant covers: everything by her explicit word, some categories, or some documents."""

    EVERYTHING = "everything"
    CATEGORIES = "categories"
    DOCUMENTS = "documents"


@dataclass(frozen=True, slots=True)
class Scope:
    """The documents a grant covers."""

    kind: ScopeKind
    categories: frozenset[int] = frozenset()
    documents: frozenset[UUID] = frozenset()

    def covers(self, category: int, document: UUID | None) -> bool:
        """Say whether this scope covers a document, or (without document) a whole category."""
        kind = self.kind
        if kind is _EVERYTHING:
            return True
        if kind is _CATEGORIES:
            return category in self.categories
        return kind is _DOCUMENTS and document in self.documents

    @property
    def is_empty(self) -> bool:
        """Say whether this scope covers nothing at all."""
        kind = self.kind
        if kind is _EVERYTHING:
            return False
        if kind is _CATEGORIES:
            return not self.categories
        return kind is not _DOCUMENTS or not self.documents


# Members by name once: an attribute of an enumeration is slow to reach, and these are read at each line of a list.
_EVERYTHING, _CATEGORIES, _DOCUMENTS = ScopeKind.EVERYTHING, ScopeKind.CATEGORIES, ScopeKind.DOCUMENTS


@dataclass(frozen=True, slots=True)
class Grant:
    """A permission to read, given to one named professional, for a purpose, from `starts` to `ends` excluded (UTC)."""

    grant_id: GrantId
    practitioner: Rpps
    scope: Scope
    purpose: str
    starts: datetime
    ends: datetime

    def given_to(self, practitioner: str, now: datetime) -> bool:
        """Say whether this permission is given to that professional and in force at an instant.

        `now` and both bounds carry a time zone; an instant without one is in no period, so nothing is granted.
        """
        if self.practitioner != practitioner or now.utcoffset() is None:
            return False
        try:
            return self.starts <= now < self.ends
        except TypeError:  # a bound without time zone cannot be placed in time
            return False


@dataclass(frozen=True, slots=True)
class Mask:
    """Something hidden: one document or one category, from one professional or (empty `practitioner`) from all.

    A mask that names neither document nor category hides everything: doubt favours what hides (PAR-08).
    `since` is for her to read and decides nothing; None for what was hidden before it was kept.
    """

    mask_id: MaskId
    document: DocumentId | None
    category: int | None
    practitioner: Rpps | None
    since: datetime | None = None

    def concerns(self, practitioner: str) -> bool:
        """Say whether this mask hides something from that professional."""
        return not self.practitioner or self.practitioner == practitioner

    @property
    def names_nothing(self) -> bool:
        """Say whether this mask names neither a document nor a category."""
        return self.document is None and self.category is None

    def is_about(self, document: UUID | None, category: int | None, practitioner: str | None) -> bool:
        """Say whether this mask is the one she made of exactly that, from exactly that professional (or from all)."""
        mine = (self.document, self.category, self.practitioner or None)
        return mine == (document, category, practitioner or None)

    def hides(self, practitioner: str, category: int, document: UUID | None) -> bool:
        """Say whether this mask hides a document, or (without document) a whole category, from that professional."""
        if self.practitioner and self.practitioner != practitioner:
            return False
        if self.document is None:
            return self.category is None or self.category == category
        return self.document == document or self.category == category


class BlockKind(StrEnum):
    """What is refused to a blocked professional: reading and depositing, or depositing alone."""

    EVERYTHING = "everything"
    DEPOSITS = "deposits"


@dataclass(frozen=True, slots=True)
class Block:
    """One named professional to whom she refuses everything, or deposits alone, whatever she grants him."""

    practitioner: Rpps
    what: BlockKind
    since: datetime | None = None

    @property
    def stops_reading(self) -> bool:
        """Say whether he reads nothing either: anything but deposits alone, for doubt favours what refuses (PAR-08)."""
        return self.what is not _DEPOSITS_ALONE


_DEPOSITS_ALONE = BlockKind.DEPOSITS


@dataclass(frozen=True, slots=True)
class Rights:
    """The whole will of one person about her space, as a decision reads it."""

    accepts_deposits: bool
    grants: tuple[Grant, ...] = ()
    masks: tuple[Mask, ...] = ()
    blocks: tuple[Block, ...] = ()

    def blocks_reading_by(self, practitioner: str) -> bool:
        """Say whether she refuses that professional any reading."""
        return any(block.practitioner == practitioner and block.stops_reading for block in self.blocks)

    def blocks_deposits_of(self, practitioner: str) -> bool:
        """Say whether she refuses that professional's deposits: any block of him does."""
        return any(block.practitioner == practitioner for block in self.blocks)

    def with_grant(self, grant: Grant) -> Rights:
        """Add a permission; a grant with the same id is replaced."""
        others = tuple(g for g in self.grants if g.grant_id != grant.grant_id)
        return replace(self, grants=(*others, grant))

    def without_practitioner(self, practitioner: Rpps) -> Rights:
        """Withdraw everything granted to one professional."""
        return replace(self, grants=tuple(g for g in self.grants if g.practitioner != practitioner))

    def without_grants(self) -> Rights:
        """Withdraw everything from everybody and refuse deposits: the provisional effect of closing by telephone."""
        return replace(self, grants=(), accepts_deposits=False)

    def with_replacement(self, old: DocumentId, new: DocumentId) -> Rights:
        """Let whatever names a document also name the one that takes its place.

        A mask keeps its id: it is one will of hers, about both. Nothing is changed for any other document.
        """
        masks = tuple(replace(m, document=new) for m in self.masks if m.document == old)
        grants = tuple(
            replace(g, scope=replace(g.scope, documents=g.scope.documents | {new})) if old in g.scope.documents else g
            for g in self.grants
        )
        return replace(self, grants=grants, masks=(*self.masks, *masks))

    def with_mask(self, mask: Mask) -> Rights:
        """Hide something more."""
        return replace(self, masks=(*self.masks, mask))

    def without_masks(self, gone: Iterable[Mask]) -> Rights:
        """Show again what these masks hid, and leave every other mask as it is."""
        taken = frozenset(gone)
        return replace(self, masks=tuple(mask for mask in self.masks if mask not in taken))

    def with_block(self, block: Block) -> Rights:
        """Block a professional; blocked already, nothing is given back to him: the wider of the two blocks stands."""
        if self.blocks_reading_by(block.practitioner):
            return self
        others = tuple(one for one in self.blocks if one.practitioner != block.practitioner)
        return replace(self, blocks=(*others, block))

    def without_block(self, practitioner: str) -> Rights:
        """Unblock a professional: what she grants him and what she hides from him are as they were."""
        return replace(self, blocks=tuple(one for one in self.blocks if one.practitioner != practitioner))
