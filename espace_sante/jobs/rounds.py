"""The clock: asks the keeper for its rounds of upkeep, each at its interval. It reads nothing itself."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta

import asyncpg

from espace_sante.keeper.demand import Answer, Failed, Keeper, Maintain
from espace_sante.kernel.clock import Clock
from espace_sante.kernel.database import Connection, queries
from espace_sante.kernel.errors import Problem

RECKON = "reckon"
_SQL = queries("espace_sante.jobs")
_log = logging.getLogger("espace_sante.jobs")


async def reckon(keeper: Keeper, every_keeper: Sequence[Keeper]) -> Answer:
    """Compare the days that are over: how many lines there are, then each keeper's counts, then the comparison.

    A keeper that cannot write its counts stops it: nothing is compared with what is not known.
    """
    await keeper.ask(Maintain(0, "mark"))
    for one in every_keeper:
        written = await one.ask(Maintain(0, "tally"))
        if isinstance(written, Failed):
            return written
    return await keeper.ask(Maintain(0, RECKON))


async def run(
    connect: Callable[[], Awaitable[Connection]],
    keeper: Keeper,
    intervals: Mapping[str, timedelta],
    now: Clock,
    *,
    pause_seconds: float = 1.0,
    every_keeper: Sequence[Keeper] = (),
) -> None:
    """Do, for ever, each round when its time has come; a round that fails is tried again at its next time.

    `every_keeper`: a link to each of them alone, so that all write their counts before they are compared.
    """
    connection: Connection | None = None
    while True:
        try:
            if connection is None or connection.is_closed():
                connection = await connect()
                for kind in intervals:
                    await connection.execute(_SQL["declare"], kind, now())
            kind = await connection.fetchval(_SQL["take"], now())
            if kind in intervals:
                answer = await (reckon(keeper, every_keeper) if kind == RECKON else keeper.ask(Maintain(0, kind)))
                if isinstance(answer, Failed):
                    _log.warning("round %s failed: %s", kind, answer.code)
                await connection.execute(_SQL["done"], kind, now() + intervals[kind])
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, Problem) as lost:
            _log.warning("round lost: %s", type(lost).__name__)
        await asyncio.sleep(pause_seconds)
