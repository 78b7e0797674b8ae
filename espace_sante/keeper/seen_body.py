"""Who read in a space already, and the first accesses she has still to say something of: one sealed row of each space.

Source: docs/decisions/0067; docs/specs/rows.md.
"""

from __future__ import annotations

from uuid import UUID

import msgspec

from espace_sante.vault.envelope import open_sealed, seal
from espace_sante.vault.keys import SpaceKeys

# Shown on her pages; older ones are in her journal.
FIRSTS_MOST = 20


class First(msgspec.Struct, frozen=True, omit_defaults=True):
    """A first access: the line of her journal, its number, when, who; `said`: "" until she says that she expected it.

    `notice`: the line of her outbox that a letter would say it with.
    """

    entry: str
    seq: int
    at: str
    name: str
    structure: str = ""
    notice: str = ""
    said: str = ""


class Seen(msgspec.Struct, frozen=True, omit_defaults=True):
    """`known`: the numbers of those who read; `firsts`: the most recent last."""

    v: int = 1
    known: tuple[str, ...] = ()
    firsts: tuple[First, ...] = ()


_DECODE = msgspec.json.Decoder(Seen).decode
_ENCODE = msgspec.json.Encoder(order="sorted").encode


def seal_seen(seen: Seen, keys: SpaceKeys, version: int) -> bytes:
    """Return the sealed body of the row."""
    return bytes(seal(keys.receipt_key, _ENCODE(seen), _context(keys.space, version)))


def open_seen(sealed: bytes, keys: SpaceKeys, version: int) -> Seen:
    """Return it; raises SealBroken when it is another's, of another version, or was altered."""
    return _DECODE(open_sealed(keys.receipt_key, sealed, _context(keys.space, version)))


def _context(space: UUID, version: int) -> bytes:
    return b"seen|" + space.bytes + b"|" + version.to_bytes(4, "big")
