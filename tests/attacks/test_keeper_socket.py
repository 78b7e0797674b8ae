"""A web process taken over speaks to the keeper as it likes: it must not learn who has a space, nor stop the service."""

from __future__ import annotations

import asyncio
import itertools
import os
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from espace_sante.consent.card_code import new_card_code
from espace_sante.keeper import demand as d
from espace_sante.keeper import tries as tries_of_codes
from espace_sante.keeper.process import PARAMS_MAX, QUEUE_MAX
from espace_sante.keeper.tries import BY_ACCOUNT, BY_ALL, CodeTries
from espace_sante.operate.folders import keeper_socket
from tests.fixtures_database import Databases
from tests.helping import accept
from tests.house import ENCODE, House
from tests.inside import Clock, clock, open_house, run

pytestmark = [pytest.mark.database]
__all__ = ["clock"]
NO = d.RefuseParams("2026-11-1", "fr", "00" * 32)
YES = d.OpenParams(True, "2026-11-1", "fr", "00" * 32)


async def _exchange(house: House, frame: bytes, seconds: float = 20.0) -> list[d.Answer]:
    """Send one frame as it is; return the answers until the connection ends, or as many as there were demands."""
    reader, writer = await asyncio.open_unix_connection(str(keeper_socket(house.settings, 0)))
    found: list[d.Answer] = []
    try:
        writer.write(len(frame).to_bytes(4, "big") + frame)
        async with asyncio.timeout(seconds):
            size = int.from_bytes(await reader.readexactly(4), "big")
            found += d.ANSWERS.decode(await reader.readexactly(size))
    except (asyncio.IncompleteReadError, ConnectionError):
        return []
    finally:
        writer.close()
    return found


async def _address(house: House, session: bytes, person: str) -> bytes:
    answer = await house.link.ask(d.Address(0, session, person))
    assert isinstance(answer, d.Done)
    return msgspec.msgpack.decode(answer.payload, type=d.AddressAnswer).public


def test_a_key_to_seal_to_does_not_tell_who_has_a_space(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            doctor = await house.sign_in("diallo")
            unknown = [f"id:{os.urandom(16).hex()}" for _ in range(6)]
            keys = [await _address(house, doctor, person) for person in unknown]
            assert len(set(keys)) == len(keys), "one key given to all who have no space is the answer to who has one"
            assert keys == [await _address(house, doctor, person) for person in unknown], "nor one drawn each time"
            assert {len(key) for key in keys} == {1217}

    run(play())


def test_a_message_nested_without_end_is_refused_and_nothing_else_waits(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her = await house.sign_in("jeanne")
            deep = b"\x81\xa1x" + b"\x91" * 90_000 + b"\xc0"
            ask = d.Ask(0, "read_journal", her, "self", "api", "login", deep)
            async with asyncio.timeout(10):
                assert await house.link.ask(ask) == d.Failed(2, "demand-invalid")
                assert isinstance(await house.link.ask(d.WhoIs(0, her)), d.Done)
            assert await _exchange(house, b"\x91\x96" + b"\x91" * 90_000) == []

    run(play())


def test_parameters_larger_than_any_act_needs_are_refused(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, _ = await house.open("jeanne")
            grant = d.GrantParams("99900000011", "everything", [], [], "x" * PARAMS_MAX, 3)
            assert isinstance(await house.ask(her, "grant_access", grant), d.Failed)
            person = "ins:" + "1" * 10_000
            assert isinstance(await house.ask(her, "list_documents", d.ListParams(), person=person), d.Failed)

    run(play())


def test_a_flood_is_turned_away_and_others_are_answered(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her = await house.sign_in("jeanne")
            flood = ENCODE([d.WhoIs(i, b"nobody") for i in range(QUEUE_MAX + 1)])
            assert await _exchange(house, flood) == [], "more than the queue holds in one message: hung up"
            half = ENCODE([d.WhoIs(i, b"nobody") for i in range(QUEUE_MAX - 1)])
            floods = [asyncio.create_task(_exchange(house, half)) for _ in range(3)]
            await asyncio.sleep(0.1)
            async with asyncio.timeout(20):
                first = await asyncio.gather(*floods)
                assert any(isinstance(a, d.Failed) and a.code == "busy" for answers in first for a in answers)
                assert isinstance(await house.link.ask(d.WhoIs(0, her)), d.Done)

    run(play())


def test_an_invitation_past_its_last_day_opens_nothing(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            await house.invite("jeanne")
            clock.ahead += timedelta(days=house.settings.invitation_days + 21)
            answer = await house.ask(await house.sign_in("jeanne"), "open_space", YES)
            assert isinstance(answer, d.Refused) and answer.code == "invitation-unknown"

    run(play())


def test_a_second_letter_never_opens_a_second_space(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, _ = await house.open("jeanne")
            letter = await house.invite("jeanne")
            agent = await house.sign_in("petit")
            async with asyncio.timeout(20):
                answer = await house.ask(
                    agent,
                    "open_space",
                    YES,
                    person=f"code:{letter.code}",
                    channel="counter",
                    proof="identity_seen",
                    on_behalf=True,
                )
            assert isinstance(answer, d.Refused) and answer.code == "space-exists", answer
            assert isinstance(await house.ask(her, "list_documents", d.ListParams()), d.Done)

    run(play())


def test_codes_cannot_be_tried_without_end(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            letter = (await house.invite("jeanne")).code
            wrong = [
                "".join(("code:", letter[:-3], *pair)) for pair in itertools.product("0123456789", "-", "ABCDEFGHJK")
            ]

            async def tried(agent: bytes, person: str) -> str:
                answer = await house.ask(
                    agent, "refuse_space", NO, person=person, channel="counter", proof="identity_seen", on_behalf=True
                )
                return "done" if isinstance(answer, d.Done) else answer.code

            petit = await house.sign_in("petit")
            answers = await asyncio.gather(*(tried(petit, person) for person in wrong[: 2 * BY_ACCOUNT]))
            assert answers.count("too-many") == BY_ACCOUNT, "many at once do not pass either"
            again = await house.sign_in("petit")
            assert await tried(again, f"code:{letter}") == "too-many", "the account counts, not the session"
            assert await tried(await house.sign_in("vasseur"), f"code:{letter}") == "done"
            clock.ahead += timedelta(hours=1, minutes=1)
            assert await tried(await house.sign_in("petit"), wrong[0]) == "invitation-unknown"

    run(play())


def test_whoever_tries_mandates_without_end_holds_back_neither_cards_nor_other_sorts_of_accounts(
    empty_databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tries_of_codes, "BY_ALL", 6)
    wrong = [new_card_code(os.urandom(10)) for _ in range(8)]

    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, _ = await house.open("jeanne")
            made = await house.ask(her, "issue_access_card", d.IssueCardParams("everything", [], [], "care", 1, 12, 30))
            assert isinstance(made, d.Done), made
            right = msgspec.msgpack.decode(made.payload, type=d.CardAnswer).code

            async def tried(who: bytes, code: str) -> bool:
                answer = await accept(house, who, code)
                return isinstance(answer, d.Failed) and answer.code == "too-many"

            other, doctor = await house.sign_in("bonnet"), await house.sign_in("diallo")
            assert [await tried(other, one) for one in wrong] == [False] * 6 + [True] * 2
            assert [await tried(doctor, one) for one in wrong] == [False] * 6 + [True] * 2, "another sort of account"
            shown = await house.ask(
                doctor, "use_access_card", d.UseCardParams(""), person=f"card:{right}", proof="professional"
            )
            assert isinstance(shown, d.Done), "cards are counted apart from mandates"

    run(play())


def test_all_accounts_together_have_a_ceiling_and_right_codes_do_not_count() -> None:
    tries, now = CodeTries(), datetime(2026, 11, 24, tzinfo=UTC)
    for _ in range(10 * BY_ACCOUNT):
        assert tries.take("agent", now, "agent")
        tries.give_back("agent", "agent")
    assert sum(tries.take(f"agent {i}", now, "agent") for i in range(2 * BY_ALL)) == BY_ALL
    assert not tries.take("agent", now, "agent")
    assert tries.take("agent", now + timedelta(hours=1), "agent")
