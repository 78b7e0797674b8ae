"""A word that serves once serves once, whichever keeper is asked; a launch opens for the one it was made for, once."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta

import msgspec
import pytest

from espace_sante.keeper import demand as d
from espace_sante.keeper.launches import LIFE
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import Clock, clock, open_house, rows, run

pytestmark = [pytest.mark.database]
__all__ = ["clock"]
MINUTE = timedelta(minutes=1)
WORD = hashlib.sha256(b"a word").digest()


def code(answer: d.Answer) -> str:
    assert isinstance(answer, d.Done | d.Refused | d.Failed)
    return "done" if isinstance(answer, d.Done) else answer.code


async def launch(house: House, session: bytes, client: str = "carnet", person: str = "id:" + "0" * 32) -> str:
    answer = await house.link.ask(d.MakeLaunch(0, session, client, person))
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.LaunchAnswer).launch


async def opened(house: House, session: bytes, word: str, client: str = "carnet", *, use: bool = True) -> str:
    answer = await house.link.ask(d.OpenLaunch(0, session, client, word, use))
    if isinstance(answer, d.Done):
        return msgspec.msgpack.decode(answer.payload, type=d.LaunchedAnswer).person
    return code(answer)


def test_a_word_serves_once_and_not_after_its_time(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            until = round((clock() + 4 * MINUTE).timestamp())
            assert code(await house.link.ask(d.SayOnce(0, WORD, until))) == "done"
            assert code(await house.link.ask(d.SayOnce(0, WORD, until))) == "word-said"
            assert code(await house.link.ask(d.SayOnce(0, WORD, until + 60))) == "word-said"
            late = hashlib.sha256(b"late").digest()
            assert code(await house.link.ask(d.SayOnce(0, late, round(clock().timestamp()) - 1))) == "word-said"
            for wrong in (d.SayOnce(0, b"short", until), d.SayOnce(0, late, -1), d.SayOnce(0, late, 1 << 40)):
                assert code(await house.link.ask(wrong)) == "demand-invalid"

    run(play())


def test_words_are_forgotten_once_their_own_date_refuses_them(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            until = round((clock() + 4 * MINUTE).timestamp())
            await house.link.ask(d.SayOnce(0, WORD, until))
            kept = "SELECT 1 FROM identity.once"
            await house.link.ask(d.Maintain(0, "purge"))
            assert len(await rows(house.settings, "postgres", kept)) == 1
            clock.ahead += timedelta(days=3)
            await house.link.ask(d.Maintain(0, "purge"))
            assert await rows(house.settings, "postgres", kept) == []
            assert code(await house.link.ask(d.SayOnce(0, WORD, until))) == "word-said"

    run(play())


def test_a_launch_opens_once_for_its_account_and_its_application(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            his, other, hers = [await house.sign_in(word) for word in ("diallo", "guerin", "karim")]
            word = await launch(house, his)
            assert await opened(house, other, word) == "launch-unknown"
            assert await opened(house, hers, word) == "launch-unknown"
            assert await opened(house, his, word, "autre") == "launch-unknown"
            assert await opened(house, his, word, use=False) == "id:" + "0" * 32
            assert await opened(house, his, word) == "id:" + "0" * 32
            assert await opened(house, his, word) == "launch-unknown"
            assert await opened(house, his, word, use=False) == "launch-unknown"
            again = await house.sign_in(
                "diallo"
            )  # another session of the same account: he may have signed in meanwhile
            assert await opened(house, again, await launch(house, his)) == "id:" + "0" * 32

    run(play())


def test_a_launch_lasts_five_minutes_and_tells_nothing(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            his = await house.sign_in("diallo")
            word = await launch(house, his, person="ins:299019999900172")
            assert b"299019999900172" not in base64.urlsafe_b64decode(word + "=" * (-len(word) % 4))
            clock.ahead += LIFE - MINUTE
            assert await opened(house, his, word, use=False) == "ins:299019999900172"
            clock.ahead += MINUTE
            assert await opened(house, his, word) == "launch-unknown"

    run(play())


def test_a_launch_that_was_touched_or_made_elsewhere_opens_nothing(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            his = await house.sign_in("diallo")
            word = await launch(house, his)
            for wrong in ("", "x", word[:-4], word + "A", word + "=", "é", word.swapcase(), "A" * 2000):
                assert await opened(house, his, wrong) == "launch-unknown", wrong
            for account in ("karim", "petit", "accueil"):
                answer = await house.link.ask(d.MakeLaunch(0, await house.sign_in(account), "carnet", "id:" + "0" * 32))
                assert code(answer) == "launch-unknown"
            assert code(await house.link.ask(d.MakeLaunch(0, bytes(32), "carnet", "self"))) == "unauthenticated"
            assert code(await house.link.ask(d.OpenLaunch(0, bytes(32), "carnet", word, True))) == "unauthenticated"

    run(play())
