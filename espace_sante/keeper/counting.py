"""Writes what a keeper counted, beside its work: every half minute and when it stops; and raises an alarm when a count is silent.

A start of the keeper is a row: if it crashes, what it had not written is known to be missing. Nothing here is on the way of a
reading. Guarantee: G5. Source: docs/decisions/0042.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg

from espace_sante.keeper.gather import SQL
from espace_sante.keeper.slow_channels import DAYS_LOOKED_AT, alarm_of, slow_channels
from espace_sante.keeper.tally import ANSWER, ENTRY, FAILED, REFUSAL, Tally
from espace_sante.kernel.clock import Clock
from espace_sante.kernel.database import Connection
from espace_sante.kernel.working_days import working_days_between

WRITE_SECONDS = 30.0
STOP_SECONDS = 2.0
RECKONED_HOURS = 26
CHECKPOINT_MINUTES = 15
OVERDUE = "a reading ordered by a judge is past its date and was not told"
UNREAD = "a page that came by the post waits for a person since before yesterday's working day"
AGAIN = timedelta(hours=1)  # an alarm that lasts is said again, not every half minute
_LOST = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
_log = logging.getLogger("espace_sante.keeper")


class Counting:
    """The counts of one start of one keeper, over a connection of its own."""

    def __init__(
        self,
        connect: Callable[[], Awaitable[Connection]],
        tally: Tally,
        seat: int,
        now: Clock,
        checkpoint: Path | None = None,
    ) -> None:
        self._connect = connect
        self._tally = tally
        self._seat = seat
        self._now = now
        self._checkpoint = checkpoint
        self._boot: UUID = uuid4()
        self._started = now()
        self._connection: Connection | None = None
        self._one_at_a_time = asyncio.Lock()
        self._alarms = Alarms()
        self._delays_seen: date | None = None

    async def begin(self) -> None:
        """Write this start; a start of before at this seat that never ended has crashed, and is said so."""
        connection = await self._open()
        async with connection.transaction():
            crashed = await connection.fetch(SQL["end_crashed"], self._seat, self._started)
            await connection.execute(SQL["put_boot"], self._boot, self._seat, self._started)
        for _ in crashed:
            _log.error("alert: a keeper ended without writing its last counts; seat %d", self._seat)

    async def run(self) -> None:
        """Write the counts and look for silence, for ever."""
        while True:
            await asyncio.sleep(WRITE_SECONDS)
            try:
                await self.write()
                await self._look()
            except _LOST as lost:
                _log.warning("counts not written: %s", type(lost).__name__)
                self._drop()

    async def write(self) -> None:
        """Write what changed since the last time: totals, so that a time too many changes nothing."""
        async with self._one_at_a_time:
            connection = await self._open()
            cells = self._tally.changed()
            days, kinds, numbers = zip(*cells, strict=True) if cells else ((), (), ())
            async with connection.transaction():
                await connection.execute(SQL["put_tally"], self._boot, list(days), list(kinds), list(numbers))
                await connection.execute(SQL["see_boot"], self._boot, self._now())
            self._tally.written(cells)

    async def end(self) -> None:
        """Write the last counts and that this start ended; never keeps the process from stopping."""
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self.write()
                await (await self._open()).execute(SQL["end_boot"], self._boot, self._now())
        except (*_LOST, TimeoutError) as lost:
            _log.warning("last counts not written: %s", type(lost).__name__)

    async def _look(self) -> None:
        now = self._now()
        last = await (await self._open()).fetchval(SQL["last_reckoned"])
        found = self._alarms.of(self._tally, last or self._started, self._modified(), now)
        gauge = await (await self._open()).fetchrow(SQL["orders_gauge"], now.date())
        if gauge is not None and gauge["overdue"] and self._alarms.is_new(OVERDUE, now):
            found.append(OVERDUE)
        oldest = await (await self._open()).fetchrow(SQL["page_queue"], 1)
        if oldest is not None and is_unread(oldest["arrived_on"], now) and self._alarms.is_new(UNREAD, now):
            found.append(UNREAD)
        found += await self._slow(now)
        for alarm in found:
            _log.error("alert: %s", alarm)

    async def _slow(self, now: datetime) -> list[str]:
        """Return, once a day, the channels slower than the screen by more than a working day. Source: inclusion.md PAR-11."""
        if self._delays_seen == now.date():
            return []
        since = now.date() - timedelta(days=DAYS_LOOKED_AT)
        rows = await (await self._open()).fetch(SQL["recent_delays"], since)
        self._delays_seen = now.date()
        return [alarm_of(*one) for one in slow_channels({row["kind"]: row["number"] for row in rows})]

    def _modified(self) -> float | None:
        try:
            return self._checkpoint.stat().st_mtime if self._checkpoint is not None else None
        except OSError:
            return None

    async def _open(self) -> Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await self._connect()
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None and not self._connection.is_closed():
            self._connection.terminate()
        self._connection = None


def is_unread(oldest: date, now: datetime) -> bool:
    """Say whether the oldest page that waits for a person has waited for more than one working day (inclusion.md CPN-07)."""
    return working_days_between(oldest, now.date(), most=2) > 1


class Alarms:
    """What is said when something is silent: each alarm at most once an hour. Looks at the counts in memory only."""

    def __init__(self) -> None:
        self._said: dict[str, datetime] = {}
        self._entries = 0
        self._unpublished: tuple[float, datetime] | None = None

    def of(self, tally: Tally, reckoned: datetime, checkpoint: float | None, now: datetime) -> list[str]:
        """Return what is to be said now; `reckoned`: the last comparison, `checkpoint`: when the public journal last moved."""
        totals: Counter[str] = Counter()
        for (kind, _), number in tally.totals().items():
            totals[kind] += number
        entries, said = totals[ENTRY], totals[ANSWER] + totals[REFUSAL] + totals[FAILED]
        found = []
        if said > entries:
            found.append("answers go on without entries")
        if now - reckoned > timedelta(hours=RECKONED_HOURS):
            found.append(f"no daily reconciliation for {RECKONED_HOURS} hours")
        if self._is_unpublished(entries, checkpoint, now):
            found.append(f"entries go on without a checkpoint for {CHECKPOINT_MINUTES} minutes")
        return [alarm for alarm in found if self.is_new(alarm, now)]

    def _is_unpublished(self, entries: int, checkpoint: float | None, now: datetime) -> bool:
        """Say whether entries were made a while ago, and the checkpoint has not moved since."""
        more, self._entries = entries > self._entries, entries
        if checkpoint is None:
            self._unpublished = None
        elif self._unpublished is None or self._unpublished[0] != checkpoint:
            self._unpublished = (checkpoint, now) if more else None
        return self._unpublished is not None and now - self._unpublished[1] > timedelta(minutes=CHECKPOINT_MINUTES)

    def is_new(self, alarm: str, now: datetime) -> bool:
        """Say whether an alarm is to be said now: an hour has gone by since it was."""
        last = self._said.get(alarm)
        if last is not None and now - last < AGAIN:
            return False
        self._said[alarm] = now
        return True
