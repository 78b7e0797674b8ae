"""The sequencer's seat: one process in the house holds it, and follows the entries in their order.

It numbers and publishes nothing yet: the forms of the tree are there (`merkle`, `tiles`, `notes`), nothing here writes them.
Every entry already has what it needs for it (tag, commitment, order).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

import asyncpg

from espace_sante.kernel.database import Connection, queries

_SQL = queries("espace_sante.journal")
_log = logging.getLogger("espace_sante.sequencer")


async def run(connect: Callable[[], Awaitable[Connection]], *, pause_seconds: float = 1.0) -> None:
    """Take the seat and keep it, for ever; a second process waits for it."""
    position = 0
    while True:
        try:
            connection = await connect()
            await connection.execute(_SQL["take_seat"])
            _log.info("seat taken")
            while True:
                rows = await connection.fetch(_SQL["next_entries"], position)
                if rows:
                    position = rows[-1]["id"]
                await asyncio.sleep(pause_seconds)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as lost:
            _log.warning("seat lost: %s", type(lost).__name__)
            await asyncio.sleep(pause_seconds)
