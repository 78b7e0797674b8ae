"""Reading what a deposit needs: what its space holds already, whose it is; and the key it is sealed to, or a decoy.

The same work whether there is a space or not: a deposit must not tell by its time who has one. Guarantee: G3, G11.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from functools import partial
from uuid import UUID

import msgspec

from espace_sante.identity.person import PersonTraits
from espace_sante.keeper.acts.deposits import deposited, traits_value
from espace_sante.keeper.demand import Traits
from espace_sante.keeper.gathered import NOWHERE, Pending
from espace_sante.keeper.keyring import Keyring
from espace_sante.keeper.origin import unique_terms
from espace_sante.keeper.situation import Extra
from espace_sante.kernel.database import Connection, queries
from espace_sante.kernel.ids import parse_document_id
from espace_sante.vault.envelope import open_sealed
from espace_sante.vault.keys import ServiceKeys, SpaceKeys, new_space_keys, term

SQL = queries("espace_sante.keeper")
DECOYS = 4096
_TRAITS = msgspec.msgpack.Decoder(Traits).decode


class DepositFacts:
    """Reads the facts of the deposits of a batch, and holds the decoys that stand for the spaces there are not."""

    def __init__(self, keyring: Keyring, service: ServiceKeys) -> None:
        self._keyring = keyring
        self._service = service
        self._decoys: dict[bytes, bytes] = {}
        self._decoy = new_space_keys(NOWHERE, partial(_unchanging, service))

    async def gather(
        self,
        connection: Connection,
        indexes: list[int],
        batch: Sequence[Pending],
        spaces: Sequence[UUID | None],
        extras: list[Extra],
    ) -> None:
        """Add to the facts of each deposit what its space holds already, and whose it is."""
        # The same statements whether there is a space or not: a deposit must not tell by its time who has one.
        asked = {i: spaces[i] or NOWHERE for i in indexes}
        held = {space: h.space for space, h in (await self._keyring.of(set(asked.values()) - {NOWHERE})).items()}
        keys = {i: held.get(space, self._decoy) for i, space in asked.items()}
        await self._held(connection, asked, keys, batch, extras)
        sealed = {r["space_id"]: r["sealed"] for r in await connection.fetch(SQL["persons"], list(asked.values()))}
        claimed = [
            term(self._service.directory, "ins", one.claimed_ins)
            for i in indexes
            for one in deposited(batch[i].params)
            if one.claimed_ins
        ]
        mine = {r["term"]: r["space_id"] for r in await connection.fetch(SQL["spaces_of"], claimed)} if claimed else {}
        for i, space in asked.items():
            if space in sealed and space in held:
                extras[i].person = person_of(held[space], sealed[space])
            extras[i].terms = frozenset(t for t, s in mine.items() if s == space)

    async def _held(
        self,
        connection: Connection,
        asked: dict[int, UUID],
        keys: dict[int, SpaceKeys],
        batch: Sequence[Pending],
        extras: list[Extra],
    ) -> None:
        """Find what the spaces hold already: under the identifiers deposited, and what is to be replaced."""
        terms: list[tuple[UUID, bytes]] = []
        rows: list[tuple[UUID, UUID]] = []
        for i, space in asked.items():
            for one in deposited(batch[i].params):
                session = batch[i].session
                terms += [(space, each) for each in unique_terms(keys[i], session, one.unique_id)]
                public = parse_document_id(one.replaces)
                if public is not None:
                    rows.append((space, public[1]))
                elif one.replaces:
                    terms += [(space, each) for each in unique_terms(keys[i], session, one.replaces)]
        same = await connection.fetch(SQL["same_documents"], [s for s, _ in terms], [t for _, t in terms])
        named = await connection.fetch(SQL["documents_of"], [s for s, _ in rows], [r for _, r in rows]) if rows else []
        for i, space in asked.items():
            extras[i].held = {r["unique_term"]: r for r in same if r["space_id"] == space}
            extras[i].named = {r["row_id"]: r for r in named if r["space_id"] == space}

    def decoy_for(self, terms: Sequence[bytes]) -> bytes:
        """Return a public key nobody opens, the same each time for one person; kept as those of spaces are."""
        seed = terms[0] if terms else b""
        found = self._decoys.get(seed)
        if found is None:
            if len(self._decoys) >= DECOYS:
                self._decoys.clear()
            keys = new_space_keys(NOWHERE, partial(_unchanging, self._service, seed=seed))
            found = self._decoys[seed] = keys.deposit_public
        return found


def person_of(keys: SpaceKeys, sealed: bytes) -> PersonTraits:
    """Return who a space is of."""
    return traits_value(_TRAITS(open_sealed(keys.identity_key, sealed, b"person|" + keys.space.bytes)))


def _unchanging(service: ServiceKeys, length: int, *, seed: bytes = b"") -> bytes:
    """Return bytes that stay the same for the life of the service: a decoy is not redrawn at each start."""
    return hmac.digest(service.directory, b"espace-keeper/v1/decoy" + seed, "sha256")[:length]
