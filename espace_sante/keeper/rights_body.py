"""The sealed body of a person's will: `consent.rights`, between its bytes and its frozen value.

Associated data binds the space and the row's own version, so that a body from another space or another time does not open.
A body from before blocks and dates is read: it blocks nobody, and its masks have no date.
Source: docs/specs/rows.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from espace_sante.consent.rights import Block, BlockKind, Grant, Mask, Rights, Scope, ScopeKind
from espace_sante.kernel.ids import DocumentId, GrantId, MaskId, PersonId, Rpps
from espace_sante.vault.envelope import open_sealed, seal
from espace_sante.vault.keys import SpaceKeys


class _Grant(msgspec.Struct, frozen=True, array_like=True):
    grant_id: bytes
    practitioner: str
    scope: str
    categories: list[int]
    documents: list[bytes]
    purpose: str
    starts: int
    ends: int


class _Mask(msgspec.Struct, frozen=True, array_like=True):
    mask_id: bytes
    document: bytes
    category: int
    practitioner: str
    since: int = 0


class _Block(msgspec.Struct, frozen=True, array_like=True):
    practitioner: str
    what: str
    since: int


class _Body(msgspec.Struct, frozen=True, array_like=True):
    person: bytes
    accepts_deposits: bool
    grants: list[_Grant]
    masks: list[_Mask]
    blocks: list[_Block] = []


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
    rights = will.rights
    body = _Body(
        will.person.bytes,
        rights.accepts_deposits,
        [_grant_out(g) for g in rights.grants],
        [_mask_out(m) for m in rights.masks],
        [_Block(b.practitioner, b.what.value, _milliseconds(b.since)) for b in rights.blocks],
    )
    return bytes(seal(keys.rights_key, _ENCODE(body), _context(keys.space, will.version)))


def open_will(sealed: bytes, version: int, keys: SpaceKeys) -> Will:
    """Return the will; raises SealBroken when it is not this space's, not this version's, or was altered."""
    body = _DECODE(open_sealed(keys.rights_key, sealed, _context(keys.space, version)))
    rights = Rights(
        body.accepts_deposits,
        tuple(_grant_in(g) for g in body.grants),
        tuple(_mask_in(m) for m in body.masks),
        tuple(Block(Rpps(b.practitioner), BlockKind(b.what), _since(b.since)) for b in body.blocks),
    )
    return Will(PersonId(UUID(bytes=body.person)), rights, version)


def _context(space: UUID, version: int) -> bytes:
    return b"rights|" + space.bytes + b"|" + version.to_bytes(8, "big")


def _grant_out(grant: Grant) -> _Grant:
    return _Grant(
        grant.grant_id.bytes,
        grant.practitioner,
        grant.scope.kind.value,
        sorted(grant.scope.categories),
        sorted(d.bytes for d in grant.scope.documents),
        grant.purpose,
        _milliseconds(grant.starts),
        _milliseconds(grant.ends),
    )


def _grant_in(row: _Grant) -> Grant:
    scope = Scope(ScopeKind(row.scope), frozenset(row.categories), frozenset(UUID(bytes=d) for d in row.documents))
    return Grant(
        GrantId(UUID(bytes=row.grant_id)),
        Rpps(row.practitioner),
        scope,
        row.purpose,
        _instant(row.starts),
        _instant(row.ends),
    )


def _mask_out(mask: Mask) -> _Mask:
    document = mask.document.bytes if mask.document else b""
    return _Mask(mask.mask_id.bytes, document, mask.category or 0, mask.practitioner or "", _milliseconds(mask.since))


def _mask_in(row: _Mask) -> Mask:
    document = DocumentId(UUID(bytes=row.document)) if row.document else None
    return Mask(
        MaskId(UUID(bytes=row.mask_id)),
        document,
        row.category or None,
        Rpps(row.practitioner) if row.practitioner else None,
        _since(row.since),
    )


def _milliseconds(at: datetime | None) -> int:
    return round(at.timestamp() * 1000) if at else 0


def _since(milliseconds: int) -> datetime | None:
    return _instant(milliseconds) if milliseconds else None


def _instant(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
