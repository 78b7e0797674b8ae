"""The help of the support: nothing without her word, two accounts, a few hours, never a document, each look in her journal."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from espace_sante.keeper import demand as d
from tests.answers import code, journal_page
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import Clock, clock, open_house, rows, run
from tests.people import grant

pytestmark = [pytest.mark.database]
__all__ = ["clock"]
TICKET = "T2026A0001"
PHONE: dict[str, Any] = {"channel": "phone", "proof": "contact", "on_behalf": True}


async def allow(house: House, her: bytes, ticket: str = TICKET, hours: int = 24, *, journal: bool = False) -> d.Answer:
    return await house.ask(her, "allow_support", d.AllowSupportParams(ticket, hours, journal))


async def opened(house: House, operator: bytes, ticket: str = TICKET, **way: Any) -> d.Answer:
    return await house.ask(operator, "open_support", d.OpenSupportParams(), person=f"ticket:{ticket}", **way)


async def look(house: House, operator: bytes, ticket: str = TICKET) -> d.Answer:
    return await house.ask(operator, "read_support", d.ReadSupportParams(), person=f"ticket:{ticket}")


def said(answer: d.Answer) -> d.SupportAnswer:
    assert isinstance(answer, d.Done), answer
    return msgspec.msgpack.decode(answer.payload, type=d.SupportAnswer)


def test_two_accounts_see_the_state_of_her_choices_for_her_ticket_and_nothing_more(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            await house.ask(her, "grant_access", grant())
            await house.deposit(await house.sign_in("lopez"), f"id:{person}", b"text", title="Titre-Zanzibar")
            one, two = await house.sign_in("accueil"), await house.sign_in("astreinte")
            assert code(await opened(house, one)) == code(await look(house, one)) == "", "without her word: unknown"
            assert isinstance(await allow(house, her), d.Done)
            assert code(await look(house, one)) == "", "not before two accounts opened it"
            first = await opened(house, one)
            assert isinstance(first, d.Done)
            assert not msgspec.msgpack.decode(first.payload, type=d.SupportOpened).opened
            assert code(await opened(house, one)) == "second-account"
            assert code(await look(house, one)) == code(await look(house, two)) == ""
            second = await opened(house, two)
            assert isinstance(second, d.Done)
            assert msgspec.msgpack.decode(second.payload, type=d.SupportOpened).opened
            seen = await look(house, one)
            assert isinstance(seen, d.Done)
            answer = said(seen)
            assert answer.choices["grants"] == "1"
            assert answer.choices["accepts_deposits"] == "yes"
            assert answer.records == (), "her journal only if she says so"
            told = answer.choices.values()
            who = house.provider.find("jeanne")
            for mark in (b"Titre-Zanzibar", b"99900000011", who.birth_name.encode(), person.encode()):
                assert mark not in seen.payload
            assert all(word in ("yes", "no") or word.isdecimal() for word in told)
            page = await journal_page(house, her)
            acts = [json.loads(record)["act"] for record in page.records]
            assert acts.count("open_support") == 3, "refused ones too"
            assert acts.count("read_support") == 4
            (view,) = msgspec.msgpack.decode(page.support, type=list[d.SupportView])
            assert (view.ticket, view.opened, view.journal) == (TICKET, True, False)

    run(play())


def test_her_journal_is_seen_only_if_she_says_so_and_without_names(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            await house.ask(her, "grant_access", grant())
            doctor = await house.sign_in("diallo")
            await house.ask(doctor, "list_documents", d.ListParams(), person=f"id:{person}", proof="professional")
            await allow(house, her, journal=True)
            one, two = await house.sign_in("accueil"), await house.sign_in("astreinte")
            await opened(house, one)
            await opened(house, two)
            answer = said(await look(house, two))
            acts = [json.loads(record)["act"] for record in answer.records]
            assert {"open_space", "grant_access", "list_documents"} <= set(acts)
            for mark in (house.provider.find("diallo").name, "99900000011", house.provider.find("jeanne").name, person):
                assert mark.encode() not in b"".join(answer.records)

    run(play())


def test_the_help_ends_when_she_says_so_and_with_its_hours(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            her, person = await house.open("jeanne")
            one, two, agent = [await house.sign_in(word) for word in ("accueil", "astreinte", "petit")]
            await allow(house, her, hours=2)
            for operator in (one, two):
                assert isinstance(await opened(house, operator), d.Done)
            clock.ahead += timedelta(hours=2)
            her, one, two, agent = [await house.sign_in(w) for w in ("jeanne", "accueil", "astreinte", "petit")]
            assert code(await look(house, one)) == code(await opened(house, one)) == "", "its hours are over"
            await allow(house, her, "T2026A0002")
            for operator in (one, two):
                assert isinstance(await opened(house, operator, "T2026A0002"), d.Done)
            assert code(await look(house, one, TICKET)) == "", "another ticket"
            ended = await house.ask(agent, "end_support", d.EndSupportParams(), person=f"id:{person}", **PHONE)
            assert isinstance(ended, d.Done)
            assert ended.effect == "provisional"
            assert code(await look(house, one, "T2026A0002")) == ""
            assert code(await opened(house, one, "T2026A0002")) == ""
            terms = await rows(house.settings, "postgres", "SELECT count(*) AS n FROM identity.directory")
            assert terms[0]["n"] == 3, "no ticket leads to her any more"

    run(play())


def test_a_call_only_starts_it_and_a_wrong_ticket_allows_nothing(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            her, person = await house.open("jeanne")
            other, _ = await house.open("karim")
            one, agent = await house.sign_in("accueil"), await house.sign_in("petit")
            asked = d.AllowSupportParams(TICKET, 24)
            started = await house.ask(agent, "allow_support", asked, person=f"id:{person}", **PHONE)
            assert isinstance(started, d.Done)
            assert started.effect == "starts"
            assert code(await opened(house, one)) == ""
            assert code(await allow(house, her, "x")) == "ticket-invalid"
            for hours in (0, 73):
                assert code(await allow(house, her, hours=hours)) == "support-too-long"
            assert isinstance(await allow(house, her), d.Done)
            assert isinstance(await allow(house, her, hours=3), d.Done), "the same ticket again, hers"
            assert code(await allow(house, other)) == "ticket-invalid", "it leads to somebody else already"
            for session, proof in ((her, "login"), (other, "login"), (agent, "login")):
                refused = await house.ask(
                    session, "open_support", d.OpenSupportParams(), person=f"ticket:{TICKET}", proof=proof
                )
                assert code(refused) == ""
            by_number = await house.ask(one, "open_support", d.OpenSupportParams(), person=f"id:{person}")
            assert code(by_number) == "", "the ticket is the only way"

    run(play())


def test_an_unknown_ticket_and_one_she_did_not_allow_are_answered_alike(empty_databases: Databases) -> None:
    async def play() -> None:
        async with open_house(empty_databases) as house:
            await house.open("jeanne")
            one = await house.sign_in("accueil")
            answers = [await opened(house, one, ticket) for ticket in (TICKET, "T2026A9999", "x", "")]
            assert {(type(a), a.code, len(a.entry)) for a in answers if isinstance(a, d.Refused)} == {
                (d.Refused, "", 20)
            }
            assert len(answers) == 4

    run(play())
