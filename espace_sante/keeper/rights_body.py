"""The sealed body of a person's will: `consent.rights`, between its bytes and its frozen value.

Associated data binds the space and the row's own version, so that a body from another space or another time does not open.
A body from an earlier version is read, and what it does not say gives nothing: it blocks nobody, its masks have no date, no
emergency reads anything, no author reads his deposit again.
Source: docs/specs/rows.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from espace_sante.consent.cards import AccessCard
from espace_sante.consent.emergency import BrokenGlass, EmergencyWill, GlassKind
from espace_sante.consent.grant import Grant, Scope, ScopeKind
from espace_sante.consent.letters import Quarterly, Reminder
from espace_sante.consent.limits import Block, BlockKind, Mask
from espace_sante.consent.recipient import Recipient, RecipientKind
from espace_sante.consent.requests import AccessRequest
from espace_sante.consent.rights import Episode, Rights, Said
from espace_sante.consent.support import Support
from espace_sante.kernel.ids import (
    CardId,
    CaseId,
    DocumentId,
    EpisodeId,
    GlassId,
    GrantId,
    MaskId,
    PersonId,
    RequestId,
    Rpps,
)
from espace_sante.vault.envelope import open_sealed, seal
from espace_sante.vault.keys import SpaceKeys

_EPOCH, _MILLISECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(milliseconds=1)


class _Party(msgspec.Struct, frozen=True, array_like=True):
    kind: str
    identifier: str
    members: list[str]
    name: str


class _Grant(msgspec.Struct, frozen=True, array_like=True):
    grant_id: bytes
    practitioner: str
    scope: str
    categories: list[int]
    documents: list[bytes]
    purpose: str
    starts: int
    ends: int
    party: _Party | None = None  # when it is not one professional
    matrix: str = ""
    card: bytes = b""
    episode: bytes = b""
    sees_hidden: bool = False


class _Mask(msgspec.Struct, frozen=True, array_like=True):
    mask_id: bytes
    document: bytes
    category: int
    practitioner: str
    since: int = 0
    party: _Party | None = None
    episode: bytes = b""


class _Block(msgspec.Struct, frozen=True, array_like=True):
    practitioner: str
    what: str
    since: int
    party: _Party | None = None


class _Scope(msgspec.Struct, frozen=True, array_like=True):
    kind: str
    categories: list[int]
    documents: list[bytes]


class _Emergency(msgspec.Struct, frozen=True, array_like=True):
    regulator: bool
    bedside: bool
    hidden: bool
    scope: _Scope
    since: int


class _Glass(msgspec.Struct, frozen=True, array_like=True):
    glass_id: bytes
    who: str
    kind: str
    starts: int
    ends: int
    second: str
    account: bytes = b""


class _Card(msgspec.Struct, frozen=True, array_like=True):
    card_id: bytes
    number: str
    term: bytes
    pin: bytes
    scope: _Scope
    purpose: str
    uses_left: int
    hours: int
    since: int
    ends: int
    matrix: str
    wrong: int = 0


class _Request(msgspec.Struct, frozen=True, array_like=True):
    request_id: bytes
    practitioner: str
    name: str
    profession: str
    structure: str
    scope: _Scope
    purpose: str
    days: int
    made: int


class _Episode(msgspec.Struct, frozen=True, array_like=True):
    episode_id: bytes
    name: str
    key: bytes
    documents: list[bytes]
    hides: list[_Mask] = []


class _Support(msgspec.Struct, frozen=True, array_like=True):
    ticket: str
    starts: int
    ends: int
    sees_journal: bool
    asked_by: str
    opened_by: str


class _Reminder(msgspec.Struct, frozen=True, array_like=True):
    months: int
    notice: bytes
    since: int


class _Quarterly(msgspec.Struct, frozen=True, array_like=True):
    notice: bytes
    since: int


class _Body(msgspec.Struct, frozen=True, array_like=True):
    person: bytes
    accepts_deposits: bool
    grants: list[_Grant]
    masks: list[_Mask]
    blocks: list[_Block] = []
    authors_read: bool = False
    chest: bool = False
    hides_new: bool = False
    shown: list[bytes] = []
    announced: list[bytes] = []
    presumed: bool = False
    emergency: _Emergency | None = None
    glasses: list[_Glass] = []
    cards: list[_Card] = []
    requests: list[_Request] = []
    purposes: list[str] = []
    episodes: list[_Episode] = []
    cases: list[bytes] = []
    support: _Support | None = None
    said: list[tuple[str, int]] = []
    address: list[str] = []
    reminder: _Reminder | None = None
    quarterly: _Quarterly | None = None


_ENCODE = msgspec.msgpack.Encoder().encode
_DECODE = msgspec.msgpack.Decoder(_Body).decode


@dataclass(frozen=True, slots=True)
class Will:
    """A person's will as kept: her public id, her rights, and the version of the row it came from."""

    person: PersonId
    rights: Rights
    version: int


def seal_will(will: Will, keys: SpaceKeys) -> bytes:
    """Return the sealed body of a will."""
    return bytes(seal(keys.rights_key, _ENCODE(_out(will)), _context(keys.space, will.version)))


def open_will(sealed: bytes, version: int, keys: SpaceKeys) -> Will:
    """Return the will; raises SealBroken when it is not this space's, not this version's, or was altered."""
    body = _DECODE(open_sealed(keys.rights_key, sealed, _context(keys.space, version)))
    return Will(PersonId(UUID(bytes=body.person)), _rights_in(body), version)


def _context(space: UUID, version: int) -> bytes:
    return b"rights|" + space.bytes + b"|" + version.to_bytes(8, "big")


def _out(will: Will) -> _Body:
    rights = will.rights
    return _Body(
        will.person.bytes,
        rights.accepts_deposits,
        [_grant_out(g) for g in rights.grants],
        [_mask_out(m) for m in rights.masks],
        [_Block(_number(b.who), b.what.value, _milliseconds(b.since), _party_out(b.who)) for b in rights.blocks],
        rights.authors_read,
        rights.chest,
        rights.hides_new,
        sorted(d.bytes for d in rights.shown),
        sorted(d.bytes for d in rights.announced),
        rights.presumed,
        _emergency_out(rights.emergency),
        [_glass_out(g) for g in rights.glasses],
        [_card_out(c) for c in rights.cards],
        [_request_out(r) for r in rights.requests],
        sorted(rights.purposes),
        [_episode_out(e) for e in rights.episodes],
        [case.bytes for case in rights.cases],
        _support_out(rights.support) if rights.support else None,
        [(one.what, _milliseconds(one.at)) for one in rights.said],
        list(rights.address),
        _reminder_out(rights.reminder) if rights.reminder else None,
        _quarterly_out(rights.quarterly) if rights.quarterly else None,
    )


def _rights_in(body: _Body) -> Rights:
    return Rights(
        body.accepts_deposits,
        tuple(_grant_in(g) for g in body.grants),
        tuple(_mask_in(m) for m in body.masks),
        tuple(Block(_party_in(b.party, b.practitioner), BlockKind(b.what), _since(b.since)) for b in body.blocks),
        body.authors_read,
        body.chest,
        body.hides_new,
        frozenset(DocumentId(UUID(bytes=d)) for d in body.shown),
        frozenset(DocumentId(UUID(bytes=d)) for d in body.announced),
        body.presumed,
        _emergency_in(body.emergency) if body.emergency else EmergencyWill(),
        tuple(_glass_in(g) for g in body.glasses),
        tuple(_card_in(c) for c in body.cards),
        tuple(_request_in(r) for r in body.requests),
        frozenset(body.purposes),
        tuple(_episode_in(e) for e in body.episodes),
        tuple(CaseId(UUID(bytes=c)) for c in body.cases),
        _support_in(body.support) if body.support else None,
        tuple(Said(what, _instant(at)) for what, at in body.said),
        tuple(body.address),
        _reminder_in(body.reminder) if body.reminder else None,
        _quarterly_in(body.quarterly) if body.quarterly else None,
    )


# ---------------------------------------------------------------- parties, scopes, instants


def _number(who: Recipient | None) -> str:
    return who.identifier if who is not None and who.kind is RecipientKind.PRACTITIONER else ""


def _party_out(who: Recipient | None) -> _Party | None:
    if who is None or (who.kind is RecipientKind.PRACTITIONER and not who.name and not who.members):
        return None
    return _Party(who.kind.value, who.identifier, sorted(who.members), who.name)


def _party_in(party: _Party | None, practitioner: str) -> Recipient:
    if party is None:
        return Recipient(RecipientKind.PRACTITIONER, practitioner)
    members = frozenset(Rpps(one) for one in party.members)
    return Recipient(RecipientKind(party.kind), party.identifier, members, party.name)


def _scope_out(scope: Scope) -> _Scope:
    return _Scope(scope.kind.value, sorted(scope.categories), sorted(d.bytes for d in scope.documents))


def _scope_in(kind: str, categories: list[int], documents: list[bytes]) -> Scope:
    return Scope(ScopeKind(kind), frozenset(categories), frozenset(UUID(bytes=d) for d in documents))


def _milliseconds(at: datetime | None) -> int:
    """Return an instant as it is kept, cut to its millisecond: an end is never later than what she said."""
    return (at - _EPOCH) // _MILLISECOND if at else 0


def _since(milliseconds: int) -> datetime | None:
    return _instant(milliseconds) if milliseconds else None


def _instant(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


# ---------------------------------------------------------------- each thing she wants


def _grant_out(grant: Grant) -> _Grant:
    scope = _scope_out(grant.scope)
    return _Grant(
        grant.grant_id.bytes,
        _number(grant.to),
        scope.kind,
        scope.categories,
        scope.documents,
        grant.purpose,
        _milliseconds(grant.starts),
        _milliseconds(grant.ends),
        _party_out(grant.to),
        grant.matrix,
        grant.card.bytes if grant.card else b"",
        grant.episode.bytes if grant.episode else b"",
        grant.sees_hidden,
    )


def _grant_in(row: _Grant) -> Grant:
    return Grant(
        GrantId(UUID(bytes=row.grant_id)),
        _party_in(row.party, row.practitioner),
        _scope_in(row.scope, row.categories, row.documents),
        row.purpose,
        _instant(row.starts),
        _instant(row.ends),
        row.matrix,
        CardId(UUID(bytes=row.card)) if row.card else None,
        EpisodeId(UUID(bytes=row.episode)) if row.episode else None,
        row.sees_hidden,
    )


def _mask_out(mask: Mask) -> _Mask:
    return _Mask(
        mask.mask_id.bytes,
        mask.document.bytes if mask.document else b"",
        mask.category or 0,
        _number(mask.hidden_from),
        _milliseconds(mask.since),
        _party_out(mask.hidden_from),
        mask.episode.bytes if mask.episode else b"",
    )


def _mask_in(row: _Mask) -> Mask:
    return Mask(
        MaskId(UUID(bytes=row.mask_id)),
        DocumentId(UUID(bytes=row.document)) if row.document else None,
        row.category or None,
        _party_in(row.party, row.practitioner) if row.party or row.practitioner else None,
        _since(row.since),
        EpisodeId(UUID(bytes=row.episode)) if row.episode else None,
    )


def _emergency_out(will: EmergencyWill) -> _Emergency:
    return _Emergency(will.regulator, will.bedside, will.hidden, _scope_out(will.scope), _milliseconds(will.since))


def _emergency_in(row: _Emergency) -> EmergencyWill:
    scope = _scope_in(row.scope.kind, row.scope.categories, row.scope.documents)
    return EmergencyWill(row.regulator, row.bedside, row.hidden, scope, _since(row.since))


def _glass_out(glass: BrokenGlass) -> _Glass:
    starts, ends = _milliseconds(glass.starts), _milliseconds(glass.ends)
    return _Glass(glass.glass_id.bytes, glass.who, glass.kind.value, starts, ends, glass.second or "", glass.account)


def _glass_in(row: _Glass) -> BrokenGlass:
    return BrokenGlass(
        GlassId(UUID(bytes=row.glass_id)),
        Rpps(row.who),
        GlassKind(row.kind),
        _instant(row.starts),
        _instant(row.ends),
        Rpps(row.second) if row.second else None,
        row.account,
    )


def _card_out(card: AccessCard) -> _Card:
    return _Card(
        card.card_id.bytes,
        card.number,
        card.term,
        card.pin,
        _scope_out(card.scope),
        card.purpose,
        card.uses_left,
        card.hours,
        _milliseconds(card.since),
        _milliseconds(card.ends),
        card.matrix,
        card.wrong,
    )


def _card_in(row: _Card) -> AccessCard:
    return AccessCard(
        CardId(UUID(bytes=row.card_id)),
        row.number,
        row.term,
        row.pin,
        _scope_in(row.scope.kind, row.scope.categories, row.scope.documents),
        row.purpose,
        row.uses_left,
        row.hours,
        _instant(row.since),
        _instant(row.ends),
        row.matrix,
        row.wrong,
    )


def _request_out(request: AccessRequest) -> _Request:
    return _Request(
        request.request_id.bytes,
        request.practitioner,
        request.name,
        request.profession,
        request.structure,
        _scope_out(request.scope),
        request.purpose,
        request.days,
        _milliseconds(request.made),
    )


def _request_in(row: _Request) -> AccessRequest:
    return AccessRequest(
        RequestId(UUID(bytes=row.request_id)),
        Rpps(row.practitioner),
        row.name,
        row.profession,
        row.structure,
        _scope_in(row.scope.kind, row.scope.categories, row.scope.documents),
        row.purpose,
        row.days,
        _instant(row.made),
    )


def _episode_out(one: Episode) -> _Episode:
    documents = sorted(d.bytes for d in one.documents)
    return _Episode(one.episode_id.bytes, one.name, one.key, documents, [_mask_out(m) for m in one.hides])


def _episode_in(row: _Episode) -> Episode:
    documents = frozenset(DocumentId(UUID(bytes=d)) for d in row.documents)
    hides = tuple(_mask_in(m) for m in row.hides)
    return Episode(EpisodeId(UUID(bytes=row.episode_id)), row.name, row.key, documents, hides)


def _support_out(one: Support) -> _Support:
    starts, ends = _milliseconds(one.starts), _milliseconds(one.ends)
    return _Support(one.ticket, starts, ends, one.sees_journal, one.asked_by, one.opened_by)


def _support_in(row: _Support) -> Support:
    starts, ends = _instant(row.starts), _instant(row.ends)
    return Support(row.ticket, starts, ends, row.sees_journal, row.asked_by, row.opened_by)


def _reminder_out(reminder: Reminder) -> _Reminder:
    return _Reminder(reminder.months, reminder.notice.bytes, _milliseconds(reminder.since))


def _reminder_in(row: _Reminder) -> Reminder:
    return Reminder(row.months, UUID(bytes=row.notice), _instant(row.since))


def _quarterly_out(quarterly: Quarterly) -> _Quarterly:
    return _Quarterly(quarterly.notice.bytes, _milliseconds(quarterly.since))


def _quarterly_in(row: _Quarterly) -> Quarterly:
    return Quarterly(UUID(bytes=row.notice), _instant(row.since))
