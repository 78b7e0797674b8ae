"""The receipt of what came by the post: a letter due the same day for each act, with a proof that others verify. Source: PAR-12."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from espace_sante.access.request import ActId, Channel
from espace_sante.actions.act import Nature
from espace_sante.actions.registry import REGISTRY
from espace_sante.journal.entry import reference
from espace_sante.keeper import demand as d
from tests.channels.each_act import FIXTURES
from tests.channels.lives import begun, done_by
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import open_house, run
from tests.integration.test_a_call_that_takes_back import letters_due
from tests.integration.test_letters import waiting
from tests.integration.test_prove_journal import PHONE, checked, lived, played, records_of
from tests.integration.test_year_letter import codes_on, paper, printed
from tests.pdf_text import text
from tests.publishing import Publisher

pytestmark = [pytest.mark.database]
# Printed and posted by the agent, whose page says so: nothing is kept of her, or no address of hers is known yet (decision 0089).
BY_THE_AGENT = {ActId.REFUSE_SPACE, ActId.REVERSE_REFUSAL, ActId.OPEN_SPACE}


def test_each_act_by_the_post_has_its_letter_the_same_day_or_is_handed_over_by_the_agent(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            for act in sorted(set(FIXTURES) - BY_THE_AGENT):
                life = await begun(house, FIXTURES[act].before)
                before = await letters_due(house, life)
                done, _ = await done_by(life, act, FIXTURES[act].values(life), Channel.PAPER)
                more = len(await letters_due(house, life) - before)
                if REGISTRY[act].nature is Nature.READING and act is not ActId.PROVE_JOURNAL:
                    assert more == 0, f"{act}: what is read is printed at the station, and handed over"
                else:
                    assert more >= 1, f"{act}: no letter is due today"
            for act in sorted(BY_THE_AGENT):
                life = await begun(house, FIXTURES[act].before)
                done, _ = await done_by(life, act, FIXTURES[act].values(life), Channel.PAPER)
                assert json.loads(done.receipt)["payload"]["act"] == act, "the agent has it to print"

    run(play())


def test_the_letter_of_a_call_bears_the_proof_of_its_line_once_it_is_published(
    empty_databases: Databases, tmp_path: Path
) -> None:
    async def play(house: House, publisher: Publisher) -> None:
        her, person = await lived(house)
        agent = await house.sign_in("petit")
        way: dict[str, Any] = {"person": f"id:{person}", **PHONE}
        for act, params in (("hide_new_documents", d.ChoiceParams()), ("refuse_deposits", d.ChoiceParams())):
            assert isinstance(await house.ask(agent, act, params, **way), d.Done)
        size = await publisher.publish()
        (number,) = (await waiting(house)).waiting
        answer = await printed(house, number)
        pdf = paper(house, answer)
        said = " ".join(text(pdf).split())
        assert f"comptait {size} lignes" in said and "formulaire ES-54" in said
        (receipt,) = [one for one in codes_on(pdf) if one.startswith(b"ESR1")]
        proof = checked(tmp_path, receipt, publisher)
        records = await records_of(house, her)
        last = max(json.loads(one.record)["seq"] for letter in answer.letters for one in letter.items)
        following = next(json.loads(one) for one in records if json.loads(one)["seq"] == last + 1)
        assert (proof.code, proof.report["code"]) == (0, reference(bytes.fromhex(following["prev"])))

    played(empty_databases, play)
