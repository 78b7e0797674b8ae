"""What whoever acts for her could do with a power that is over or not his, and what it could tell of what is kept apart."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from espace_sante.keeper import demand as d
from tests.fixtures_database import Databases
from tests.helping import accept, mandates
from tests.house import House
from tests.inside import Clock, clock, open_house, run
from tests.integration.test_representation import (
    APART,
    CHILD,
    DAY,
    ONE,
    OTHER,
    born,
    child,
    code,
    deposited,
    note,
    paper,
    representing,
)
from tests.people import grant

pytestmark = [pytest.mark.database]
__all__ = ["clock"]
# Each may be asked by a parent, and done by both alone.
BOTH, NO_MORE = "accept_deposits", d.ChoiceParams()


async def code_told(house: House, who: str, **said: Any) -> str:
    """Have a power noted by two agents; return the code its holder accepts with."""
    params = paper(house, who, **said)
    assert isinstance(await note(house, "petit", "record_representation", params), d.Done)
    answer = await note(house, "vasseur", "confirm_representation", params)
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.RepresentationNoted).code


async def nearly_of_age(house: House, days: int) -> tuple[bytes, str]:
    today = house.now().date()
    born(house, CHILD, today.replace(year=today.year - 18) + days * DAY)
    return await house.open(CHILD)


async def effect(house: House, session: bytes, whom: str) -> str:
    answer = await house.ask(session, BOTH, NO_MORE, person=whom)
    assert isinstance(answer, d.Done), answer
    return answer.effect


@pytest.mark.parametrize("changes_her_mind", [True, False])
def test_a_code_given_before_she_was_of_age_opens_nothing_after(
    empty_databases: Databases, clock: Clock, *, changes_her_mind: bool
) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            her, person = await nearly_of_age(house, 3)
            secret = d.MaskParams(bytes.fromhex((await deposited(house, person))[32:]), 0, APART)
            told = await code_told(house, ONE)
            assert isinstance(await house.ask(her, "mask", secret), d.Done)
            clock.ahead += 4 * DAY
            her = await house.sign_in(CHILD)
            if changes_her_mind:  # her will is written anew, without what is over
                assert isinstance(await house.ask(her, "grant_access", grant()), d.Done)
            parent = await house.sign_in(ONE)
            wrong = await accept(house, parent, "ABCD-EFGH-JKMN")
            assert code(await accept(house, parent, told)) == code(wrong)
            assert await mandates(house, her) == [], "it is not shown as hers either"

    run(play())


def test_one_account_is_never_both_parents(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            await child(house)
            one, for_one = await representing(house, ONE)
            again = await code_told(house, ONE, starts="2020-01-02")
            stranger = await house.sign_in(OTHER)
            assert code(await accept(house, one, again)) == code(await accept(house, stranger, again))
            assert await effect(house, one, for_one) == await effect(house, one, for_one) == "starts"

    run(play())


def test_the_word_of_a_parent_whose_power_is_over_counts_no_more(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            await child(house)
            one, for_one = await representing(house, ONE, ends=(house.now().date() + 2 * DAY).isoformat())
            _, for_other = await representing(house, OTHER)
            assert await effect(house, one, for_one) == "starts"
            clock.ahead += 3 * DAY
            assert await effect(house, await house.sign_in(OTHER), for_other) == "starts"

    run(play())
