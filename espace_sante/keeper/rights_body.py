"""The sealed body of a person's will: `consent.rights`, between its bytes and its frozen value.

Associated data binds the space and the row's own version, so that a body from another space or another time does not open.
A body from an earlier version is read, and what it does not say gives nothing: it blocks nobody, its masks have no date, no
emergency reads anything, no author reads his deposit again.
Source: docs/specs/rows.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import msgspec

from espace_sante.consent.rights import Rights
from espace_sante.keeper.rights_in import rights_in
from espace_sante.keeper.rights_out import will_out
from espace_sante.keeper.rights_rows import WillRow
from espace_sante.kernel.ids import PersonId
from espace_sante.vault.envelope import open_sealed, seal
from espace_sante.vault.keys import SpaceKeys

_ENCODE = msgspec.msgpack.Encoder().encode
_DECODE = msgspec.msgpack.Decoder(WillRow).decode


@dataclass(frozen=True, slots=True)
class Will:
    """A person's will as kept: her public id, her rights, and the version of the row it came from."""

    person: PersonId
    rights: Rights
    version: int


def seal_will(will: Will, keys: SpaceKeys) -> bytes:
    """Return the sealed body of a will."""
    return bytes(seal(keys.rights_key, _ENCODE(will_out(will.person, will.rights)), _context(keys.space, will.version)))


def open_will(sealed: bytes, version: int, keys: SpaceKeys) -> Will:
    """Return the will; raises SealBroken when it is not this space's, not this version's, or was altered."""
    body = _DECODE(open_sealed(keys.rights_key, sealed, _context(keys.space, version)))
    return Will(PersonId(UUID(bytes=body.person)), rights_in(body), version)


def _context(space: UUID, version: int) -> bytes:
    return b"rights|" + space.bytes + b"|" + version.to_bytes(8, "big")
