"""Both databases, running and migrated, for the tests that need them: never a stand-in for PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import pytest

from espace_sante.kernel.settings import Settings, load_settings
from espace_sante.operate.first_keys import arrange_keys
from espace_sante.operate.folders import forget_short_folder, prepare
from espace_sante.operate.launcher import RunningInstance, start_instance, stop_instance
from espace_sante.operate.roles import connection_arguments, superuser
from espace_sante.operate.session import started_databases
from espace_sante.operate.supervisor import MIGRATIONS, migrate_instance

T = TypeVar("T")
NO_CEILING = {
    "ESPACE_SANTE_NEW_PERSONS_PER_HOUR": "1000000",
    "ESPACE_SANTE_NEW_PERSONS_PER_DAY": "1000000",
    "ESPACE_SANTE_AGENT_GIVES_PER_DAY": "1000000",
}


@dataclass(frozen=True, slots=True)
class Databases:
    """The two running instances: `settings` for our own code, `arguments(role)` for `asyncpg.connect`."""

    settings: Settings

    def arguments(self, role: str) -> dict[str, Any]:
        """Return the arguments of `asyncpg.connect` for a role (es_app, es_keeper, es_owner, es_keys_keeper…)."""
        return connection_arguments(self.settings, role)


class Background:
    """An event loop in its own thread: the processes it starts live as long as it does."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="instances", daemon=True)
        self._thread.start()

    def run(self, work: Awaitable[T]) -> T:
        """Run a coroutine there and return its result."""

        async def wrapped() -> T:
            return await work

        return asyncio.run_coroutine_threadsafe(wrapped(), self.loop).result(120)

    def close(self) -> None:
        """Stop the loop."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()


def settings_of(home: Path) -> Settings:
    """Return the settings of a test's instance: PostgreSQL's programs are chosen as for any instance."""
    chosen = {key: value for key, value in os.environ.items() if key == "ESPACE_SANTE_POSTGRES_BIN"}
    # One invented doctor reads for a whole run: the tests of the ceilings set theirs.
    return load_settings(chosen | {"ESPACE_SANTE_HOME": str(home), **NO_CEILING})


@contextmanager
def new_state_folders() -> Iterator[Callable[[], Path]]:
    """Give a function that makes new state folders, which root's processes can reach too; removed at the end."""
    made: list[Path] = []

    def make() -> Path:
        made.append(Path(tempfile.mkdtemp(prefix="es-test-", dir="/tmp")))
        return made[-1]

    try:
        yield make
    finally:
        for folder in made:
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def state_folder() -> Iterator[Callable[[], Path]]:
    """Return a function that makes a new state folder, removed after the test."""
    with new_state_folders() as make:
        yield make


@pytest.fixture(scope="session")
def template() -> Iterator[Path]:
    """A state folder whose two databases are made and migrated, stopped: copied rather than made again and again."""
    with new_state_folders() as make:
        settings = settings_of(make())

        async def fill() -> None:
            async with started_databases(settings):
                for name in MIGRATIONS:
                    await migrate_instance(settings, name)

        prepare(settings)
        arrange_keys(settings)
        asyncio.run(fill())
        yield settings.home


@pytest.fixture
def prepared_folder(template: Path) -> Iterator[Callable[[], Path]]:
    """Return a function that makes a state folder which has already been started once."""
    with new_state_folders() as make:

        def copy() -> Path:
            home = make()
            for name in ("data", "secrets", "keys"):
                subprocess.run(["cp", "-a", "--sparse=always", template / name, home / name], check=True)
            return home

        yield copy


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """Start both instances once for the whole run, with their roles, schemas and keys."""
    with new_state_folders() as make:
        yield from _running(make())


def _running(home: Path) -> Iterator[Databases]:
    settings = settings_of(home)
    background = Background()
    started: list[RunningInstance] = []
    try:
        prepare(settings)
        arrange_keys(settings)
        for name in MIGRATIONS:
            started.append(background.run(start_instance(name, settings)))
            background.run(migrate_instance(settings, name))
        yield Databases(settings)
    finally:
        for instance in started:
            background.run(stop_instance(instance))
        background.close()
        forget_short_folder(settings)


@pytest.fixture
def empty_databases(databases: Databases) -> Databases:
    """Return both databases with every table emptied."""
    asyncio.run(_empty(databases.settings))
    return databases


# Above, a table is truncated: its dead rows would weigh on the tests that come next.
_DELETED_BYTES = 512 * 1024
_FILLED = """
    SELECT format('%I.%I', schemaname, tablename) AS name, pg_table_size(format('%I.%I', schemaname, tablename)) AS size
    FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'public')
      AND pg_relation_size(format('%I.%I', schemaname, tablename)) > 0
"""
_COUNTERS = "SELECT format('%I.%I', schemaname, sequencename) AS name FROM pg_sequences"


async def _empty(settings: Settings) -> None:
    for name in MIGRATIONS:
        connection = await asyncpg.connect(**connection_arguments(settings, superuser(name)))
        try:
            tables = await connection.fetch(_FILLED)
            large = ", ".join(row["name"] for row in tables if row["size"] > _DELETED_BYTES)
            # As superuser and with triggers off: journal rows refuse removal, even here. Rows are deleted, because
            # TRUNCATE makes and syncs new files for every table: five times as long.
            work = ["SET session_replication_role = replica"]
            work += [f"DELETE FROM {row['name']}" for row in tables if row["size"] <= _DELETED_BYTES]
            work += [f"TRUNCATE {large} CASCADE"] if large else []
            work += [f"ALTER SEQUENCE {row['name']} RESTART" for row in await connection.fetch(_COUNTERS)]
            await connection.execute("; ".join(work))
        finally:
            await connection.close()
