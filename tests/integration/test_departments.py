"""Her department, if she says it: counted once with the others, by every way, and kept nowhere of hers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import msgspec
import pytest

from espace_sante.access.request import ActId, Channel, Proof
from espace_sante.keeper import demand as d
from espace_sante.keeper.departments import DepartmentCell
from espace_sante.keeper.indicators import WAYS
from espace_sante.kernel.errors import Problem
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import act, chains, open_house, rows, run
from tests.journal_lines import put_lines
from tests.whole_words import says

WORDS = ("2026-11-1", "fr", "00" * 32)


async def counted(house: House) -> Mapping[str, int]:
    """Return which departments are counted, once the keeper has written what it counts."""
    assert isinstance(await house.link.ask(d.Maintain(0, "tally")), d.Done)
    found = await rows(house.settings, "postgres", "SELECT kind, number FROM counts.tally WHERE kind LIKE '%@%'")
    return {row["kind"]: row["number"] for row in found}


def test_the_three_acts_count_a_department_once_and_nothing_of_hers_holds_it(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            await house.invite("jeanne")
            her = await house.sign_in("jeanne")
            said = {"deposits": "yes", "department": "2a"}
            opened = [await act(house, her, ActId.OPEN_SPACE, said, key="twice") for _ in range(2)]
            assert opened[0].receipt == opened[1].receipt and not says(opened[0].receipt, "2A")
            await house.invite("karim")
            karim = await house.sign_in("karim")
            refused = await act(house, karim, ActId.REFUSE_SPACE, {"department": "1"})
            assert b"department" not in refused.receipt
            reference = f"ins:{house.provider.find('jeanne').ins}"
            closed = await act(
                house,
                await house.sign_in("petit"),
                ActId.CLOSE_SPACE,
                {"sure": "yes", "archive_years": "2", "department": "974"},
                channel=Channel.COUNTER,
                proof=Proof.IDENTITY_SEEN,
                person=reference,
                on_behalf=True,
            )
            assert not says(closed.receipt, "974")
            assert await counted(house) == {"open_space@2A": 1, "refuse_space@01": 1, "close_space@974": 1}
            lines = [line for chain in (await chains(house.settings)).values() for line in chain]
            assert {"open_space", "refuse_space", "close_space"} <= {line["act"] for line in lines}
            assert not any(says(str(line), word) for line in lines for word in ("2A", "974"))
            assert not any("department" in str(line) for line in lines)

    run(play())


def test_a_closing_that_a_call_begins_is_counted_once_it_closes_by_the_way_that_closes_it(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            _, person = await house.open("jeanne")
            agent, said = await house.sign_in("petit"), {"sure": "yes", "department": "63"}
            by_call = {"channel": Channel.PHONE, "proof": Proof.CONTACT}
            signed = {"channel": Channel.PAPER, "proof": Proof.SIGNED_FORM}
            closings = "SELECT kind, number FROM counts.daily WHERE kind LIKE 'close_space%'"
            for way, wanted in ((by_call, {}), (signed, {"close_space:paper": 1})):
                done = await act(house, agent, ActId.CLOSE_SPACE, said, person=f"id:{person}", on_behalf=True, **way)
                assert done.receipt
                found = {row["kind"]: row["number"] for row in await rows(house.settings, "postgres", closings)}
                assert found == wanted
                assert await counted(house) == ({"close_space@63": 1} if wanted else {})

    run(play())


def test_a_department_that_does_not_exist_is_refused_whatever_sends_it_and_silence_is_not_counted(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            await house.invite("jeanne")
            her = await house.sign_in("jeanne")
            with pytest.raises(Problem, match="department-unknown"):
                await act(house, her, ActId.OPEN_SPACE, {"deposits": "yes", "department": "63000"})
            for named, params in (
                ("open_space", d.OpenParams(True, *WORDS, department="Jeanne")),
                ("refuse_space", d.RefuseParams(*WORDS, department="20")),
            ):
                answer = await house.ask(her, named, params)
                assert isinstance(answer, d.Refused) and answer.code == "department-unknown"
            assert isinstance(await house.ask(her, "open_space", d.OpenParams(True, *WORDS)), d.Done)
            closing = await house.ask(her, "close_space", d.CloseParams(department="99"))
            assert isinstance(closing, d.Refused) and closing.code == "department-unknown"
            assert await counted(house) == {}

    run(play())


def test_what_is_counted_is_given_to_anybody_once_the_month_is_over(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            day = house.now().date().replace(day=1) - timedelta(days=40)
            await put_lines(house.settings, day.replace(day=1))
            for way, number in zip(WAYS, (40, 0, 14, 0, 0), strict=True):
                put = f"INSERT INTO counts.daily VALUES ('{day}', 'open_space:{way}', {number}) RETURNING number"
                assert not number or await rows(house.settings, "postgres", put)
            for code, number in (("63", 30), ("75", 12), ("974", 10)):
                put = (
                    "INSERT INTO counts.tally (boot, day, kind, number)"
                    f" SELECT boot, '{day}', 'open_space@{code}', {number} FROM counts.boot LIMIT 1 RETURNING number"
                )
                assert await rows(house.settings, "postgres", put)
            answered = await house.link.ask(d.Counts(0))
            assert isinstance(answered, d.Done)
            found = msgspec.msgpack.decode(answered.payload, type=d.CountsAnswer)
            month = f"{day:%Y-%m}"
            assert found.departments == (
                DepartmentCell(month, "open_space", "63", 30),
                DepartmentCell(month, "open_space", "75", 15),
            )

    run(play())
