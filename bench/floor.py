"""The floor of a read: a plain select by key through the same driver on the same data, nothing decided nor opened."""

from __future__ import annotations

import asyncio
import resource
import time
from typing import Any
from uuid import UUID

import asyncpg

_SELECT = "SELECT sealed FROM records.document WHERE space_id = $1 AND row_id = $2"


async def keys(arguments: dict[str, Any], most: int) -> list[tuple[UUID, UUID]]:
    """Return some keys to read."""
    connection = await asyncpg.connect(**arguments)
    rows = await connection.fetch("SELECT space_id, row_id FROM records.document LIMIT $1", most)
    await connection.close()
    return [(row["space_id"], row["row_id"]) for row in rows]


async def run(
    arguments: dict[str, Any], wanted: list[tuple[UUID, UUID]], *, clients: int, seconds: float
) -> tuple[int, float]:
    """Select for so long with a pool of eight connections; return how many, and the CPU seconds of this process."""
    pool = await asyncpg.create_pool(**arguments, min_size=8, max_size=8)
    end = time.perf_counter() + seconds
    before = resource.getrusage(resource.RUSAGE_SELF)
    done = 0

    async def client(start: int) -> int:
        count = 0
        while time.perf_counter() < end:
            space, row = wanted[(start + count * clients) % len(wanted)]
            await pool.fetchval(_SELECT, space, row)
            count += 1
        return count

    done = sum(await asyncio.gather(*[client(n) for n in range(clients)]))
    after = resource.getrusage(resource.RUSAGE_SELF)
    await pool.close()
    return done, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
