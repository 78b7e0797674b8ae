"""Being asked again: at most as often as published, never when she wants it remembered, and no staff is told which it is."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from espace_sante.access.request import ActId
from espace_sante.keeper import demand as d
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import Clock, act, census, chains, clock, open_house, rows, run, watched

__all__ = ["clock"]
pytestmark = [pytest.mark.database]
WORDS = ("2026-11-1", "fr", "00" * 32)
COUNTER: dict[str, Any] = {"channel": "counter", "proof": "identity_seen", "on_behalf": True}


async def purge(house: House) -> None:
    assert isinstance(await house.link.ask(d.Maintain(0, "purge")), d.Done)


async def answers(house: House, code: str) -> bool:
    """Say whether a letter answers: a yes at a counter, which opens a space."""
    agent = await house.sign_in("petit")
    done = await house.ask(agent, "open_space", d.OpenParams(True, *WORDS), person=f"code:{code}", **COUNTER)
    return isinstance(done, d.Done)


async def refuse(house: House, word: str, *, remember: bool) -> None:
    await house.invite(word)
    done = await house.ask(await house.sign_in(word), "refuse_space", d.RefuseParams(*WORDS, remember))
    assert isinstance(done, d.Done)


def test_a_letter_nobody_answered_is_not_sent_again_before_the_time_published(
    empty_databases: Databases, clock: Clock
) -> None:
    async def play() -> None:
        settings = empty_databases.settings
        async with open_house(empty_databases, now=clock) as house:
            await house.invite("jeanne")
            first = clock().date()
            clock.ahead += timedelta(days=111)
            await purge(house)
            kept = await rows(settings, "postgres", "SELECT * FROM mailroom.rest")
            assert [set(row.keys()) for row in kept] == [{"term", "again_on"}]
            again: date = kept[0]["again_on"]
            assert again.day == 1
            assert 24 <= (again.year - first.year) * 12 + again.month - first.month <= 25
            too_soon = await house.invite("jeanne")
            assert not await answers(house, too_soon.code)
            clock.ahead += timedelta(days=700)
            await purge(house)
            counted = await census(settings)
            assert (counted["mailroom.rest"], counted["mailroom.invitation"]) == (0, 0)
            await house.renew("petit")
            assert await answers(house, (await house.invite("jeanne")).code)

    run(play())


def test_one_proposal_is_one_proposal_however_many_letters_it_takes(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            codes = [(await house.invite("jeanne")).code]
            clock.ahead += timedelta(days=80)
            codes.append((await house.invite("jeanne")).code)  # she lost the first one
            clock.ahead += timedelta(days=80)
            codes.append((await house.invite("jeanne")).code)  # this would be asking again
            clock.ahead -= timedelta(days=1)
            assert [await answers(house, code) for code in codes] == [False, True, False]

    run(play())


def test_a_plain_no_keeps_nothing_and_a_no_to_be_remembered_a_term_and_a_month(
    empty_databases: Databases, clock: Clock
) -> None:
    async def play() -> None:
        settings = empty_databases.settings
        async with open_house(empty_databases, now=clock) as house:
            before = await census(settings)
            await refuse(house, "jeanne", remember=False)
            after = await census(settings)
            mine = {t: after[t] - before[t] for t in after if after[t] != before[t] and t.startswith("mailroom")}
            assert mine == {}
            assert await answers(house, (await house.invite("jeanne")).code), "no door is closed"
            await refuse(house, "karim", remember=True)
            kept = await rows(settings, "postgres", "SELECT * FROM mailroom.refusal")
            assert [set(row.keys()) for row in kept] == [{"term", "month"}]
            assert kept[0]["month"] == clock().date().replace(day=1)
            terms = await rows(settings, "postgres", "SELECT term FROM identity.directory")
            assert kept[0]["term"] not in {row["term"] for row in terms}
            said = str(await chains(settings))
            assert house.provider.find("karim").ins not in said

    run(play())


def test_a_remembered_no_lasts_until_she_takes_it_back(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        settings = empty_databases.settings
        async with open_house(empty_databases, now=clock) as house:
            await refuse(house, "jeanne", remember=True)
            clock.ahead += timedelta(days=365 * 9)
            await purge(house)
            assert not await answers(house, (await house.invite("jeanne")).code)
            agent, whom = await house.sign_in("petit"), f"ins:{house.provider.find('jeanne').ins}"
            phone: dict[str, Any] = {"channel": "phone", "proof": "contact", "on_behalf": True}
            await house.ask(agent, "reverse_refusal", d.ReverseRefusalParams(), person=whom, **phone)
            assert (await census(settings))["mailroom.refusal"] == 1, "a call only starts it"
            done = await house.ask(agent, "reverse_refusal", d.ReverseRefusalParams(), person=whom, **COUNTER)
            assert isinstance(done, d.Done)
            assert (await census(settings))["mailroom.refusal"] == 0
            assert await answers(house, (await house.invite("jeanne")).code)

    run(play())


def test_taking_a_no_back_says_the_same_to_whoever_never_refused(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            await refuse(house, "jeanne", remember=True)
            seen = []
            for word in ("jeanne", "karim"):
                done: Any = await house.ask(await house.sign_in(word), "reverse_refusal", d.ReverseRefusalParams())
                seen.append((type(done), done.effect, len(done.payload), len(done.entry)))
            assert seen[0] == seen[1]

    run(play())


def test_whoever_invites_is_told_the_same_of_everybody_for_the_same_work(
    empty_databases: Databases, clock: Clock
) -> None:
    async def play() -> None:
        settings = empty_databases.settings
        async with open_house(empty_databases, now=clock) as house:
            await house.invite("osman")  # asked too short a time ago: his letter expired
            clock.ahead += timedelta(days=111)
            await purge(house)
            await house.open("lucie")
            await refuse(house, "jeanne", remember=True)
            await refuse(house, "karim", remember=False)
            staff, traits = await house.sign_in("accueil"), d.Traits("ESSAI", "ZOE", "1999-01-02", "F")
            twins = {word: house.provider.find(word) for word in ("lucie", "jeanne", "karim", "osman")}
            asked = {word: f"ins:{who.ins}" if who.ins else f"local:{who.local}" for word, who in twins.items()}
            asked["never asked"] = "local:GUICHET-9999"
            seen: dict[str, list[Any]] = {word: [] for word in asked}
            with watched() as statements:
                for turn, (word, whom) in itertools.product(range(2), asked.items()):
                    before = await census(settings)
                    statements.taken()
                    answer = await house.ask(staff, "invite", d.InviteParams(whom, traits, "letter"), person=whom)
                    sent = [name for name in statements.taken() if name not in ("blobs", "facts")]
                    assert isinstance(answer, d.Done)
                    told = msgspec.msgpack.decode(answer.payload, type=d.InviteAnswer)
                    after = await census(settings)
                    if turn:  # once each was read a first time
                        grown = after["journal.entry"] - before["journal.entry"]
                        seen[word].append((len(answer.payload), len(told.code), told.expires_on, sent, grown))
            assert len({str(one) for one in seen.values()}) == 1, seen

    run(play())


def test_by_which_way_she_was_invited_stands_in_the_entry_alone(empty_databases: Databases) -> None:
    async def play() -> None:
        settings = empty_databases.settings
        async with open_house(empty_databases) as house:
            who = house.provider.find("jeanne")
            values = {
                "ins": who.ins,
                "birth_name": who.birth_name,
                "first_given": who.first_given,
                "birth_date": who.birth_date,
                "sex": who.sex,
            }
            staff = await house.sign_in("accueil")
            for way in ("letter", "counter", "professional", "web"):
                await act(house, staff, ActId.INVITE, values | {"way": way})
            said = [r["objects"] for c in (await chains(settings)).values() for r in c if r["act"] == "invite"]
            assert sorted(said) == [
                ["invitation", f"way:{way}"] for way in ("counter", "letter", "professional", "web")
            ]

    run(play())
