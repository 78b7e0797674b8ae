"""A card asked for on paper, on real databases: made when its letter is printed, serving once it is posted, stopped by its number."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from espace_sante.keeper import demand as d
from espace_sante.operate.roles import superuser
from tests.answers import code
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import census, chains, open_house, rows, run
from tests.integration.test_cards import WRONG, card, cards, seen, shown
from tests.integration.test_cards import told as refused
from tests.integration.test_letters import ADDRESS, COUNTER, PHONE, journal, posting, printing, told, waiting
from tests.integration.test_letters_returned import OTHER, coming_back

pytestmark = [pytest.mark.database]
PAPER = {"channel": "paper", "proof": "signed_form", "on_behalf": True}
_TABLES = """
    SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
"""


async def at_home(house: House) -> tuple[bytes, str]:
    """A person with an address and a document."""
    her, person = await house.open("jeanne")
    told(await house.ask(her, "give_address", d.AddressParams(ADDRESS)), d.ReceiptAnswer)
    await house.deposit(await house.sign_in("lopez"), f"id:{person}", b"1")
    return her, person


async def by_letter(house: House, person: str, *, way: dict[str, Any] = PAPER, **changes: Any) -> d.CardAnswer:
    agent = await house.sign_in("petit")
    answer = await house.ask(
        agent, "issue_access_card", card(post=True, **{"uses": 5} | changes), person=f"id:{person}", **way
    )
    found = told(answer, d.CardAnswer)
    assert isinstance(found, d.CardAnswer) and found.number and not found.code, "nobody has its code yet"
    return found


async def number_due(house: House) -> str:
    (number,) = (await waiting(house)).waiting
    return str(number)


def of_the_card(answer: d.Answer) -> tuple[d.PrintedAnswer, d.Letter, str]:
    """Return one printing, the letter of its card, and the code."""
    printed = told(answer, d.PrintedAnswer)
    (letter,) = (one for one in printed.letters if one.card is not None)
    assert not letter.items and not letter.waits
    return printed, letter, letter.card.code


def test_it_is_made_with_its_letter_serves_once_posted_and_is_stopped_by_its_number(
    empty_databases: Databases, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")

    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await at_home(house)
            doctor = await house.sign_in("diallo")
            asked = await by_letter(house, person, pin="4711")
            assert (await census(house.settings))["keeper.print_job"] == 0, "nothing waits at the counter's station"
            (counted,) = await rows(house.settings, "postgres", "SELECT number FROM keeper.agent_day")
            assert counted["number"] == 1, "counted of the agent as any act that gives"
            (view,) = await cards(house, her)
            assert (view.number, view.mailed, view.posted) == (asked.number, True, "")
            due = await number_due(house)
            key = b"k" * 16
            operator = await house.sign_in("accueil")
            asking: dict[str, Any] = {"person": f"letter:{due}", "key": key}
            printed, letter, first = of_the_card(
                await house.ask(operator, "print_letter", d.PrintLetterParams(), **asking)
            )
            assert letter.address == ADDRESS and letter.card is not None and letter.card.number == asked.number
            assert code(await house.ask(operator, "print_letter", d.PrintLetterParams(), **asking)) == "letter-over"
            unknown = refused(await shown(house, doctor, WRONG, "4711"))
            assert refused(await shown(house, doctor, first, "4711")) == unknown, "printed and not posted"
            again, _, second = of_the_card(await printing(house, due, again=True))
            assert again.letter == printed.letter and second != first
            told(await posting(house, due), d.LetterPosted)
            (view,) = await cards(house, her)
            assert view.mailed and view.posted
            assert refused(await shown(house, doctor, first, "4711")) == unknown, "the one before is worth nothing"
            assert refused(await shown(house, doctor, second, "")) == unknown, "its secret number is asked for"
            assert isinstance(await shown(house, doctor, second, "4711"), d.Done)
            assert await seen(house, doctor, person) == 1
            stop = d.RevokeCardParams(asked.number)
            agent = await house.sign_in("petit")
            told(await house.ask(agent, "revoke_access_card", stop, person=f"id:{person}", **PHONE), d.ReceiptAnswer)
            assert refused(await shown(house, doctor, second, "4711")) == unknown
            assert await seen(house, doctor, person) == -1 and await cards(house, her) == []
            await _nowhere(house, (first, second), caplog.text)

    run(play())


async def _nowhere(house: House, codes: tuple[str, ...], log: str) -> None:
    """See that no row, no line of a journal and no line of a log says a code."""
    kept = [json.dumps(await _records(house)), log]
    for instance in ("main", "keys"):
        for table in await rows(house.settings, superuser(instance), _TABLES):
            text = f"SELECT row_to_json(t)::text AS row FROM {table['name']} t"
            kept += [one["row"] for one in await rows(house.settings, superuser(instance), text)]
    everything = "\n".join(kept).upper()
    assert "PRINT_LETTER" in everything and len(kept) > 30, "they were looked at"
    for one in codes:
        for form in (one, one.replace("-", "")):
            assert form not in everything and form.encode().hex().upper() not in everything


async def _records(house: House) -> list[Any]:
    return [record for records in (await chains(house.settings)).values() for record in records]


def test_a_letter_that_comes_back_stops_its_card_and_one_stopped_before_is_never_printed(
    empty_databases: Databases,
) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await at_home(house)
            doctor = await house.sign_in("diallo")
            asked = await by_letter(house, person)
            due = await number_due(house)
            printed, _, made = of_the_card(await printing(house, due))
            told(await posting(house, due), d.LetterPosted)
            assert isinstance(await shown(house, doctor, made), d.Done)
            told(await coming_back(house, printed.letter[:12]), d.LetterReturned)
            assert refused(await shown(house, doctor, made)) == refused(await shown(house, doctor, WRONG))
            assert await seen(house, doctor, person) == -1 and await cards(house, her) == []
            line = next(one for one in await journal(house, her) if one["act"] == "return_letter")
            assert line["objects"] == [f"letter:{printed.letter[:12]}", f"card:{asked.number}"]
            told(await house.ask(her, "issue_access_card", card(post=True)), d.CardAnswer)
            (view,) = await cards(house, her)
            before = (await census(house.settings))["notices.outbox"]
            told(await house.ask(her, "revoke_access_card", d.RevokeCardParams(view.number)), d.ReceiptAnswer)
            assert (await census(house.settings))["notices.outbox"] == before - 1, "no letter waits for it"

    run(play())


def test_it_goes_to_no_address_she_left_nor_to_one_that_an_agent_gave_that_day(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await at_home(house)
            doctor = await house.sign_in("diallo")
            told(await house.ask(her, "issue_access_card", card(post=True)), d.CardAnswer)
            due = await number_due(house)
            _, letter, left = of_the_card(await printing(house, due))
            assert letter.address == ADDRESS
            told(await house.ask(her, "give_address", d.AddressParams(OTHER)), d.ReceiptAnswer)
            told(await posting(house, due), d.LetterPosted)
            assert refused(await shown(house, doctor, left)) == refused(await shown(house, doctor, WRONG))
            _, letter, made = of_the_card(await printing(house, await number_due(house)))
            assert letter.address == OTHER and made != left, "printed anew, for where she is"
            told(await posting(house, (await waiting(house)).printed[0]), d.LetterPosted)
            assert isinstance(await shown(house, doctor, made), d.Done)
            _, second = await house.open("karim")
            for whom, first in ((person, "give_address"), (second, "issue_access_card")):
                agent, moved = await house.sign_in("petit"), d.AddressParams(ADDRESS)
                if first == "issue_access_card":
                    await by_letter(house, whom)
                told(await house.ask(agent, "give_address", moved, person=f"id:{whom}", **COUNTER), d.ReceiptAnswer)
                if first == "give_address":
                    await by_letter(house, whom)
                letters: list[d.Letter] = []
                while listed := (await waiting(house)).waiting:
                    letters += told(await printing(house, listed[0]), d.PrintedAnswer).letters
                    told(await posting(house, listed[0]), d.LetterPosted)
                assert [one.address for one in letters if one.card is not None] == [()], first

    run(play())


def test_a_card_that_replaces_another_stops_it_at_once_and_needs_time_for_the_post(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await at_home(house)
            doctor, agent = await house.sign_in("diallo"), await house.sign_in("petit")
            former = told(await house.ask(her, "issue_access_card", card(uses=5)), d.CardAnswer)
            assert isinstance(await shown(house, doctor, former.code), d.Done)
            for wrong, why in (
                ({"days": 29}, "card-post-too-short"),
                ({"days": 0}, "card-post-too-short"),
                ({"replaces": "000000" if former.number != "000000" else "000001"}, "card-unknown"),
                ({"replaces": "la bleue"}, "card-unknown"),
            ):
                asked = card(post=True, **wrong)
                answer = await house.ask(agent, "issue_access_card", asked, person=f"id:{person}", **PAPER)
                assert code(answer) == why
            phoned = card(post=True, replaces=former.number)
            answer = await house.ask(agent, "issue_access_card", phoned, person=f"id:{person}", **PHONE)
            assert isinstance(answer, d.Done) and answer.effect == "starts"
            assert await seen(house, doctor, person) == 1, "a call only starts: nothing is stopped, nothing is given"
            new = await by_letter(house, person, replaces=former.number)
            assert await seen(house, doctor, person) == -1, "what was obtained with it too"
            assert refused(await shown(house, doctor, former.code)) == refused(await shown(house, doctor, WRONG))
            assert [one.number for one in await cards(house, her)] == [new.number]
            payload = msgspec.json.decode(new.receipt)["payload"]
            assert (payload["card"], payload["post"], payload["replaces"]) == (new.number, True, former.number)

    run(play())
