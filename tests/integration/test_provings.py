"""What proves a contact is bounded by day, leaves last, and a death noted again and again is told once by each account."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from espace_sante.keeper import demand as d
from tests.answers import code
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import Clock, clock, open_house, rows, run
from tests.integration.test_after_death import note_death
from tests.integration.test_letters import COUNTER, emergency

__all__ = ["clock"]
pytestmark = [pytest.mark.database]
STRANGER = "06 12 34 56 99"


async def asked(house: House, her: bytes, **contact: str) -> str:
    answer = await house.ask(her, "change_contact", d.ContactParams(**contact))
    return "" if isinstance(answer, d.Done) else code(answer)


async def number(house: House, table: str) -> int:
    found: list[Any] = await rows(house.settings, "postgres", f"SELECT count(*) AS n FROM {table}")
    return int(found[0]["n"])


def test_three_messages_a_day_prove_contacts_from_one_space_and_no_more(
    empty_databases: Databases, clock: Clock
) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            her, person = await house.open("jeanne")
            answers = [await asked(house, her, mobile=f"06 12 34 56 {last:02}") for last in range(30)]
            assert answers == [""] * 3 + ["contact-too-often"] * 27
            assert await number(house, "notices.message") == 3
            assert await asked(house, her, mail="jeanne.essai@exemple.example") == "contact-too-often"
            seen = await house.ask(
                await house.sign_in("petit"),
                "change_contact",
                d.ContactParams(mobile=STRANGER),
                person=f"id:{person}",
                **COUNTER,
            )
            assert isinstance(seen, d.Done), "nothing leaves to prove it: the agent saw her"
            clock.ahead += timedelta(days=1)
            her = await house.sign_in("jeanne")
            assert await asked(house, her, mail="jeanne.essai@exemple.example", mobile="06 12 34 56 01") == ""
            await house.link.ask(d.Maintain(0, "purge"))
            left = await rows(house.settings, "postgres", "SELECT DISTINCT day FROM keeper.proving_day")
            assert [row["day"] for row in left] == [house.now().date()], "yesterday's counts are no more"

    run(play())


def test_one_number_is_written_to_three_times_a_day_whoever_types_it_and_however(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            first, second = (await house.open("jeanne"))[0], (await house.open("adrien"))[0]
            assert [await asked(house, first, mobile=one) for one in (STRANGER, "+33612345699")] == ["", ""]
            assert [await asked(house, second, mobile=one) for one in (STRANGER, "0033612345699")] == [
                "",
                "contact-too-often",
            ]
            assert await asked(house, second, mobile="06 12 34 56 98") == ""

    run(play())


def test_an_emergency_leaves_before_other_notices_and_what_proves_a_contact_after_them(
    empty_databases: Databases, clock: Clock
) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            flooding, _ = await house.open("adrien")
            assert await asked(house, flooding, mail="un@exemple.example", mobile=STRANGER) == ""
            clock.ahead += timedelta(hours=3)
            her, person = await house.open("jeanne")
            agent = await house.sign_in("petit")
            mail = d.ContactParams(mail="jeanne.essai@exemple.example")
            assert isinstance(await house.ask(agent, "change_contact", mail, person=f"id:{person}", **COUNTER), d.Done)
            changed = d.ContactParams(mail="jeanne.autre@exemple.example")
            assert isinstance(
                await house.ask(agent, "change_contact", changed, person=f"id:{person}", **COUNTER), d.Done
            )
            clock.ahead += timedelta(hours=3)
            await emergency(house, person, her, await house.sign_in("diallo"))
            order: list[str] = []
            while len(order) < 10:
                answer = await house.link.ask(d.TakeNotices(0, 1, 3600))
                assert isinstance(answer, d.Done), answer
                taken = msgspec.msgpack.decode(answer.payload, type=d.TakenNotices).messages
                if not taken:
                    break
                order.extend("".join(one.kinds) or "proves" for one in taken)
            assert order[0] == "emergency" and order[-2:] == ["proves", "proves"] and len(order) > 3, order

    run(play())


def test_a_death_noted_many_times_by_one_account_is_told_once(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            await house.open("jeanne")
            before = await number(house, "notices.outbox")
            one, two = await house.sign_in("petit"), await house.sign_in("accueil")
            for last in range(6):
                assert isinstance(await note_death(house, one, "jeanne", number=f"C{last}"), d.Done)
            assert await number(house, "notices.outbox") == before + 1
            for last in range(6):
                assert isinstance(await note_death(house, two, "jeanne", number=f"D{last}"), d.Done)
                assert isinstance(await note_death(house, one, "jeanne", number=f"E{last}"), d.Done)
            assert await number(house, "notices.outbox") == before + 2, "one letter for each account"
            assert isinstance(await note_death(house, two, "jeanne", number="E5"), d.Done)
            assert await number(house, "notices.outbox") == before + 3, "it is sure now: that is told"

    run(play())
