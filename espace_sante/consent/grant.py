"""A permission to read: to whom, what, why, from when to when. Nothing absent means everything. Guarantee: G3."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from espace_sante.consent.recipient import Reader, Recipient
from espace_sante.kernel.ids import CardId, EpisodeId, GrantId


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
NOTHING = Scope(ScopeKind.DOCUMENTS)


@dataclass(frozen=True, slots=True)
class Grant:
    """A permission to read, given to one party, for a purpose, from `starts` to `ends` excluded (UTC).

    `matrix` is the version of the public matrix it was given under: a later one never widens it ("" for none).
    `card`: it came from that card, and goes with it. `episode`: its documents follow that episode. `sees_hidden`: named
    administrator by an explicit act, its holder also reads what she hides from all.
    """

    grant_id: GrantId
    to: Recipient
    scope: Scope
    purpose: str
    starts: datetime
    ends: datetime
    matrix: str = ""
    card: CardId | None = None
    episode: EpisodeId | None = None
    sees_hidden: bool = False

    def given_to(self, reader: Reader, now: datetime) -> bool:
        """Say whether this permission is given to that professional and in force at an instant.

        `now` and both bounds carry a time zone; an instant without one is in no period, so nothing is granted.
        """
        if not self.to.includes(reader) or now.utcoffset() is None:
            return False
        try:
            return self.starts <= now < self.ends
        except TypeError:  # a bound without time zone cannot be placed in time
            return False
