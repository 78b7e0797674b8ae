"""One version of a resource as the keeper keeps it: who wrote it, when, its facts; and the wrapping of its key.

Written by the keeper, sealed under the space's own key and bound to the row and its version: nothing of it stands in clear, and
its length tells neither a type, nor a will of hers, nor that it was deleted. Source: docs/specs/resource.md, docs/specs/rows.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import msgspec
from asyncpg import Record

from espace_sante.keeper.leaning import leans_in, leans_out
from espace_sante.keeper.origin import Depositor
from espace_sante.keeper.situation import Session
from espace_sante.records.resource import body_context, resource_key_context
from espace_sante.records.resource_terms import UNKNOWN
from espace_sante.vault.envelope import open_sealed, seal, unwrap, wrap
from espace_sante.vault.keys import SpaceKeys


@dataclass(frozen=True, slots=True)
class ResourceOrigin:
    """Who wrote a version and when (milliseconds since 1970), and what a decision asks besides the category.

    `type_code`: the code of the document that would say the same; `born_hidden`: she hid new documents when the resource first
    came, or a sender of it asked for that since. `deleted`: this version says that the resource is no more. `terms`: what a
    search is narrowed by (records/resource_terms.py), "" in a row from before they existed. `leans`: the rows of the supporting
    resources it names (leaning.py).
    """

    writer: Depositor
    type_code: str
    updated: int
    born_hidden: bool = False
    deleted: bool = False
    terms: bytes = UNKNOWN
    leans: frozenset[bytes] = frozenset()


class _Body(msgspec.Struct, frozen=True, array_like=True):
    kind: str
    identifier: str
    structure: str
    type_code: str
    updated: int
    born_hidden: int
    deleted: int
    structure_id: str
    terms: bytes = b""
    leans: bytes = b""


_ENCODE = msgspec.msgpack.Encoder().encode
_DECODE = msgspec.msgpack.Decoder(_Body).decode
# Facts always take the same room, as those of a document (origin.py).
_TYPE_LENGTH = 24
_NO, _YES = 1, 2
_FIRST = 1 << 40
_KEY = 32


def seal_resource_origin(origin: ResourceOrigin, keys: SpaceKeys, row: UUID, version: int) -> bytes:
    """Return the sealed body of an origin."""
    who = origin.writer
    body = _Body(
        who.kind,
        who.identifier,
        who.structure,
        origin.type_code.ljust(_TYPE_LENGTH)[:_TYPE_LENGTH],
        _FIRST + origin.updated,
        _YES if origin.born_hidden else _NO,
        _YES if origin.deleted else _NO,
        who.structure_id,
        origin.terms,
        leans_out(origin.leans),
    )
    return bytes(seal(keys.origin_key, _ENCODE(body), _context(keys.space, row, version), compress=False))


def open_resource_origin(sealed: bytes, keys: SpaceKeys, row: UUID, version: int) -> ResourceOrigin:
    """Return an origin; raises SealBroken when it is not that of this row and version."""
    body = _DECODE(open_sealed(keys.origin_key, sealed, _context(keys.space, row, version)))
    return ResourceOrigin(
        Depositor(body.kind, body.identifier, body.structure, body.structure_id),
        body.type_code.rstrip(),
        body.updated - _FIRST,
        body.born_hidden == _YES,
        body.deleted == _YES,
        body.terms,
        leans_in(body.leans),
    )


def origin_of(row: Record, keys: SpaceKeys) -> ResourceOrigin:
    """Return the origin of one version as it was read; raises SealBroken."""
    return open_resource_origin(row["origin"], keys, row["row_id"], row["version"])


def written_by(session: Session, origin: ResourceOrigin) -> bool:
    """Say whether this account itself wrote this version."""
    writer = origin.writer
    return writer.kind == session.kind and "" != writer.identifier == session.identifier


def wrapped_key(keys: SpaceKeys, row: UUID, version: int, kind: tuple[int, int], key: bytes) -> bytes:
    """Return the key of a version wrapped under its compartment's; `kind`: type, category."""
    return wrap(keys.compartment_key(kind[1]), key, resource_key_context(keys.space, row, version, kind))


def open_resource_key(keys: SpaceKeys, row: Record) -> bytes:
    """Return the key of one version; raises SealBroken."""
    context = resource_key_context(keys.space, row["row_id"], row["version"], (row["type"], row["category"]))
    return unwrap(keys.compartment_key(row["category"]), row["wrapped"], context)


def nothing_sealed(row: UUID, version: int, random: Callable[[int], bytes]) -> tuple[bytes, bytes]:
    """Return a key and an empty body sealed under it: what stands in a version that says the resource was deleted."""
    key = random(_KEY)
    return key, bytes(seal(key, b"", body_context(row, version)))


def _context(space: UUID, row: UUID, version: int) -> bytes:
    return b"resource-origin|" + space.bytes + row.bytes + version.to_bytes(4, "big")
