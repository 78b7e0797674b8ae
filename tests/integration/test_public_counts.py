"""What a person does counts once, by its channel, in the transaction of the act; a reading by the kind of its reader."""

from __future__ import annotations

from espace_sante.operate.raw_counts import COLUMNS
from tests.fixtures_database import Databases
from tests.inside import open_house, rows, run
from tests.people import DIALLO, grant


def test_what_a_person_does_is_counted_by_channel_and_a_refused_or_empty_change_is_not(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, _ = await house.open("jeanne")
            await house.ask(her, "grant_access", grant(DIALLO))
            counted = await rows(house.settings, "postgres", "SELECT kind, number FROM counts.daily")
            assert {row["kind"]: row["number"] for row in counted} == {"open_space:api": 1, "grant_access:api": 1}

    run(play())


def test_the_raw_counts_have_no_column_about_anybody() -> None:
    assert COLUMNS == ("jour", "serie", "nombre")
