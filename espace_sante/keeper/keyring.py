"""The keys the keeper holds: the master key, the service's own, and those of the spaces it is serving.

Space keys are kept in clear in a small bounded cache, for a minute at most. A cache is never needed for correctness: an erased
space is refused by the state of its head, whatever is cached.
Guarantee: G7, G8. Source: docs/specs/envelope.md.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from asyncpg import Record

from espace_sante.journal.entry import JournalKeys
from espace_sante.keeper.tally import BLOBS, Tally
from espace_sante.kernel.database import Connection, dropped_when_broken, queries
from espace_sante.vault.keys import (
    ServiceKeys,
    SpaceKeys,
    new_service_keys,
    pack_blob,
    pack_service_blob,
    unpack_blob,
    unpack_service_blob,
)

_SQL = queries("espace_sante.vault")
HELD_SECONDS = 60.0


def read_master_keys(path: Path) -> dict[int, bytes]:
    """Read the trial keystore: one file of 32 bytes, version 1. Raises ValueError when it is not one."""
    key = path.read_bytes()
    if len(key) != 32:
        raise ValueError("the master key file does not hold 32 bytes")
    return {1: key}


async def service_key(keys: Connection, masters: Mapping[int, bytes]) -> bytes:
    """Return the service's public key as the master key shows it: nobody without that key can put another in a backup.

    Raises SealBroken when this master key does not open it, LookupError when there is none.
    """
    blob = await keys.fetchval("SELECT blob FROM vault.service_blob WHERE name = 'service'")
    if blob is None:
        raise LookupError("no service")
    return unpack_service_blob(blob, masters).verification_key


@dataclass(frozen=True, slots=True)
class Held:
    """The keys of one space, and its journal's with their yearly subkeys."""

    space: SpaceKeys
    journal: JournalKeys


class Keyring:
    """Opens, makes and destroys the blobs of the key database; one connection, one statement at a time, reconnecting."""

    def __init__(
        self,
        connect: Callable[[], Awaitable[Connection]],
        masters: Mapping[int, bytes],
        *,
        cache_size: int = 4096,
        monotonic: Callable[[], float] = time.monotonic,
        tally: Tally | None = None,
    ) -> None:
        self._tally = tally or Tally()
        self._connect = connect
        self._connection: Connection | None = None
        self._one_at_a_time = asyncio.Lock()
        self._masters = masters
        self._version = max(masters)
        self._cache: OrderedDict[UUID, tuple[float, Held]] = OrderedDict()
        self._cache_size = cache_size
        self._monotonic = monotonic

    async def service(self) -> ServiceKeys:
        """Return the service's own keys, made at the very first start."""
        found = await self._fetch("service_blob")
        if not found:
            fresh = pack_service_blob(new_service_keys(), self._masters[self._version], self._version)
            await self._fetch("put_service_blob", self._version, fresh)
            found = await self._fetch("service_blob")
        return unpack_service_blob(found[0]["blob"], self._masters)

    async def of(self, spaces: Iterable[UUID]) -> dict[UUID, Held]:
        """Return the keys of those of the spaces that still have some."""
        found: dict[UUID, Held] = {}
        missing: list[UUID] = []
        self._forget_old()
        for space in set(spaces):
            held = self._cache.get(space)
            if held is None:
                missing.append(space)
            else:
                found[space] = held[1]
        if missing:
            for row in await self._fetch("blobs", missing):
                space = row["space_id"]
                self._tally.add(BLOBS)
                found[space] = self._remember(unpack_blob(row["blob"], self._masters, space))
        return found

    async def keep(self, keys: SpaceKeys, today: date) -> None:
        """Write the blob of a new space. Without a head it is an orphan, swept after a day."""
        blob = pack_blob(keys, self._masters[self._version], self._version)
        await self._fetch("put_blob", keys.space, self._version, blob, today)

    async def fingerprint(self, space: UUID) -> bytes:
        """Return the SHA-256 of a space's blob; raises LookupError when there is none."""
        rows = await self._fetch("blobs", [space])
        if not rows:
            raise LookupError("no blob")
        return hashlib.sha256(rows[0]["blob"]).digest()

    async def destroy(self, space: UUID) -> None:
        """Overwrite then delete the blob of a space; nothing to do when it is already gone."""
        self.forget(space)
        async with self._one_at_a_time:
            connection = await self._open()
            with dropped_when_broken(connection):
                async with connection.transaction():  # bytes that are nobody's blob are never met by a reading
                    for row in await connection.fetch(_SQL["blobs"], [space]):
                        await connection.fetch(_SQL["overwrite_blob"], space, os.urandom(len(row["blob"])))
                        await connection.fetch(_SQL["delete_blob"], space)
        self.forget(space)  # a reading may have asked for it meanwhile

    def forget(self, space: UUID) -> None:
        """Drop a space's keys from memory."""
        self._cache.pop(space, None)

    async def orphans(self, before: date, after: UUID) -> list[UUID]:
        """Return up to a thousand spaces, above `after`, whose blob was written before a day."""
        return [row["space_id"] for row in await self._fetch("old_blobs", before, after)]

    async def sweep(self, spaces: list[UUID]) -> int:
        """Delete the blobs of these spaces."""
        return len(await self._fetch("delete_blobs", spaces))

    async def _fetch(self, name: str, *arguments: object) -> list[Record]:
        async with self._one_at_a_time:
            connection = await self._open()
            with dropped_when_broken(connection):
                return await connection.fetch(_SQL[name], *arguments)

    async def _open(self) -> Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await self._connect()
        return self._connection

    def _remember(self, keys: SpaceKeys) -> Held:
        held = Held(keys, JournalKeys(keys.journal))
        self._cache.pop(keys.space, None)
        self._cache[keys.space] = (self._monotonic(), held)
        if len(self._cache) > self._cache_size:
            self._cache.popitem(last=False)
        return held

    def _forget_old(self) -> None:
        """Drop what was opened more than a minute ago; the oldest stand first."""
        limit = self._monotonic() - HELD_SECONDS
        while self._cache:
            space, (since, _) = next(iter(self._cache.items()))
            if since > limit:
                break
            del self._cache[space]
