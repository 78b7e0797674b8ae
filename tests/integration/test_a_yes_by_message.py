"""A mandate that she agrees to by short message: told first, asked then, one word is a yes, each answer is read once.

HLP-06, HLP-07. The outbox and the answers are folders, as a carrier's program finds and leaves them.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from espace_sante.adapters.sms_outbox import IN, OUT, SmsOutbox
from espace_sante.consent.text_messages import SEEN_SINCE
from espace_sante.jobs.answers import read_answers
from espace_sante.jobs.sending import send_due
from espace_sante.keeper import demand as d
from tests.answers import code
from tests.fixtures_database import Databases
from tests.helping import COUNTER, HELPER, PHONE, accept, mandates, named, naming
from tests.house import House
from tests.inside import Clock, chains, clock, open_house, rows, run
from tests.people import one_more

__all__ = ["clock"]
pytestmark = [pytest.mark.database]
NUMBER = "+33612345678"


def asking(*acts: str, days: int = 31, reads: bool = False) -> d.NameHelperParams:
    return msgspec.structs.replace(naming(*(acts or ("mask",)), days=days, reads=reads), message=True)


async def known(house: House, clock: Clock, person: str, way: dict[str, Any] = COUNTER, number: str = NUMBER) -> None:
    """Have a counter confirm a number, and wait until something may be asked there."""
    agent = await house.sign_in("petit")
    given = d.ContactParams(mobile=number)
    assert isinstance(await house.ask(agent, "change_contact", given, person=person, **way), d.Done)
    clock.ahead += SEEN_SINCE


async def sent(house: House) -> list[str]:
    """Send what is due, and take it as a carrier's program does; return the texts, in the order they left."""
    box = SmsOutbox(house.settings.home)
    await send_due(house.link, {"sms": box}, house.now, per_minute=6000, lease_seconds=60)
    found = sorted((house.settings.home / OUT).glob("*.json"), key=lambda one: one.stat().st_mtime_ns)
    texts = [json.loads(one.read_text()) for one in found]
    for one in found:
        one.unlink()
    return [one["text"] for one in texts if one["to"] == NUMBER and "mandat" in one["text"] and "numéro" in one["text"]]


async def asked(house: House) -> str:
    """Send what it is about, then the question; return the question."""
    (recap,) = await sent(house)
    assert "Rien n'est encore permis" in recap and "OUI" not in recap, "what it is about comes first, alone"
    (question,) = await sent(house)
    assert "OUI" in question and not await sent(house)
    return question


def left(house: House, text: str, at: datetime, name: str = "1.json", sender: str = "06 12 34 56 78") -> Path:
    """Leave an answer as a carrier's program does."""
    folder = house.settings.home / IN
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(json.dumps({"from": sender, "text": text}))
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


async def read(house: House) -> int:
    return await read_answers(house.link, SmsOutbox(house.settings.home))


async def states(house: House, her: bytes) -> list[str]:
    return [one.state for one in await mandates(house, her)]


async def rules(house: House) -> list[tuple[str, str]]:
    said = [record for records in (await chains(house.settings)).values() for record in records]
    return [(r["act"], r["decision"]["rule"]) for r in said if r["decision"]["rule"].startswith("message-")]


async def she_and_an_agent(house: House, clock: Clock) -> tuple[str, bytes, bytes]:
    """Open her space with a known number; return it, her session, and an agent's."""
    _, person = await house.open("jeanne")
    await known(house, clock, f"id:{person}")
    return person, await house.sign_in("jeanne"), await house.sign_in("petit")


@pytest.mark.parametrize("way", [COUNTER, PHONE])
def test_the_word_oui_alone_lets_the_helper_accept_and_a_second_answer_changes_nothing(
    empty_databases: Databases, clock: Clock, way: dict[str, Any]
) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            person, her, agent = await she_and_an_agent(house, clock)
            made = await named(house, agent, asking(), person=f"id:{person}", **way)
            assert made.code and made.checks and made.asked
            helper = await house.sign_in(HELPER)
            early = left(house, "oui", clock())
            assert await read(house) == 1 and not early.exists() and await states(house, her) == ["check"], (
                "no answer counts before the question"
            )
            assert made.number in await asked(house)
            assert isinstance(await accept(house, helper, made.code), d.Refused), "nor is anything given by silence"
            left(house, " OUI. ", clock() + timedelta(seconds=1))
            clock.ahead += timedelta(seconds=2)
            assert await read(house) == 1 and await states(house, her) == ["waiting"]
            left(house, "non", clock())
            await read(house)
            assert await states(house, her) == ["waiting"], "a second answer changes nothing"
            assert isinstance(await accept(house, helper, made.code), d.Done)
            assert await states(house, her) == ["active"]
            assert await rules(house) == [("check_mandate", "message-yes")], "it is in her journal, once"

    run(play())


@pytest.mark.parametrize("answer", ["ok", "", "oui oui"])  # "": the right word, too late
def test_any_other_answer_is_a_no_and_so_is_one_that_comes_too_late(
    databases: Databases, clock: Clock, answer: str
) -> None:
    async def play() -> None:
        async with open_house(databases, now=clock) as house:
            who = one_more(house)
            _, person = await house.open(who)
            await known(house, clock, f"id:{person}")
            agent = await house.sign_in("petit")
            made = await named(house, agent, asking(), person=f"id:{person}", **COUNTER)
            await asked(house)
            clock.ahead += timedelta(seconds=2) if answer else timedelta(days=1, seconds=5)
            left(house, answer or "oui", clock())
            assert await read(house) == 1
            her = await house.sign_in(who)
            assert not await mandates(house, her), "it is as if it had never been recorded"
            left(house, "oui", clock(), "2.json")
            await read(house)
            helper = await house.sign_in(HELPER)
            assert isinstance(await accept(house, helper, made.code), d.Refused)
            agent = await house.sign_in("petit")
            assert (await named(house, agent, asking(), person=f"id:{person}", **COUNTER)).asked, (
                "she may be asked again"
            )
            await asked(house)
            clock.ahead += timedelta(seconds=2)
            left(house, "non", clock())
            await read(house)

    run(play())


def test_an_answer_is_read_once_whatever_stops_between_the_keeper_and_the_folder(
    empty_databases: Databases, clock: Clock
) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            person, her, agent = await she_and_an_agent(house, clock)
            first = await named(house, agent, asking(), person=f"id:{person}", **COUNTER)
            await asked(house)
            clock.ahead += timedelta(seconds=2)
            path = left(house, "oui", clock())
            kept = path.read_bytes(), path.stat().st_mtime_ns
            await read(house)
            assert await states(house, her) == ["waiting"]
            await house.ask(her, "end_mandate", d.EndMandateParams(first.number))
            await named(house, agent, asking(), person=f"id:{person}", **COUNTER)
        # Killed after the keeper wrote and before the file went; meanwhile the same number is asked something else.
        path.write_bytes(kept[0])
        os.utime(path, ns=(kept[1], kept[1]))
        async with open_house(empty_databases, now=clock) as house:
            her = await house.sign_in("jeanne")
            await asked(house)
            assert await read(house) == 1 and not path.exists()
            assert await states(house, her) == ["check"], "the same file is the same answer"
            clock.ahead += timedelta(seconds=2)
            left(house, "oui", clock())
            await read(house)
            assert await states(house, her) == ["waiting"], "a new one under the same name is another"

    run(play())


def test_what_is_asked_follows_her_number_and_her_mandate_and_stops_with_them(
    empty_databases: Databases, clock: Clock
) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            person, her, agent = await she_and_an_agent(house, clock)
            await named(house, agent, asking(), person=f"id:{person}", **COUNTER)
            await sent(house)
            await known(house, clock, f"id:{person}", number="+33687654321")
            her = await house.sign_in("jeanne")
            assert not await sent(house), "a number that is hers no more is asked nothing"
            clock.ahead += timedelta(seconds=2)
            left(house, "oui", clock())
            await read(house)
            assert await states(house, her) == ["check"]
            left(house, "oui", clock(), sender="+33698765432")
            (house.settings.home / IN / "not.json").write_text("{")
            assert await read(house) == 1, (
                "an answer from nowhere is read, and says nothing; what is none is left there"
            )
            await house.link.ask(d.Maintain(0, "purge"))
            clock.ahead += timedelta(days=3)
            await house.link.ask(d.Maintain(0, "purge"))
            assert not await rows(house.settings, "es_keeper", "SELECT 1 FROM notices.question"), "nothing is kept"

    run(play())


def test_nothing_is_asked_by_message_that_may_not_be(empty_databases: Databases, clock: Clock) -> None:
    async def play() -> None:
        async with open_house(empty_databases, now=clock) as house:
            her, person = await house.open("jeanne")

            async def refused(params: d.NameHelperParams) -> str:
                agent = await house.sign_in("petit")
                return code(await house.ask(agent, "name_helper", params, person=f"id:{person}", **COUNTER))

            assert await refused(asking()) == "message-no-number"
            await house.ask(her, "change_contact", d.ContactParams(mobile=NUMBER))
            assert await refused(asking()) == "message-no-number", "a number that was not proven is none"
            taken = await house.link.ask(d.TakeNotices(0, 20, 1))
            assert isinstance(taken, d.Done)
            messages = msgspec.msgpack.decode(taken.payload, type=d.TakenNotices).messages
            word = next(one.word for one in messages if one.word)
            assert isinstance(await house.ask(her, "confirm_contact", d.ConfirmContactParams(word)), d.Done)
            assert await refused(asking()) == "message-number-new"
            clock.ahead += timedelta(days=7)
            assert await refused(asking(days=182)) == "message-too-long"
            assert await refused(asking(reads=True)) == "message-reads"
            assert await refused(asking("grant_access")) == "message-gives"
            agent = await house.sign_in("petit")
            assert (await named(house, agent, asking(), person=f"id:{person}", **COUNTER)).asked
            assert await refused(asking("block")) == "message-waits"
            her = await house.sign_in("jeanne")
            assert not (await named(house, her, asking("block"))).asked, "what she says herself needs no message"

    run(play())


def test_an_answer_goes_whatever_its_file_is_called(tmp_path: Path) -> None:
    (tmp_path / IN).mkdir(parents=True)
    path = tmp_path / IN / "06|12.json"
    path.write_text(json.dumps({"from": NUMBER, "text": "oui"}))
    box = SmsOutbox(tmp_path)
    (answer,) = box.answers(10)
    box.taken(answer.name)
    assert not path.exists() and not list(box.answers(10)), "or it would be handed over again and again"


def test_what_is_asked_by_message_counts_as_what_an_agent_has_persons_give(
    empty_databases: Databases, clock: Clock
) -> None:
    """By telephone it only starts; it is a helper all the same, once the answer comes."""
    settings = replace(empty_databases.settings, agent_gives_per_day=1)

    async def play() -> None:
        async with open_house(settings, now=clock) as house:
            people = []
            for number in (NUMBER, "+33687654321"):
                who = one_more(house)
                _, person = await house.open(who)
                await known(house, clock, f"id:{person}", number=number)
                people.append(person)
            agent = await house.sign_in("petit")
            assert (await named(house, agent, asking(), person=f"id:{people[0]}", **PHONE)).asked
            refused = await house.ask(agent, "name_helper", asking(), person=f"id:{people[1]}", **PHONE)
            assert code(refused) == "second-agent"
            assert (
                await named(house, await house.sign_in("vasseur"), asking(), person=f"id:{people[1]}", **PHONE)
            ).asked

    run(play())
