"""What leads to a space for a time only, a card or a ticket, is dropped by the periodic purge when its time is over."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from espace_sante.keeper import demand as d
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import Clock, census, clock, open_house, run
from tests.people import grant

pytestmark = [pytest.mark.database]
__all__ = ["clock"]
TICKET = "T2026A0001"
HERS = 3  # her account, her number, her public id: these never end


async def issued(house: House, her: bytes, days: int, uses: int = 1) -> str:
    asked = d.IssueCardParams("everything", [], [], "care", uses, 12, days, "")
    answer = await house.ask(her, "issue_access_card", asked)
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.CardAnswer).code


async def shown(house: House, code: str, key: bytes | None = None) -> d.Answer:
    doctor = await house.sign_in("diallo")
    asked = d.UseCardParams("")
    return await house.ask(doctor, "use_access_card", asked, person=f"card:{code}", proof="professional", key=key)


async def purged(house: House) -> int:
    """Purge; return how many terms that rests on, which must be what is left in the directory less."""
    before = (await census(house.settings))["identity.directory"]
    answer = await house.link.ask(d.Maintain(0, "purge"))
    assert isinstance(answer, d.Done), answer
    done = msgspec.msgpack.decode(answer.payload, type=d.MaintainAnswer).done["terms"]
    assert before - (await census(house.settings))["identity.directory"] == done
    return done


def test_a_card_leads_to_her_until_its_last_day_and_then_nowhere(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            her, _ = await house.open("jeanne")
            short, long = await issued(house, her, 2), await issued(house, her, 30)
            assert await purged(house) == 0
            clock.ahead += timedelta(days=2)  # over at this very hour: still the same day
            assert await purged(house) == 0
            clock.ahead += timedelta(days=1)
            assert await purged(house) == 1
            assert isinstance(await shown(house, short), d.Refused)
            assert isinstance(await shown(house, long), d.Done), "the other one still serves"
            clock.ahead += timedelta(days=40)
            assert await purged(house) == 1
            assert (await census(house.settings))["identity.directory"] == HERS

    run(play())


def test_a_card_used_up_answers_its_own_repetition_for_the_days_an_answer_is_kept(
    empty_databases: Databases, clock: Clock
) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            her, _ = await house.open("jeanne")
            code, key = await issued(house, her, 60), b"k" * 16
            first = await shown(house, code, key)
            assert isinstance(first, d.Done)
            clock.ahead += timedelta(days=house.settings.idempotency_days)
            assert await purged(house) == 0
            again = await shown(house, code, key)
            assert isinstance(again, d.Done)
            assert again.payload == first.payload
            clock.ahead += timedelta(days=1)
            assert await purged(house) == 1, "long before the sixty days of the card"
            assert isinstance(await shown(house, code), d.Refused)

    run(play())


def test_a_ticket_leads_to_her_for_its_hours_and_may_serve_her_again(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            her, _ = await house.open("jeanne")
            allowed = await house.ask(her, "allow_support", d.AllowSupportParams(TICKET, 2))
            assert isinstance(allowed, d.Done)
            clock.ahead += timedelta(hours=3)
            her = await house.sign_in("jeanne")
            await house.ask(her, "grant_access", grant())  # her will says no more of that help
            again = await house.ask(her, "allow_support", d.AllowSupportParams(TICKET, 2))
            assert isinstance(again, d.Done), again
            assert (await census(house.settings))["identity.directory"] == HERS + 1
            clock.ahead += timedelta(days=2)
            assert await purged(house) == 1
            other, _ = await house.open("karim")
            taken = await house.ask(other, "allow_support", d.AllowSupportParams(TICKET, 2))
            assert isinstance(taken, d.Done), "it leads to nobody any more"

    run(play())
