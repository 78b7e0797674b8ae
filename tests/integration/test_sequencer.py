"""The sequencer's process, from its seat: it publishes, stops signing and says so, and begins again by itself."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from espace_sante.assembly import connector
from espace_sante.journal import sequencer
from espace_sante.journal.publication import Log
from espace_sante.kernel.clock import utc_now
from espace_sante.kernel.settings import Settings
from tests.fixtures_database import Databases
from tests.inside import run
from tests.log_house import LogHouse, Published, enter, keys_of

pytestmark = [pytest.mark.database]


@pytest.fixture
def house(empty_databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LogHouse:
    monkeypatch.setattr(sequencer, "_REFUSED_SECONDS", 0.05)
    return LogHouse(empty_databases.settings, tmp_path)


@asynccontextmanager
async def seated(house: LogHouse) -> AsyncIterator[asyncio.Task[None]]:
    """Run the process, as a task of this loop, with a second one that waits for the seat."""

    def seat(settings: Settings) -> sequencer.Seat:
        return sequencer.Seat(
            connector(settings, "es_sequencer"),
            house.public,
            lambda _: house.keys,
            utc_now,
            checkpoint_seconds=0,
            padding_multiple=16,
            pause_seconds=0.02,
        )

    tasks = [asyncio.create_task(sequencer.run(seat(house.settings))) for _ in range(2)]
    try:
        yield tasks[0]
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


async def until(seen: Callable[[], bool]) -> None:
    """Wait for something the process does in its own time."""
    async with asyncio.timeout(60):
        while not seen():
            await asyncio.sleep(0.02)


def published_tags(house: LogHouse) -> set[bytes]:
    found: Published | None = house.read()
    return set() if found is None else set(found.tags)


def test_two_of_them_publish_each_entry_once_and_tell_the_keys(house: LogHouse) -> None:
    async def play() -> None:
        async with seated(house):
            tags = set(await enter(house.settings, 20))
            await until(lambda: tags <= published_tags(house))
            tags |= set(await enter(house.settings, 20))
            await until(lambda: tags <= published_tags(house))
        seen = house.read()
        assert seen is not None and len(seen.tags) == len(set(seen.tags))
        said = json.loads((house.public / "journal-keys.json").read_text())
        assert said == {"log": str(house.keys.public(Log.JOURNAL)), "index": str(house.keys.public(Log.INDEX))}

    run(play())


def test_it_stays_says_why_it_signs_nothing_and_goes_on_once_it_may(house: LogHouse) -> None:
    incident, checkpoint = house.public / "incident.json", house.public / "journal" / "checkpoint"

    async def play() -> None:
        async with seated(house) as process:
            tags = set(await enter(house.settings, 5))
            await until(lambda: tags <= published_tags(house))
            good = checkpoint.read_bytes()
            ahead = house.keys.head(Log.JOURNAL, 400, b"\7" * 32).note
            checkpoint.write_bytes(ahead)
            more = set(await enter(house.settings, 5))
            await until(incident.exists)
            assert json.loads(incident.read_text())["cause"] == "published-ahead"
            await asyncio.sleep(0.3)
            assert checkpoint.read_bytes() == ahead and not process.done(), "it looks again, and signs nothing"
            checkpoint.write_bytes(good)
            await until(lambda: more <= published_tags(house))
            await until(lambda: not incident.exists())

    run(play())


def test_an_index_that_fails_while_it_runs_is_made_again(house: LogHouse) -> None:
    async def play() -> None:
        async with seated(house):
            tags = set(await enter(house.settings, 300))
            await until(lambda: tags <= published_tags(house))
            database = sqlite3.connect(house.public / "index.db", timeout=10)
            database.execute("UPDATE bucket SET tags = zeroblob(length(tags))")
            database.commit()
            database.close()
            tags |= set(await enter(house.settings, 40))
            await until(lambda: tags <= published_tags(house))

    run(play())


def test_another_origin_than_the_first_is_refused(house: LogHouse) -> None:
    async def play() -> None:
        async with seated(house):
            tags = set(await enter(house.settings, 5))
            await until(lambda: tags <= published_tags(house))
        before = house.files.read("checkpoint")
        told = (house.public / "journal-keys.json").read_bytes()
        house.keys = keys_of(origin="moved.example/journal")
        async with seated(house):
            await enter(house.settings, 5)
            await until((house.public / "incident.json").exists)
            await asyncio.sleep(0.2)
        assert json.loads((house.public / "incident.json").read_text())["cause"] == "keys"
        assert house.files.read("checkpoint") == before
        assert (house.public / "journal-keys.json").read_bytes() == told

    run(play())
