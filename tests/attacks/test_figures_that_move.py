"""What was shown never moves, and an answer that comes late is counted as late."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import msgspec
import pytest

from espace_sante.keeper import demand as d
from tests.fixtures_database import Databases
from tests.inside import Clock, clock, open_house, rows, run
from tests.journal_lines import put_lines

__all__ = ["clock"]


def _month_before(now: datetime) -> date:
    return (now.date().replace(day=1) - timedelta(days=1)).replace(day=1)


@pytest.mark.database
def test_cases_counted_late_after_a_stop_do_not_move_a_month_that_was_shown(
    empty_databases: Databases, clock: Clock
) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            month = _month_before(clock() + timedelta(days=62))
            last = month.replace(day=monthrange(month.year, month.month)[1])
            await put_lines(house.settings, month)
            put = f"INSERT INTO counts.daily VALUES ('{month}', 'mistake-late', 10) RETURNING number"
            assert await rows(house.settings, "postgres", put)
            due = last - timedelta(days=1)  # counted on the last day of the month, by a round that is late
            put = "INSERT INTO mailroom.case VALUES ($1, 3, $2, 1, '\\x00') RETURNING 1"
            assert await rows(house.settings, "postgres", put, uuid4(), due)
            shown_on = datetime(last.year, last.month, last.day, 12, tzinfo=UTC) + timedelta(days=2)
            clock.ahead += shown_on - clock()

            async def cell() -> int | None:
                answered = await house.link.ask(d.Counts(0))
                assert isinstance(answered, d.Done)
                found = msgspec.msgpack.decode(answered.payload, type=d.CountsAnswer)
                return next(c.number for c in found.cells if (c.period, c.kind) == (f"{month:%Y-%m}", "mistake-late"))

            before = await cell()
            assert isinstance(await house.link.ask(d.Maintain(0, "purge")), d.Done)
            assert await cell() == before, "ten before, eleven after: both are told exactly"
            # Nothing is lost: it is counted in a month that nobody has seen yet.
            counted = await rows(
                house.settings, "postgres", "SELECT day, number FROM counts.daily WHERE kind = 'mistake-late'"
            )
            assert sum(row["number"] for row in counted) == 11

    run(play())


@pytest.mark.database
def test_an_answer_given_late_is_counted_as_late_even_before_the_round(
    empty_databases: Databases, clock: Clock
) -> None:
    """The promise: contests are answered in time, or everybody sees that they were not."""
    from tests.integration.test_cases import answered, cases

    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            her, person = await house.open("jeanne")
            sent = await house.deposit(await house.sign_in("lopez"), f"id:{person}", b"text")
            assert isinstance(sent, d.Done)
            row = bytes.fromhex(msgspec.msgpack.decode(sent.payload, type=d.DepositAnswer).document[32:])
            asked = d.MistakeParams(row, "false", "Ce n’est pas moi.", hide=False)
            assert isinstance(await house.ask(her, "report_mistake", asked), d.Done)
            (one,) = await cases(house, her)
            clock.ahead += date.fromisoformat(one.due) + timedelta(days=1) - clock().date()
            assert isinstance(await answered(house, await house.sign_in("accueil"), one.case), d.Done)
            assert isinstance(await house.link.ask(d.Maintain(0, "purge")), d.Done)
            counted = await rows(
                house.settings, "postgres", "SELECT kind, number FROM counts.daily WHERE kind LIKE 'mistake-%'"
            )
            assert ("mistake-late", 1) in [tuple(row.values()) for row in counted]

    run(play())
