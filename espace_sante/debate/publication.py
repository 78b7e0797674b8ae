"""Publishing what came: all together when all fits, else smaller and smaller parts, so that one row never stops another.

A contest that fits no more leaves a line that says so. Any other row that does not go in waits for the next day, and is counted:
nothing somebody wrote is thrown away. Guarantee: G14. Source: docs/decisions/0070.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import asyncpg

from espace_sante.debate.book import NotFitting
from espace_sante.debate.events import ContestDropped, Contested, Event
from espace_sante.debate.log import SQL, Log
from espace_sante.debate.publishing import Item, flowed, item_of
from espace_sante.debate.signing import Signer
from espace_sante.kernel.database import Connection

_log = logging.getLogger("espace_sante.debate")
# What makes one row fail; a database that is gone fails them all, and is not among these.
_FAULTS = (NotFitting, asyncpg.DataError, asyncpg.IntegrityConstraintViolationError)


@dataclass(slots=True)
class Publication:
    """One publication, inside a transaction of the caller, who holds the lock."""

    connection: Connection
    log: Log
    signer: Signer
    today: date
    lines: int = 0
    gone: list[Item] = field(default_factory=list)

    async def of(self, rows: Iterable[Mapping[str, Any]], hours: Iterable[Mapping[str, Any]]) -> int:
        """Write all that fits; return how many lines."""
        await self.log.refresh(self.connection)
        await self._together([item for row in rows if (item := self._read(row)) is not None])
        await self._append(flowed(self.gone, hours))
        return self.lines

    def _read(self, row: Mapping[str, Any]) -> Item | None:
        try:
            return item_of(row, self.today)
        except (ValueError, KeyError, TypeError) as fault:
            self._waits(fault)
            return None

    async def _together(self, items: Sequence[Item]) -> None:
        """Write some rows under one savepoint; when one stops them, each half under its own."""
        if not items:
            return
        try:
            async with self.connection.transaction():
                events = await self._written(items)
        except _FAULTS as fault:
            self.log.forget()
            await self.log.refresh(self.connection)
            if len(items) == 1:
                self._waits(fault)
                return
            middle = len(items) // 2
            await self._together(items[:middle])
            await self._together(items[middle:])
        else:
            self.lines += events
            self.gone.extend(items)

    async def _written(self, items: Sequence[Item]) -> int:
        found = [self._still_fitting(item) for item in items]
        events = [item.event for item in found if item.event is not None]
        texts = [item.text for item in found if item.text is not None]
        if events:
            await self.log.append(self.connection, self.signer, events, texts)
        bearers = [item.bearer for item in found if item.bearer is not None]
        ballots = [item.ballot for item in found if item.ballot is not None]
        await self.connection.execute(SQL["add_bearers"], [tag for tag, _ in bearers], [one for _, one in bearers])
        await self.connection.execute(SQL["add_ballots"], *([one[place] for one in ballots] for place in range(3)))
        await self.connection.execute(SQL["forget_arrived"], [item.row for item in found])
        return len(events)

    def _still_fitting(self, item: Item) -> Item:
        """Return a row as it is, or the line that says that a contest fits no more: its text was shown meanwhile."""
        if isinstance(item.event, Contested):
            dropped = ContestDropped(item.event.contribution, self.today)
            if self.log.book.refusal(dropped) is None:
                return replace(item, event=dropped, text=None)
        return item

    async def _append(self, events: Sequence[Event]) -> None:
        if events:
            await self.log.append(self.connection, self.signer, events)
            self.lines += len(events)

    def _waits(self, fault: Exception) -> None:
        _log.error("a row is not published: %s", type(fault).__name__)  # its text could hold a contribution
