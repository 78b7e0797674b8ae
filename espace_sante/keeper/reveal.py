"""At its date, what a judge had read is told to her: each sealed line of an order is copied into her own chain, once.

The copies, the order that says it is told, and her notice are one transaction: a stop at any moment leaves all of it to do again, or
nothing. Each copy opens the institution's entry it comes from, so that she can check that it was published long before.
Guarantee: G5, G6. Source: docs/decisions/0043; docs/specs/entry.md §8.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
import orjson

from espace_sante.access.kinds import REVEALED
from espace_sante.access.order import WAITING
from espace_sante.access.rules import RULES_VERSION
from espace_sante.consent.rights import SpaceState
from espace_sante.journal.entry import (
    ChainBroken,
    Entry,
    Head,
    append,
    commitment_start,
    open_record,
    open_record_bytes,
    salt_of,
)
from espace_sante.keeper.commit import Move, StartAgain, move, write_order
from espace_sante.keeper.gather import SQL
from espace_sante.keeper.gather_proof import year_starts
from espace_sante.keeper.keyring import Held, Keyring
from espace_sante.keeper.named import document_name
from espace_sante.keeper.notice_body import Notice, seal_notice
from espace_sante.keeper.order_body import (
    NOBODY,
    KeptOrder,
    OrderChange,
    OrderState,
    emptied,
    kept_order,
    open_line,
    open_name,
    order_key,
    seal_order,
)
from espace_sante.keeper.origin import open_origin
from espace_sante.keeper.receipts import instant
from espace_sante.keeper.tally import ENTRY, LINES, NOTICES_DUE, NOTICES_WRITTEN, Tally
from espace_sante.kernel.database import Connection
from espace_sante.vault.envelope import SealBroken
from espace_sante.vault.keys import ServiceKeys

ACT = REVEALED  # of no actor's: the calendar does it
MOST_TRIES = 12
_TOLD = ("authority", "number", "dated", "law", "attended", "categories", "first", "last", "reveal", "accounts")
_FAULTS = (LookupError, ValueError, SealBroken, ChainBroken, StartAgain, msgspec.MsgspecError)
_log = logging.getLogger("espace_sante.keeper")


@dataclass(frozen=True, slots=True)
class Opened:
    """An entry of the institution's: its reference, its record in its canonical bytes, what opens its commitment, its sealed name."""

    entry: str
    record: bytes
    salt: bytes
    name: dict[str, Any]


class Revealer:
    """Tells what is due, over a connection that is lent to it."""

    def __init__(self, keyring: Keyring, service: ServiceKeys, build: str, tally: Tally) -> None:
        self._keyring = keyring
        self._service = service
        self._build = build
        self._tally = tally

    async def reveal(self, connection: Connection, now: datetime) -> dict[str, int]:
        """Tell every order whose day has come; one that cannot be told is said in the log and never keeps the others."""
        await self._never_confirmed(connection, now.date())
        revealed, gone, day, after = 0, 0, date.min, NOBODY
        while rows := await connection.fetch(SQL["orders_due"], now.date(), day, after):
            for row in rows:
                day, after = row["reveal_on"], row["order_id"]
                try:
                    told = await self._tell(connection, kept_order(self._service, row), now)
                except StartAgain:
                    _log.info("another keeper tells an order")
                    continue
                except _FAULTS as fault:
                    _log.error("alert: a sealed reading was not told: %s", type(fault).__name__)
                    continue
                revealed, gone = revealed + told, gone + (not told)
        return {"revealed": revealed, "without_space": gone}

    async def _never_confirmed(self, connection: Connection, today: date) -> None:
        for row in await connection.fetch(SQL["orders_never_confirmed"], today - WAITING):
            try:
                await self._end(connection, kept_order(self._service, row), OrderState.NEVER_CONFIRMED)
            except _FAULTS as fault:
                _log.error("an order was not ended: %s", type(fault).__name__)

    async def _end(self, connection: Connection, kept: KeptOrder, state: OrderState) -> None:
        """Move an order to where nobody waits for it: what led to anybody goes, and the lines to copy."""
        sealed = seal_order(self._service, kept.order_id, emptied(kept.body))
        step = (kept.order_id, kept.version, int(state), kept.reveal_on, kept.prolonged, sealed)
        async with connection.transaction():
            await write_order(connection, OrderChange(move=step))
            await connection.execute(SQL["drop_sealed_lines"], kept.order_id)

    async def _tell(self, connection: Connection, kept: KeptOrder, now: datetime) -> bool:
        """Copy the lines of one order into her chain; false when there is no space to copy them into."""
        opened: list[Opened] | None = None
        for _ in range(MOST_TRIES):
            held = (await self._keyring.of([kept.space])).get(kept.space) if kept.space != NOBODY else None
            facts = await connection.fetchrow(SQL["facts"], [0], [kept.space], [-1], [None]) if held else None
            if held is None or facts is None or facts["state"] not in (SpaceState.OPEN, SpaceState.ARCHIVED):
                await self._end(connection, kept, OrderState.NOBODY_LEFT)
                return False
            if opened is None:
                opened = [await self._opened(connection, kept, row) for row in await self._lines(connection, kept)]
            head = Head(facts["n"], facts["com"], facts["year"], facts["year_base"])
            entries, after = await self._copies(connection, kept, held, head, opened, now)
            step = Move(kept.space, head, facts["rights_version"], SpaceState(facts["state"]), after, tuple(entries))
            async with connection.transaction():
                if not await move(connection, [step]):
                    continue
                await self._end(connection, kept, OrderState.TOLD)
                notices = await self._notice(connection, held, entries[0].reference, now)
            self._count(now, len(entries), notices)
            return True
        raise LookupError("her chain never stood still")

    async def _lines(self, connection: Connection, kept: KeptOrder) -> list[Any]:
        rows = await connection.fetch(SQL["sealed_lines"], kept.order_id)
        if [row["number"] for row in rows] != list(range(1, kept.body.lines + 1)) or not rows:
            raise LookupError("lines of an order are missing")
        return rows

    async def _opened(self, connection: Connection, kept: KeptOrder, row: Any) -> Opened:
        """Open one entry of the institution's, and check that its commitment is the one that was published."""
        chain, named = open_line(self._service, kept.order_id, row["number"], row["sealed"])
        held = (await self._keyring.of([chain]))[chain]
        found = await connection.fetch(SQL["entries_named"], chain, [commitment_start(named)], [])
        if len(found) != 1:
            raise LookupError("a sealed line without its entry")
        seq = found[0]["seq"]
        record = open_record_bytes(held.space.record_key, chain, seq, found[0]["sealed"])
        salt = await self._salt(connection, chain, held, seq)
        if hashlib.sha256(b"espace-journal/v1/com\0" + salt + record).digest() != found[0]["com"]:
            raise ChainBroken(seq, "wrong commitment")
        name = orjson.loads(record)["objects"][-1]
        key = order_key(self._service, kept.order_id)
        return Opened(named, record, salt, open_name(key, kept.order_id, name))

    async def _salt(self, connection: Connection, chain: UUID, held: Held, seq: int) -> bytes:
        """Return the salt of one entry: the year is that of its tag, found by the tag that each year begins with."""
        (first,) = await connection.fetch(SQL["entries"], [chain], [0], [1])
        opening = int(open_record(held.space.record_key, chain, 0, first["sealed"])["at"][:4])
        (facts,) = await connection.fetch(SQL["facts"], [0], [chain], [-1], [None])
        starts = await year_starts(connection, held, opening, facts["year"])
        year, base = max((year, start) for year, start in starts.items() if start <= seq)
        return salt_of(held.journal.year_key(year), seq - base)

    async def _copies(
        self,
        connection: Connection,
        kept: KeptOrder,
        held: Held,
        head: Head,
        opened: Sequence[Opened],
        now: datetime,
    ) -> tuple[list[Entry], Head]:
        entries = []
        for one in opened:
            objects, withheld = await self._named(connection, held, one.name["objects"], now)
            record = self._record(kept, one, objects, len(opened), withheld=withheld)
            entry, head = append(held.journal, held.space.record_key, kept.space, head, now, record)
            entries.append(entry)
        return entries, head

    async def _named(
        self, connection: Connection, held: Held, objects: Sequence[str], now: datetime
    ) -> tuple[list[str], bool]:
        """Return the objects as her journal names them, and whether one is to be told to her by somebody first."""
        named, withheld = [], False
        for one in objects:
            kind, _, value = one.partition(":")
            if kind != "document":
                named.append(one)
                continue
            row = UUID(hex=value)
            found = await connection.fetch(SQL["documents_of"], [held.space.space], [row])
            origin = open_origin(found[0]["origin"], held.space, row) if found else None
            waits = origin is not None and origin.facts.release > now.timestamp() * 1000
            withheld = withheld or waits
            named.append(document_name(held.space, row, origin.facts.release if origin and waits else 0))
        return named or ["order"], withheld

    def _record(
        self, kept: KeptOrder, one: Opened, objects: list[str], lines: int, *, withheld: bool
    ) -> dict[str, Any]:
        said = orjson.loads(one.record)
        told = {name: one.name[name] for name in _TOLD}
        opened = {"record": one.record.decode(), "salt": one.salt.hex()}
        if not withheld:  # the key would open the number of what somebody is still to tell her of
            opened["key"] = order_key(self._service, kept.order_id).hex()
        return {
            "actor": {"kind": "system", "id": "keeper", "name": "", "structure": "", "behalf": False},
            "act": ACT,
            "objects": objects,
            "basis": {"order": kept.order_id.hex, "entry": one.entry},
            "decision": {"result": "permit", "rule": said["decision"]["rule"]},
            "rules": RULES_VERSION,
            "channel": "system",
            "client": "",
            "build": self._build,
            "told": told | {"act": said["act"], "at": said["at"], "by": said["actor"]["name"], "lines": lines},
            "opened": opened,
        }

    async def _notice(self, connection: Connection, held: Held, reference: str, now: datetime) -> int:
        notice_id = UUID(bytes=os.urandom(16), version=4)
        sealed = seal_notice(Notice(1, ACT, "system", instant(now), reference), held.space, notice_id)
        status = await connection.execute(
            SQL["put_notices"], [held.space.space], [notice_id], [now.date()], [sealed], [0]
        )
        return int(status.rpartition(" ")[2])

    def _count(self, now: datetime, entries: int, notices: int) -> None:
        self._tally.turn(now.date())
        self._tally.add(ENTRY, ACT, entries)
        self._tally.add(LINES, number=entries)
        self._tally.add(NOTICES_DUE)
        self._tally.add(NOTICES_WRITTEN, number=notices)
