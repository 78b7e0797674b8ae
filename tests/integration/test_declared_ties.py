"""An agent who says that he is tied to a person does nothing for her: her journal says it, and nothing else does.

HLP-15. Another agent does it with her, and she herself is never stopped.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import pytest

from espace_sante.access.request import ActId, Channel
from espace_sante.actions.act import Outcome
from espace_sante.actions.frame import Request
from espace_sante.actions.registry import REGISTRY
from espace_sante.keeper import demand as d
from espace_sante.kernel.errors import Problem
from tests.channels.each_act import GRANT
from tests.channels.lives import DIALLO, PROOFS, Life, begun
from tests.fixtures_database import Databases
from tests.inside import chains, frame_of, open_house, rows, run

pytestmark = [pytest.mark.database]


async def with_agent(life: Life, who: str, act: ActId, values: Any, *, tie: str = "") -> Outcome:
    session = await life.house.sign_in(who)
    way = Request(
        session, Channel.COUNTER, PROOFS[Channel.COUNTER], life.reference, True, os.urandom(12).hex(), "tests"
    )
    return await REGISTRY[act].perform(frame_of(life.house), replace(way, tie=tie), REGISTRY[act].parse(values))


def test_whoever_is_tied_to_her_does_nothing_for_her_then_nor_later_and_another_agent_does(
    databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(databases) as house:
            life, other = await begun(house, ()), await begun(house, ())
            with pytest.raises(Problem, match="tie-declared"):
                await with_agent(life, "petit", ActId.OPEN_SPACE, {"deposits": "yes"}, tie="family")
            assert life.space is None, "not even her space"
            for one in (life, other):
                await one.herself(ActId.OPEN_SPACE, {"deposits": "yes"})
            with pytest.raises(Problem, match="tie-declared"):
                await with_agent(life, "petit", ActId.GRANT_ACCESS, GRANT, tie="property")
            for act, values in (
                (ActId.GRANT_ACCESS, GRANT),  # he says no tie now: it was said once
                (ActId.WITHDRAW_ACCESS, {"practitioner": DIALLO}),
                (ActId.LIST_DOCUMENTS, {}),
                (ActId.READ_JOURNAL, {}),
            ):
                with pytest.raises(Problem, match="tie-declared"):
                    await with_agent(life, "petit", act, values)
            assert (await with_agent(life, "vasseur", ActId.GRANT_ACCESS, GRANT)).receipt, "another agent does it"
            assert (await with_agent(other, "petit", ActId.GRANT_ACCESS, GRANT)).receipt, "and he serves others"
            assert (await life.herself(ActId.SEAL_SPACE, {})).receipt
            said = [r for records in (await chains(house.settings)).values() for r in records]
            tied = [r for r in said if r["decision"]["rule"] == "declared-tie"]
            named = sorted((r["act"], *r["objects"]) for r in tied if r["objects"])
            assert named == [("grant_access", "tie:property"), ("open_space", "tie:family")]
            assert len(tied) == 6 and {r["actor"]["name"] for r in tied} == {"Mme Petit"}

    run(play())


def test_a_tie_that_is_no_word_of_ours_is_refused_and_nothing_says_in_clear_who_is_tied(databases: Databases) -> None:
    async def play() -> None:
        async with open_house(databases) as house:
            life = await begun(house, ())
            await life.herself(ActId.OPEN_SPACE, {"deposits": "yes"})
            agent = await house.sign_in("petit")
            asked = d.Ask(
                0, "seal_space", agent, life.reference, "counter", "identity_seen", b"\x80", True, tie="friend"
            )
            answer = await house.link.ask(asked)
            assert isinstance(answer, d.Failed) and answer.code == "demand-invalid"
            before = await rows(house.settings, "postgres", "SELECT count(*) AS n FROM keeper.agent_day")
            with pytest.raises(Problem, match="tie-declared"):
                await with_agent(life, "petit", ActId.GRANT_ACCESS, GRANT, tie="money")
            after = await rows(house.settings, "postgres", "SELECT count(*) AS n FROM keeper.agent_day")
            assert before == after
            sealed = await rows(
                house.settings, "postgres", "SELECT sealed FROM consent.rights WHERE space_id = $1", life.space
            )
            assert all(word not in bytes(sealed[0]["sealed"]) for word in (b"petit", b"money"))

    run(play())
