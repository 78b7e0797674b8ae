"""Her trusted person on real databases: named, seen by her, taken back; nothing is opened by it."""

from __future__ import annotations

import msgspec
import pytest

from espace_sante.keeper import demand as d
from tests.answers import code, journal_page
from tests.fixtures_database import Databases
from tests.helping import COUNTER, PHONE
from tests.house import House
from tests.inside import open_house, run

pytestmark = [pytest.mark.database]


async def trusted(house: House, her: bytes) -> list[d.TrustedView]:
    return msgspec.msgpack.decode((await journal_page(house, her)).trusted, type=list[d.TrustedView])


def test_a_trusted_person_is_named_one_at_a_time_and_opens_nothing(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            karim = await house.sign_in("karim")
            asked = d.TrustedParams("Karim Beldjoudi", "par sa fille", True)
            assert isinstance(await house.ask(her, "name_trusted_person", asked), d.Done)
            for act, params in (("list_documents", d.ListParams()), ("read_journal", d.JournalParams())):
                assert code(await house.ask(karim, act, params, person=f"id:{person}")) == ""
            agent = await house.sign_in("petit")
            other = d.TrustedParams("Ana Roy")
            started = await house.ask(agent, "name_trusted_person", other, person=f"id:{person}", **PHONE)
            assert isinstance(started, d.Done)
            assert started.effect == "starts"
            assert [one.name for one in await trusted(house, her)] == ["Karim Beldjoudi"]
            done = await house.ask(agent, "name_trusted_person", other, person=f"id:{person}", **COUNTER)
            assert isinstance(done, d.Done)
            assert [(one.name, one.signed) for one in await trusted(house, her)] == [("Ana Roy", False)]
            ended = await house.ask(agent, "end_trusted_person", d.EndTrustedParams(), person=f"id:{person}", **PHONE)
            assert isinstance(ended, d.Done)
            assert ended.effect == "provisional"
            assert await trusted(house, her) == []

    run(play())


def test_a_name_that_is_not_one_or_nothing_to_take_back_is_said_so(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, _ = await house.open("jeanne")
            assert code(await house.ask(her, "name_trusted_person", d.TrustedParams("Ana"))) == "helper-name"
            long = d.TrustedParams("Ana Roy", "x" * 121)
            assert code(await house.ask(her, "name_trusted_person", long)) == "trusted-contact"
            assert code(await house.ask(her, "end_trusted_person", d.EndTrustedParams())) == "trusted-unknown"

    run(play())
