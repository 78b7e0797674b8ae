"""A public journal after a restore: it goes on in a new cluster, or signs nothing when others have seen more than the backup."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from espace_sante.assembly import log_keys
from espace_sante.journal.cosigners import Quorum
from espace_sante.journal.guard import Cause, SigningRefused
from espace_sante.journal.sequencer import INDEX
from espace_sante.kernel.refusal import OperatorRefusal
from espace_sante.kernel.settings import Settings
from espace_sante.operate.backup import back_up
from espace_sante.operate.log_keys import SEEDS, arrange_log_keys, seed_path
from espace_sante.operate.restore import restore, sentences
from espace_sante.operate.session import started_databases
from tests.fixtures_database import settings_of
from tests.log_house import LogHouse, enter
from tests.simulation.log_world import Witness, World

pytestmark = [pytest.mark.database, pytest.mark.slow]
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.fixture
def left(prepared_folder: Callable[[], Path]) -> Settings:
    """An instance that was started once, with its seeds."""
    settings = settings_of(prepared_folder())

    async def play() -> None:
        async with started_databases(settings):
            await arrange_log_keys(settings)

    asyncio.run(play())
    return settings


def house_of(settings: Settings, **changes: object) -> LogHouse:
    house = LogHouse(settings, settings.home / "public", keys=log_keys(settings, None))
    return replace(house, **changes)  # type: ignore[arg-type]  # each caller names a field and its value


async def published(settings: Settings, counts: list[int], **changes: object) -> list[bytes]:
    """Enter and publish, in one run of the databases; return the tags."""
    tags: list[bytes] = []
    house = house_of(settings, **changes)
    async with started_databases(settings):
        for count in counts:
            tags += await enter(settings, count)
            await house.publish()
    return tags


def carried(left: Settings, target: Settings, *names: str) -> None:
    """Bring the seeds, and parts of the published folder, to the restored instance."""
    for name in SEEDS:
        target_path = seed_path(target, name)
        target_path.unlink(missing_ok=True)
        shutil.copy(seed_path(left, name), target_path)
    for name in names:
        source = left.home / "public" / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, target.home / "public" / name)


def test_a_restored_journal_goes_on_in_a_new_cluster(left: Settings, state_folder: Callable[[], Path]) -> None:
    output, target = state_folder(), settings_of(state_folder())
    tags = asyncio.run(published(left, [40, 300]))

    async def waiting_then_saved() -> None:
        async with started_databases(left):
            tags.extend(await enter(left, 7))  # entered, not published yet
        await back_up(left, output, now=NOW)

    asyncio.run(waiting_then_saved())
    secrets = [seed_path(left, name).read_bytes() for name in SEEDS]
    for path in output.rglob("*"):
        assert not path.is_file() or not any(one in path.read_bytes() for one in secrets), path
    done = asyncio.run(restore(target, output))
    assert any("log.seed" in one for one in sentences(target, done))

    async def without_the_seeds() -> None:
        async with started_databases(target):
            with pytest.raises(OperatorRefusal, match=r"log\.seed.*ne peut plus être continué"):
                await arrange_log_keys(target)
        assert not any(seed_path(target, name).exists() for name in SEEDS)

    asyncio.run(without_the_seeds())
    carried(left, target)

    async def go_on() -> None:
        house = house_of(target)
        async with started_databases(target):
            await arrange_log_keys(target)
            await house.publish()  # what waited in the backup, whose transaction numbers are those of another cluster
            seen = house.read()
            assert seen is not None and set(tags) <= set(seen.tags)
            tags.extend(await enter(target, 20))
            await house.publish()
            seen = house.read()
            assert seen is not None and set(tags) <= set(seen.tags)
            assert len(set(seen.tags)) == len(seen.tags) == seen.journal.size
        before = house_of(left).read()
        assert before is not None and seen.leaves[: before.journal.size] == before.leaves

    asyncio.run(go_on())


@pytest.mark.parametrize(("kept", "cause"), [("journal", Cause.AHEAD), (INDEX, Cause.INDEX_AHEAD)])
def test_an_old_backup_beside_what_was_published_since_signs_nothing(
    left: Settings, state_folder: Callable[[], Path], kept: str, cause: Cause
) -> None:
    output, target = state_folder(), settings_of(state_folder())

    async def play() -> None:
        await published(left, [40])
        await back_up(left, output, now=NOW)
        await published(left, [40])
        await restore(target, output)
        carried(left, target, kept)
        with pytest.raises(SigningRefused) as refused:
            await published(target, [5])
        assert refused.value.cause is cause

    asyncio.run(play())


def test_an_old_backup_without_the_folder_signs_nothing_before_every_witness_was_heard_and_nothing_after(
    left: Settings, state_folder: Callable[[], Path]
) -> None:
    output, target = state_folder(), settings_of(state_folder())
    world = World(Random(1), NOW, 0)
    witness = Witness(world, "outside.example", away=0)
    outside = {"cosigners": [witness], "quorum": Quorum(light=(witness.key,), light_need=1)}

    async def publish_and_ask(settings: Settings) -> None:
        house = house_of(settings, **outside)
        async with started_databases(settings):
            await enter(settings, 40)
            async with house.seat() as (publisher, front):
                for _ in range(3):
                    house.now.later(minutes=1)
                    await publisher.turn()
                assert publisher.last is not None
                await front.ask(publisher.last)

    async def play() -> None:
        await publish_and_ask(left)
        await back_up(left, output, now=NOW)
        await publish_and_ask(left)
        await restore(target, output)
        carried(left, target)
        house = house_of(target, **outside)
        async with started_databases(target), house.seat() as (publisher, front):
            before = publisher.last
            assert before is not None
            for _ in range(3):
                house.now.later(minutes=1)
                assert not await publisher.turn(), "the witness was not heard yet"
            assert publisher.last == before
            with pytest.raises(SigningRefused) as refused:
                await front.ask(before)
            assert refused.value.cause is Cause.COSIGNER_AHEAD

    asyncio.run(play())
