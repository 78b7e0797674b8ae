"""`python -m bench.publish`: entries published in a second by one sequencer, on a real PostgreSQL and a real disk, everything synced.

Each batch is a whole publication: its rows, its index, its files, its two checkpoints. Nothing is asserted.
"""

from __future__ import annotations

import asyncio
import os
import resource
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import asyncpg

from espace_sante.journal.front import Front
from espace_sante.journal.log_files import Folder
from espace_sante.journal.log_rows import PostgresRows
from espace_sante.journal.publication import LogKeys
from espace_sante.journal.publisher import Parts, Publisher
from espace_sante.journal.sequencer import open_index, side_by_side
from espace_sante.kernel.settings import Settings
from espace_sante.operate.folders import prepare
from espace_sante.operate.launcher import start_instance, stop_instance
from espace_sante.operate.roles import connection_arguments
from espace_sante.operate.supervisor import migrate_instance

BATCHES = ((16, 40), (1_000, 12), (4_096, 8))  # entries of a batch, how many batches
_PUT = (
    "INSERT INTO journal.entry (space_id, seq, tag, com, sealed)"
    " SELECT $1, s, t, c, '' FROM unnest($2::bigint[], $3::bytea[], $4::bytea[]) AS e(s, t, c)"
)


async def measure(settings: Settings) -> None:
    """Print one line for each size of batch."""
    now = [datetime(2026, 12, 1, tzinfo=UTC)]
    connection = await asyncpg.connect(**connection_arguments(settings, "es_sequencer"))
    writer = await asyncpg.connect(**connection_arguments(settings, "es_keeper"))
    public = settings.home / "public"
    files, keys, index = Folder(public / "journal"), LogKeys.of("bench.example", _seed), open_index(public / "index.db")
    front = Front(files, keys, lambda: now[0], together=side_by_side)
    publisher = Publisher(Parts(PostgresRows(connection), files, index, keys, front, lambda: now[0], 60, 1))
    try:
        await publisher.start()
        for size, rounds in BATCHES:
            wall, cpu = 0.0, 0.0
            for _ in range(rounds):
                numbers = list(range(size))
                tags = [os.urandom(32) for _ in numbers]
                await writer.execute(_PUT, uuid4(), numbers, tags, [os.urandom(32) for _ in numbers])
                now[0] += timedelta(minutes=1)
                began, before = time.perf_counter(), _cpu()
                assert await publisher.turn()
                wall, cpu = wall + time.perf_counter() - began, cpu + _cpu() - before
            print(
                f"lots de {size:>5} : {size * rounds / wall:>8.0f} entrées/s,"
                f" {wall / rounds * 1e3:.0f} ms par publication, dont {cpu / rounds * 1e3:.0f} ms de CPU du séquenceur"
            )
    finally:
        index.close()
        await connection.close()
        await writer.close()


def _seed(name: str) -> bytes:
    return name.encode().ljust(32, b"\0")


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def _run() -> None:
    with tempfile.TemporaryDirectory(prefix="es-bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o711)
        settings = Settings(home=Path(folder) / "home")
        prepare(settings)
        instance = await start_instance("main", settings)
        try:
            await migrate_instance(settings, "main")
            await measure(settings)
        finally:
            await stop_instance(instance)


if __name__ == "__main__":
    asyncio.run(_run())
