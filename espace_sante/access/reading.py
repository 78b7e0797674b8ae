"""What a professional may read: her permissions and nothing else, within what she hides, blocks, seals, and the matrix.

An emergency is asked last, and only of what her will for it says. Pure, as the whole of the decision.
Guarantee: G3, G4, G11. Source: docs/specs/decision.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from espace_sante.access.matrix import Matrices, Row
from espace_sante.access.outcomes import (
    AUTHOR,
    BLOCKED,
    CHEST,
    EMERGENCY,
    EMERGENCY_OPENED,
    EMERGENCY_REFUSED,
    GRANT,
    MASKED,
    MATRIX,
    NO_GRANT,
    NOT_ACTIVATED,
)
from espace_sante.access.request import Context, Decision, Permit, Thing
from espace_sante.consent.emergency import BrokenGlass, GlassKind
from espace_sante.consent.grant import Grant, Scope
from espace_sante.consent.limits import Mask
from espace_sante.consent.recipient import REPRESENTATIVES, Reader
from espace_sante.consent.rights import Rights


class Visible(Protocol):
    """The question "may this subject be shown this line?", asked of each line of one list."""

    def __call__(
        self,
        category: int | None,
        document: UUID | None,
        type_code: str = ...,
        born_hidden: bool = ...,
        withheld: bool = ...,
        /,
    ) -> bool:
        """Say it: category, document, type (unknown unless said), born hidden, withheld from her (neither unless said)."""
        ...


def decide_covered(reader: Reader, thing: Thing, context: Context, now: datetime) -> Decision:
    """Say whether he may read one document, or (without document) one category: ordinarily, else in an emergency."""
    rights = context.rights
    if rights is None:
        return NO_GRANT
    if rights.presumed:
        return NOT_ACTIVATED
    if thing.author and rights.authors_read and not _kept_from(reader, thing, rights):
        return AUTHOR
    if rights.chest:
        return CHEST
    refusal = _ordinary(reader, thing, rights, context.matrices, now)
    if isinstance(refusal, Permit):
        return refusal
    glass = _glass(reader, rights, context.matrices, now)
    if glass is None or not _shown_in_emergency(reader, thing, rights):
        return refusal
    return Permit(EMERGENCY, grant=glass.glass_id)


def decide_listing(reader: Reader, context: Context, now: datetime) -> Decision:
    """May he ask for the list at all: anything in force that covers something will do; each line is decided apart."""
    rights = context.rights
    if rights is None:
        return NO_GRANT
    if rights.presumed:
        return NOT_ACTIVATED
    if rights.chest:
        return CHEST
    refusal = _ordinary_list(reader, rights, context.matrices, now)
    if isinstance(refusal, Permit):
        return refusal
    glass = _glass(reader, rights, context.matrices, now)
    return refusal if glass is None else Permit(EMERGENCY, grant=glass.glass_id)


def decide_glass(reader: Reader, kind: GlassKind | None, context: Context) -> Decision:
    """May he open an emergency access of a kind: her will says so beforehand, and his profession may. Guarantee: G4."""
    rights = context.rights
    if rights is None or kind is None:
        return EMERGENCY_REFUSED
    if rights.presumed:
        return NOT_ACTIVATED
    if rights.chest:
        return CHEST
    if rights.blocks_emergency_of(reader):
        return BLOCKED
    if not rights.emergency.lets(kind):
        return EMERGENCY_REFUSED
    return EMERGENCY_OPENED if context.matrices.lets_in_emergency(reader.profession, kind) else MATRIX


def glass_in_force(reader: Reader, context: Context, now: datetime) -> BrokenGlass | None:
    """Return the emergency access of his that still shows him something, None for none. Guarantee: G4."""
    rights = context.rights
    if rights is None or rights.presumed or rights.chest or rights.is_dead:
        return None
    return _glass(reader, rights, context.matrices, now)


def visible_lines(reader: Reader, context: Context, now: datetime) -> Visible:
    """Return the question for each line of a list; true exactly when `decide_covered` permits, its author's rule apart.

    The facts are read once; a line then costs less than a microsecond.
    """
    rights = context.rights
    if rights is None or rights.presumed or rights.chest or rights.sandbox or rights.is_dead:
        return nothing
    masks = [mask for mask in rights.masks if mask.concerns(reader)]
    by_name = _Hidden.of(mask for mask in masks if not mask.is_from_all)
    from_all = _Hidden.of(mask for mask in masks if mask.is_from_all)
    apart = _Hidden.of(mask for mask in rights.masks if mask.hidden_from == REPRESENTATIVES)
    ways = _ways(reader, rights, context.matrices, now)
    through = [way for way in ways if way.through_masks]
    shown_again = rights.shown

    def shown(
        category: int | None,
        document: UUID | None,
        type_code: str = "",
        born_hidden: bool = False,
        _withheld: object = None,
        /,
    ) -> bool:
        # A mask of a document has no category and the reverse: None is in the hidden sets, and a line without
        # category or document is never shown either.
        if category is None or document is None or by_name.hides(category, document):
            return False
        hidden = from_all.hides(category, document) or (born_hidden and document not in shown_again)
        for way in through if hidden else ways:
            if way.covers(category, document, type_code) and not (way.by_law and apart.hides(category, document)):
                return True
        return False

    return shown


def nothing(*_line: object) -> bool:
    """Show no line."""
    return False


def announced(
    _category: object,
    _document: object,
    _type: object = None,
    _hidden: object = None,
    withheld: bool = False,
    /,
) -> bool:
    """Show every line but what is withheld: what she sees herself."""
    return not withheld


# ---------------------------------------------------------------- one document


def _ordinary(reader: Reader, thing: Thing, rights: Rights, matrices: Matrices, now: datetime) -> Decision:
    """Whom she blocks is blocked before what she hides is hidden, and that before what she grants is granted."""
    category = thing.category
    if category is None:
        return NO_GRANT
    if rights.blocks_reading_by(reader):
        return BLOCKED
    named, from_all = _hidden_from(reader, thing, rights)
    if named:
        return MASKED
    used: Grant | None = None
    covered = apart = False
    for grant in rights.grants:
        if not grant.given_to(reader, now) or not grant.scope.covers(category, thing.document):
            continue
        if from_all and not grant.sees_hidden:
            continue
        if grant.by_law and rights.keeps_apart(category, thing.document):  # nobody gives what he may not see himself
            apart = True
            continue
        if matrices.shows(reader.profession, category, thing.type_code, grant.matrix):
            used = _later(used, grant)
        else:
            covered = True
    if used is not None:
        return Permit(GRANT, grant=used.grant_id)
    if covered:
        return MATRIX
    return MASKED if from_all or apart else NO_GRANT


def _ordinary_list(reader: Reader, rights: Rights, matrices: Matrices, now: datetime) -> Decision:
    if rights.blocks_reading_by(reader):
        return BLOCKED
    used: Grant | None = None
    covered = False
    for grant in rights.grants:
        if not grant.given_to(reader, now) or grant.scope.is_empty:
            continue
        if all(_shows_something(row) for row in matrices.rows(reader.profession, grant.matrix)):
            used = _later(used, grant)
        else:
            covered = True
    if used is not None:
        return Permit(GRANT, grant=used.grant_id)
    return MATRIX if covered else NO_GRANT


def _shows_something(row: Row) -> bool:
    return bool(row.categories or row.types)


def _later(one: Grant | None, other: Grant) -> Grant:
    """Of two grants, the one that ends last, then of greater id: so that the grant named is always the same."""
    if one is None or (one.ends, one.grant_id) < (other.ends, other.grant_id):
        return other
    return one


def _hidden_from(reader: Reader, thing: Thing, rights: Rights) -> tuple[bool, bool]:
    """Say whether a thing is hidden from him by name, and whether from all."""
    named = False
    from_all = thing.born_hidden and thing.document not in rights.shown
    for mask in rights.masks:
        if mask.covers(thing.category, thing.document) and mask.concerns(reader):
            if mask.is_from_all:
                from_all = True
            else:
                named = True
    return named, from_all


def is_hidden_from_all(thing: Thing, rights: Rights) -> bool:
    """Say whether she hides a thing from everybody: by a mask that names nobody, or since it came."""
    if thing.born_hidden and thing.document not in rights.shown:
        return True
    return any(mask.is_from_all and mask.covers(thing.category, thing.document) for mask in rights.masks)


def _kept_from(reader: Reader, thing: Thing, rights: Rights) -> bool:
    """Say whether she keeps even an author from his own document: blocked, or hidden from him by name."""
    return rights.blocks_reading_by(reader) or _hidden_from(reader, thing, rights)[0]


# ---------------------------------------------------------------- emergency


def _glass(reader: Reader, rights: Rights, matrices: Matrices, now: datetime) -> BrokenGlass | None:
    """Return an emergency access of his that her will still lets him use, the one that ends last; None for none."""
    his = [
        glass
        for glass in rights.glasses
        if glass.opened_by(reader, now)
        and rights.emergency.lets(glass.kind)
        and matrices.lets_in_emergency(reader.profession, glass.kind)
        and not rights.blocks_emergency_of(reader)
    ]
    return max(his, key=lambda glass: (glass.ends, glass.glass_id), default=None)


def _shown_in_emergency(reader: Reader, thing: Thing, rights: Rights) -> bool:
    will = rights.emergency
    if thing.category is None or not will.scope.covers(thing.category, thing.document):
        return False
    named, from_all = _hidden_from(reader, thing, rights)
    return not named and (will.hidden or not from_all)


# ---------------------------------------------------------------- a whole list


@dataclass(frozen=True, slots=True)
class _Hidden:
    """What masks hide together."""

    documents: frozenset[UUID | None]
    categories: frozenset[int | None]
    everything: bool

    @classmethod
    def of(cls, masks: Iterable[Mask]) -> _Hidden:
        kept = list(masks)
        return cls(
            frozenset(m.document for m in kept),
            frozenset(m.category for m in kept),
            any(m.names_nothing for m in kept),
        )

    def hides(self, category: int, document: UUID) -> bool:
        return self.everything or document in self.documents or category in self.categories


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to be shown a line: a permission with the matrix's two lines, or an emergency (no matrix)."""

    scope: Scope
    rows: frozenset[Row]
    through_masks: bool
    by_law: bool = False

    def covers(self, category: int, document: UUID, type_code: str) -> bool:
        if not self.scope.covers(category, document):
            return False
        for row in self.rows:  # noqa: SIM110 (a loop: a generator would cost twice, for each line of a list)
            if not row.shows(category, type_code):
                return False
        return True


def _ways(reader: Reader, rights: Rights, matrices: Matrices, now: datetime) -> list[_Way]:
    ways = []
    if not rights.blocks_reading_by(reader):
        for grant in rights.grants:
            if grant.given_to(reader, now):
                rows = frozenset(matrices.rows(reader.profession, grant.matrix))  # one, most often
                ways.append(_Way(grant.scope, rows, grant.sees_hidden, grant.by_law))
    if _glass(reader, rights, matrices, now) is not None:
        ways.append(_Way(rights.emergency.scope, frozenset(), rights.emergency.hidden))
    return ways
