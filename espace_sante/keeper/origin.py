"""Where a document of a space comes from: who deposited it, what it replaced, what replaced it since.

Written by the keeper at deposit, sealed under the space's own key and bound to the row; nothing of it stands in clear. Its
length does not tell whether there is a chain: the places of both ends are always there.
Source: docs/specs/rows.md; docs/decisions/0020, 0047.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import msgspec

from espace_sante.access.request import ActorKind, Subject
from espace_sante.keeper.situation import Session
from espace_sante.vault.envelope import open_sealed, seal
from espace_sante.vault.keys import SpaceKeys, term


@dataclass(frozen=True, slots=True)
class Depositor:
    """Who deposited: the person herself (or who acts for her), or an account with its number and its structure.

    `structure` is the structure's name, for people to read; `structure_id` its number, which says which one it is, and "" for
    a row from before it was kept or a sign-in that gives none.
    """

    kind: str
    identifier: str = ""
    structure: str = ""
    structure_id: str = ""

    def is_at_one_with(self, other: Depositor) -> bool:
        """Say whether both are of one structure: by number; by name only when neither has a number. Source: docs/decisions/0047."""
        if self.structure_id or other.structure_id:
            return self.structure_id == other.structure_id
        return self.structure == other.structure != ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a decision asks of a document besides its category, fixed when it came.

    `type_code`: the code of its type, as the matrix asks for it ("" for a row from before). `born_hidden`: she hid new documents
    then, or its sender asked for it. `release`: the instant (milliseconds since 1970) from which she reads it herself whatever
    happens, 0 for at once. `visit`: what the visit it came from is known by in this space, empty for none.
    """

    type_code: str = ""
    born_hidden: bool = False
    release: int = 0
    visit: bytes = b""


NO_FACTS = Facts()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one document comes from, and the facts about it and about both ends of its chain.

    `replaced_in` is the category of the document that replaced it; the one it replaced has its own category.
    """

    depositor: Depositor
    replaces: UUID | None = None
    replaced_by: UUID | None = None
    replaced_in: int = 0
    facts: Facts = NO_FACTS
    before: Facts = NO_FACTS
    after: Facts = NO_FACTS


class _Facts(msgspec.Struct, frozen=True, array_like=True):
    type_code: str
    born_hidden: int
    release: int
    visit: bytes = bytes(16)


class _Body(msgspec.Struct, frozen=True, array_like=True):
    kind: str
    identifier: str
    structure: str
    replaces: bytes
    replaced_by: bytes
    replaced_in: int
    facts: _Facts | None = None
    before: _Facts | None = None
    after: _Facts | None = None
    structure_id: str = ""


_ENCODE = msgspec.msgpack.Encoder().encode
_DECODE = msgspec.msgpack.Decoder(_Body).decode
_NONE = bytes(16)
# Facts always take the same room, so that a length tells neither a type, nor a will of hers, nor a delay.
_TYPE_LENGTH = 24
_SEEN, _HIDDEN = 1, 2
_FIRST = 1 << 40


def seal_origin(origin: Origin, keys: SpaceKeys, row: UUID) -> bytes:
    """Return the sealed body of an origin."""
    who = origin.depositor
    body = _Body(
        who.kind,
        who.identifier,
        who.structure,
        origin.replaces.bytes if origin.replaces else _NONE,
        origin.replaced_by.bytes if origin.replaced_by else _NONE,
        origin.replaced_in,
        _facts_out(origin.facts),
        _facts_out(origin.before),
        _facts_out(origin.after),
        who.structure_id,
    )
    return bytes(seal(keys.origin_key, _ENCODE(body), _context(keys.space, row), compress=False))


def open_origin(sealed: bytes | None, keys: SpaceKeys, row: UUID) -> Origin | None:
    """Return an origin, None for a row from before there were any; raises SealBroken when it is not this row's."""
    if sealed is None:
        return None
    body = _DECODE(open_sealed(keys.origin_key, sealed, _context(keys.space, row)))
    who = Depositor(body.kind, body.identifier, body.structure, body.structure_id)
    return Origin(
        who,
        _row(body.replaces),
        _row(body.replaced_by),
        body.replaced_in,
        _facts_in(body.facts),
        _facts_in(body.before),
        _facts_in(body.after),
    )


def _facts_out(facts: Facts) -> _Facts:
    hidden = _HIDDEN if facts.born_hidden else _SEEN
    type_code = facts.type_code.ljust(_TYPE_LENGTH)[:_TYPE_LENGTH]
    return _Facts(type_code, hidden, _FIRST + facts.release, facts.visit or _NONE)


def _facts_in(facts: _Facts | None) -> Facts:
    if facts is None:
        return NO_FACTS
    visit = b"" if facts.visit == _NONE else facts.visit
    return Facts(facts.type_code.rstrip(), facts.born_hidden == _HIDDEN, facts.release - _FIRST, visit)


def depositor_of(subject: Subject, session: Session) -> Depositor:
    """Return who deposits; what is handed over at a counter is the person's own deposit, a helper's is his, for her."""
    if subject.holder or subject.on_behalf:
        return Depositor(ActorKind.PERSON.value)
    if subject.power is not None:  # what she deposited herself, hidden or not, is not his to replace nor to learn of
        return Depositor(subject.power.role.value, session.identifier, session.structure)
    return Depositor(session.kind, session.identifier, session.structure, session.structure_id)


def may_replace(who: Depositor, origin: Origin) -> bool:
    """Say whether this depositor may replace the document of an origin: the same author, or the same structure.

    What was replaced already is replaced no more: the chain goes on from its last document.
    """
    return origin.replaced_by is None and is_author(who, origin)


def deposited_by(session: Session, origin: Origin) -> bool:
    """Say whether this account itself deposited the document, and nothing has replaced it since."""
    first = origin.depositor
    return origin.replaced_by is None and first.kind == session.kind and "" != first.identifier == session.identifier


def is_author(who: Depositor, origin: Origin) -> bool:
    """Say whether this depositor is, for others, the one who deposited: the same account, or the same structure."""
    return is_same_author(who, origin.depositor)


def is_same_author(who: Depositor, first: Depositor) -> bool:
    """Say whether two depositors are, for others, one: the same account, or the same structure."""
    if first.kind != who.kind:
        return False
    if who.kind == ActorKind.PERSON:
        return True
    return who.identifier == first.identifier != "" or who.is_at_one_with(first)


@dataclass(frozen=True, slots=True)
class VisitTerms:
    """What a visit is known by in a space: by its sender, and as a version before numbers of structures wrote it."""

    own: bytes = b""
    before: bytes = b""


def visit_terms(keys: SpaceKeys, who: Depositor, number: str) -> VisitTerms:
    """Return what a visit is known by in a space, empty for none: the sender's own number for it, and who sends.

    Another structure that writes the same number does not join it: a number is not a secret (docs/decisions/0030, 0047).
    """
    if not number:
        return VisitTerms()
    before = term(keys.term_key, "visit", _told_apart(who.kind, who.structure or who.identifier, number))[:16]
    if not who.structure_id:
        return VisitTerms(before, before)
    return VisitTerms(
        term(keys.term_key, "visit-of-structure", _told_apart(who.kind, who.structure_id, number))[:16], before
    )


@dataclass(frozen=True, slots=True)
class UniqueTerms:
    """What a unique identifier is kept under: whoever came first, or this depositor alone.

    `apart` is for a document whose identifier another depositor took before, and that this one may not be told of; `before`
    is what a version before numbers of structures kept it under, and `apart` itself for who has no number. All are looked
    for at every deposit, so that the work does not tell which leads to a document.
    """

    taken: bytes
    apart: bytes
    before: bytes

    def __iter__(self) -> Iterator[bytes]:
        return iter((self.taken, self.apart, self.before))


def unique_terms(keys: SpaceKeys, session: Session, unique_id: str) -> UniqueTerms:
    """Return what a unique identifier is kept under in a space."""
    named = _told_apart(session.kind, session.structure or session.identifier, unique_id)
    apart = before = term(keys.term_key, "unique-apart", named)
    if session.structure_id:
        numbered = _told_apart(session.kind, session.structure_id, unique_id)
        apart = term(keys.term_key, "unique-of-structure", numbered)
    return UniqueTerms(term(keys.term_key, "unique", unique_id), apart, before)


def _told_apart(kind: str, whose: str, value: str) -> str:
    """Write who and what in one text that no other two give."""
    return f"{len(kind)}|{kind}|{len(whose)}|{whose}|{value}"


def _context(space: UUID, row: UUID) -> bytes:
    return b"origin|" + space.bytes + row.bytes


def _row(identifier: bytes) -> UUID | None:
    return None if identifier == _NONE else UUID(bytes=identifier)
