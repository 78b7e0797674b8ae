"""Incidents where somebody helped without the person, or more than she said: what he would get here, counted.

Netherlands, December 2025 (Pointer): a button let carers change a patient's consent without her, even against her choice.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from espace_sante.access.powers import GIVING, NAMEABLE
from espace_sante.access.request import ActId, Channel, Proof
from espace_sante.keeper import demand as d
from tests.answers import code, journal_page
from tests.fixtures_database import Databases
from tests.helping import COUNTER, HELPER, NAME, PAPER, accept, mandated, mandates, named, naming, told
from tests.incidents.asked import ACTS, journal_of, sent
from tests.inside import census, open_house, run
from tests.people import DIALLO, grant

pytestmark = [pytest.mark.database]
# A door that opens nothing: what a helper is answered about somebody who does not exist.
NOWHERE = "for:" + "0" * 32


def test_a_helper_who_wants_more_than_his_mandate_gets_nothing_by_any_channel_and_she_reads_each_try(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            document = await sent(house, person, b"hers")
            helper, whom = await mandated(house, her, naming("withdraw_access"))
            tried: list[tuple[str, Any]] = [
                ("grant_access", grant()),
                ("read_document", d.ReadParams(bytes.fromhex(document[32:]))),
                ("list_documents", d.ListParams()),
                ("set_emergency_will", d.EmergencyParams(True, True, True, "everything", [], [])),
                ("name_helper", naming("grant_access", reads=True)),
                ("unmask", d.UnmaskParams(b"", 5, "")),
                ("close_space", d.CloseParams()),
            ]
            for act, params in tried:
                for channel in Channel:
                    for proof in Proof:
                        answer = await house.ask(
                            helper, act, params, person=whom, channel=channel.value, proof=proof.value, on_behalf=True
                        )
                        assert isinstance(answer, d.Refused), (act, channel, proof)
            page = await journal_page(house, her)
            assert msgspec.msgpack.decode(page.grants) == []
            tries, before = 0, 0
            while True:
                found = await journal_of(house, her, before)
                said = [json.loads(one) for one in found.records]
                tries += sum(one["actor"]["kind"] == "helper" and one["decision"]["result"] == "refuse" for one in said)
                before = said[-1]["seq"]
                if before == 0:
                    break
            assert tries == len(tried) * len(Channel) * len(Proof), "each try is a line of hers, with his name"

    run(play())


def test_a_helper_of_two_persons_does_nothing_to_the_one_with_the_mandate_of_the_other(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            jeanne, _ = await house.open("jeanne")
            karim, _ = await house.open("karim")
            helper, of_jeanne = await mandated(house, jeanne, naming("mask"))
            _, of_karim = await mandated(house, karim, naming("block"))
            assert code(await house.ask(helper, "mask", d.MaskParams(b"", 5, ""), person=of_karim)) == "power-beyond"
            assert code(await house.ask(helper, "block", d.BlockParams(DIALLO, "everything"), person=of_jeanne)) == (
                "power-beyond"
            )
            assert isinstance(await house.ask(helper, "mask", d.MaskParams(b"", 5, ""), person=of_jeanne), d.Done)
            for her, said in ((jeanne, 1), (karim, 0)):
                page = await journal_page(house, her)
                assert len(msgspec.msgpack.decode(page.masks)) == said

    run(play())


def test_a_mandate_that_an_agent_forges_gives_nothing_without_a_second_one_and_is_undone_at_once(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            thief, accomplice = await house.sign_in("petit"), await house.sign_in(HELPER)
            everything = naming(*(act.value for act in (*NAMEABLE, *GIVING)), reads=True, hidden=True, days=365)
            for way in (COUNTER, PAPER):
                made = await named(house, thief, everything, person=f"id:{person}", **way)
                check = d.CheckMandateParams(made.number)
                refused = await house.ask(thief, "check_mandate", check, person=f"id:{person}", **way)
                assert code(refused) == "second-account"
                assert isinstance(await accept(house, accomplice, made.code), d.Refused)
                assert isinstance(await accept(house, await house.sign_in("caron"), made.code), d.Refused)
            # Two agents together, and the account of the very name: it holds, and she was told at each step.
            second = await house.sign_in("vasseur")
            assert isinstance(await house.ask(second, "check_mandate", check, person=f"id:{person}", **PAPER), d.Done)
            accepted = await accept(house, accomplice, made.code)
            assert isinstance(accepted, d.Done)
            assert (await census(house.settings))["notices.outbox"] >= 4
            assert [one.state for one in await mandates(house, her)] == ["check", "active"]
            whom = f"for:{msgspec.msgpack.decode(accepted.payload, type=d.AcceptedAnswer).reference}"
            assert isinstance(await house.ask(her, "end_mandate", d.EndMandateParams()), d.Done)
            unknown = await house.ask(accomplice, "list_documents", d.ListParams(), person=NOWHERE)
            ended = await house.ask(accomplice, "list_documents", d.ListParams(), person=whom)
            assert told(ended) == told(unknown)
            lines = [json.loads(one) for one in (await journal_page(house, her)).records]
            steps = [one["act"] for one in lines if one["act"] in ("name_helper", "check_mandate", "accept_mandate")]
            assert len(steps) == 2 + 3 + 5, "each hand is a line of hers: named, checked, accepted, refused tries too"

    run(play())


def test_whoever_helps_by_trade_does_nothing_by_himself_to_anybody(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            _, person = await house.open("jeanne")
            helper = await house.sign_in(HELPER)
            reference = f"ins:{house.provider.find('jeanne').ins}"
            for act, params in ACTS.items():
                for whose in (f"id:{person}", reference, "self", "id:" + "0" * 32):
                    answer = await house.ask(helper, act, params, person=whose)
                    assert isinstance(answer, d.Refused), (act, whose)
                    assert answer.code == ""
            assert house.provider.find(HELPER).name == NAME
            assert ActId.NAME_HELPER not in (*NAMEABLE, *GIVING)

    run(play())
