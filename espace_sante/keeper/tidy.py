"""What the keeper puts in order after having answered: deposited keys wrapped again, lines folded into the lists.

No right changes and nothing is released: the same data, lighter to open. It runs behind the answers, one space at a time,
and loses against any concurrent change. Source: docs/decisions/0006.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from uuid import UUID

import asyncpg
import msgspec

from espace_sante.access.request import ActId, Permit
from espace_sante.keeper.compartment import ListLine, open_lines, open_summary, rewrapped, seal_summary
from espace_sante.keeper.gather import SQL
from espace_sante.keeper.release import Decided
from espace_sante.keeper.situation import Lighter
from espace_sante.kernel.database import Connection
from espace_sante.vault.envelope import SealBroken
from espace_sante.vault.keys import SpaceKeys

BOUND = 1000  # what is not noted now will be at the next reading
_log = logging.getLogger("espace_sante.keeper")


class Tidy:
    """A bounded queue of spaces to put in order, emptied by one task."""

    def __init__(self, connect: Callable[[], Awaitable[Connection]], threshold: int) -> None:
        self._connect = connect
        self._threshold = threshold
        self._some = asyncio.Event()
        self._spaces: dict[UUID, SpaceKeys] = {}
        self._lighter: list[Lighter] = []

    def note(self, decided: Decided) -> None:
        """After a reading: remember keys to wrap again, and a list of many single lines to fold; never waits."""
        gathered, plan = decided.gathered, decided.plan
        if plan.lighter and len(self._lighter) < BOUND:
            self._lighter.extend(plan.lighter)
            self._some.set()
        if decided.pending.ask.act != ActId.LIST_DOCUMENTS or not isinstance(plan.decision, Permit):
            return
        if len(gathered.extra.lines) > self._threshold and len(self._spaces) < BOUND:
            self._spaces[gathered.chain] = gathered.held.space
            self._some.set()

    async def run(self) -> None:
        """Put in order what was noted, for ever."""
        connection: Connection | None = None
        while True:
            await self._some.wait()
            self._some.clear()
            try:
                if connection is None or connection.is_closed():
                    connection = await self._connect()
                await self._round(connection)
            except (asyncpg.InterfaceError, asyncpg.InternalClientError, OSError) as lost:
                _log.warning("tidying lost the database: %s", type(lost).__name__)
                if connection is not None:
                    connection.terminate()
            except (asyncpg.PostgresError, SealBroken, msgspec.MsgspecError, ValueError) as fault:
                _log.warning("tidying failed: %s", type(fault).__name__)

    async def _round(self, connection: Connection) -> None:
        lighter, self._lighter = self._lighter, []
        if lighter:
            await connection.execute(
                SQL["rewrap"],
                [one.space for one in lighter],
                [one.row for one in lighter],
                [one.old for one in lighter],
                [one.new for one in lighter],
            )
        while self._spaces:
            _, keys = self._spaces.popitem()
            await fold(connection, keys)


async def fold(connection: Connection, keys: SpaceKeys) -> int:
    """Fold the waiting lines of a space into its lists and wrap their keys again; return how many were folded."""
    async with connection.transaction():
        lines = await connection.fetch(SQL["lines"], [keys.space])
        summaries = {row["category"]: row for row in await connection.fetch(SQL["summaries"], [keys.space])}
        opened = open_lines(keys, lines)
        by_category: dict[int, list[ListLine]] = {}
        for line, _, _ in opened:
            by_category.setdefault(line.category, []).append(line)
        for category, fresh in sorted(by_category.items()):
            present = summaries.get(category)
            if present is None:
                done = await connection.fetchval(
                    SQL["fold_new"], keys.space, category, seal_summary(keys, category, 1, fresh)
                )
            else:
                version = present["version"]
                sealed = seal_summary(keys, category, version + 1, [*open_summary(keys, present), *fresh])
                done = await connection.fetchval(SQL["fold_again"], keys.space, category, version, sealed)
            if done is None:
                raise asyncpg.SerializationError("another keeper folded first")
        spaces = [keys.space] * len(opened)
        rows = [row.row_id for _, row, _ in opened]
        fresh_wraps = [rewrapped(keys, row, key) for _, row, key in opened]
        await connection.execute(SQL["rewrap"], spaces, rows, [row.wrapped for _, row, _ in opened], fresh_wraps)
        await connection.execute(SQL["drop_lines"], keys.space, rows)
    return len(opened)
