"""What a person does counts once, by its channel, in the transaction of the act; a reading by the kind of its reader."""

from __future__ import annotations

import logging
from datetime import timedelta

import msgspec
import pytest

from espace_sante.access.request import ActId, Channel, Proof
from espace_sante.actions.frame import Request
from espace_sante.actions.registry import REGISTRY
from espace_sante.assembly import connector
from espace_sante.keeper import demand as d
from espace_sante.keeper.counting import Counting
from espace_sante.keeper.delays import Delay
from espace_sante.keeper.tally import Tally
from espace_sante.operate.raw_counts import COLUMNS
from espace_sante.operate.reckoned import reckoned
from tests.fixtures_database import Databases
from tests.inside import Clock, clock, frame_of, open_house, rows, run
from tests.journal_lines import put_lines
from tests.people import DIALLO, grant

__all__ = ["clock"]


def test_what_a_person_does_is_counted_by_channel_and_a_refused_or_empty_change_is_not(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, _ = await house.open("jeanne")
            await house.ask(her, "grant_access", grant(DIALLO))
            counted = await rows(house.settings, "postgres", "SELECT kind, number FROM counts.daily")
            assert {row["kind"]: row["number"] for row in counted} == {
                "open_space:api": 1,
                "grant_access:api": 1,
                "delay:open_space:api:5s": 1,
                "delay:grant_access:api:5s": 1,
            }

    run(play())


def test_a_form_that_came_by_post_is_counted_by_its_delay_from_the_postmark_and_once_when_it_is_sent_twice(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            _, _ = await house.open("jeanne")
            agent, today = await house.sign_in("petit"), house.now().date()
            reference, entered = f"ins:{house.provider.find('jeanne').ins}", REGISTRY[ActId.REFUSE_DEPOSITS]
            form = Request(agent, Channel.PAPER, Proof.SIGNED_FORM, reference, True, "coupon:1", "counter", str(today))
            for _ in range(2):
                await entered.perform(frame_of(house), form, entered.parse({}))
            counted = await rows(house.settings, "postgres", "SELECT kind, number FROM counts.daily")
            kept = {row["kind"]: row["number"] for row in counted if "refuse_deposits" in row["kind"]}
            assert kept == {"delay:refuse_deposits:paper:1d": 1, "handled:refuse_deposits:paper:1d": 1}

    run(play())


def test_a_delay_is_given_to_anybody_once_the_month_is_over_and_there_are_enough(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            day = house.now().date().replace(day=1) - timedelta(days=40)
            await put_lines(house.settings, day.replace(day=1))
            for kind, number in (("block:paper", 30), ("delay:block:paper:2d", 25), ("delay:block:paper:more", 5)):
                put = f"INSERT INTO counts.daily VALUES ('{day}', '{kind}', {number}) RETURNING number"
                assert await rows(house.settings, "postgres", put)
            answered = await house.link.ask(d.Counts(0))
            assert isinstance(answered, d.Done)
            found = msgspec.msgpack.decode(answered.payload, type=d.CountsAnswer)
            assert found.delays == (Delay(f"{day:%Y-%m}", "block", "paper", "2d"),)
            assert all(not cell.kind.startswith("delay") for cell in found.cells)

    run(play())


def test_a_form_entered_too_late_is_an_alarm_once_a_day_for_the_operator(
    empty_databases: Databases, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    said = "alert: block by paper takes more than one working day"

    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            counting = Counting(connector(house.settings, "es_keeper"), Tally(), 9, clock)
            await counting._look()
            assert said not in caplog.text
            day = clock().date()
            put = f"INSERT INTO counts.daily VALUES ('{day}', 'handled:block:paper:3d', 1) RETURNING number"
            assert await rows(house.settings, "postgres", put)
            clock.ahead += timedelta(days=1)
            for _ in range(2):
                await counting._look()
            assert caplog.text.count(said) == 1
            assert (await reckoned(house.settings, clock())).slow == (("block", "paper"),)
            assert (await reckoned(house.settings, clock() + timedelta(days=31))).slow == ()
            counting._drop()

    with caplog.at_level(logging.ERROR):
        run(play())


def test_the_raw_counts_have_no_column_about_anybody() -> None:
    assert COLUMNS == ("jour", "serie", "nombre")
