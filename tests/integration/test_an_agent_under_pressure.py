"""An agent under pressure, or one who presses: what he can have given in persons' names, before a second agent is needed.

HLP-16. The counts are the keeper's, in its database: they survive a restart. What takes something back is never stopped.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from espace_sante.access.request import ActId, Channel
from espace_sante.actions.act import Nature, Outcome
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


async def with_agent(life: Life, who: str, what: ActId, channel: Channel = Channel.COUNTER, **values: str) -> Outcome:
    session = await life.house.sign_in(who)
    way: dict[str, Any] = {"channel": channel, "proof": PROOFS[channel], "person": life.reference, "on_behalf": True}
    return await act(life.house, session, what, dict(values), **way)


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
