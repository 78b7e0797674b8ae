"""One line of an account's own list: for whom it may act, in the holder's own words, until when.

Sealed under the service's key and bound to its row; it names no space and nothing the person wrote. It decides nothing: her own
will says at each demand whether the power still holds. Source: docs/decisions/0058; docs/specs/rows.md.
"""

from __future__ import annotations

from uuid import UUID

import msgspec

from espace_sante.keeper.demand import HeldPower
from espace_sante.vault.envelope import SealBroken, open_sealed, seal
from espace_sante.vault.keys import ServiceKeys, derive

_ENCODE = msgspec.msgpack.Encoder().encode
_DECODE = msgspec.msgpack.Decoder(HeldPower).decode


def seal_held(held: HeldPower, service: ServiceKeys, holder: bytes, power: UUID) -> bytes:
    """Return the sealed line."""
    return bytes(seal(derive(service.directory, "held"), _ENCODE(held), _context(holder, power)))


def open_held(sealed: bytes, service: ServiceKeys, holder: bytes, power: UUID) -> HeldPower | None:
    """Return a line, None for one that is another's or was altered."""
    try:
        return _DECODE(open_sealed(derive(service.directory, "held"), sealed, _context(holder, power)))
    except (SealBroken, msgspec.DecodeError):
        return None


def _context(holder: bytes, power: UUID) -> bytes:
    return b"held|" + holder + power.bytes
