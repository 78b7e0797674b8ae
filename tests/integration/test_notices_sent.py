"""Notices that leave, from the act to a real mail server: once, where she said, saying nothing; a letter when it does not arrive."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from espace_sante.adapters.sms_outbox import OUT, SmsOutbox
from espace_sante.adapters.smtp import SmtpMail
from espace_sante.jobs.sending import Post, send_due
from espace_sante.keeper import demand as d
from espace_sante.kernel.i18n import DISPLAY_ZONE
from espace_sante.kernel.settings import MailSecurity
from tests.answers import code
from tests.fixtures_database import Databases
from tests.house import House
from tests.inside import Clock, clock, open_house, rows, run
from tests.integration.test_letters import COUNTER, PHONE, emergency, helped, journal, printing, told, waiting
from tests.mailbox import SENDER, Mailbox, mailbox

__all__ = ["clock"]
pytestmark = [pytest.mark.database]
HERS, OTHER = "jeanne.essai@exemple.example", "autre.essai@exemple.example"
NUMBER = "06 12 34 56 78"


def posts(house: House, box: Mailbox) -> dict[str, Post]:
    settings = replace(
        house.settings,
        mail_host="127.0.0.1",
        mail_port=box.port,
        mail_security=MailSecurity.NONE,
        mail_sender=SENDER,
    )
    return {"mail": SmtpMail(settings), "sms": SmsOutbox(house.settings.home)}


async def send(house: House, box: Mailbox, *, lease: int = 120) -> int:
    return await send_due(house.link, posts(house, box), house.now, per_minute=6000, lease_seconds=lease)


async def given(house: House, person: str, **contact: str) -> None:
    """She gives a contact at the counter, where she is seen."""
    agent = await house.sign_in("petit")
    answer = await house.ask(agent, "change_contact", d.ContactParams(**contact), person=f"id:{person}", **COUNTER)
    assert isinstance(answer, d.Done), answer


async def contacts(house: House, her: bytes) -> dict[str, d.ContactView]:
    page = told(await house.ask(her, "read_journal", d.JournalParams(count=1)), d.JournalAnswer)
    post = msgspec.msgpack.decode(page.post, type=d.PostView) if isinstance(page.post, bytes) else page.post
    return {one.way: one for one in post.contacts}


async def messages(house: House) -> list[Any]:
    return await rows(house.settings, "es_keeper", "SELECT state, tries, way FROM notices.message ORDER BY due_at")


async def letters(house: House) -> list[Any]:
    return await rows(house.settings, "es_keeper", "SELECT due_on FROM notices.outbox ORDER BY due_on")


def short_messages(home: Path) -> list[dict[str, str]]:
    return [json.loads(one.read_text()) for one in sorted((home / OUT).glob("*.json"))]


Play = Callable[[House, Mailbox, bytes, str], Awaitable[None]]


def played(databases: Databases, play: Play, clock: Clock | None = None) -> None:
    async def whole() -> None:
        async with open_house(databases, **({"now": clock} if clock else {})) as house, mailbox() as box:
            her, person = await house.open("jeanne")
            await play(house, box, her, person)

    run(whole())


def test_a_mailbox_proves_itself_by_three_plain_words_said_inside_her_own_space(empty_databases: Databases) -> None:
    async def play(house: House, box: Mailbox, her: bytes, person: str) -> None:
        assert isinstance(await house.ask(her, "change_contact", d.ContactParams(mail=HERS)), d.Done)
        assert (await contacts(house, her))["mail"].proven == ""
        await helped(house, person)  # unproven, it is told nothing
        assert await send(house, box) == 1
        (text,) = box.texts
        words = re.search(r"au guichet : ([a-z ]+)\.", text.replace("\N{NO-BREAK SPACE}", " "))
        assert words is not None and len(words[1].split()) == 3
        assert box.recipients == [HERS] and not re.search(r"\d{4}|http", text)
        wrong = await house.ask(her, "confirm_contact", d.ConfirmContactParams("un deux trois"))
        assert code(wrong) == "contact-word"
        said = d.ConfirmContactParams(f"  {words[1].upper().replace(' ', ', ')} ")
        assert isinstance(await house.ask(her, "confirm_contact", said), d.Done)
        assert (await contacts(house, her))["mail"].proven
        assert code(await house.ask(her, "confirm_contact", said)) == "contact-not-waiting"

    played(empty_databases, play)


def test_a_number_proves_itself_by_six_digits_and_five_mistakes_end_them(empty_databases: Databases) -> None:
    async def play(house: House, box: Mailbox, her: bytes, person: str) -> None:
        assert isinstance(await house.ask(her, "change_contact", d.ContactParams(mobile=NUMBER)), d.Done)
        await send(house, box)
        (sent,) = short_messages(house.settings.home)
        assert sent["to"] == "+33612345678" and re.match(r"\d{6} ", sent["text"])
        for _ in range(5):
            assert code(await house.ask(her, "confirm_contact", d.ConfirmContactParams("abc"))) == "contact-word"
        right = d.ConfirmContactParams(sent["text"][:6])
        assert code(await house.ask(her, "confirm_contact", right)) == "contact-not-waiting"
        assert isinstance(await house.ask(her, "change_contact", d.ContactParams(mobile=NUMBER)), d.Done)
        await send(house, box)
        again = next(one for one in short_messages(house.settings.home) if one != sent)
        assert isinstance(
            await house.ask(
                her, "confirm_contact", d.ConfirmContactParams(f"{again['text'][:3]} {again['text'][3:6]}")
            ),
            d.Refused,
        )
        assert isinstance(await house.ask(her, "confirm_contact", d.ConfirmContactParams(again["text"][:6])), d.Done)

    played(empty_databases, play)


def test_what_is_done_for_her_is_told_by_mail_and_the_letter_is_not_printed(empty_databases: Databases) -> None:
    async def play(house: House, box: Mailbox, her: bytes, person: str) -> None:
        await given(house, person, mail=HERS)
        before = len((await waiting(house)).waiting)  # the letter that says a contact was given
        assert before == 1
        await helped(house, person)
        assert len((await waiting(house)).waiting) == before
        assert await send(house, box) == 1
        assert box.recipients == [HERS]
        assert [row["state"] for row in await messages(house)] == [2]
        assert len(await letters(house)) == before
        assert "act" not in box.texts[0] and [r["act"] for r in await journal(house, her)].count("send") == 0

    played(empty_databases, play)


def test_an_emergency_leaves_by_mail_at_once_and_by_letter_too(empty_databases: Databases) -> None:
    async def play(house: House, box: Mailbox, her: bytes, person: str) -> None:
        await given(house, person, mail=HERS)
        await emergency(house, person, her, await house.sign_in("diallo"))
        await send(house, box)
        assert box.recipients == [HERS]
        assert (await waiting(house)).urgent == 1

    played(empty_databases, play)


def test_an_emergency_passes_before_what_has_waited_for_hours(empty_databases: Databases, clock: Clock) -> None:
    async def play(house: House, box: Mailbox, her: bytes, person: str) -> None:
        await given(house, person, mail=HERS)
        await helped(house, person)
        clock.ahead += timedelta(hours=3)
        await emergency(house, person, her, await house.sign_in("diallo"))
        taken = told(await house.link.ask(d.TakeNotices(0, 1, 60)), d.TakenNotices)
        assert [one.kinds for one in taken.messages] == [("emergency",)]

    played(empty_databases, play, clock)


def test_a_contact_that_changes_is_told_where_she_was_written_to_before(empty_databases: Databases) -> None:
    async def play(house: House, box: Mailbox, her: bytes, person: str) -> None:
        await given(house, person, mail=HERS)
        assert isinstance(await house.ask(her, "change_contact", d.ContactParams(mail=OTHER)), d.Done)
        await send(house, box)
        assert sorted(box.recipients) == sorted([HERS, OTHER])
        answer = await house.ask(
            await house.sign_in("petit"),
            "remove_contact",
            d.RemoveContactParams("both"),
            person=f"id:{person}",
            **PHONE,
        )
        assert isinstance(answer, d.Done)
        assert await contacts(house, her) == {}

    played(empty_databases, play)


def test_a_contact_she_took_back_is_written_to_no_more_and_a_letter_says_it(empty_databases: Databases) -> None:
    async def play(house: House, box: Mailbox, her: bytes, person: str) -> None:
        await given(house, person, mail=HERS)
        await helped(house, person)
        assert isinstance(await house.ask(her, "remove_contact", d.RemoveContactParams("mail")), d.Done)
        await send(house, box)
        assert len(box.arrived) == 1  # the last one, which says so
        assert {row["state"] for row in await messages(house)} == {2, 4}
        assert len(await letters(house)) >= 2  # what was done for her waits for its letter

    played(empty_databases, play)


def test_no_instant_of_a_person_stands_in_clear_before_nor_after_a_message_leaves(empty_databases: Databases) -> None:
    async def play(house: House, box: Mailbox, her: bytes, person: str) -> None:
        await given(house, person, mail=HERS)
        await helped(house, person)

        async def clear() -> list[Any]:
            asked = "SELECT state, extract(epoch FROM due_at)::bigint % 3600 AS past FROM notices.message"
            return [tuple(row) for row in await rows(house.settings, "es_keeper", asked)]

        assert await clear() == [(0, 0)], "the hour alone, while it waits"
        assert await send(house, box) == 1
        assert await clear() == [(2, 0)]
        asked = "SELECT due_at = done_on::timestamptz AS day FROM notices.message"
        assert [row["day"] for row in await rows(house.settings, "es_keeper", asked)] == [True], "the day alone, after"

    played(empty_databases, play)


def test_three_failures_and_the_letter_is_due_at_once(empty_databases: Databases, clock: Clock) -> None:
    async def play(house: House, box: Mailbox, her: bytes, person: str) -> None:
        await given(house, person, mail=HERS)
        before = len((await waiting(house)).waiting)
        await helped(house, person)
        box.fails = lambda nth: "451 plus tard"
        for wait in (0, 1, 2):
            clock.ahead += timedelta(minutes=wait, seconds=wait)
            assert await send(house, box) == 1
            assert await send(house, box) == 0  # not again before its time
        assert [row["state"] for row in await messages(house)] == [3]
        assert len((await waiting(house)).waiting) == 1
        assert len([one for one in await letters(house) if one["due_on"] <= clock().date()]) == before + 1
        assert box.asked == 3 and box.arrived == []

    played(empty_databases, play, clock)


def test_an_address_that_does_not_exist_is_tried_once_and_the_letter_leaves(empty_databases: Databases) -> None:
    async def play(house: House, box: Mailbox, her: bytes, person: str) -> None:
        await given(house, person, mail=HERS)
        await helped(house, person)
        box.refuses = lambda to: "550 inconnu"
        assert await send(house, box) == 1
        assert [row["state"] for row in await messages(house)] == [3]
        assert {one["due_on"] for one in await letters(house)} == {house.now().date()}

    played(empty_databases, play)


def test_a_message_that_comes_back_is_said_by_letter(empty_databases: Databases) -> None:
    async def play(house: House, box: Mailbox, her: bytes, person: str) -> None:
        await given(house, person, mail=HERS)
        await helped(house, person)
        await send(house, box)
        number = box.numbers[0].strip("<>").partition("@")[0]
        assert isinstance(await house.link.ask(d.NoticesGone(0, number, "returned")), d.Done)
        assert [row["state"] for row in await messages(house)] == [5]
        for wrong in (number[:-1], "0" * 32, number):
            said = await house.link.ask(d.NoticesGone(0, wrong, "lost" if wrong == number else "sent"))
            assert code(said) == "message-unknown"

    played(empty_databases, play)


async def lost(house: House, box: Mailbox, her: bytes, person: str) -> None:
    """Her mailbox is used no more: a line of her journal and a letter say it, and what follows is a letter at once."""
    assert (await contacts(house, her))["mail"].proven == ""
    (line,) = [one for one in await journal(house, her) if one["decision"]["rule"] == "contact-lost"]
    assert line["actor"]["kind"] == "system" and "way:mail" in line["objects"] and HERS not in str(line)
    sent, today = box.asked, house.now().date()
    due = len([one for one in await letters(house) if one["due_on"] <= today])
    await helped(house, person)
    assert len([one for one in await letters(house) if one["due_on"] <= today]) == due + 1
    assert await send(house, box) == 0 and box.asked == sent
    for one in (await waiting(house)).waiting:
        printed = told(await printing(house, one), d.PrintedAnswer).letters
        assert "remove_contact" in [item.act for letter in printed for item in letter.items]


def test_a_mailbox_whose_message_comes_back_is_used_no_more_until_it_is_proven_again(
    empty_databases: Databases,
) -> None:
    async def play(house: House, box: Mailbox, her: bytes, person: str) -> None:
        await given(house, person, mail=HERS)
        await helped(house, person)
        await send(house, box)
        number = box.numbers[0].strip("<>").partition("@")[0]
        for _ in range(2):  # said twice, it is done once
            assert isinstance(await house.link.ask(d.NoticesGone(0, number, "returned")), d.Done)
        await lost(house, box, her, person)
        await given(house, person, mail=HERS)
        assert (await contacts(house, her))["mail"].proven
        assert isinstance(await house.link.ask(d.NoticesGone(0, number, "returned")), d.Done)
        assert (await contacts(house, her))["mail"].proven, "what came back before it was proven again says nothing"
        await helped(house, person)
        assert await send(house, box) == 1

    played(empty_databases, play)


@pytest.mark.parametrize("answer", ["550 inconnu", "451 plus tard"])
def test_a_mailbox_that_refuses_or_fails_three_times_is_used_no_more(
    empty_databases: Databases, clock: Clock, answer: str
) -> None:
    async def play(house: House, box: Mailbox, her: bytes, person: str) -> None:
        await given(house, person, mail=HERS)
        await helped(house, person)
        box.refuses = lambda to: answer
        for wait in (0, 1, 2):
            clock.ahead += timedelta(minutes=wait, seconds=wait)
            await send(house, box)
        await lost(house, box, her, person)

    played(empty_databases, play, clock)


def test_a_mail_server_of_ours_that_is_away_takes_no_mailbox_from_anybody(
    empty_databases: Databases, clock: Clock
) -> None:
    async def play(house: House, box: Mailbox, her: bytes, person: str) -> None:
        await given(house, person, mail=HERS)
        await helped(house, person)
        for wait in (0, 1, 2):
            clock.ahead += timedelta(minutes=wait, seconds=wait)
            nobody = await send_due(house.link, {}, house.now, per_minute=6000, lease_seconds=120)
            assert nobody == 1
        assert [row["state"] for row in await messages(house)] == [3]
        assert (await contacts(house, her))["mail"].proven
        assert len([one for one in await letters(house) if one["due_on"] <= clock().date()]) == 2

    played(empty_databases, play, clock)


def test_what_waited_for_a_mailbox_that_is_lost_leaves_by_letter_at_once(empty_databases: Databases) -> None:
    async def play(house: House, box: Mailbox, her: bytes, person: str) -> None:
        await given(house, person, mail=HERS)
        await helped(house, person)
        await send(house, box)
        await helped(house, person)
        number = box.numbers[0].strip("<>").partition("@")[0]
        assert isinstance(await house.link.ask(d.NoticesGone(0, number, "returned")), d.Done)
        assert await send(house, box) == 0
        assert {row["state"] for row in await messages(house)} == {4, 5}
        assert {one["due_on"] for one in await letters(house)} == {house.now().date()}

    played(empty_databases, play)


def test_a_mailbox_is_lost_once_whatever_is_done_in_her_space_at_the_same_instant(empty_databases: Databases) -> None:
    async def play(house: House, box: Mailbox, her: bytes, person: str) -> None:
        await given(house, person, mail=HERS)
        await helped(house, person)
        await send(house, box)
        number = box.numbers[0].strip("<>").partition("@")[0]
        said = [house.link.ask(d.NoticesGone(0, number, "returned")) for _ in range(4)]
        acts = [house.ask(her, "read_journal", d.JournalParams(count=1)) for _ in range(8)]
        answers = await asyncio.gather(*said, *acts)
        assert all(isinstance(one, d.Done) for one in answers), answers
        assert (await contacts(house, her))["mail"].proven == ""
        records = await journal(house, her)
        assert [one["decision"]["rule"] for one in records].count("contact-lost") == 1
        assert sorted(one["seq"] for one in records) == list(range(len(records))), "no line is missing, none is twice"

    played(empty_databases, play)


def test_what_dies_after_the_server_accepted_leaves_again_under_the_same_number(
    empty_databases: Databases, clock: Clock
) -> None:
    async def play(house: House, box: Mailbox, her: bytes, person: str) -> None:
        await given(house, person, mail=HERS)
        await helped(house, person)
        taken = await house.link.ask(d.TakeNotices(0, 20, 3600))
        (one,) = told(taken, d.TakenNotices).messages
        post = posts(house, box)["mail"]
        assert await post.send(one.message, one.to, "x", "x", house.now()) == "sent"
        await post.close()
        # Here the process dies: nobody says that it left. It is taken again when its time is over, and no sooner.
        assert await send(house, box) == 0
        clock.ahead += timedelta(seconds=3601)
        assert await send(house, box) == 1
        assert len(box.numbers) == 2 and len(set(box.numbers)) == 1
        assert await send(house, box) == 0

    played(empty_databases, play, clock)


def hour_of_day(clock: Clock, hour: time) -> None:
    """Move to the next time that it is this hour in Paris."""
    now = clock().astimezone(DISPLAY_ZONE)
    there = datetime.combine(now.date(), hour, DISPLAY_ZONE)
    clock.ahead += (there if there > now else there + timedelta(days=1)) - now


@pytest.mark.parametrize("hour", [time(0, 10), time(7, 50), time(8, 10), time(23, 30)])
def test_what_a_professional_adds_is_told_the_next_morning_and_never_what_somebody_is_to_tell_her(
    empty_databases: Databases, clock: Clock, hour: time
) -> None:
    hour_of_day(clock, hour)

    async def play(house: House, box: Mailbox, her: bytes, person: str) -> None:
        await given(house, person, mail=HERS)
        doctor = await house.sign_in("tran")
        await house.deposit(doctor, f"id:{person}", b"un", category=5)
        assert await send(house, box) == 0 and len(await messages(house)) == 1
        held = await house.sealed(doctor, f"id:{person}", b"deux", category=5)
        held = msgspec.structs.replace(held, withheld=True)
        answer = await house.ask(doctor, "deposit_document", held, person=f"id:{person}", proof="professional")
        assert isinstance(answer, d.Done)
        assert len(await messages(house)) == 1
        hour_of_day(clock, time(23, 59))
        hour_of_day(clock, time(7, 59))
        assert await send(house, box) == 0
        hour_of_day(clock, time(8, 0))
        assert await send(house, box) == 1 and "du nouveau" in box.texts[0]

    played(empty_databases, play, clock)


def test_everything_of_one_morning_leaves_in_one_message(empty_databases: Databases) -> None:
    async def play(house: House, box: Mailbox, her: bytes, person: str) -> None:
        await given(house, person, mail=HERS)
        for _ in range(3):
            await helped(house, person)
        assert await send(house, box) == 1
        assert len(box.arrived) == 1 and [row["state"] for row in await messages(house)] == [2, 2, 2]

    played(empty_databases, play)
