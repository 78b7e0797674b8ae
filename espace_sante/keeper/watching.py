"""After somebody read in a space, telling her: the first time he does, and again when she asked for it.

Readings are written at the speed of readings; this looks at their lines a moment later, one space at a time, and writes notices. It
adds no line: each access has its own. Guarantee: G5, G10. Source: docs/decisions/0067; inclusion.md UX-04, PAR-15.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from asyncpg import Record

from espace_sante.access.request import ActId, ActorKind
from espace_sante.consent.rights import Rights
from espace_sante.journal.entry import open_record, reference
from espace_sante.keeper.gather import SQL
from espace_sante.keeper.keyring import Keyring
from espace_sante.keeper.notice_body import Notice, seal_notice
from espace_sante.keeper.rights_body import open_will
from espace_sante.keeper.seen_body import FIRSTS_MOST, First, Seen, open_seen, seal_seen
from espace_sante.keeper.situation import NewMessage
from espace_sante.keeper.tally import NOTICES_DUE, NOTICES_WRITTEN, Tally
from espace_sante.keeper.telling import Teller, fallback
from espace_sante.kernel.database import Connection
from espace_sante.notices import Kind
from espace_sante.vault.keys import SpaceKeys

FIRST_ACCESS = "first_access"  # what the line of an outbox is about; no act of anybody carries this word
PAGE = 500
_READINGS = frozenset({ActId.LIST_DOCUMENTS.value, ActId.READ_DOCUMENT.value, ActId.READ_RESOURCE.value})
Line = tuple[UUID, date, bytes]


class Watcher:
    """Looks at what was read since it looked last."""

    def __init__(self, keyring: Keyring, tally: Tally) -> None:
        self._keyring = keyring
        self._tally = tally

    async def watch(self, connection: Connection, now: datetime) -> dict[str, int]:
        """Tell the first accesses of the lines that are committed for sure; return how many lines were looked at, and told.

        A line may be numbered before another and committed after it: up to which one none is missing is known once every
        transaction that ran when it was seen is over. A page and its notices are one transaction.
        """
        looked, told = 0, 0
        while True:
            async with connection.transaction():
                await connection.execute(SQL["begin_watch"])
                state = await connection.fetchrow(SQL["hold_watch"])
                assert state is not None
                if state["after"] >= state["upto"]:
                    await connection.execute(SQL["fence_watch"])
                    return {"looked": looked, "told": told}
                if await connection.fetchval(SQL["oldest_transaction"]) <= state["fence"]:
                    return {"looked": looked, "told": told}
                rows = await connection.fetch(SQL["entries_since"], state["after"], state["upto"], PAGE)
                told += await self._tell(connection, rows, now)
                looked += len(rows)
                after = rows[-1]["id"] if len(rows) == PAGE else state["upto"]
                await connection.execute(SQL["move_watch"], after)

    async def _tell(self, connection: Connection, rows: Sequence[Record], now: datetime) -> int:
        by_space: dict[UUID, list[Record]] = defaultdict(list)
        for row in rows:
            by_space[row["space_id"]].append(row)
        told = 0
        for space, lines in sorted(by_space.items()):
            will = await connection.fetchrow(SQL["rights_of"], space)
            if will is None:  # an institution's chain, or a space that is gone
                continue
            keys = (await self._keyring.of([space]))[space].space
            rights = open_will(will["sealed"], will["version"], keys).rights
            if not rights.sandbox:
                told += await self._tell_one(connection, keys, rights, lines, now)
        return told

    async def _tell_one(
        self, connection: Connection, keys: SpaceKeys, rights: Rights, lines: Sequence[Record], now: datetime
    ) -> int:
        kept = await connection.fetchrow(SQL["seen_of"], keys.space)
        seen = open_seen(kept["sealed"], keys, kept["version"]) if kept is not None else Seen()
        telling = _Telling(Teller(rights, keys, now, os.urandom), seen)
        for row in sorted(lines, key=lambda one: int(one["seq"])):
            record = open_record(keys.record_key, keys.space, row["seq"], row["sealed"])
            if _is_reading(record):
                telling.read(record, reference(row["com"]), row["seq"])
        if telling.seen == seen and not telling.messages:
            return 0
        version = (kept["version"] if kept is not None else 0) + 1
        await connection.execute(SQL["put_seen"], keys.space, version, seal_seen(telling.seen, keys, version))
        await self._put(connection, keys.space, telling)
        return telling.told

    async def _put(self, connection: Connection, space: UUID, telling: _Telling) -> None:
        if telling.messages:
            rows = [(space, m.message_id, m.way, m.due, m.sealed, m.turn) for m in telling.messages]
            await connection.execute(SQL["put_messages"], *map(list, zip(*rows, strict=True)))
        if telling.lines:
            notices = [(space, *one, 0) for one in telling.lines]
            status = await connection.execute(SQL["put_notices"], *map(list, zip(*notices, strict=True)))
            self._tally.add(NOTICES_DUE, number=len(notices))
            self._tally.add(NOTICES_WRITTEN, number=int(status.rpartition(" ")[2]))


class _Telling:
    """What one space's lines give: notices, messages, and who is known from now on."""

    def __init__(self, teller: Teller, seen: Seen) -> None:
        self.teller = teller
        self.seen = seen
        self.lines: list[Line] = []
        self.messages: list[NewMessage] = []
        self.told = 0
        self._again = False

    def read(self, record: dict[str, Any], entry: str, seq: int) -> None:
        """Take one reading in."""
        who = record["actor"]["id"]
        if who in self.seen.known:
            if not self._again:  # once in a round: the others are in the same message
                self._again = True
                self.messages.extend(self.teller.messages(Kind.ACCESS, entry, None)[0])
            return
        known = (*self.seen.known, who)
        if "glass" in record["basis"]:  # an emergency is told as one, at once
            self.seen = Seen(1, known, self.seen.firsts)
            return
        self.told += 1
        notice = self._notice(record, entry)
        actor = record["actor"]
        first = First(entry, seq, record["at"], actor["name"], actor["structure"], notice)
        self.seen = Seen(1, known, (*self.seen.firsts, first)[-FIRSTS_MOST:])

    def _notice(self, record: dict[str, Any], entry: str) -> str:
        """Write the line of the outbox, for now or for when no message leaves; return its number, "" for none."""
        notice_id = UUID(bytes=os.urandom(16), version=4)
        messages, paper = self.teller.messages(Kind.FIRST_ACCESS, entry, notice_id)
        self.messages.extend(messages)
        if not paper and not messages:
            return ""
        now = self.teller.now
        due = now.date() if paper else fallback(now, self.teller.wish(Kind.FIRST_ACCESS))
        sealed = seal_notice(
            Notice(1, FIRST_ACCESS, record["channel"], record["at"], entry), self.teller.keys, notice_id
        )
        self.lines.append((notice_id, due, sealed))
        return notice_id.hex


def _is_reading(record: dict[str, Any]) -> bool:
    permitted = record["decision"]["result"] == "permit" and record.get("effect", "immediate") == "immediate"
    return permitted and record["actor"]["kind"] == ActorKind.PRACTITIONER and record["act"] in _READINGS
