"""A permission to read: to whom, what, why, from when to when. Nothing absent means everything. Guarantee: G3."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
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

# A permission lasts without end only by these words of hers; its end is then this instant, which nobody reaches.
ENDLESS_WORDS = "sans date de fin"
ENDLESS = datetime(9999, 12, 31, tzinfo=UTC)


def both(one: Scope, other: Scope, category_of: Mapping[UUID, int]) -> Scope:
    """Return what both scopes cover; `category_of` gives the category of the documents named.

    A document of unknown category is in no category: doubt favours less.
    """
    if one.kind is _EVERYTHING:
        return other
    if other.kind is _EVERYTHING:
        return one
    if one.kind is _CATEGORIES and other.kind is _CATEGORIES:
        return Scope(_CATEGORIES, one.categories & other.categories)
    if one.kind is _DOCUMENTS and other.kind is _DOCUMENTS:
        return Scope(_DOCUMENTS, documents=one.documents & other.documents)
    whole, named = (one, other) if one.kind is _CATEGORIES else (other, one)
    return Scope(_DOCUMENTS, documents=frozenset(d for d in named.documents if category_of.get(d) in whole.categories))


@dataclass(frozen=True, slots=True)
class Grant:
    """A permission to read, given to one party, for a purpose, from `starts` to `ends` excluded (UTC).

    `matrix` is the version of the public matrix it was given under: a later one never widens it ("" for none).
    `card`: it came from that card, and goes with it. `episode`: its documents follow that episode. `sees_hidden`: named
    administrator by an explicit act, its holder also reads what she hides from all. `by_law`: whoever acts for her by law gave it,
    and it shows nothing that she keeps from him.
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
    by_law: bool = False

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

    def limited(self, scope: Scope | None, ends: datetime | None, category_of: Mapping[UUID, int]) -> Grant:
        """Return this permission shortened to an end, narrowed to a scope, or both; never longer, never wider.

        Narrowed to documents she names, it no longer follows an episode: what comes later is not in what she named.
        """
        ends = self.ends if ends is None else min(self.ends, ends)
        if scope is None:
            return replace(self, ends=ends)
        return replace(self, ends=ends, scope=both(self.scope, scope, category_of), episode=None)
