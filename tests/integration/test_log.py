"""The public journal on a real PostgreSQL: every entry once, in whatever order they commit, whatever stops the sequencer."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import asyncpg
import pytest

from espace_sante.journal.cosigners import Quorum
from espace_sante.journal.guard import Cause, SigningRefused
from espace_sante.journal.padding import read_padding, without_padding
from espace_sante.journal.publication import Log
from espace_sante.journal.sequencer import open_index
from espace_sante.journal.tiles import read_leaf
from tests.fixtures_database import Databases
from tests.inside import run
from tests.log_house import LogHouse, Now, enter, enter_through, keys_of
from tests.simulation.log_world import Witness, World

pytestmark = [pytest.mark.database]
STEPS = ("computed", "committed", "indexed", "index files written", "files written", "published")


class Stopped(BaseException):
    """A kill between two steps: nothing handles it."""


@pytest.fixture
def house(empty_databases: Databases, tmp_path: Path) -> LogHouse:
    return LogHouse(empty_databases.settings, tmp_path)


def test_what_waits_is_published_padded_and_read_by_a_stranger(house: LogHouse) -> None:
    async def play() -> None:
        assert not await house.publish()
        assert house.read() is None, "no padding when nothing waits"
        tags = await enter(house.settings, 5)
        assert await house.publish()
        seen = house.read()
        assert seen is not None and seen.journal.size == 16 and set(tags) <= set(seen.tags)
        assert seen.tags == sorted(seen.tags)
        assert not await house.publish()
        tags += await enter(house.settings, 300)
        await house.publish()
        seen = house.read()
        assert (
            seen is not None and seen.journal.size == 16 + 304 and seen.index.size == 2 and set(tags) <= set(seen.tags)
        )

    run(play())


def test_an_entry_that_commits_after_a_later_one_is_not_lost(house: LogHouse) -> None:
    """Numbers and transactions in every crossing: the second to commit has the smaller number, whoever began first."""

    async def play() -> None:
        early, late = [await asyncpg.connect(**house_arguments(house)) for _ in range(2)]
        try:
            async with house.seat() as (publisher, _):
                for first_to_begin in (early, late):
                    begun = {}
                    for one in (first_to_begin, late if first_to_begin is early else early):
                        begun[one] = one.transaction()
                        await begun[one].start()
                        await one.execute("SELECT pg_current_xact_id()")
                    small = await enter_through(early, 1)
                    large = await enter_through(late, 1)
                    await begun[late].commit()
                    for _ in range(3):
                        house.now.later(minutes=1)
                        await publisher.turn()
                    seen = house.read()
                    assert seen is None or not {*small, *large} & set(seen.tags), "one is still running"
                    await begun[early].commit()
                    for _ in range(3):
                        house.now.later(minutes=1)
                        await publisher.turn()
                    seen = house.read()
                    assert seen is not None and {*small, *large} <= set(seen.tags)
        finally:
            for one in (early, late):
                await one.close()

    run(play())


def test_the_transaction_of_an_entry_is_numbered_before_the_entry(house: LogHouse) -> None:
    """Otherwise a fence drawn in between would let the entry pass behind the cursor."""

    async def play() -> None:
        one = await asyncpg.connect(**house_arguments(house))
        try:
            async with one.transaction():
                await enter_through(one, 0)
                assert await one.fetchval("SELECT pg_current_xact_id_if_assigned()") is None
                await one.execute(
                    "INSERT INTO journal.entry (space_id, seq, tag, com, sealed)"
                    " SELECT gen_random_uuid(), 0, '', '', '' WHERE false"
                )
                assert await one.fetchval("SELECT pg_current_xact_id_if_assigned()") is not None
        finally:
            await one.close()

    run(play())


def house_arguments(house: LogHouse) -> dict[str, Any]:
    return Databases(house.settings).arguments("es_keeper")


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_between_any_two_steps_loses_and_doubles_nothing(house: LogHouse, step: str) -> None:
    async def stop(at: str) -> None:
        if at == step:
            raise Stopped

    async def go_on(_: str) -> None:
        return

    async def play() -> None:
        tags: list[bytes] = []
        seen = None
        for round_ in range(3):
            tags += await enter(house.settings, 20 + 300 * round_)
            house.hook = stop
            with pytest.raises(Stopped):
                await house.publish()
            house.hook = go_on
            before, seen = seen, house.read()
            assert before is None or (seen is not None and seen.leaves[: before.journal.size] == before.leaves)
            await house.publish()
            before, seen = seen, house.read()
            assert seen is not None and set(tags) <= set(seen.tags)
            assert before is None or seen.leaves[: before.journal.size] == before.leaves
            assert len(seen.leaves) == (32, 352, 976)[round_], "each entry once"

    run(play())


def test_a_folder_and_an_index_that_were_lost_are_made_again_to_the_same_bytes(house: LogHouse) -> None:
    async def play() -> None:
        for count in (3, 500, 40, 700):
            await enter(house.settings, count)
            await house.publish()
        whole = contents(house.public)
        (house.public / "journal").rename(house.public / "old")
        (house.public / "index.db").unlink()
        await house.publish()
        assert contents(house.public) == whole

    run(play())


def contents(public: Path) -> dict[str, bytes]:
    folder = public / "journal"
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_damaged_files_and_a_damaged_index_are_made_again(house: LogHouse) -> None:
    async def play() -> None:
        for count in (300, 40):
            await enter(house.settings, count)
            await house.publish()
        whole = contents(house.public)
        for path in (
            "tile/entries/000",
            "tile/0/000",
            "tile/1/000.p/1",
            "tile/0/001.p/96",
            "index/tile/0/000.p/2",
            "tile/entries/001.p/96",
        ):
            (house.public / "journal" / path).write_bytes(b"damaged")
            await house.publish()
            assert contents(house.public) == whole, path
        (house.public / "index.db").write_bytes(b"not a database, " * 1000)
        await house.publish()
        tags = await enter(house.settings, 2)
        await house.publish()
        seen = house.read()
        assert seen is not None and set(tags) <= set(seen.tags)

    run(play())


def test_the_files_of_a_checkpoint_that_waits_for_its_quorum_are_made_again_too(house: LogHouse) -> None:
    """What is published may be older than the newest tree, and only its own partial files lead to its root."""
    witness = Witness(World(Random(1), house.now(), 0), "outside.example", away=0)
    house.cosigners, house.quorum = [witness], Quorum(light=(witness.key,), light_need=1)

    async def play() -> None:
        await enter(house.settings, 3)
        async with house.seat() as (publisher, front):
            house.now.later(minutes=1)
            assert await publisher.turn() and publisher.last is not None
            await front.ask(publisher.last)
        for _ in range(3):
            await enter(house.settings, 20)
            await house.publish()
        for path in ("tile/0/000.p/16", "tile/entries/000.p/16", "index/tile/0/000.p/1"):
            (house.public / "journal" / path).unlink()
        async with house.seat():
            seen = house.read()
            assert seen is not None and seen.journal.size == 16

    run(play())


def test_an_index_of_something_else_is_made_again(house: LogHouse) -> None:
    async def play() -> None:
        await enter(house.settings, 40)
        await house.publish()
        store = open_index(house.public / "index.db")
        store.emptied()
        store.grown([bytes([number]) * 32 for number in range(48)])
        store.commit()
        store.close()
        await house.publish()
        assert (seen := house.read()) is not None and seen.journal.size == 48
        await enter(house.settings, 4)
        await house.publish()
        assert (seen := house.read()) is not None and seen.journal.size == 64

    run(play())


def test_two_checkpoints_of_one_size_cannot_be_written(house: LogHouse) -> None:
    async def play() -> None:
        await enter(house.settings, 5)
        await house.publish()
        connection = await asyncpg.connect(**Databases(house.settings).arguments("postgres"))
        columns = "root, note, index_leaf, index_root, index_note, at, day, dummies"
        try:
            for size, index_size in ((16, 1), (16, 2), (32, 1), (32, 3), (15, 2)):
                with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.UniqueViolationError)):
                    await connection.execute(
                        f"INSERT INTO log.checkpoint (size, index_size, {columns})"
                        f" SELECT $1, $2, {columns} FROM log.checkpoint",
                        size,
                        index_size,
                    )
            for table in ("leaf", "checkpoint"):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(f"DELETE FROM log.{table}")
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute("UPDATE log.state SET cursor = 0")
        finally:
            await connection.close()

    run(play())


def refusal(house: LogHouse) -> Cause:
    async def play() -> Cause:
        with pytest.raises(SigningRefused) as refused:
            await house.publish()
        return refused.value.cause

    return run(play())


def test_nothing_is_signed_when_the_published_files_are_ahead_of_the_rows(house: LogHouse) -> None:
    """As after the restore of an old backup beside the folder that was published since."""
    run(enter(house.settings, 5))
    run(house.publish())
    published = (house.public / "journal" / "checkpoint").read_bytes()
    forget(house)
    run(enter(house.settings, 7))
    (house.public / "index.db").unlink()
    assert refusal(house) is Cause.AHEAD
    assert (house.public / "journal" / "checkpoint").read_bytes() == published
    assert stored(house) == 0


def test_nothing_is_signed_when_the_index_is_ahead_of_the_rows(house: LogHouse) -> None:
    run(enter(house.settings, 5))
    run(house.publish())
    forget(house)
    (house.public / "journal").rename(house.public / "old")
    assert refusal(house) is Cause.INDEX_AHEAD


def test_nothing_is_signed_over_another_root_nor_over_what_cannot_be_read(house: LogHouse) -> None:
    run(enter(house.settings, 5))
    run(house.publish())
    path = house.public / "journal" / "checkpoint"
    path.write_bytes(house.keys.head(Log.JOURNAL, 16, b"\7" * 32).note)
    assert refusal(house) is Cause.OTHER_ROOT
    path.write_bytes(b"?")
    assert refusal(house) is Cause.UNREADABLE
    path.unlink()
    run(house.publish())
    house.keys = keys_of("others")
    assert refusal(house) is Cause.KEYS
    house.keys = keys_of(origin="elsewhere.example/journal")
    assert refusal(house) is Cause.KEYS
    assert stored(house) == 1


def test_nothing_is_signed_over_a_tag_that_comes_twice(house: LogHouse) -> None:
    async def play() -> None:
        connection = await asyncpg.connect(**house_arguments(house))
        try:
            statement = (
                "INSERT INTO journal.entry (space_id, seq, tag, com, sealed) VALUES (gen_random_uuid(), 0, $1, $2, '')"
            )
            await connection.execute(statement, b"t" * 32, b"c" * 32)
            await house.publish()
            await connection.execute(statement, b"t" * 32, b"d" * 32)
            with pytest.raises(SigningRefused) as refused:
                await house.publish()
            assert refused.value.cause is Cause.TAG_TWICE
        finally:
            await connection.close()

    run(play())
    assert stored(house) == 1


def forget(house: LogHouse) -> None:
    """Empty the rows of the log, as a backup made before the first publication would."""

    async def play() -> None:
        connection = await asyncpg.connect(**Databases(house.settings).arguments("postgres"))
        try:
            await connection.execute(
                "SET session_replication_role = replica; DELETE FROM log.leaf; DELETE FROM log.checkpoint; DELETE FROM log.state"
            )
        finally:
            await connection.close()

    run(play())


def stored(house: LogHouse) -> int:
    async def play() -> int:
        connection = await asyncpg.connect(**Databases(house.settings).arguments("postgres"))
        try:
            return int(await connection.fetchval("SELECT count(*) FROM log.checkpoint"))
        finally:
            await connection.close()

    return run(play())


def test_after_eight_days_the_padding_of_a_day_is_told_and_can_be_taken_away(house: LogHouse) -> None:
    async def play() -> None:
        tags = await enter(house.settings, 5)
        await house.publish()
        tags += await enter(house.settings, 3)
        await house.publish()
        house.now.later(days=8)
        tags += await enter(house.settings, 1)
        await house.publish()
        seen = house.read()
        assert seen is not None and seen.journal.size == 48
        told = [read_padding(path.read_bytes()) for path in sorted((house.public / "journal" / "padding").iterdir())]
        assert [(one.day, one.dummies) for one in told] == [(Now().at.date(), 11 + 13)]
        true = without_padding(seen.leaves[:32], told)
        assert {read_leaf(leaf)[0] for leaf in true} == set(tags[:8])
        first = contents(house.public)
        house.now.later(days=1)
        await enter(house.settings, 1)
        await house.publish()
        assert {name for name in contents(house.public) if name.startswith("padding/")} == {
            name for name in first if name.startswith("padding/")
        }, "the next day is younger than eight days"

    run(play())
