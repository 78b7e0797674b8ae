"""What the keeper puts in order after having answered: deposited keys wrapped again, lines folded into the lists.

No right changes and nothing is released: the same data, lighter to open. It runs behind the answers, one space at a time,
and loses against any concurrent change. Source: docs/decisions/0006.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

import asyncpg
import msgspec

from espace_sante.access.request import ActId, Permit
from espace_sante.keeper.compartment import ListLine, open_line, open_summary, rewrapped, seal_summary
from espace_sante.keeper.gather import SQL
from espace_sante.keeper.release import Decided
from espace_sante.kernel.database import Connection
from espace_sante.vault.envelope import SealBroken
from espace_sante.vault.keys import SpaceKeys

_log = logging.getLogger("espace_sante.keeper")


class Tidy:
    """A bounded queue of spaces to put in order, emptied by one task."""

    def __init__(self, connect: Callable[[], Awaitable[Connection]], threshold: int) -> None:
        self._connect = connect
        self._threshold = threshold
        self._queue: asyncio.Queue[SpaceKeys] = asyncio.Queue(maxsize=1000)
        self._waiting: set[object] = set()

    def note(self, decided: Decided) -> None:
        """After a list that opened many single lines, ask for its space to be folded; never waits."""
        gathered = decided.gathered
        permitted = isinstance(decided.plan.decision, Permit)
        if (
            not permitted
            or decided.pending.ask.act != ActId.LIST_DOCUMENTS
            or len(gathered.extra.lines) <= self._threshold
        ):
            return
        if gathered.chain in self._waiting or self._queue.full():
            return
        self._waiting.add(gathered.chain)
        self._queue.put_nowait(gathered.held.space)

    async def run(self) -> None:
        """Fold what was noted, for ever."""
        connection: Connection | None = None
        while True:
            keys = await self._queue.get()
            self._waiting.discard(keys.space)
            try:
                if connection is None or connection.is_closed():
                    connection = await self._connect()
                await fold(connection, keys)
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, SealBroken, msgspec.MsgspecError) as fault:
                _log.warning("fold failed: %s", type(fault).__name__)


async def fold(connection: Connection, keys: SpaceKeys) -> int:
    """Fold the waiting lines of a space into its lists and wrap their keys again; return how many were folded."""
    async with connection.transaction():
        lines = await connection.fetch(SQL["lines"], [keys.space])
        summaries = {row["category"]: row for row in await connection.fetch(SQL["summaries"], [keys.space])}
        opened = [open_line(keys, line) for line in lines]
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
