"""An account of an agent, or of a helper by trade, that did not serve for ninety days is suspended; another role renews it.

HLP-09. Only the day of its last use is kept, under a keyed term.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from espace_sante.keeper import demand as d
from tests.answers import code
from tests.fixtures_database import Databases
from tests.helping import HELPER
from tests.house import House
from tests.inside import Clock, chains, clock, open_house, rows, run

__all__ = ["clock"]
pytestmark = [pytest.mark.database]
DAY = timedelta(days=1)


async def enters(house: House, account: str) -> str:
    """Sign in; return "" or why not."""
    answer = await house.link.ask(d.SignIn(0, house.provider.assertion(house.provider.find(account))))
    return "" if isinstance(answer, d.Done) else code(answer)


async def renewed(house: House, who: str, account: str) -> d.Answer:
    return await house.ask(await house.sign_in(who), "renew_account", d.RenewAccountParams(account), person="")


def test_an_account_unused_for_ninety_days_is_suspended_until_the_operator_renews_it(
    empty_databases: Databases, clock: Clock
) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            for account in ("petit", HELPER, "diallo", "jeanne"):
                assert await enters(house, account) == "", "the first time there is nothing to compare with"
            clock.ahead += 90 * DAY
            assert await enters(house, "petit") == "", "ninety days later it still serves, and begins again"
        async with open_house(empty_databases, now=clock) as house:  # a restart forgets nothing
            clock.ahead += DAY
            assert await enters(house, HELPER) == "account-suspended", "a helper by trade too"
            clock.ahead += 90 * DAY
            assert [await enters(house, one) for one in ("petit", "petit")] == ["account-suspended"] * 2
            assert await enters(house, "diallo") == await enters(house, "jeanne") == "", "nobody else"
            for who in ("vasseur", "diallo", "jeanne"):
                assert isinstance(await renewed(house, who, "dev|petit"), d.Refused), (
                    "another agent is not another role"
                )
            assert code(await renewed(house, "accueil", "dev|personne")) == "account-none"
            assert await enters(house, "petit") == "account-suspended"
            assert isinstance(await renewed(house, "accueil", "dev|petit"), d.Done)
            assert await enters(house, "petit") == ""
            assert await enters(house, HELPER) == "account-suspended", "the one that was named, and no other"

    run(play())


def test_only_the_day_of_the_last_use_is_kept_and_renewing_is_a_line_that_names_nobody(
    empty_databases: Databases, clock: Clock
) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            await enters(house, "petit")
            kept = await rows(house.settings, "postgres", "SELECT * FROM keeper.account")
            assert [(set(row.keys()), row["last_on"]) for row in kept] == [
                ({"account_term", "last_on"}, clock().date())
            ]
            assert b"petit" not in bytes(kept[0]["account_term"])
            assert isinstance(await renewed(house, "accueil", "dev|petit"), d.Done)
            said = [r for records in (await chains(house.settings)).values() for r in records]
            (line,) = [r for r in said if r["act"] == "renew_account"]
            assert (line["actor"]["id"], line["objects"]) == ("accueil", ["account"])

    run(play())
