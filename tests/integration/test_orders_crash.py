"""A stop at any statement of the round that tells, and at any of a reading: one copy and only one, never a key without its line."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import asyncpg
import msgspec
import pytest

from espace_sante.keeper import demand as d
from tests.fixtures_database import Databases
from tests.inside import Clock, chains, clock, open_house, rows, run, watched
from tests.orders import covered, gauge, listed, ordered, reveal, states, taken

pytestmark = [pytest.mark.database]
__all__ = ["clock"]
DAY = timedelta(days=1)


class Stopped(asyncpg.InterfaceError):
    """The connection goes at that very statement."""


def test_a_round_that_stops_anywhere_leaves_one_copy_and_only_one(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            _, person = await house.open("jeanne")
            doctor = await house.sign_in("guerin")
            assert isinstance(await house.deposit(doctor, f"id:{person}", b"the report"), d.Done)
            order = await ordered(house, "jeanne", days=1)
            assert covered(await listed(house, await house.sign_in("accueil"), order)).total == 1
            clock.ahead += DAY
            stops = 0
            for at in range(200):
                count = 0

                async def stop(name: str, when: str, at: int = at) -> None:
                    nonlocal count
                    count += 1
                    if count - 1 == at:
                        raise Stopped(name)

                with watched(stop):
                    answer = await house.link.ask(d.Maintain(0, "reveal"))
                lines = Counter(record["act"] for chain in (await chains(house.settings)).values() for record in chain)
                outbox = await rows(house.settings, "postgres", "SELECT 1 FROM notices.outbox")
                done = await states(house) == [3]
                assert (lines["reveal_order"], len(outbox)) == ((2, 1) if done else (0, 0)), at
                if isinstance(answer, d.Done):
                    break
                stops += 1
            else:
                raise AssertionError("the round never went to its end")
            assert stops > 20, "every statement, before and after"
            assert await states(house) == [3]
            assert await reveal(house) == {"revealed": 0, "without_space": 0}
            assert await gauge(house) == (0, 0, 1, 0, 0)

    run(play())


def test_two_keepers_that_tell_at_once_tell_once(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        async with open_house(empty_databases, keepers=2, now=clock) as house:
            await house.open("jeanne")
            await ordered(house, "jeanne", days=1)
            clock.ahead += DAY
            done = await asyncio.gather(*(house.link.ask(d.Maintain(0, "reveal")) for _ in range(6)))
            told = [
                msgspec.msgpack.decode(one.payload, type=d.MaintainAnswer).done
                for one in done
                if isinstance(one, d.Done)
            ]
            assert sum(one["revealed"] for one in told) == 1
            lines = [
                r for chain in (await chains(house.settings)).values() for r in chain if r["act"] == "reveal_order"
            ]
            assert len(lines) == 1

    run(play())


def test_a_closing_that_comes_first_wins_over_a_reading(
    empty_databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Her closing commits between the facts of a reading and its commit: nothing is given, nothing is written of it."""

    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            doctor = await house.sign_in("guerin")
            assert isinstance(await house.deposit(doctor, f"id:{person}", b"the report"), d.Done)
            order = await ordered(house, "jeanne")
            one = await house.sign_in("accueil")
            row = covered(await listed(house, one, order)).lines[0].row
            closed: list[d.Answer] = []

            async def close(name: str, when: str) -> None:
                if name == "summaries" and when == "after" and not closed:
                    closed.append(await house.ask(her, "close_space", d.CloseParams()))

            with watched(close):
                answer, _ = await taken(house, one, order, row)
            assert isinstance(closed[0], d.Done)
            assert isinstance(answer, d.Refused) and answer.code == ""
            read = await rows(house.settings, "postgres", "SELECT number FROM keeper.sealed_line")
            assert len(read) == 2, "the confirmation and the list"

    run(play())


def test_two_readings_at_once_are_two_lines(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases, keepers=2) as house:
            _, person = await house.open("jeanne")
            doctor = await house.sign_in("guerin")
            assert isinstance(await house.deposit(doctor, f"id:{person}", b"the report"), d.Done)
            order = await ordered(house, "jeanne")
            both = [await house.sign_in(word) for word in ("accueil", "astreinte")]
            answers = await asyncio.gather(*(listed(house, both[i % 2], order) for i in range(8)))
            assert all(isinstance(one, d.Done) for one in answers)
            found = await rows(house.settings, "postgres", "SELECT number FROM keeper.sealed_line ORDER BY number")
            assert [row["number"] for row in found] == list(range(1, 10))

    run(play())
