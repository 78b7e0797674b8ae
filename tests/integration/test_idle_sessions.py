"""A session ends when nothing was asked for a time, and at a fixed age even when it serves. Source: trust.md 4.4; ASVS 7.3."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from espace_sante.keeper import demand as d
from espace_sante.keeper import sessions
from espace_sante.keeper.sessions import Idle, open_session
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import Clock, clock, keyrings, open_house, rows, run, watched

pytestmark = [pytest.mark.database]
__all__ = ["clock"]
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def always_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock jumps here, and what is remembered for five seconds is not."""
    monkeypatch.setattr(sessions, "CACHE_SECONDS", -1.0)


async def holds(house: House, session: bytes) -> bool:
    answer = await house.link.ask(d.WhoIs(0, session))
    assert isinstance(answer, d.Done) or answer == d.Failed(answer.number, "unauthenticated")
    return isinstance(answer, d.Done)


@pytest.mark.parametrize(
    ("word", "idle"), [("jeanne", 30), ("diallo", 30), ("accueil", 30), ("petit", 15), ("bonnet", 15)]
)
def test_a_session_ends_after_so_many_minutes_without_a_demand(
    empty_databases: Databases, clock: Clock, word: str, idle: int
) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            kept, left = await house.sign_in(word), await house.sign_in(word)
            for _ in range(3):
                clock.ahead += (idle - 1) * MINUTE
                assert await holds(house, kept), "each demand gives it its time again"
            assert not await holds(house, left)
            clock.ahead += (idle + 2) * MINUTE  # to a minute, and the second it was written in
            assert not await holds(house, kept)
            clock.ahead -= 10 * MINUTE
            assert await holds(house, await house.sign_in(word))

    run(play())


def test_a_session_that_serves_ends_at_its_age_all_the_same(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            session = await house.sign_in("jeanne")
            for _ in range(house.settings.session_minutes // 20 - 1):
                clock.ahead += 20 * MINUTE
                assert await holds(house, session)
            clock.ahead += 21 * MINUTE
            assert not await holds(house, session)

    run(play())


def test_that_it_was_used_is_written_once_a_minute_sealed_and_not_after_it_ended(
    empty_databases: Databases, clock: Clock
) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            settings, session = house.settings, await house.sign_in("jeanne")

            async def used() -> datetime | None:
                (row,) = await rows(settings, "postgres", "SELECT token_hash, sealed FROM identity.session")
                found = open_session(row["sealed"], row["token_hash"], (await keyrings(settings))[1])
                assert found is not None
                return found.used

            first = await used()
            with watched() as statements:
                for _ in range(5):
                    assert await holds(house, session)
                assert "use_session" not in statements.sent
                assert await used() == first
                clock.ahead += 2 * MINUTE
                for _ in range(5):
                    assert await holds(house, session)
                assert statements.sent.count("use_session") == 1
            second = await used()
            assert first is not None
            assert second is not None
            assert second - first >= 2 * MINUTE
            clock.ahead += 2 * MINUTE
            assert isinstance(await house.link.ask(d.SignOut(0, session)), d.Done)
            assert await rows(settings, "postgres", "SELECT 1 FROM identity.session") == []
            assert not await holds(house, session)
            assert await rows(settings, "postgres", "SELECT 1 FROM identity.session") == []

    run(play())


def test_a_session_from_before_this_was_written_ends_by_its_age_alone() -> None:
    idle = Idle(15 * MINUTE, 30 * MINUTE)
    now = datetime.fromisoformat("2026-11-26T10:00:00+00:00")
    session = sessions.Session("agent", "i", "i|a", "a", "A", "", "", now + timedelta(hours=1))
    assert not idle.is_over(session, now + timedelta(hours=5))
