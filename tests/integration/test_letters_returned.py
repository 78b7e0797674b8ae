"""How she wants her letters, and letters that come back, on real databases: after two, nothing with content is posted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from espace_sante.keeper import demand as d
from tests.answers import code
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import Clock, clock, open_house, rows, run
from tests.integration.test_letters import ADDRESS, COUNTER, PHONE, helped, journal, posting, printing, told, waiting

__all__ = ["clock"]
pytestmark = [pytest.mark.database]
OTHER = ("3 place des Tilleuls", "63220 ARLANC")


async def chosen(house: House, session: bytes, person: str = "", **ways: Any) -> d.Answer:
    said = {name: ways.pop(name) for name in list(ways) if name in d.ChooseLettersParams.__struct_fields__}
    asked = {"person": f"id:{person}"} if person else {}
    return await house.ask(session, "choose_letters", d.ChooseLettersParams(**said), **asked, **ways)


async def coming_back(house: House, number: str, account: str = "accueil") -> d.Answer:
    session = await house.sign_in(account)
    return await house.ask(session, "return_letter", d.ReturnLetterParams(), person=f"posted:{number}")


async def sent(house: House, person: str) -> str:
    """Have a letter written to her, printed and posted; return the number that stands on it."""
    await helped(house, person, way=PHONE)  # a visit to a counter would be another matter
    (number,) = (await waiting(house)).waiting
    printed = told(await printing(house, number), d.PrintedAnswer)
    told(await posting(house, number), d.LetterPosted)
    return str(printed.letter[:12])


async def printed_now(house: House, person: str) -> tuple[d.Letter, ...]:
    await helped(house, person, way=PHONE)  # a visit to a counter would be another matter
    (number,) = (await waiting(house)).waiting
    letters = told(await printing(house, number), d.PrintedAnswer).letters
    told(await posting(house, number), d.LetterPosted)
    return tuple(letters)


async def post_of(house: House, her: bytes) -> d.PostView:
    page = told(await house.ask(her, "read_journal", d.JournalParams()), d.JournalAnswer)
    return msgspec.msgpack.decode(page.post, type=d.PostView)


def test_her_letters_are_printed_as_she_said_and_what_she_does_not_say_stays(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            told(await house.ask(her, "give_address", d.AddressParams(ADDRESS)), d.ReceiptAnswer)
            (letter,) = await printed_now(house, person)
            assert letter.form == d.LetterFormView(), "as everybody's until she says so"
            assert code(await chosen(house, her)) == "demand-invalid", "nothing is said"
            told(await chosen(house, her, large=True, braille=True), d.ReceiptAnswer)
            told(await chosen(house, her, simple=True, braille=False, inside=True), d.ReceiptAnswer)
            (letter,) = await printed_now(house, person)
            assert letter.form == d.LetterFormView(large=True, simple=True, inside=True)
            assert letter.address == ADDRESS
            told(await chosen(house, her, counter=True), d.ReceiptAnswer)
            (letter,) = await printed_now(house, person)
            assert letter.address == (), "it waits for her"
            assert (await post_of(house, her)).address == ADDRESS, "her address is kept"
            record = next(one for one in await journal(house, her) if one["act"] == "choose_letters")
            assert record["objects"] == ["letters"], "what she needs to read is in no line of her journal"

    run(play())


def test_a_call_makes_letters_larger_at_once_and_never_sends_them_further(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            agent = await house.sign_in("petit")
            answer = await chosen(house, agent, person, large=True, counter=True, inside=True, **PHONE)
            assert isinstance(answer, d.Done) and answer.effect == "provisional"
            for further in ({"counter": False}, {"inside": False}, {"large": False, "counter": False}):
                assert code(await chosen(house, agent, person, **further, **PHONE)) == "letters-further"
            assert (await post_of(house, her)).form == d.LetterFormView(large=True, counter=True, inside=True)
            told(await chosen(house, agent, person, counter=False, inside=False, **COUNTER), d.ReceiptAnswer)
            assert (await post_of(house, her)).form == d.LetterFormView(large=True)
            for account in ("diallo", "accueil"):
                session = await house.sign_in(account)
                assert not isinstance(await chosen(house, session, person, large=False), d.Done)

    run(play())


def test_after_two_letters_that_came_back_only_an_envelope_without_content_is_posted(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            told(await house.ask(her, "give_address", d.AddressParams(ADDRESS)), d.ReceiptAnswer)
            blocked = d.BlockParams("99900000011", "everything")
            told(await house.ask(her, "block", blocked), d.ReceiptAnswer)
            first = await sent(house, person)
            assert told(await coming_back(house, first), d.LetterReturned).halted is False
            assert code(await coming_back(house, first)) == "", "noted once: the number leads nowhere any more"
            (letter,) = await printed_now(house, person)
            assert letter.items and letter.address == ADDRESS, "once may be a mistake"
            second = await sent(house, person)
            assert told(await coming_back(house, second), d.LetterReturned).halted is True
            held, empty = await printed_now(house, person)
            assert held.items and held.address == (), "what it says waits for her"
            assert (empty.waits, empty.items, empty.address) == (True, (), ADDRESS)
            assert (await post_of(house, her)).halted
            page = told(await house.ask(her, "read_journal", d.JournalParams()), d.JournalAnswer)
            assert b"99900000011" in page.blocks, "what she refuses stays refused"
            noted = [one for one in await journal(house, her) if one["act"] == "return_letter"]
            accepted = [one for one in noted if one["objects"]]
            assert [one["objects"] for one in accepted] == [[f"letter:{second}"], [f"letter:{first}"]]
            assert {one["actor"]["id"] for one in accepted} == {"accueil"}

    run(play())


@pytest.mark.parametrize("way", ["another address", "a counter"])
def test_another_address_or_a_visit_to_a_counter_lifts_it(empty_databases: Databases, way: str) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            told(await house.ask(her, "give_address", d.AddressParams(ADDRESS)), d.ReceiptAnswer)
            for _ in range(2):
                await coming_back(house, await sent(house, person))
            agent = await house.sign_in("petit")
            address = d.AddressParams(OTHER)
            answer = await house.ask(agent, "give_address", address, person=f"id:{person}", **PHONE)
            assert isinstance(answer, d.Done) and (await post_of(house, her)).halted, "a call lifts nothing"
            if way == "a counter":
                told(await chosen(house, agent, person, large=True, **COUNTER), d.ReceiptAnswer)
            else:
                told(await house.ask(her, "give_address", address), d.ReceiptAnswer)
                assert (await waiting(house)).waiting == (), "nothing is written to where letters came back from"
            assert not (await post_of(house, her)).halted
            letters = await printed_now(house, person)
            assert [one.waits for one in letters] == [False]
            assert letters[0].address == (OTHER if way == "another address" else ADDRESS)

    run(play())


def test_a_letter_of_an_archive_comes_back_too_and_its_number_serves_a_year_and_one_act(
    empty_databases: Databases, clock: Clock
) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            her, person = await house.open("jeanne")
            told(await house.ask(her, "give_address", d.AddressParams(ADDRESS)), d.ReceiptAnswer)
            first, second = await sent(house, person), await sent(house, person)
            operator = await house.sign_in("accueil")
            for act, params in (("read_journal", d.JournalParams()), ("print_letter", d.PrintLetterParams())):
                assert code(await house.ask(operator, act, params, person=f"posted:{first}")) == ""
            for account in ("petit", "diallo", "karim", "jeanne"):
                assert not isinstance(await coming_back(house, first, account), d.Done)
            for wrong in ("0" * 12, first[:11], first.upper() + "0", ""):
                assert not isinstance(await coming_back(house, wrong), d.Done)
            told(await house.ask(her, "close_space", d.CloseParams(2)), d.ReceiptAnswer)
            assert told(await coming_back(house, first), d.LetterReturned).halted is False
            assert told(await coming_back(house, second), d.LetterReturned).halted is True
            agent = await house.sign_in("petit")
            again = await house.ask(agent, "reopen_space", d.ReopenParams(False), person=f"id:{person}", **COUNTER)
            assert isinstance(again, d.Done)
            assert not (await post_of(house, her)).halted, "she came to a counter"
            await sent(house, person)
            ends = "SELECT ends_on FROM identity.directory WHERE ends_on IS NOT NULL"
            (row,) = await rows(house.settings, "postgres", ends)
            assert row["ends_on"] == (clock() + timedelta(days=365)).date(), (
                "then the daily round erases what leads to her"
            )

    run(play())
