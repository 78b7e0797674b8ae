"""How an entry of her journal names a document: by its number, or sealed until she may know of it.

Every deposit by a professional names its documents sealed, whatever they are, so that one which waits to be announced has the
same entry as any other; so does a reading of one that waits. The keeper opens the name when it gives her the journal, as soon
as she may see the document. Nothing is left out of the journal: the name is in it from the first day (guarantees G5, G6).
Source: docs/decisions/0032.
"""

from __future__ import annotations

import base64
import binascii
import os
import struct
from collections.abc import Set as AbstractSet
from datetime import datetime
from uuid import UUID

from espace_sante.keeper.origin import Facts
from espace_sante.keeper.situation import Situation
from espace_sante.vault.envelope import RandomBytes, SealBroken, unwrap, wrap
from espace_sante.vault.keys import SpaceKeys

_KIND, _SEALED = "document:", "sealed."
_BODY = struct.Struct(">16sQ")
_CONTEXT = b"entry-name"


def name_of(row: UUID, kind: str = "document") -> str:
    """Name a document by its number."""
    return f"{kind}:{row.hex}"


def sealed_name(s: Situation, row: UUID, facts: Facts) -> str:
    """Name a document without telling which before she may know of it; the same length whatever it is."""
    return _sealed_name(s.keys, row, facts.release, s.random)


def document_name(keys: SpaceKeys, row: UUID, release: int) -> str:
    """Name a document in a line the calendar writes: by its number, sealed when she is not to know of it before `release`."""
    return _sealed_name(keys, row, release, os.urandom) if release else name_of(row)


def _sealed_name(keys: SpaceKeys, row: UUID, release: int, random_bytes: RandomBytes) -> str:
    sealed = wrap(keys.name_key, _BODY.pack(row.bytes, release), _CONTEXT + keys.space.bytes, random_bytes=random_bytes)
    return f"{_KIND}{_SEALED}{base64.urlsafe_b64encode(sealed).rstrip(b'=').decode()}"


def document_told(name: str, keys: SpaceKeys, announced: AbstractSet[UUID], now: datetime) -> UUID | None:
    """Return the document that an object of an entry names, when she may know of it; None for any other object."""
    found = _opened(name, keys)
    if found is None:
        return None
    document, release = found
    return document if release <= now.timestamp() * 1000 or document in announced else None


def document_of(name: str, keys: SpaceKeys) -> UUID | None:
    """Return the document that an object of an entry names, told to her or not: for what the keeper looks up, never for her."""
    found = _opened(name, keys)
    return found[0] if found is not None else None


def _opened(name: str, keys: SpaceKeys) -> tuple[UUID, int] | None:
    """Return the row named and the instant (milliseconds since 1970) from which she may know of it whatever happens."""
    kind, _, value = name.partition(_KIND)
    if kind or not value:
        return None
    try:
        if not value.startswith(_SEALED):
            return UUID(hex=value), 0
        sealed = base64.urlsafe_b64decode(value.removeprefix(_SEALED) + "==")
        row, release = _BODY.unpack(unwrap(keys.name_key, sealed, _CONTEXT + keys.space.bytes))
    except (SealBroken, ValueError, binascii.Error, struct.error):
        return None
    return UUID(bytes=row), release
