"""An agent under pressure, or one who presses: what he can have given in persons' names, before a second agent is needed.

HLP-16. The counts are the keeper's, in its database: they survive a restart. What takes something back is never stopped.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from zlib import crc32

import pytest

from espace_sante.access.request import ActId, Channel
from espace_sante.actions.act import Nature, Outcome, Upload
from espace_sante.actions.registry import PERSON_ACTS
from espace_sante.keeper.pressure import GIVING
from espace_sante.kernel.errors import Problem
from tests.channels.each_act import GRANT
from tests.channels.lives import DIALLO, PROOFS, Life, begun
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import Clock, act, chains, clock, open_house, run

__all__ = ["clock"]
pytestmark = [pytest.mark.database]
MOST = 5
ADDRESS = {"street": "1 rue des Essais", "town": "63000 Clermont"}


async def with_agent(life: Life, who: str, wanted: ActId, channel: Channel = Channel.COUNTER, **values: str) -> Outcome:
    session = await life.house.sign_in(who)
    way: dict[str, Any] = {"channel": channel, "proof": PROOFS[channel], "person": life.reference, "on_behalf": True}
    return await act(life.house, session, wanted, dict(values), **way)


async def opened(house: House) -> Life:
    life = await begun(house, ())
    await life.herself(ActId.OPEN_SPACE, {"deposits": "yes"})
    return life


def test_every_act_that_gives_something_is_counted_and_no_other() -> None:
    giving = {one.id for one in PERSON_ACTS if one.nature is Nature.PERMISSIVE} | {ActId.GIVE_ADDRESS}
    assert set(GIVING) == giving


def test_an_agent_who_gives_too_much_in_a_day_is_stopped_and_a_second_one_is_not(
    empty_databases: Databases, clock: Clock
) -> None:
    settings = replace(empty_databases.settings, agent_gives_per_day=MOST)

    async def play() -> None:
        async with open_house(settings, now=clock) as house:
            people = [await opened(house) for _ in range(MOST + 1)]
            for life in people[:MOST]:
                await with_agent(life, "petit", ActId.GRANT_ACCESS, **GRANT)  # type: ignore[arg-type]  # texts
        async with open_house(settings, now=clock) as house:  # a restart begins nothing again
            last = Life(house, people[-1].name)
            house.provider.accounts[last.name] = people[-1].house.provider.accounts[last.name]
            with pytest.raises(Problem, match="second-agent"):
                await with_agent(last, "petit", ActId.GRANT_ACCESS, **GRANT)  # type: ignore[arg-type]  # texts
            for name, values in ((ActId.WITHDRAW_ACCESS, {"practitioner": DIALLO}), (ActId.SEAL_SPACE, {})):
                assert (await with_agent(last, "petit", name, **values)).receipt, "taking back is never stopped"
            assert (await with_agent(last, "vasseur", ActId.GRANT_ACCESS, **GRANT)).receipt  # type: ignore[arg-type]  # texts
            clock.ahead += timedelta(days=1)
            assert (await with_agent(last, "petit", ActId.UNSEAL_SPACE)).receipt, "another day"
            said = [r for records in (await chains(settings)).values() for r in records]
            refused = [r for r in said if r["decision"] == {"result": "refuse", "rule": "second-account"}]
            assert [(r["act"], r["actor"]["name"]) for r in refused] == [("grant_access", "Mme Petit")], (
                "she sees it was tried"
            )

    run(play())


@pytest.mark.parametrize("channel", [Channel.COUNTER, Channel.PAPER, Channel.PHONE])
@pytest.mark.parametrize(
    ("what", "values"),
    [
        (ActId.REMOVE_ADDRESS, {}),
        (ActId.REMOVE_CONTACT, {"what": "both"}),
        (ActId.CHOOSE_LETTERS, {"way": "counter"}),
    ],
)
def test_one_visit_does_not_give_a_reader_and_somebody_who_decides_and_leave_her_without_a_word(
    databases: Databases, clock: Clock, what: ActId, values: dict[str, str], channel: Channel
) -> None:
    async def play() -> None:
        async with open_house(databases, now=clock) as house:
            life = await opened(house)
            await life.herself(ActId.CHANGE_CONTACT, {"mail": life.mail})
            await with_agent(life, "petit", ActId.GRANT_ACCESS, **GRANT)  # type: ignore[arg-type]  # texts
            await with_agent(life, "petit", ActId.NAME_HELPER, name="Claire Bonnet", reads="no", acts="mask")
            with pytest.raises(Problem, match="second-agent"):
                await with_agent(life, "petit", what, channel, **values)
            assert (await with_agent(life, "vasseur", what, channel, **values)).receipt, (
                "a second agent does it with her"
            )
            other = await opened(house)
            await other.herself(ActId.CHANGE_CONTACT, {"mail": other.mail})
            assert (await with_agent(other, "petit", what, channel, **values)).receipt, "alone, it is never stopped"
            await with_agent(other, "petit", ActId.GRANT_ACCESS, **GRANT)  # type: ignore[arg-type]  # texts
            with pytest.raises(Problem, match="second-agent"):
                await with_agent(other, "petit", ActId.NAME_HELPER, name="Claire Bonnet", reads="no", acts="mask")

    run(play())


def test_an_agent_has_readings_printed_for_so_many_persons_a_day_and_the_count_survives_a_restart(
    empty_databases: Databases, clock: Clock
) -> None:
    settings = replace(empty_databases.settings, agent_new_persons_per_day=2)

    async def play() -> None:
        async with open_house(settings, now=clock) as house:
            people = [await opened(house) for _ in range(3)]
            for life in (people[0], people[0], people[1]):
                await with_agent(life, "petit", ActId.LIST_DOCUMENTS)
        async with open_house(settings, now=clock) as house:
            again, last = Life(house, people[0].name), Life(house, people[2].name)
            for name in (again.name, last.name):
                house.provider.accounts[name] = people[0].house.provider.accounts[name]
            with pytest.raises(Problem, match="persons-too-many"):
                await with_agent(last, "petit", ActId.READ_JOURNAL)
            assert (await with_agent(again, "petit", ActId.READ_JOURNAL)).entry, (
                "of a person counted already, any reading"
            )
            assert (await with_agent(last, "petit", ActId.WITHDRAW_ACCESS, practitioner=DIALLO)).receipt, "nor this"
            assert (await with_agent(last, "vasseur", ActId.READ_JOURNAL)).entry, "another agent does it with her"
            clock.ahead += timedelta(days=1)
            assert (await with_agent(last, "petit", ActId.READ_JOURNAL)).entry, "another day"

    run(play())


def test_one_visit_does_not_give_a_reader_somebody_who_decides_and_another_address(
    databases: Databases, clock: Clock
) -> None:
    async def play() -> None:
        async with open_house(databases, now=clock) as house:
            life = await opened(house)
            await with_agent(life, "petit", ActId.GRANT_ACCESS, **GRANT)  # type: ignore[arg-type]  # texts
            await with_agent(life, "petit", ActId.NAME_HELPER, name="Claire Bonnet", reads="no", acts="mask")
            with pytest.raises(Problem, match="second-agent"):
                await with_agent(life, "petit", ActId.GIVE_ADDRESS, **ADDRESS)
            with pytest.raises(Problem, match="second-agent"):
                await with_agent(life, "petit", ActId.GIVE_ADDRESS, Channel.PAPER, **ADDRESS)
            assert (await with_agent(life, "vasseur", ActId.GIVE_ADDRESS, **ADDRESS)).receipt, (
                "a second agent does it with her"
            )
            other = await opened(house)
            assert (await with_agent(other, "petit", ActId.GIVE_ADDRESS, **ADDRESS)).receipt, (
                "of this person nothing was given"
            )
            assert (await life.herself(ActId.GIVE_ADDRESS, ADDRESS)).receipt, "she herself is never counted"

    run(play())


def drawing(width: int, height: int) -> bytes:
    """Return the first bytes of a picture, as it says how large it is, and nothing after."""
    head = b"IHDR" + width.to_bytes(4) + height.to_bytes(4) + bytes((1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4) + head + crc32(head).to_bytes(4)


async def a_page(house: House, number: int, png: bytes | None = None) -> None:
    """Have a page of nobody wait in the queue."""
    scan = Upload("", "image/png", (png or drawing(10, 10)) + bytes((number,)))
    said = {"step": "keep", "why": "no-code", "arrived": house.now().date().isoformat(), "scan": scan}
    await act(house, await house.sign_in("petit"), ActId.HANDLE_PAGE, said)


def test_an_agent_opens_so_many_pages_of_the_queue_a_day(empty_databases: Databases, clock: Clock) -> None:
    """The queue is that of every counter: whoever opens it page after page would read who wrote, and what she wants."""
    settings = replace(empty_databases.settings, agent_pages_per_day=2)

    async def look(house: House, who: str, page: str) -> str:
        session = await house.sign_in(who)
        said = {"step": "look", "page": page}
        return (await act(house, session, ActId.HANDLE_PAGE, said, channel=Channel.WEB)).entry

    async def play() -> None:
        async with open_house(settings, now=clock) as house:
            for number in range(3):
                await a_page(house, number)
            listed = await act(house, await house.sign_in("petit"), ActId.HANDLE_PAGE, {"step": "list"})
            pages = [one.page for one in listed.result.pages]
            assert len(pages) == 3
            for one in pages[:2]:
                assert await look(house, "petit", one)
            with pytest.raises(Problem, match="persons-too-many"):
                await look(house, "petit", pages[2])
            assert await look(house, "vasseur", pages[2]), "another agent opens it"
            clock.ahead += timedelta(days=1)
            assert await look(house, "petit", pages[2]), "another day"

    run(play())


def test_a_picture_too_large_to_be_shown_is_not_kept_as_a_page(databases: Databases, clock: Clock) -> None:
    """A few bytes that say to be a picture of a square kilometre stop the program of whoever opens the queue."""

    async def play() -> None:
        async with open_house(databases, now=clock) as house:
            for width, height in ((60_000, 60_000), (0, 100), (2**31 - 1, 1)):
                with pytest.raises(Problem, match="media-type-unsupported"):
                    await a_page(house, 0, drawing(width, height))
            with pytest.raises(Problem, match="media-type-unsupported"):
                await a_page(house, 0, b"\x89PNG\r\n\x1a\n<html>")

    run(play())
