"""The clock: asks the keeper for its rounds of upkeep, each at its interval. It reads nothing itself."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

import asyncpg

from espace_sante.keeper.demand import Failed, Keeper, Maintain
from espace_sante.kernel.clock import Clock
from espace_sante.kernel.database import Connection, queries
from espace_sante.kernel.errors import Problem

_SQL = queries("espace_sante.jobs")
_log = logging.getLogger("espace_sante.jobs")


async def run(
    connect: Callable[[], Awaitable[Connection]],
    keeper: Keeper,
    intervals: Mapping[str, timedelta],
    now: Clock,
    *,
    pause_seconds: float = 1.0,
) -> None:
    """Do, for ever, each round when its time has come; a round that fails is tried again at its next time."""
    connection: Connection | None = None
    while True:
        try:
            if connection is None or connection.is_closed():
                connection = await connect()
                for kind in intervals:
                    await connection.execute(_SQL["declare"], kind, now())
            kind = await connection.fetchval(_SQL["take"], now())
            if kind in intervals:
                answer = await keeper.ask(Maintain(0, kind))
                if isinstance(answer, Failed):
                    _log.warning("round %s failed: %s", kind, answer.code)
                await connection.execute(_SQL["done"], kind, now() + intervals[kind])
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, Problem) as lost:
            _log.warning("round lost: %s", type(lost).__name__)
        await asyncio.sleep(pause_seconds)
