"""The keeper's rounds: erase what its owner closed, sweep what crashed halfway, drop what has had its time.

Erasure: the state `closing` and its entry are already committed; here the key is overwritten and deleted first, then the
rows, and only then the signed certificate joins the list that every restore replays. Each step may be repeated.
Guarantee: G8. Source: docs/decisions/0005.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Protocol
from uuid import UUID

from espace_sante.journal.entry import ChainBroken, open_record
from espace_sante.keeper import destroyed
from espace_sante.keeper.commit import NOBODY
from espace_sante.keeper.deadlines import Deadlines
from espace_sante.keeper.destroyed import ERASED, Intention, Signed
from espace_sante.keeper.gather import SQL, Gatherer
from espace_sante.keeper.keyring import Keyring
from espace_sante.keeper.late_cases import count_late
from espace_sante.keeper.reckon import Reckoner
from espace_sante.keeper.reveal import Revealer
from espace_sante.keeper.rights_body import open_will
from espace_sante.keeper.watching import Watcher
from espace_sante.kernel.database import Connection
from espace_sante.vault.destroy import certify_destruction
from espace_sante.vault.destroyed_list import intend
from espace_sante.vault.envelope import SealBroken
from espace_sante.vault.keys import ServiceKeys

PAGE = 1000
# How long what was sent stays on her pages.
KEPT = timedelta(days=366)
_log = logging.getLogger("espace_sante.keeper")


class Objects(Protocol):
    """Where the sealed bytes of documents stand; fulfilled in adapters."""

    def delete(self, name: UUID) -> None:
        """Remove what stands under a name."""
        ...

    def names(self) -> Iterable[tuple[UUID, float]]:
        """Yield every name with the instant it was written (seconds since 1970)."""
        ...


class Upkeep:
    """Runs one round at a time, over its own connection."""

    def __init__(
        self,
        connect: Callable[[], Awaitable[Connection]],
        keyring: Keyring,
        service: ServiceKeys,
        gatherer: Gatherer,
        objects: Objects,
        deadlines: Deadlines,
        reckoner: Reckoner,
        revealer: Revealer,
        watcher: Watcher,
    ) -> None:
        self._watcher = watcher
        self._revealer = revealer
        self._reckoner = reckoner
        self._connect = connect
        self._keyring = keyring
        self._service = service
        self._gatherer = gatherer
        self._objects = objects
        self._deadlines = deadlines

    async def round(self, kind: str, now: datetime) -> dict[str, int]:
        """Do one round: "erase", "purge", "presume", "reveal", "watch", "mark" or "reckon"; raises ValueError for another word."""
        connection = await self._connect()
        try:
            if kind == "erase":
                ended = await self._deadlines.archives(connection, now)
                return {"ended": ended, "erased": await self._erase(connection, now)}
            if kind == "presume":
                return {"presumed": await self._deadlines.presumptions(connection, now)}
            if kind == "purge":
                return await self._purge(connection, now)
            if kind == "reveal":
                return await self._revealer.reveal(connection, now)
            if kind == "watch":
                return await self._watcher.watch(connection, now)
            if kind == "mark":
                await self._reckoner.mark(connection)
                return {}
            if kind == "reckon":
                return await self._reckoner.reckon(connection, now)
            raise ValueError("unknown round")
        finally:
            await connection.close()

    async def _erase(self, connection: Connection, now: datetime) -> int:
        """Erase what waits; one space that cannot be erased is said in the log and never keeps the others."""
        erased = 0
        await destroyed.number_those_of_before(connection, self._service)
        for row in await connection.fetch(SQL["closing_spaces"]):
            try:
                await self.erase(connection, row["space_id"], now)
                erased += 1
            except (LookupError, ValueError, SealBroken, ChainBroken) as fault:
                _log.error("a space was not erased: %s", type(fault).__name__)
        return erased

    async def erase(self, connection: Connection, space: UUID, now: datetime) -> None:
        """Destroy one closing space: intention, key, then rows and objects, certificate and state together.

        The intention keeps what the certificate will say, so that a crash after the destruction loses nothing.
        """
        await self._intend(connection, space)
        await self._keyring.destroy(space)
        for row in await connection.fetch(SQL["rows_of"], [space]):
            self._objects.delete(row["row_id"])
        intention = destroyed.decode(await connection.fetchval(SQL["destroyed_of"], space))
        async with connection.transaction():
            if isinstance(intention, Intention):
                signed = certify_destruction(
                    self._service.sign, journal=intention.journal, blob_sha256=intention.blob_sha256, at=now
                )
                kept = destroyed.encode(Signed(signed.payload, signed.signature))
                await connection.execute(SQL["put_certificate"], space, kept)
                await destroyed.number(connection, self._service, space, signed)
            for name in ERASED:
                await connection.execute(SQL[name], [space])
            await connection.execute(SQL["close_head"], [space])
        self._gatherer.forget(space)

    async def _intend(self, connection: Connection, space: UUID) -> None:
        if await connection.fetchval(SQL["destroyed_of"], space) is not None:
            return
        held = (await self._keyring.of([space]))[space].space
        rights = await connection.fetchrow(SQL["rights_of"], space)
        if rights is not None:
            cases = open_will(rights["sealed"], rights["version"], held).rights.cases
            await connection.execute(SQL["close_cases"], list(cases))
        first = await connection.fetchrow(SQL["first_entry"], space)
        if first is None:
            raise LookupError("a space without a first entry")
        commitment = bytes.fromhex(open_record(held.record_key, space, 0, first["sealed"])["prev"])
        blob = await self._keyring.fingerprint(space)
        one = intend(self._service.sign, space=space, journal=commitment, blob_sha256=blob)
        kept = destroyed.encode(Intention(commitment, blob, one.signature))
        await connection.execute(SQL["put_intention"], space, kept)

    async def _purge(self, connection: Connection, now: datetime) -> dict[str, int]:
        today = now.date()
        return {
            "sessions": _count(await connection.execute(SQL["old_sessions"], today)),
            "words": _count(await connection.execute(SQL["old_words"], today)),
            "apps": _count(await connection.execute(SQL["old_app_families"], today)),
            "app_tokens": _count(await connection.execute(SQL["old_app_tokens"], today)),
            "keys": _count(await connection.execute(SQL["old_keys"], today)),
            "coupons": _count(await connection.execute(SQL["purge_coupons"], today)),
            "pages": await self._old_pages(connection, today),
            "agent_days": _count(await connection.execute(SQL["old_agent_days"], today)),
            "provings": _count(await connection.execute(SQL["old_provings"], today)),
            "visits": _count(await connection.execute(SQL["old_visits"], today)),
            "prints": _count(await connection.execute(SQL["old_prints"], today)),
            "terms": _count(await connection.execute(SQL["old_terms"], today)),
            "powers": _count(await connection.execute(SQL["old_held"], today)),
            "messages": _count(await connection.execute(SQL["old_messages"], (now - KEPT).date())),
            "questions": _count(await connection.execute(SQL["old_questions"], today)),
            "late": await count_late(connection.fetch, today),
            "invitations": await self._deadlines.unanswered(connection, now),
            "orphans": await self._orphans(connection, now),
            "lost": _count(await connection.execute(SQL["erase_notices"], [NOBODY])),
            "objects": await self._lone_objects(connection, now),
        }

    async def _old_pages(self, connection: Connection, today: date) -> int:
        """Delete the pages of nobody that have had their time, row first: bytes without a row are swept."""
        rows = await connection.fetch(SQL["old_pages"], NOBODY, today)
        for row in rows:
            self._objects.delete(row["page_id"])
        return len(rows)

    async def _lone_objects(self, connection: Connection, now: datetime) -> int:
        """Delete the bytes stored at least a day ago that no row claims: deposits that crashed before their row."""
        before, deleted = (now - timedelta(days=1)).timestamp(), 0
        old = [name for name, written in self._objects.names() if written < before]
        for start in range(0, len(old), PAGE):
            page = old[start : start + PAGE]
            claimed = {row["row_id"] for row in await connection.fetch(SQL["rows_known"], page)}
            for name in page:
                if name not in claimed:
                    self._objects.delete(name)
                    deleted += 1
        return deleted

    async def _orphans(self, connection: Connection, now: datetime) -> int:
        """Sweep the blobs written at least a day ago that no head claims: openings that crashed between two databases."""
        swept, after = 0, UUID(int=0)
        before = (now - timedelta(days=1)).date()
        while page := await self._keyring.orphans(before, after):
            after = page[-1]
            claimed = {row["space_id"] for row in await connection.fetch(SQL["known_heads"], page)}
            orphans = [space for space in page if space not in claimed]
            swept += await self._keyring.sweep(orphans) if orphans else 0
        return swept


def _count(status: str) -> int:
    return int(status.rpartition(" ")[2])
